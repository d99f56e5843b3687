"""Time as the tester moves it, and the beginning of an empty world."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from emulator.tester.errors import BadCommand
from emulator.tester.readers import amount, one_of, read_time, seconds, true_or_false, whole
from emulator.tester.views import iso

if TYPE_CHECKING:
    from emulator.engine import Emulator

SPEED_MAX = 10**6
LAST_DAY = datetime(9000, 1, 1, tzinfo=timezone.utc)
"""Where the virtual clock ends; Python's calendar does so in 9999."""


def show_clock(emulator: Emulator, *, limit: Any = None) -> dict[str, Any]:
    """The time, how it moves, and what is to come: all of it, or the first `limit`."""
    clock = emulator.world.clock
    count = None if limit is None else whole(limit, "limit")
    pending = []
    for timer in clock.pending(count):
        entry = {"due": iso(timer.due), "what": type(timer.event).__name__}
        message_id = getattr(timer.event, "message_id", None)
        pending.append(entry | ({"message_id": message_id} if message_id else {}))
    return {
        "now": iso(clock.now),
        "mode": emulator.mode,
        "speed": emulator.speed,
        "pending": pending,
        "pending_count": clock.pending_count,
    }


def change_clock(
    emulator: Emulator,
    *,
    mode: Any = None,
    speed: Any = None,
    advance_seconds: Any = None,
    advance_to: Any = None,
    limit: Any = None,
) -> dict[str, Any]:
    """Change how time moves, or move it; returns what `show_clock` does."""
    if mode is not None:
        one_of(mode, ("running", "stepping", "frozen"), "mode")
    if speed is not None and amount(speed, "speed", SPEED_MAX) == 0:
        raise BadCommand("speed must be above 0", "speed")
    moment = moment_wanted(emulator, advance_seconds, advance_to)
    if mode is not None or speed is not None:
        emulator.set_clock(mode or emulator.mode, emulator.speed if speed is None else float(speed))
    emulator.world.clock.advance_to(moment)
    emulator.rebase()
    emulator.tell("clock", show_clock(emulator, limit=0))
    return show_clock(emulator, limit=limit)


def moment_wanted(emulator: Emulator, advance_seconds: Any, advance_to: Any) -> datetime:
    """Where time is to go; where it stands if nothing is said of that."""
    clock = emulator.world.clock
    moment = clock.now
    if advance_to is not None:
        moment = read_time(advance_to, "advance_to")
        if moment < clock.now:
            raise BadCommand(f"time does not run back: it is {iso(clock.now)} already", "advance_to")
    if advance_seconds is not None:
        moment += seconds(advance_seconds, "advance_seconds")
    if moment >= LAST_DAY:
        raise BadCommand("the clock ends with the year 8999", "advance_seconds" if advance_to is None else "advance_to")
    return moment


def settle(emulator: Emulator, *, within_seconds: Any = None) -> dict[str, Any]:
    """Run all that is pending, or of it what falls due within that time."""
    clock = emulator.world.clock
    if within_seconds is None:
        ran = clock.settle()
    else:
        ran = clock.run_until(clock.now + seconds(within_seconds, "within_seconds"))
    emulator.rebase()
    emulator.tell("clock", show_clock(emulator, limit=0))
    return {"ran": ran, "now": iso(clock.now)}


def reset(emulator: Emulator, *, aws: Any = False) -> dict[str, bool]:
    """An empty world; with `aws` the embedded AWS services too."""
    true_or_false(aws, "aws")
    emulator.begin()
    if aws:
        emulator.aws.reset()
    emulator.tell("reset", {"reset": True})
    return {"reset": True}


COMMANDS: tuple[Callable[..., Any], ...] = (
    show_clock,
    change_clock,
    settle,
    reset,
)
