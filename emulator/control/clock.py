"""The clock: showing and changing it, and running what is pending."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from typing import Annotated, Any, TypedDict

from emulator.control.command import command, run_step, step
from emulator.control.errors import InvalidArgument
from emulator.control.parsing import Count, Parser, Seconds, Time, choice, parse_number, quoted
from emulator.control.views import iso
from emulator.engine import CLOCK_MODES, Engine
from emulator.kernel.clock import Timer
from emulator.reporting.outbox import BackoffElapsed

SPEED_MAX = 10**6
SETTLE_SECONDS_MAX = 30.0
"""How long `settle` takes at most; its answer says what is left."""
ADVANCE_SECONDS_MAX = 20.0
"""How long an advance waits for deliveries at most."""
RUNNING_SECONDS_MAX = 0.5
"""The same on a running clock, which delivers by itself."""
IDS = (
    "phone_number_id",
    "pool_id",
    "rcs_agent_id",
    "registration_id",
    "registration_attachment_id",
    "notify_configuration_id",
    "meta_template_id",
    "day",
)
"""The fields of timers that name what they are about."""
TIMERS_AT_A_TIME = 250
"""How many timers run before a request may come between."""
LAST_DAY = datetime(9000, 1, 1, tzinfo=timezone.utc)
"""The end of the virtual clock; Python's calendar ends in 9999."""


class _Pending(TypedDict):
    due: str
    what: str


class PendingView(_Pending, total=False):
    """A timer: when it is due, what it does, and to what: an id, or the ARN, name or URL of a target."""

    message_id: str
    subject: str


class ClockView(TypedDict):
    """The virtual time, how it moves, and the pending timers."""

    now: str
    mode: str
    speed: float
    pending: list[PendingView]
    pending_count: int


class Settled(TypedDict):
    """How many timers `ran`, the time, how many records have not reached their target, and how many timers are left."""

    ran: int
    now: str
    undelivered: int
    pending: int


def _parse_speed(value: Any, name: str) -> float:
    if (speed := parse_number(value, name, SPEED_MAX)) == 0:
        raise InvalidArgument(f"{name} must be above 0, not {quoted(value)}", name)
    return speed


Speed = Annotated[float, Parser(_parse_speed, {"type": "number", "exclusiveMinimum": 0, "maximum": SPEED_MAX})]


@command("GET /clock")
def show_clock(engine: Engine, *, limit: Count | None = None) -> ClockView:
    """Show the time, how it moves, and the pending timers: all of them, or the first `limit`."""
    clock = engine.world.clock
    return {
        "now": iso(clock.now),
        "mode": engine.mode,
        "speed": engine.speed,
        "pending": [_pending_view(timer) for timer in clock.pending(limit)],
        "pending_count": clock.pending_count,
    }


def _pending_view(timer: Timer) -> PendingView:
    view: PendingView = {"due": iso(timer.due), "what": type(timer.event).__name__}
    message_id = getattr(timer.event, "message_id", None)
    if message_id:
        view["message_id"] = message_id
    target = getattr(timer.event, "target", None)
    subject = (
        target.arn if target is not None else next(filter(None, (getattr(timer.event, name, None) for name in IDS)), None)
    )
    if subject:
        view["subject"] = str(subject)
    return view


@command("POST /clock", unlocked=True)
def change_clock(
    engine: Engine,
    *,
    mode: Annotated[str, choice(*CLOCK_MODES)] | None = None,
    speed: Speed | None = None,
    advance_seconds: Seconds | None = None,
    advance_to: Time | None = None,
    limit: Count | None = None,
) -> ClockView:
    """
    Change how time moves, or advance it.

    A long advance stops at the end of each target's back-off, so that a failing target is retried as often as if the
    time had really passed. Events are delivered at each stop.
    """
    if engine.mode != "running":
        engine.run_due_and_deliver()
    end = run_step(engine, begin_advance, mode=mode, speed=speed, advance_seconds=advance_seconds, advance_to=advance_to)
    gives_up_at = time.monotonic() + ADVANCE_SECONDS_MAX
    while (stage := _next_backoff_ends(engine)) is not None and stage < end and time.monotonic() < gives_up_at:
        _advance(engine, stage)
        engine.deliver(seconds=max(0.0, gives_up_at - time.monotonic()))
    _advance(engine, end)
    with engine.lock:
        shown = show_clock(engine, limit=limit)
        engine.publish_to_stream("clock", dict(show_clock(engine, limit=0)))
        engine.notify()
    # On a running clock a thread delivers all the time.
    engine.deliver(seconds=RUNNING_SECONDS_MAX if engine.mode == "running" else ADVANCE_SECONDS_MAX)
    return shown


@step
def begin_advance(
    engine: Engine,
    *,
    mode: str | None,
    speed: float | None,
    advance_seconds: timedelta | None,
    advance_to: datetime | None,
) -> datetime:
    """Change how time moves, after what is due. Returns the time to advance to."""
    engine.run_due()
    end = _end_of_advance(engine, advance_seconds, advance_to)
    if mode is not None or speed is not None:
        engine.set_clock(mode or engine.mode, engine.speed if speed is None else speed)
        engine.publish_to_stream("clock", dict(show_clock(engine, limit=0)))
    return end


def _advance(engine: Engine, moment: datetime) -> None:
    """Run what is due up to a time, and leave it at that; requests are answered in between."""
    while run_step(engine, advance_some, moment=moment) == TIMERS_AT_A_TIME:
        pass


@step
def advance_some(engine: Engine, *, moment: datetime) -> int:
    """Run the first timers due up to a time; returns how many. If those are all, it is then that time."""
    ran = engine.world.clock.run_until(moment, TIMERS_AT_A_TIME)
    if ran < TIMERS_AT_A_TIME:
        engine.world.clock.advance_to(moment)
    engine.resync_wall_clock()
    return ran


def _end_of_advance(engine: Engine, advance_seconds: timedelta | None, advance_to: datetime | None) -> datetime:
    """Return the time to advance to; the current time if none is given."""
    now = engine.world.clock.now
    moment = advance_to or now
    if moment < now:
        raise InvalidArgument(f"time cannot run backwards: it is {iso(now)} already", "advance_to")
    moment += advance_seconds or timedelta(0)
    if moment >= LAST_DAY:
        name = "advance_seconds" if advance_to is None else "advance_to"
        raise InvalidArgument("the clock ends with the year 8999", name)
    return moment


def _next_backoff_ends(engine: Engine) -> datetime | None:
    world = engine.world
    with engine.lock:
        # Many timers may be pending, while usually no target is backing off.
        if not world.outbox.is_backing_off():
            return None
        return next((timer.due for timer in world.clock.pending() if isinstance(timer.event, BackoffElapsed)), None)


@command("POST /settle", unlocked=True)
def settle(engine: Engine, *, within_seconds: Seconds | None = None) -> Settled:
    """Run all pending timers, or those due within that many seconds, and deliver the resulting events."""
    gives_up_at = time.monotonic() + SETTLE_SECONDS_MAX
    end = None if within_seconds is None else engine.look(lambda world: world.clock.now) + within_seconds
    ran = 0
    while True:
        count = _run_pending(engine, end, gives_up_at)
        ran += count
        left = max(0.0, gives_up_at - time.monotonic())
        engine.deliver(seconds=left)
        engine.wait_for_deliveries(max(0.0, gives_up_at - time.monotonic()))
        # The retry of a failed delivery is pending too.
        if within_seconds is not None or not left or engine.world.clock.next_due() is None:
            break
    with engine.lock:
        engine.publish_to_stream("clock", dict(show_clock(engine, limit=0)))
        world = engine.world
        now, pending = iso(world.clock.now), world.clock.pending_count
    return {"ran": ran, "now": now, "undelivered": world.outbox.undelivered, "pending": pending}


def _run_pending(engine: Engine, end: datetime | None, gives_up_at: float) -> int:
    """Run what is pending up to that time, a part at a time so that requests are answered in between."""
    total, ran = 0, TIMERS_AT_A_TIME
    while ran == TIMERS_AT_A_TIME and time.monotonic() < gives_up_at:
        ran = run_step(engine, settle_some, enter=True, end=end)
        total += ran
    return total


@step
def settle_some(engine: Engine, *, end: datetime | None) -> int:
    """Run the first pending timers, or those due up to that time; returns how many."""
    clock = engine.world.clock
    ran = clock.settle(TIMERS_AT_A_TIME) if end is None else clock.run_until(end, TIMERS_AT_A_TIME)
    engine.resync_wall_clock()
    return ran
