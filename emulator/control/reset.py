"""Starting again with empty state, which can be undone for a minute."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TypedDict

from emulator.control.command import command
from emulator.control.errors import NotFound
from emulator.control.parsing import Flag
from emulator.control.views import iso
from emulator.engine import Engine
from emulator.request_log import LoggedRequest
from emulator.world import World

UNDO_SECONDS = 60
"""How long a reset can be undone, by the wall clock. No state depends on that clock, only when it is too late."""


@dataclass(frozen=True, slots=True)
class BeforeReset:
    """What a reset has replaced, and until when it is kept, by `time.monotonic`."""

    world: World
    mode: str
    speed: float
    requests: tuple[LoggedRequest, ...]
    kept_until: float


class Reset(TypedDict):
    """The state is empty; for `undo_seconds` the one before it can be had back. It cannot where a journal is kept."""

    reset: bool
    undo_seconds: int


class Undone(TypedDict):
    """The virtual time of the state before the reset."""

    now: str


@command("POST /reset")
def reset(engine: Engine, *, aws: Flag = False) -> Reset:
    """Start again with empty state; with `aws`, empty the embedded AWS services too, which cannot be undone."""
    before = BeforeReset(engine.world, engine.mode, engine.speed, tuple(engine.requests), time.monotonic() + UNDO_SECONDS)
    engine.start_world()
    # A journal repeats what has happened; what a reset has replaced is not in it.
    engine.before_reset = None if engine.journal else before
    if aws:
        engine.aws.reset()
    engine.publish_to_stream("reset", {"reset": True})
    return {"reset": True, "undo_seconds": 0 if engine.journal else UNDO_SECONDS}


@command("POST /reset/undo")
def undo_reset(engine: Engine) -> Undone:
    """Put back the state from before the last reset; what has happened since is lost."""
    before, engine.before_reset = engine.before_reset, None
    if not isinstance(before, BeforeReset) or time.monotonic() > before.kept_until:
        raise NotFound(f"nothing to undo: there was no reset within the last {UNDO_SECONDS} seconds")
    engine.mode, engine.speed, engine.world = before.mode, before.speed, before.world
    engine.requests.clear(engine.settings.requests_kept, before.requests)
    engine.resync_wall_clock()
    engine.publish_to_stream("reset", {"reset": False})
    return {"now": iso(engine.world.clock.now)}
