"""
An answered call: steps that say something, record and gather keys, until the call ends.

AWS's calls read a message and hang up. Instructions that ask for keys are the emulator's own addition: the control API
sets them for an origination number, and every call from it follows them. When a call ends, started minutes are billed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from emulator.messaging.context import Context
from emulator.messaging.facts import KeysPressed
from emulator.messaging.sending.lifecycle import set_status
from emulator.messaging.state.calls import MESSAGE, Call
from emulator.messaging.state.messages import Message
from emulator.messaging.timers import CallAnswered, CallStepDue
from emulator.telecom.script import Piece, Script, seconds_of
from emulator.wire.service import reaction

STEP_SECONDS_MIN = 1.0
"""The shortest duration of a step, so that instructions that loop are ended by the time limit of the call."""


class CallNotInProgress(Exception):
    """The call has not been answered yet, or has ended."""


@reaction(CallAnswered)
def start(ctx: Context, event: CallAnswered) -> None:
    """Start an answered call with the present instructions of its origination number."""
    message, call = _find(ctx, event.message_id)
    call.instructions = ctx.store.call_instructions.get(message.sender, call.instructions)
    handset = ctx.world.handsets.get(message.to)
    if handset is not None:
        call.queued_keys, call.queued_speech = list(handset.presses), handset.says
    at_most = timedelta(seconds=call.seconds_max)
    due = CallStepDue(ctx.account, ctx.region, message.message_id, "limit")
    call.limit = ctx.world.clock.schedule(at_most, due)
    _go_to(ctx, message, call, call.instructions.start)


@reaction(CallStepDue)
def advance(ctx: Context, event: CallStepDue) -> None:
    """Continue a call after a phase, or end it at its time limit."""
    message, call = _find(ctx, event.message_id)
    if event.phase == "limit":
        end(ctx, message)
    elif event.phase == "say":
        _record(ctx, message, call)
    elif event.phase == "record":
        _finish_recording(ctx, message, call)
    else:
        _finish_gathering(ctx, message, call)


def press(ctx: Context, message: Message, digits: str) -> None:
    """
    Press keys in a call.

    Raises:
        CallNotInProgress: If the call has not been answered yet, or has ended.
    """
    call = _in_progress(message)
    call.digits += digits
    call.buffer += digits
    ctx.emit(KeysPressed(message, digits))
    instruction = call.current
    if call.phase == "record":
        call.buffer = ""
        _finish_recording(ctx, message, call)
    elif instruction.gather_digits and _is_complete(call):
        # Enough keys end the prompt too.
        _finish_gathering(ctx, message, call)


def end(ctx: Context, message: Message) -> None:
    """
    End a call, and charge its minutes: the recipient has hung up, or the instructions are at their end.

    Raises:
        CallNotInProgress: If the call has not been answered yet, or has ended.
    """
    call = _in_progress(message)
    call.phase = None
    for timer in (call.timer, call.limit):
        if timer is not None:
            ctx.world.clock.cancel(timer)
    answered_at = next(entry.at for entry in message.history if entry.status == "ANSWERED")
    seconds = round((ctx.now - answered_at).total_seconds())
    message.charge = replace(message.charge, price=call.minute_price * -(-seconds // 60))
    ctx.store.spend.add(message.charge.limit, message.requested_at, message.charge.price)
    set_status(ctx, message, "COMPLETED", final=True)


def _find(ctx: Context, message_id: str) -> tuple[Message, Call]:
    message = ctx.store.messages[message_id]
    assert message.call is not None
    return message, message.call


def _in_progress(message: Message) -> Call:
    if message.call is None or message.call.phase is None:
        raise CallNotInProgress(message.message_id)
    return message.call


def _go_to(ctx: Context, message: Message, call: Call, step: str | None) -> None:
    if step is None:
        end(ctx, message)
        return
    call.step, call.tries = step, 0
    _say(ctx, message, call)


def _say(ctx: Context, message: Message, call: Call) -> None:
    call.path.append(call.step)
    script = script_of(call, call.current.say)
    call.spoken.extend(script)
    seconds = max(seconds_of(script), STEP_SECONDS_MIN)
    _wait(ctx, message, call, "say", seconds)


def script_of(call: Call, say: str) -> Script:
    """Return what an instruction says, with the message of the request in place of `{message}`."""
    pieces: list[Piece] = []
    before, *rest = say.split(MESSAGE)
    pieces.append(Piece(before.strip()))
    for after in rest:
        pieces.extend(call.script)
        pieces.append(Piece(after.strip()))
    return tuple(piece for piece in pieces if piece.text or piece.pause or piece.recording)


def _record(ctx: Context, message: Message, call: Call) -> None:
    if call.current.record_seconds:
        _wait(ctx, message, call, "record", call.current.record_seconds)
    else:
        _gather(ctx, message, call)


def _finish_recording(ctx: Context, message: Message, call: Call) -> None:
    if call.timer is not None:
        ctx.world.clock.cancel(call.timer)
    call.recordings.append({"step": call.step, "text": call.queued_speech or ""})
    _gather(ctx, message, call)


def _gather(ctx: Context, message: Message, call: Call) -> None:
    instruction = call.current
    if not instruction.gather_digits:
        _go_to(ctx, message, call, instruction.then)
        return
    _wait(ctx, message, call, "gather", instruction.gather_seconds)
    if call.queued_keys:
        press(ctx, message, call.queued_keys.pop(0))


def _is_complete(call: Call) -> bool:
    instruction = call.current
    return len(call.buffer) >= instruction.gather_digits or instruction.finish_on_key in call.buffer


def _finish_gathering(ctx: Context, message: Message, call: Call) -> None:
    """Choose the next step by the keys gathered so far: there are enough of them, or the time for them is over."""
    if call.timer is not None:
        ctx.world.clock.cancel(call.timer)
    instruction = call.current
    keys = call.buffer.partition(instruction.finish_on_key)[0][: instruction.gather_digits]
    call.buffer = ""
    if keys in instruction.on:
        _go_to(ctx, message, call, instruction.on[keys])
    elif call.tries < instruction.repeat:
        call.tries += 1
        _say(ctx, message, call)
    else:
        _go_to(ctx, message, call, instruction.otherwise)


def _wait(ctx: Context, message: Message, call: Call, phase: str, seconds: float) -> None:
    call.phase = phase
    due = CallStepDue(ctx.account, ctx.region, message.message_id, phase)
    call.timer = ctx.world.clock.schedule(timedelta(seconds=seconds), due)
