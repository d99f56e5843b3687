"""
The tester's side in Python: the inbox, a handset, the clock, the carriers, as objects with few words.

Every one of them speaks to the world by `Emulator.control` alone.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from emulator.services.sms_voice_v2.state.messages import Message
from emulator.tester import advancing
from emulator.tester.calls import sound_of
from emulator.tester.carriers import RULE_MATCHES
from emulator.tester.rcs import send_media
from emulator.tester.readers import telephone

if TYPE_CHECKING:
    from emulator.engine import Emulator

CODE = r"\d{4,8}"
"""What a one-time code looks like."""
WAIT_STEP_SECONDS = 0.05
"""How often a waiting caller looks again; a change wakes it at once."""


def wait_for(
    emulator: Emulator, count: int, timeout: float, closing: threading.Event | None = None, /, **filters: Any
) -> list[Message]:
    """
    The first `count` messages that fit, as soon as there are that many.

    `timeout` is in seconds of the wall clock, for messages that another thread has yet to send; `closing` ends the wait.

    Raises:
        TimeoutError: there are fewer; it says what there is instead.
    """
    # Nothing of the world depends on this clock: it only says when to give up.
    deadline = time.monotonic() + timeout
    while True:
        found: list[Message] = emulator.control("find_messages", **filters)
        if len(found) >= count:
            return found[:count]
        left = deadline - time.monotonic()
        if left <= 0 or (closing is not None and closing.is_set()):
            break
        with emulator.lock:
            emulator.waiting += 1
            try:
                emulator.changed.wait(min(left, WAIT_STEP_SECONDS))
            finally:
                emulator.waiting -= 1
    wanted = ", ".join(f"{name}={value!r}" for name, value in filters.items()) or "anything"
    held = [f"{m.sender} -> {m.to} {m.status}: {m.body!r}" for m in emulator.control("find_messages")[-5:]]
    raise TimeoutError(f"{len(found)} of {count} messages with {wanted}; the inbox holds {held or 'nothing'}")


class InboxFace:
    """All messages of the world."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def messages(self, **filters: Any) -> list[Message]:
        """The messages that fit, oldest first; filters: to, from_, channel, direction, status, contains, since, before."""
        found: list[Message] = self._emulator.control("find_messages", **filters)
        return found

    def wait(self, *, timeout: float | None = None, **filters: Any) -> Message:
        """
        The first message that fits.

        On a stepping or frozen clock what is due has happened already, so that nothing is waited for unless `timeout`
        (seconds) says that another thread is still to send; on a running clock it is 5.
        """
        default = 5.0 if self._emulator.mode == "running" else 0.0
        return wait_for(self._emulator, 1, default if timeout is None else timeout, **filters)[0]

    def clear(self) -> None:
        """Empty the inbox."""
        self._emulator.control("delete_messages")

    def code(self, *, to: str, pattern: str = CODE) -> str:
        """
        The newest one-time code that was sent to this number.

        Raises:
            LookupError: no message to it holds one.
        """
        for message in reversed(self.messages(to=to, direction="outbound")):
            found = re.search(pattern, message.body)
            if found:
                return found.group(0)
        raise LookupError(f"no message to {to} holds a code like {pattern}")


class HandsetFace:
    """One telephone and the person who holds it."""

    def __init__(self, emulator: Emulator, number: str) -> None:
        self._emulator = emulator
        self.number = number

    @property
    def inbox(self) -> list[Message]:
        """The texts that have reached this handset, oldest first."""
        emulator = self._emulator
        emulator.control("show_handset", number=self.number)
        with emulator.lock:
            return list(emulator.world.inbox.arrived(telephone(self.number)))  # type: ignore[arg-type]

    def reply(self, body: str, to: str | None = None) -> dict[str, Any]:
        """Write to a number; to whoever wrote last unless `to` says otherwise."""
        answer: dict[str, Any] = self._emulator.control("receive_message", number=self.number, body=body, to=to)
        return answer

    def tap(self, text: str) -> dict[str, Any]:
        """Tap what the newest rich message with such a suggestion offers."""
        answer: dict[str, Any] = self._emulator.control("tap_suggestion", number=self.number, text=text)
        return answer

    def send_file(self, content: bytes, file_name: str, content_type: str, to: str) -> dict[str, Any]:
        """Send a file to an RCS agent, which finds it in its bucket."""
        file = {"content": content, "file_name": file_name, "content_type": content_type}
        return send_media(self._emulator, number=self.number, to=to, **file)

    def type(self, to: str) -> bool:
        """Be seen writing to an RCS agent; returns whether its two-way channel hears of it."""
        return bool(self._emulator.control("type_message", number=self.number, to=to)["told"])

    def pick_up(self, answers: str = "answer") -> dict[str, Any]:
        """Take the newest call to this handset, which must be ringing; or end it by `busy`, `no_answer` or `fail`."""
        return self._in_call("answer_call", answers=answers)

    def press(self, digits: str) -> dict[str, Any]:
        """Press keys in the newest call to this handset, which must be going on."""
        return self._in_call("press_keys", digits=digits)

    def hang_up(self) -> dict[str, Any]:
        """End the newest call to this handset."""
        return self._in_call("hang_up")

    def _in_call(self, command: str, **members: Any) -> dict[str, Any]:
        message_id = self._emulator.control("call_with", number=self.number)
        call: dict[str, Any] = self._emulator.control(command, message_id=message_id, **members)
        return call

    def behave(self, *, delay: float | None = None, **behaviour: Any) -> None:
        """
        Behave so from now on.

        outcome, description, delay (seconds), answers (answer, busy, no_answer, fail), presses (a list: what for each
        time that a call asks), says (when a call records), carrier, rcs, reads_rcs.
        """
        if delay is not None:
            behaviour["delay_seconds"] = delay
        self._emulator.control("change_handset", number=self.number, **behaviour)


class CallsFace:
    """Calls from the numbers of all accounts."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def instruct(self, number: str, instructions: dict[str, Any] | None) -> None:
        """Have calls from a number follow these steps: `{"start": …, "steps": {name: step}}`; None reads the message."""
        self._emulator.control("change_instructions", number=number, instructions=instructions)

    def show(self, message_id: str) -> dict[str, Any]:
        """A call as the control API shows it under `voice`: what was said, the keys, the steps, the recordings."""
        voice: dict[str, Any] = self._emulator.control("show_message", message_id=message_id)["voice"]
        return voice

    def sound(self, message_id: str) -> bytes:
        """
        What the person has heard, as a WAV file.

        Raises:
            NotInstalled: the extra `speech` is not installed.
            UnknownThing: nothing was said.
        """
        return sound_of(self._emulator, message_id)


class RcsFace:
    """RCS agents of all accounts."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def decide(self, agent_id: str, status: str | None = None, **launches: str) -> dict[str, Any]:
        """Put an agent at a status (TESTING lets only its testers be sent to), or launch it: `decide(id, US="ACTIVE")`."""
        members = {"status": status, "launches": launches or None}
        shown: dict[str, Any] = self._emulator.control("change_rcs_agent", agent_id=agent_id, **members)
        return shown


class ClockFace:
    """The virtual clock."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    @property
    def now(self) -> datetime:
        """The virtual time."""
        return self._emulator.world.clock.now

    @property
    def mode(self) -> str:
        """running, stepping or frozen."""
        return self._emulator.mode

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Let that much time pass."""
        passed = timedelta(seconds=seconds, minutes=minutes, hours=hours, days=days)
        # The answer would list all that is to come, which takes long in the middle of a campaign.
        advancing.change_clock(self._emulator, advance_seconds=passed.total_seconds(), limit=0)

    def freeze(self) -> None:
        """Move only by `advance` and `settle` from now on."""
        self._emulator.control("change_clock", mode="frozen")

    def step(self) -> None:
        """Run what is due whenever somebody looks, from now on."""
        self._emulator.control("change_clock", mode="stepping")

    def pending(self) -> list[dict[str, Any]]:
        """What is to come."""
        found: list[dict[str, Any]] = self._emulator.control("show_clock")["pending"]
        return found


class DevicesFace:
    """The devices that take push notifications."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def put(self, token: str, **members: Any) -> dict[str, Any]:
        """Make a device, or change it: platform, state (active, stale, unregistered), phone_number."""
        device: dict[str, Any] = self._emulator.control("change_device", token=token, **members)
        return device

    def all(self, phone_number: str | None = None) -> list[dict[str, Any]]:
        """All devices, or those of one person."""
        found: list[dict[str, Any]] = self._emulator.control("list_devices", phone_number=phone_number)["devices"]
        return found


class CarriersFace:
    """The carriers' rules."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def rule(self, outcome: str, **rule: Any) -> None:
        """Add a rule behind the others; match members (to, country, from_, contains …) may be given by name."""
        match = {name: rule.pop(name) for name in sorted(RULE_MATCHES) if name in rule}
        if "from_" in rule:
            match["from"] = rule.pop("from_")
        rules = self._emulator.control("show_rules")
        added = {"outcome": outcome, "match": rule.pop("match", {}) | match} | rule
        self._emulator.control("change_rules", rules=[*rules, added])

    def clear(self) -> None:
        """Drop all rules."""
        self._emulator.control("change_rules", rules=[])


class FaultsFace:
    """Injected faults."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def add(self, error: str | int, **fault: Any) -> None:
        """Add a fault behind the others: operation, service, probability, times, latency_seconds."""
        faults = self._emulator.control("show_faults")
        self._emulator.control("change_faults", faults=[*faults, {"error": str(error)} | fault])

    def clear(self) -> None:
        """Drop all faults."""
        self._emulator.control("change_faults", faults=[])


class EventsFace:
    """Event records."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def records(self, **filters: Any) -> list[dict[str, Any]]:
        """The records that were made: message_id, event_type, destination."""
        found = self._emulator.control("list_events", limit=10**9, **filters)["events"]
        return [event["record"] for event in found]

    def deliveries(self, **filters: Any) -> list[dict[str, Any]]:
        """What became of their deliveries."""
        found = self._emulator.control("list_events", limit=10**9, **filters)["events"]
        return [delivery for event in found for delivery in event["deliveries"]]


class RegistrationsFace:
    """The reviewer of registrations."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def decide(self, registration_id: str, status: str, reasons: Iterable[dict[str, str]] = ()) -> dict[str, Any]:
        """
        Bring a registration to a status: COMPLETE, REQUIRES_UPDATES, REVIEWING, PROVISIONING, REQUIRES_AUTHENTICATION or
        CLOSED. `reasons` of a denial are dicts with `reason`, and perhaps `short_description` and `field_path`.
        """
        answer: dict[str, Any] = self._emulator.control(
            "decide_registration", registration_id=registration_id, status=status, reasons=list(reasons)
        )
        return answer

    def records(self, **filters: Any) -> list[dict[str, Any]]:
        """All registrations as they stand: account, region, status, registration_type."""
        found: list[dict[str, Any]] = self._emulator.control("list_registrations", **filters)["registrations"]
        return found


class ConsentFace:
    """The audit trail of opt-outs and opt-ins."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def records(self, **filters: Any) -> list[dict[str, Any]]:
        """Every change, oldest first: number, action, cause, account, region, since, before."""
        found: list[dict[str, Any]] = self._emulator.control("list_consent", **filters)["records"]
        return found


class AccountFace:
    """The settings of one account in one region."""

    def __init__(self, emulator: Emulator, account: str | None, region: str | None) -> None:
        self._emulator = emulator
        self._scope = {"account": account, "region": region}

    @property
    def tier(self) -> str:
        """SANDBOX or PRODUCTION."""
        return str(self._emulator.control("show_account", **self._scope)["tier"])

    @tier.setter
    def tier(self, tier: str) -> None:
        self._emulator.control("change_account", **self._scope, tier=tier)

    @property
    def enabled(self) -> bool:
        """Whether the account may send."""
        return bool(self._emulator.control("show_account", **self._scope)["enabled"])

    @enabled.setter
    def enabled(self, enabled: bool) -> None:
        self._emulator.control("change_account", **self._scope, enabled=enabled)

    @property
    def reputation(self) -> str:
        """good, or insufficient: a new or suspect account is refused what AWS reserves."""
        return str(self._emulator.control("show_account", **self._scope)["reputation"])

    @reputation.setter
    def reputation(self, reputation: str) -> None:
        self._emulator.control("change_account", **self._scope, reputation=reputation)

    @property
    def spend_limits(self) -> dict[str, int]:
        """The MaxLimits that AWS has set for this account, in whole dollars a month, by AWS's word for the channel."""
        return dict(self._emulator.control("show_account", **self._scope)["spend_limits"])

    @spend_limits.setter
    def spend_limits(self, limits: dict[str, int]) -> None:
        self._emulator.control("change_account", **self._scope, spend_limits=limits)

    @property
    def reviewer(self) -> str:
        """Who reviews the account's registrations: approve, manual or deny."""
        return str(self._emulator.control("show_account", **self._scope)["reviewer"])

    @reviewer.setter
    def reviewer(self, reviewer: str) -> None:
        self._emulator.control("change_account", **self._scope, reviewer=reviewer)
