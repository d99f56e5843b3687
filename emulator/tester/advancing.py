"""Time moved by hand, and what is delivered on the way."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from emulator.reporting.outbox import TargetRested
from emulator.tester import clock

if TYPE_CHECKING:
    from emulator.engine import Emulator


def change_clock(
    emulator: Emulator, *, advance_seconds: Any = None, advance_to: Any = None, limit: Any = None, **changes: Any
) -> dict[str, Any]:
    """
    The command of that name; a long way is gone in stages, from the end of one target's rest to that of the next.

    So a target that fails is tried as often as if the time had passed by itself. What comes up on a stage is sent at its
    end. Deliveries are made without the world's lock.

    Raises:
        BadCommand: an argument that makes no sense; nothing has changed.
    """
    if emulator.mode != "running":
        emulator.glance()
    with emulator.lock:
        emulator.look()
        end = clock.moment_wanted(emulator, advance_seconds, advance_to)
        if changes:
            clock.change_clock(emulator, limit=0, **changes)
    while (stage := _next_rest_ends(emulator)) is not None and stage < end:
        with emulator.lock:
            emulator.world.clock.advance_to(stage)
            emulator.rebase()
        emulator.deliver()
    with emulator.lock:
        emulator.world.clock.advance_to(end)
        shown = clock.change_clock(emulator, limit=limit)
        emulator.changed.notify_all()
    emulator.deliver()
    return shown


def _next_rest_ends(emulator: Emulator) -> datetime | None:
    world = emulator.world
    with emulator.lock:
        # There may be much that is pending, and mostly no target rests.
        if not world.outbox.is_resting():
            return None
        return next((timer.due for timer in world.clock.pending() if isinstance(timer.event, TargetRested)), None)
