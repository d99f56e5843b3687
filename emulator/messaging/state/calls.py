"""A call: what is said and asked in it, and what the person at the other end does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from emulator.kernel.clock import Timer
from emulator.telecom.script import Piece, Script

MESSAGE = "{message}"
"""Stands for the message of the request in what an instruction says."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """
    One step of a call, by the emulator's own addition: say, record, gather, in this order, then go on or hang up.

    It records for `record_seconds`, and gathers until it has `gather_digits` or the key `finish_on_key`, or `gather_seconds`
    have passed.
    Keys that were gathered choose the next step from `on`; any others, or none, `repeat` the step so many times, and
    then lead to `otherwise`. A step that gathers nothing leads to `then`. Where no step follows, the call ends.
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
    """Steps by name, and the first of them."""

    start: str
    steps: Mapping[str, Instruction]


PLAIN = Instructions("message", {"message": Instruction(say=MESSAGE)})
"""A call that reads the message and ends."""


@dataclass(slots=True)
class Call:
    """
    What is said and done in one call; `text_type` is TEXT or SSML, `minute_price` in millicents.

    It follows `instructions`, and is at `step`, which was repeated `tries` times. `phase` is None until the call is
    answered and after it has ended, else say, record or gather; `timer` ends the phase, and `limit` the call after
    `seconds_max`. What was said is in `spoken`, what the person has said in `recordings`.
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
    """Every key that was pressed, in order."""
    buffer: str = ""
    """Keys that no step has gathered yet."""
    queued_keys: list[str] = field(default_factory=list)
    """What the handset will press whenever it is asked, without being told again."""
    queued_speech: str | None = None
    spoken: list[Piece] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    """The names of the steps that were taken."""
    recordings: list[dict[str, object]] = field(default_factory=list)
    timer: Timer | None = None
    limit: Timer | None = None

    @property
    def current(self) -> Instruction:
        """The step that the call is at."""
        return self.instructions.steps[self.step]
