"""Calls: the instructions that a call follows, and what the recipient does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from emulator.kernel.clock import Timer
from emulator.kernel.dataclass import dataclass
from emulator.telecom.script import Piece, Script

MESSAGE = "{message}"
"""The placeholder for the message of the request in what an instruction says."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """
    One step of a call: say, record and gather, in this order, then go on or hang up. The emulator's own addition.

    A step records for `record_seconds`, and gathers keys until there are `gather_digits`, the key `finish_on_key` is
    pressed, or `gather_seconds` have passed. The gathered keys select the next step from `on`; other keys, or none,
    repeat the step up to `repeat` times, and then lead to `otherwise`. A step that gathers nothing leads to `then`. If no
    step follows, the call ends.
    """

    say: str = ""
    record_seconds: float = 0.0
    gather_digits: int = 0
    gather_seconds: float = 5.0
    finish_on_key: str = "#"
    on: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    repeat: int = 0
    then: str | None = None


@dataclass(frozen=True, slots=True)
class Instructions:
    """The steps by name, and the name of the first."""

    start: str
    steps: Mapping[str, Instruction]


PLAIN = Instructions("message", {"message": Instruction(say=MESSAGE)})
"""The instructions of a call that reads the message and ends."""


@dataclass(slots=True)
class Call:
    """
    The course of one call.

    Attributes:
        voice_id: AWS's name of the voice.
        text_type: TEXT or SSML.
        script: the message of the request.
        minute_price: in millicents.
        seconds_max: the time limit of the call, in seconds.
        instructions: the instructions that the call follows.
        step: the name of the current step.
        phase: say, record or gather; None until the call is answered and after it has ended.
        tries: how often the current step has been repeated.
        digits: all keys pressed, in order.
        buffer: the keys that no step has gathered yet.
        queued_keys: what the handset will press whenever it is asked, set in advance.
        queued_speech: what the recipient will say in a recording, set in advance.
        spoken: what the call has said.
        path: the names of the steps taken.
        recordings: what the recipient has said, by step.
        timer: ends the current phase.
        limit: ends the call after `seconds_max`.
    """

    voice_id: str
    text_type: str
    script: Script
    minute_price: int
    seconds_max: float
    instructions: Instructions = PLAIN
    step: str = ""
    phase: str | None = None
    tries: int = 0
    digits: str = ""
    buffer: str = ""
    queued_keys: list[str] = field(default_factory=list)
    queued_speech: str | None = None
    spoken: list[Piece] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    recordings: list[dict[str, object]] = field(default_factory=list)
    timer: Timer | None = None
    limit: Timer | None = None

    @property
    def current(self) -> Instruction:
        """The current step."""
        return self.instructions.steps[self.step]
