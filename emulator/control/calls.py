"""Calls: answering, pressing keys, hanging up, the instructions that calls follow, and their sound."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any, TypedDict

from emulator.control.command import File, command
from emulator.control.errors import InvalidArgument, MissingExtra, NotFound
from emulator.control.parsing import (
    AnyNumber,
    Parser,
    PhoneNumber,
    Text,
    choice,
    parse_int,
    parse_number,
    parse_object,
    parse_optional_text,
    quoted,
)
from emulator.control.views import MessageView, instructions_view, message_view
from emulator.engine import Engine
from emulator.messaging.context import Context, messaging
from emulator.messaging.sending import lifecycle
from emulator.messaging.state.calls import Call, Instruction, Instructions
from emulator.messaging.state.messages import Message
from emulator.messaging.store import MessagingStore
from emulator.messaging.timers import MessageStepDue
from emulator.messaging.voice import ivr
from emulator.telecom.carriers import ANSWERS
from emulator.telecom.speech import NoSpeech, render
from emulator.telecom.vocabulary import Status
from emulator.world import World

RINGING = "RINGING"
KEYS = "[0-9*#]{1,64}"
DIGITS_SCHEMA = {"type": "string", "pattern": f"^{KEYS}$"}
GATHER_DIGITS_MAX = 32
SECONDS_MAX = 300
HOW_TO_TAKE_PART = (
    "to take part in a call, freeze the clock and advance it step by step, or set what the handset presses beforehand"
)


def parse_digits(value: Any, name: str = "digits") -> str:
    """Parse keys of a phone."""
    if not isinstance(value, str) or not re.fullmatch(KEYS, value):
        raise InvalidArgument(f"{name} must be keys such as 1 or 42#, not {quoted(value)}", name)
    return value


def parse_each_digits(value: Any, name: str) -> tuple[str, ...]:
    """Parse a list of keys to press."""
    if not isinstance(value, list | tuple):
        raise InvalidArgument(f'{name} must be a list such as ["1", "42#"], not {quoted(value)}', name)
    return tuple(parse_digits(item, name) for item in value)


def find_call(world: World, message_id: str) -> tuple[Message, Call]:
    """Return a call of any account."""
    message = world.inbox.messages.get(message_id)
    if message is None or message.call is None:
        raise NotFound(f"no call {message_id}")
    return message, message.call


@contextmanager
def _in_call(world: World, message: Message) -> Iterator[Context]:
    try:
        with world.transaction(messaging, message.account, message.region) as ctx:
            yield ctx
    except ivr.CallNotInProgress as error:
        raise InvalidArgument(f"the call is {message.status}; {HOW_TO_TAKE_PART}", "message_id") from error


Answers = Annotated[str, choice(*ANSWERS)]
Digits = Annotated[str, Parser(parse_digits, DIGITS_SCHEMA)]


@command("POST /calls/{message_id}/answer")
def answer_call(world: World, *, message_id: Text, answers: Answers = "answer") -> MessageView:
    """Answer a ringing call, or end it (`busy`, `no_answer`, `fail`), regardless of what the handset would do."""
    message, _ = find_call(world, message_id)
    outcome = message.carriage.outcome
    if message.status != RINGING or outcome is None:
        sentence = f"the call is {message.status}; only a ringing call can be answered: {HOW_TO_TAKE_PART}"
        raise InvalidArgument(sentence, "message_id")
    status = ANSWERS[answers]
    answered = status == ANSWERS["answer"]
    with world.transaction(messaging, message.account, message.region) as ctx:
        lifecycle.withdraw(ctx, message)
        changed = replace(outcome, status=status, description=None)
        message.carriage = replace(message.carriage, outcome=changed)
        reached: Status = "ANSWERED" if answered else status
        step = MessageStepDue(message.account, message.region, message_id, reached, final=not answered)
        lifecycle.apply_carrier_step(ctx, step)
    # The call starts to speak at once, even on a frozen clock.
    world.clock.run_until(world.clock.now)
    return message_view(message)


@command("POST /calls/{message_id}/dtmf")
def press_keys(world: World, *, message_id: Text, digits: Digits) -> MessageView:
    """Press keys in a call that is in progress."""
    message, _ = find_call(world, message_id)
    with _in_call(world, message) as ctx:
        ivr.press(ctx, message, digits)
    return message_view(message)


@command("POST /calls/{message_id}/hangup")
def hang_up(world: World, *, message_id: Text) -> MessageView:
    """Hang up a call that is in progress."""
    message, _ = find_call(world, message_id)
    with _in_call(world, message) as ctx:
        ivr.end(ctx, message)
    return message_view(message)


@command()
def find_latest_call(world: World, *, number: PhoneNumber) -> str:
    """Return the id of the latest call to a handset."""
    for message in world.inbox.by_handset.newest_first(number):
        if message.channel == "voice":
            return message.message_id
    raise NotFound(f"nobody has called {number}")


@command("GET /calls/{message_id}/audio.wav", unlocked=True)
def call_sound(engine: Engine, *, message_id: Text) -> File:
    """Fetch what was said in a call so far as a WAV file; this needs the extra `speech`."""

    def spoken() -> tuple[tuple[Any, ...], str]:
        _, call = find_call(engine.world, message_id)
        if not call.spoken:
            raise NotFound(f"nothing was said in call {message_id}: it was not answered, or it has no sound")
        return tuple(call.spoken), call.voice_id

    # Rendering is slow, and needs none of the world's state.
    script, voice_id = engine.control(spoken)
    try:
        return File(render(script, voice_id), "audio/wav", trusted=True)
    except NoSpeech as error:
        raise MissingExtra(str(error)) from error


# --- Call instructions ------------------------------------------------------------------------------------------------


class InstructionsView(TypedDict):
    """The instructions that calls from a number follow; without any (null) they read the message and end."""

    number: str
    instructions: dict[str, Any] | None


def _owner_of(world: World, number: str) -> MessagingStore:
    for store in world.messaging_stores:
        if store.phone_numbers.find(number) is not None:
            return store
    raise NotFound(f"no account has the number {number}")


@command("GET /numbers/{number}/instructions")
def show_instructions(world: World, *, number: AnyNumber) -> InstructionsView:
    """Show the instructions that calls from a number follow; without any they read the message and end."""
    found = _owner_of(world, number).call_instructions.get(number)
    return {"number": number, "instructions": instructions_view(found) if found else None}


def parse_instructions(value: Any, name: str) -> Instructions | None:
    """Parse steps that lead to one another, `{"start": "menu", "steps": {"menu": {…}}}`, or null."""
    if value is None:
        return None
    body = parse_object(value, ("start", "steps"), "start", "steps")
    if not isinstance(body["steps"], dict):
        raise InvalidArgument("steps must be an object of steps by name", "steps")
    steps = {step: _parse_step(step, fields) for step, fields in body["steps"].items()}
    for step, instruction in steps.items():
        for following in (*instruction.on.values(), instruction.otherwise, instruction.then):
            if following is not None and following not in steps:
                raise InvalidArgument(f"step {step} leads to {quoted(following)}, which does not exist", f"steps.{step}")
    if not isinstance(body["start"], str) or body["start"] not in steps:
        raise InvalidArgument(f"start must be one of {', '.join(sorted(steps))}, not {quoted(body['start'])}", "start")
    return Instructions(body["start"], steps)


STEP: dict[str, Callable[[Any, str], Any]] = {
    "say": lambda value, name: parse_optional_text(value, name) or "",
    "record_seconds": lambda value, name: parse_number(value, name, SECONDS_MAX),
    "gather_digits": lambda value, name: min(parse_int(value, name), GATHER_DIGITS_MAX),
    "gather_seconds": lambda value, name: parse_number(value, name, SECONDS_MAX),
    "finish_on_key": parse_digits,
    "on": lambda value, name: {parse_digits(keys, name): str(step) for keys, step in _object(value, name).items()},
    "otherwise": parse_optional_text,
    "repeat": parse_int,
    "then": parse_optional_text,
}
"""The fields of a step, each with its parser."""


def _parse_step(step: str, body: Any) -> Instruction:
    try:
        fields = parse_object(body, STEP)
        return Instruction(**{name: STEP[name](value, name) for name, value in fields.items()})
    except InvalidArgument as error:
        raise InvalidArgument(f"step {step}: {error}", f"steps.{step}") from error


def _object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidArgument(f"{name} must be an object, not {quoted(value)}", name)
    return value


INSTRUCTIONS_SCHEMA = {
    "type": "object",
    "required": ["start", "steps"],
    "properties": {
        "start": {"type": "string"},
        "steps": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "say": {"type": "string"},
                    "record_seconds": {"type": "number", "minimum": 0, "maximum": SECONDS_MAX},
                    "gather_digits": {"type": "integer", "minimum": 0},
                    "gather_seconds": {"type": "number", "minimum": 0, "maximum": SECONDS_MAX},
                    "finish_on_key": DIGITS_SCHEMA,
                    "on": {"type": "object", "additionalProperties": {"type": "string"}},
                    "otherwise": {"type": ["string", "null"]},
                    "repeat": {"type": "integer", "minimum": 0},
                    "then": {"type": ["string", "null"]},
                },
            },
        },
    },
}
CallInstructions = Annotated[Instructions | None, Parser(parse_instructions, INSTRUCTIONS_SCHEMA)]


@command("PUT /numbers/{number}/instructions", body="instructions")
def change_instructions(world: World, *, number: AnyNumber, instructions: CallInstructions = None) -> InstructionsView:
    """Have calls from a number follow these steps from now on; without any they read the message and end."""
    store = _owner_of(world, number)
    if instructions is None:
        store.call_instructions.pop(number, None)
    else:
        store.call_instructions[number] = instructions
    return show_instructions(world, number=number)


@command("DELETE /numbers/{number}/instructions")
def delete_instructions(world: World, *, number: AnyNumber) -> InstructionsView:
    """Remove the instructions of a number: its calls read the message and end, as AWS's do."""
    return change_instructions(world, number=number)
