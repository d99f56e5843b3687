"""Calls as the tester orders them: the answer, the keys pressed, the hanging up, what a call does, and how it sounds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from emulator.services.sms_voice_v2 import calls, sending
from emulator.services.sms_voice_v2.events import MessageStepDue
from emulator.services.sms_voice_v2.service import Context
from emulator.services.sms_voice_v2.service import service as sms_voice_v2
from emulator.services.sms_voice_v2.state.calls import Call, Instruction, Instructions
from emulator.services.sms_voice_v2.state.messages import Message
from emulator.services.sms_voice_v2.store import SmsStore
from emulator.telecom.carriers import ANSWERS
from emulator.telecom.speech import NoSpeech, render
from emulator.tester.errors import BadCommand, NotInstalled, UnknownThing
from emulator.tester.readers import amount, any_number, one_of, quoted, read_members, telephone, text_or_none, whole
from emulator.tester.views import instructions_view, message_view

if TYPE_CHECKING:
    from emulator.engine import Emulator

RINGING = "RINGING"
KEYS = "[0-9*#]{1,64}"
GATHER_DIGITS_MAX = 32
SECONDS_MAX = 300
LIVE = "a call goes on only while time stands: freeze the clock and advance it, or tell the handset what it presses"


def digits(value: Any, field: str = "digits") -> str:
    """Keys of a telephone."""
    if not isinstance(value, str) or not re.fullmatch(KEYS, value):
        raise BadCommand(f"{field} must be keys such as 1 or 42#, not {quoted(value)}", field)
    return value


def each_digits(value: Any, field: str) -> tuple[str, ...]:
    """A list of what to press."""
    if not isinstance(value, list | tuple):
        raise BadCommand(f'{field} must be a list such as ["1", "42#"], not {quoted(value)}', field)
    return tuple(digits(item, field) for item in value)


def find_call(emulator: Emulator, message_id: str) -> tuple[Message, Call]:
    """A call of any account."""
    message: Any = emulator.world.inbox.messages.get(message_id)
    if message is None or message.call is None:
        raise UnknownThing(f"no call {message_id}")
    return message, message.call


@contextmanager
def _context_of(emulator: Emulator, message: Message) -> Iterator[Context]:
    context = emulator.world.context(sms_voice_v2, message.account, message.region)
    try:
        yield context
    except calls.NoCall as error:
        raise BadCommand(f"the call is {message.status}; {LIVE}", "message_id") from error
    emulator.world.bus.publish_all(context.facts)


def answer_call(emulator: Emulator, *, message_id: str, answers: Any = "answer") -> dict[str, Any]:
    """The person takes a call that rings, or not: `answer`, `busy`, `no_answer`, `fail`, whatever was settled before."""
    message, _ = find_call(emulator, message_id)
    one_of(answers, ANSWERS, "answers")
    if message.status != RINGING or message.outcome is None:
        raise BadCommand(f"the call is {message.status}; only one that rings can be answered: {LIVE}", "message_id")
    status = ANSWERS[answers]
    context = emulator.world.context(sms_voice_v2, message.account, message.region)
    sending.withdraw(context, message)
    message.outcome = replace(message.outcome, status=status, description=None)
    taken = status == ANSWERS["answer"]
    step = MessageStepDue(message.account, message.region, message_id, "ANSWERED" if taken else status, not taken)
    sending.move(context, step)
    emulator.world.bus.publish_all(context.facts)
    # What the call says begins at once, on a frozen clock too.
    emulator.world.clock.run_until(emulator.world.clock.now)
    return message_view(message)


def press_keys(emulator: Emulator, *, message_id: str, digits: Any = None) -> dict[str, Any]:
    """The person presses keys in a call that goes on."""
    message, _ = find_call(emulator, message_id)
    keys = _digits(digits)
    with _context_of(emulator, message) as context:
        calls.press(context, message, keys)
    return message_view(message)


_digits = digits  # the parameter above has the name of the request's member


def hang_up(emulator: Emulator, *, message_id: str) -> dict[str, Any]:
    """The person ends a call that goes on."""
    message, _ = find_call(emulator, message_id)
    with _context_of(emulator, message) as context:
        calls.end(context, message)
    return message_view(message)


def call_with(emulator: Emulator, *, number: str) -> str:
    """The id of the newest call to a handset."""
    kept = emulator.world.inbox.by_handset.get(telephone(number), {})
    for message in reversed(kept.values()):
        if message.channel == "voice":
            return message.message_id
    raise UnknownThing(f"nobody has called {number}")


def call_sound(emulator: Emulator, *, message_id: str) -> tuple[tuple[Any, ...], str]:
    """What was said in a call so far, and by which voice; to be rendered by `sound_of` without the world's lock."""
    _, call = find_call(emulator, message_id)
    if not call.spoken:
        raise UnknownThing(f"nothing was said in the call {message_id}: it was not answered, or there was no sound in it")
    return tuple(call.spoken), call.voice_id


def sound_of(emulator: Emulator, message_id: str) -> bytes:
    """What the person has heard, as a WAV file."""
    script, voice_id = emulator.control("call_sound", message_id=message_id)
    try:
        return render(script, voice_id)
    except NoSpeech as error:
        raise NotInstalled(str(error)) from error


# --- What calls do ----------------------------------------------------------------------------------------------------


def _owner_of(emulator: Emulator, number: Any) -> tuple[SmsStore, str]:
    wanted = any_number(number)
    for store in emulator.world.sms_stores:
        if store.phone_numbers.find(wanted) is not None:
            return store, wanted
    raise UnknownThing(f"no account has the number {wanted}")


def show_instructions(emulator: Emulator, *, number: str) -> dict[str, Any]:
    """What calls from a number do; without instructions they read the message and end."""
    store, wanted = _owner_of(emulator, number)
    found = store.call_instructions.get(wanted)
    return {"number": wanted, "instructions": instructions_view(found) if found else None}


def change_instructions(emulator: Emulator, *, number: str, instructions: Any = None) -> dict[str, Any]:
    """Have calls from a number follow these steps from now on; None takes them away."""
    store, wanted = _owner_of(emulator, number)
    if instructions is None:
        store.call_instructions.pop(wanted, None)
    else:
        store.call_instructions[wanted] = read_instructions(instructions)
    return show_instructions(emulator, number=wanted)


def read_instructions(body: Any) -> Instructions:
    """Steps that lead to one another: `{"start": "menu", "steps": {"menu": {…}}}`."""
    members = read_members(body, ("start", "steps"), "start", "steps")
    if not isinstance(members["steps"], dict):
        raise BadCommand("steps must be an object of steps by name", "steps")
    steps = {name: _read_step(name, step) for name, step in members["steps"].items()}
    for name, step in steps.items():
        for following in (*step.on.values(), step.otherwise, step.then):
            if following is not None and following not in steps:
                raise BadCommand(f"step {name} leads to {quoted(following)}, which is no step", f"steps.{name}")
    if members["start"] not in steps:
        raise BadCommand(f"start must be one of {', '.join(sorted(steps))}, not {quoted(members['start'])}", "start")
    return Instructions(members["start"], steps)


STEP: dict[str, Callable[[Any, str], Any]] = {
    "say": lambda value, field: text_or_none(value, field) or "",
    "record_seconds": lambda value, field: amount(value, field, SECONDS_MAX),
    "gather_digits": lambda value, field: min(whole(value, field), GATHER_DIGITS_MAX),
    "gather_seconds": lambda value, field: amount(value, field, SECONDS_MAX),
    "finish_on_key": digits,
    "on": lambda value, field: {digits(keys, field): str(step) for keys, step in _object(value, field).items()},
    "otherwise": text_or_none,
    "repeat": whole,
    "then": text_or_none,
}
"""What a step can have, and how each member is read."""


def _read_step(name: str, body: Any) -> Instruction:
    try:
        members = read_members(body, tuple(STEP))
        return Instruction(**{member: STEP[member](value, member) for member, value in members.items()})
    except BadCommand as error:
        raise BadCommand(f"step {name}: {error}", f"steps.{name}") from error


def _object(value: Any, field: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadCommand(f"{field} must be an object, not {quoted(value)}", field)
    return value


COMMANDS: tuple[Callable[..., Any], ...] = (
    answer_call,
    press_keys,
    hang_up,
    call_with,
    call_sound,
    show_instructions,
    change_instructions,
)
