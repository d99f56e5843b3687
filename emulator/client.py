"""
The control API in Python: the inbox, a handset, the clock, the carriers, as objects.

Each of them acts through `ControlClient`, and so through the same commands as the HTTP API.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from emulator import assertions
from emulator.client_decisions import AccountClient as AccountClient
from emulator.client_decisions import BrandProfilesClient as BrandProfilesClient
from emulator.client_decisions import RcsClient as RcsClient
from emulator.client_decisions import RegistrationsClient as RegistrationsClient
from emulator.client_decisions import WhatsAppClient as WhatsAppClient
from emulator.client_reports import ConsentClient as ConsentClient
from emulator.client_reports import EventsClient as EventsClient
from emulator.client_reports import RequestsClient as RequestsClient
from emulator.control.carriers import RULE_MATCHES
from emulator.control.command import commands, execute
from emulator.control.messages import CODE, WAIT_SECONDS
from emulator.engine import Engine
from emulator.messaging.state.messages import Message


class ControlClient:
    """
    Every command of the control API as a method, `sms.control.list_events(limit=5)`, or by name,
    `sms.control("reset")`.

    Raises:
        InvalidArgument: an argument is not valid; nothing has changed.
        NotFound: an argument names something that does not exist.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __call__(self, command: str, /, **arguments: Any) -> Any:
        """Execute a command by its name; `from` is a word of Python, and so may be written `from_`."""
        return execute(self._engine, command, {name.rstrip("_"): value for name, value in arguments.items()})

    def __getattr__(self, name: str) -> Callable[..., Any]:
        known = commands().get(name)
        if known is None:
            raise AttributeError(f"unknown command {name!r}; available: {', '.join(sorted(commands()))}")
        method = partial(self, name)
        method.__doc__ = known.function.__doc__
        return method

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *commands()]


class InboxClient:
    """The messages of all accounts."""

    def __init__(self, control: ControlClient) -> None:
        self._control = control

    def messages(self, **filters: Any) -> list[Message]:
        """
        Return the messages that match, oldest first.

        Filters: to, from_, channel, direction, status, message_id, contains, since, before, digits, account, region.
        """
        found: list[Message] = self._control("find_messages", **filters)
        return found

    def wait(self, *, timeout: float | None = None, **filters: Any) -> Message:
        """
        Return the first message that matches, waiting for it if necessary.

        On a stepping or frozen clock all that is due has run already, so the default is not to wait; pass `timeout`
        (seconds) if another thread has yet to send. On a running clock the default is 5.

        Raises:
            WaitTimeout: no message matches in time.
        """
        default = WAIT_SECONDS if self._control("show_clock", limit=0)["mode"] == "running" else 0.0
        seconds = default if timeout is None else timeout
        found: list[Message] = self._control("await_messages", timeout=seconds, **filters)
        return found[0]

    def clear(self) -> None:
        """Empty the inbox."""
        self._control("delete_messages")

    def assert_sent(self, *, count: int | None = None, **filters: Any) -> Message:
        """Assert that messages that match were sent, `count` of them if that is given, and return the newest."""
        __tracebackhide__ = True
        return assertions.assert_sent(self.messages, count, filters)

    def assert_nothing_sent(self, **filters: Any) -> None:
        """Assert that no message that matches was sent; the filters are those of `messages`."""
        __tracebackhide__ = True
        assertions.assert_nothing_sent(self.messages, filters)

    def code(self, *, to: str, pattern: str = CODE) -> str:
        """
        Return the newest one-time code sent to this number.

        Raises:
            LookupError: no message to it contains one.
        """
        code: str = self._control("find_code", to=to, pattern=pattern)
        return code


class HandsetClient:
    """A phone and the recipient who holds it."""

    def __init__(self, control: ControlClient, number: str) -> None:
        self._control = control
        self.number = number

    @property
    def inbox(self) -> list[Message]:
        """The messages that have reached this handset, oldest first."""
        found: list[Message] = self._control("list_arrived", number=self.number)
        return found

    def reply(self, body: str, to: str | None = None) -> dict[str, Any]:
        """Send a text to a number, by default to the latest sender."""
        answer: dict[str, Any] = self._control("receive_message", number=self.number, body=body, to=to)
        return answer

    def tap(self, text: str) -> dict[str, Any]:
        """Tap a suggestion, of the newest rich message that offers it."""
        answer: dict[str, Any] = self._control("tap_suggestion", number=self.number, text=text)
        return answer

    def whatsapp(self, body: str | None = None, to: str | None = None, **message: Any) -> dict[str, Any]:
        """
        Write to a business by WhatsApp; to that of the latest message unless `to` says otherwise.

        `message` is one of the Cloud API's inbound kinds: `whatsapp(type="location", location={…})`; a file is given as
        `image={"data": base64 text, "mime_type": …}`.
        """
        return dict(self._control("receive_whatsapp", number=self.number, body=body, to=to, **message))

    def voice_note(self, content: bytes, to: str | None = None, mime_type: str = "audio/ogg; codecs=opus") -> dict[str, Any]:
        """Send a voice note to a business by WhatsApp."""
        audio = {"data": base64.b64encode(content).decode(), "mime_type": mime_type, "voice": True}
        return self.whatsapp(to=to, type="audio", audio=audio)

    def edit(self, body: str, message_id: str | None = None) -> dict[str, Any]:
        """Edit what the user has sent by WhatsApp: the newest message, unless one is named by its id or Meta's."""
        return dict(self._control("edit_whatsapp", number=self.number, body=body, message_id=message_id))

    def delete(self, message_id: str | None = None) -> dict[str, Any]:
        """Delete for everyone what the user has sent by WhatsApp: the newest message, unless one is named."""
        return dict(self._control("delete_whatsapp", number=self.number, message_id=message_id))

    def react(self, emoji: str, message_id: str | None = None) -> dict[str, Any]:
        """React to the newest WhatsApp message of a business, unless one is named; "" takes the reaction back."""
        return dict(self._control("react_by_whatsapp", number=self.number, emoji=emoji, message_id=message_id))

    def read(self, message_id: str | None = None) -> list[str]:
        """Read the WhatsApp messages that have arrived, or one; return the ids of those that were not read before."""
        found: list[str] = self._control("read_whatsapp", number=self.number, message_id=message_id)["message_ids"]
        return found

    def open_flow(self) -> dict[str, Any]:
        """Open the flow of the newest message that has one; it shows `screen` with `data`, laid out as in `form`."""
        return dict(self._control("open_flow", number=self.number))

    def submit_flow(self, data: dict[str, Any], screen: str | None = None) -> dict[str, Any]:
        """Submit what was filled in; `screen` is the next one of a flow with an endpoint, None when it is complete."""
        return dict(self._control("submit_flow", number=self.number, data=data, screen=screen))

    def call_whatsapp(self, to: str) -> dict[str, Any]:
        """Call a business by WhatsApp; the call rings until the business accepts or rejects it."""
        return dict(self._control("call_whatsapp", number=self.number, to=to))

    def answer_whatsapp_call(self, call_id: str | None = None) -> dict[str, Any]:
        """Answer a WhatsApp call of a business that rings: the newest one, unless one is named."""
        return dict(self._control("answer_whatsapp_call", number=self.number, call_id=call_id))

    def hang_up_whatsapp_call(self, call_id: str | None = None) -> dict[str, Any]:
        """End a WhatsApp call, or decline one that rings: the newest one, unless one is named."""
        return dict(self._control("hang_up_whatsapp_call", number=self.number, call_id=call_id))

    def send_file(self, content: bytes, file_name: str, content_type: str, to: str) -> dict[str, Any]:
        """Send a file to an RCS agent, which receives it in its S3 bucket."""
        file = {"content": content, "file_name": file_name, "content_type": content_type}
        answer: dict[str, Any] = self._control("send_file", number=self.number, to=to, **file)
        return answer

    def type(self, to: str) -> bool:
        """Show the recipient as typing to an RCS agent; return whether its two-way channel receives the event."""
        return bool(self._control("type_message", number=self.number, to=to)["told"])

    def pick_up(self, answers: str = "answer") -> dict[str, Any]:
        """Answer the newest call to this handset, which must be ringing; or end it with `busy`, `no_answer` or `fail`."""
        return self._in_call("answer_call", answers=answers)

    def press(self, digits: str) -> dict[str, Any]:
        """Press keys in the newest call to this handset, which must be in progress."""
        return self._in_call("press_keys", digits=digits)

    def hang_up(self) -> dict[str, Any]:
        """Hang up the newest call to this handset."""
        return self._in_call("hang_up")

    def _in_call(self, command: str, **fields: Any) -> dict[str, Any]:
        message_id = self._control("find_latest_call", number=self.number)
        call: dict[str, Any] = self._control(command, message_id=message_id, **fields)
        return call

    def behave(self, *, delay: float | None = None, **behaviour: Any) -> None:
        """
        Set how the handset behaves from now on.

        Args:
            delay: seconds until a message arrives.
            behaviour: outcome, description, answers (answer, busy, no_answer, fail), presses (a list: the keys to press each
                time a call asks), says (speech that a call can record), carrier, rcs, reads_rcs, whatsapp, reads_whatsapp,
                whatsapp_name, whatsapp_marketing, whatsapp_blocks (numbers of businesses), whatsapp_error (Meta's code by
                which all WhatsApp messages to it fail).
        """
        if delay is not None:
            behaviour["delay_seconds"] = delay
        self._control("change_handset", number=self.number, **behaviour)


class CallsClient:
    """Calls from the numbers of all accounts."""

    def __init__(self, control: ControlClient) -> None:
        self._control = control

    def instruct(self, number: str, instructions: dict[str, Any] | None) -> None:
        """
        Have calls from a number follow these steps: `{"start": …, "steps": {name: step}}`; None has them read the
        message.
        """
        self._control("change_instructions", number=number, instructions=instructions)

    def show(self, message_id: str) -> dict[str, Any]:
        """Return the `voice` field of a call in the control API: what was said, the keys, the steps, the recordings."""
        voice: dict[str, Any] = self._control("show_message", message_id=message_id)["voice"]
        return voice

    def sound(self, message_id: str) -> bytes:
        """
        Return what the recipient heard, as a WAV file.

        Raises:
            MissingExtra: the extra `speech` is not installed.
            NotFound: nothing was said.
        """
        sound: bytes = self._control("call_sound", message_id=message_id).body
        return sound


class ClockClient:
    """The virtual clock."""

    def __init__(self, control: ControlClient, engine: Engine) -> None:
        self._control = control
        self._engine = engine

    @property
    def now(self) -> datetime:
        """The virtual time."""
        return self._engine.world.clock.now

    @property
    def mode(self) -> str:
        """`running`, `stepping` or `frozen`."""
        return self._engine.mode

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Advance the clock by this much."""
        passed = timedelta(seconds=seconds, minutes=minutes, hours=hours, days=days)
        # Without a limit all pending timers would be listed, which is slow during a campaign.
        self._control("change_clock", advance_seconds=passed.total_seconds(), limit=0)

    def freeze(self) -> None:
        """Freeze the clock: from now on time moves only by `advance` and `settle`."""
        self._control("change_clock", mode="frozen")

    @contextmanager
    def frozen(self) -> Iterator[ClockClient]:
        """Freeze the clock for a `with` block; afterwards it moves as it did before."""
        before = self.mode
        self.freeze()
        try:
            yield self
        finally:
            self._control("change_clock", mode=before, limit=0)

    def step(self) -> None:
        """Step the clock: from now on every request and command runs what is due."""
        self._control("change_clock", mode="stepping")

    def pending(self) -> list[dict[str, Any]]:
        """Return the pending timers."""
        found: list[dict[str, Any]] = self._control("show_clock")["pending"]
        return found


class DevicesClient:
    """Devices that receive push notifications."""

    def __init__(self, control: ControlClient) -> None:
        self._control = control

    def put(self, token: str, **fields: Any) -> dict[str, Any]:
        """Add a device or change it: platform, state (active, stale, unregistered), phone_number."""
        device: dict[str, Any] = self._control("change_device", token=token, **fields)
        return device

    def all(self, phone_number: str | None = None) -> list[dict[str, Any]]:
        """Return all devices, or those of one recipient."""
        found: list[dict[str, Any]] = self._control("list_devices", phone_number=phone_number)["devices"]
        return found


class CarriersClient:
    """The carriers' rules."""

    def __init__(self, control: ControlClient) -> None:
        self._control = control

    def rule(self, outcome: str, **rule: Any) -> None:
        """Append a rule; the fields of `match` (to, country, from_, contains …) may be given by name."""
        match = {name: rule.pop(name) for name in sorted(RULE_MATCHES) if name in rule}
        if "from_" in rule:
            match["from"] = rule.pop("from_")
        rules = self._control("show_rules")
        added = {"outcome": outcome, "match": rule.pop("match", {}) | match} | rule
        self._control("change_rules", rules=[*rules, added])

    def clear(self) -> None:
        """Remove all rules."""
        self._control("change_rules", rules=[])


class FaultsClient:
    """Injected faults."""

    def __init__(self, control: ControlClient) -> None:
        self._control = control

    def add(self, error: str | int, **fault: Any) -> None:
        """Append a fault; fields: operation, service, probability, times, latency_seconds, reason."""
        faults = self._control("show_faults")
        self._control("change_faults", faults=[*faults, {"error": str(error)} | fault])

    def clear(self) -> None:
        """Remove all faults."""
        self._control("change_faults", faults=[])
