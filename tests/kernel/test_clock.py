from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from emulator.kernel.clock import Clock, milliseconds

START = datetime(2026, 1, 1, tzinfo=timezone.utc)


def after(seconds):
    """That many seconds after the start."""
    return START + timedelta(seconds=seconds)


@pytest.fixture
def fired():
    """Return the events that have fired, each with the clock's time at that moment."""
    return []


@pytest.fixture
def clock(fired):
    """A clock at START that notes what it fires."""
    clock = Clock(START, lambda event: fired.append((event, clock.now)))
    return clock


def schedule(clock, **events):
    """One event by name for each number of seconds."""
    return {name: clock.schedule(timedelta(seconds=seconds), name) for name, seconds in events.items()}


def test_fires_in_the_order_of_time(clock, fired):
    """Events fire in the order in which they fall due, whatever the order in which they were made."""
    schedule(clock, late=3, early=1, middle=2)

    clock.advance_to(after(10))

    assert ["early", "middle", "late"] == [event for event, _ in fired]


def test_ties_fire_in_the_order_they_were_made(clock, fired):
    """Events that fall due together fire in the order in which they were made."""
    schedule(clock, **{f"event-{number}": 1 for number in range(20)})

    clock.advance_to(after(1))

    assert [f"event-{number}" for number in range(20)] == [event for event, _ in fired]


def test_now_is_the_due_time_while_an_event_fires(clock, fired):
    """While an event is handled, now is its due time and not the end of the advance."""
    schedule(clock, first=1, second=2.5)

    clock.advance_to(after(100))

    assert [("first", after(1)), ("second", after(2.5))] == fired


def test_advance_stands_at_its_end(clock):
    """Advancing leaves the clock at the moment asked for, with or without events on the way."""
    schedule(clock, first=1)

    ran = clock.advance_to(after(5))

    assert 1 == ran
    assert after(5) == clock.now


def test_run_until_stands_at_the_last_event(clock):
    """Running until a moment leaves the clock at the last event that fired."""
    schedule(clock, first=1, second=2, third=9)

    ran = clock.run_until(after(5))

    assert 2 == ran
    assert after(2) == clock.now


def test_run_until_without_events_does_not_move(clock):
    """Running until a moment before which nothing is due leaves time alone."""
    schedule(clock, first=9)

    ran = clock.run_until(after(5))

    assert 0 == ran
    assert START == clock.now


def test_an_event_at_the_very_moment_fires(clock, fired):
    """A timer that is due exactly at the moment advanced to fires; one due a microsecond later does not."""
    schedule(clock, on_time=5, late=5.000001)

    clock.advance_to(after(5))

    assert ["on_time"] == [event for event, _ in fired]


@pytest.mark.parametrize("move", ["advance_to", "run_until"])
def test_time_never_runs_back(clock, move):
    """Moving to a moment that has passed changes nothing."""
    clock.advance_to(after(5))

    ran = getattr(clock, move)(after(1))

    assert 0 == ran
    assert after(5) == clock.now


def test_negative_delay_is_none(clock):
    """An event scheduled into the past falls due now."""
    clock.advance_to(after(5))

    timer = clock.schedule(timedelta(seconds=-3), "late")

    assert after(5) == timer.due


def test_cancelled_timer_does_not_fire(clock, fired):
    """A cancelled timer neither fires nor counts, nor is it pending or next."""
    timers = schedule(clock, first=1, second=2)

    clock.cancel(timers["first"])

    assert after(2) == clock.next_due()
    assert ["second"] == [timer.event for timer in clock.pending()]
    assert 1 == clock.settle()
    assert ["second"] == [event for event, _ in fired]


def test_an_event_may_cancel_another_of_the_same_moment():
    """An event that cancels a later one of the same moment keeps it from firing."""
    fired = []

    def fire(event):
        fired.append(event)
        clock.cancel(second)

    clock = Clock(START, fire)
    clock.schedule(timedelta(seconds=1), "first")
    second = clock.schedule(timedelta(seconds=1), "second")

    clock.advance_to(after(1))

    assert ["first"] == fired


def test_cancelling_what_has_fired_is_harmless(clock, fired):
    """A timer that has fired does not fire again, and the clock continues."""
    timers = schedule(clock, first=1, second=2)
    clock.advance_to(after(1))

    clock.cancel(timers["first"])

    assert 1 == clock.settle()
    assert ["first", "second"] == [event for event, _ in fired]


def test_events_made_on_the_way_fire_within_the_same_advance():
    """An event that schedules another within the advance has it fired at its own due time."""
    fired = []

    def fire(event):
        fired.append((event, clock.now))
        if event < 3:
            clock.schedule(timedelta(seconds=1), event + 1)

    clock = Clock(START, fire)
    clock.schedule(timedelta(seconds=1), 1)

    ran = clock.advance_to(after(2))

    assert 2 == ran
    assert [(1, after(1)), (2, after(2))] == fired
    assert [3] == [timer.event for timer in clock.pending()]


def test_settle_runs_until_nothing_is_pending():
    """Settling fires also what is made on the way, stands at the last event, and says how many fired."""
    fired = []

    def fire(event):
        fired.append(event)
        if event < 3:
            clock.schedule(timedelta(hours=1), event + 1)

    clock = Clock(START, fire)
    clock.schedule(timedelta(hours=1), 1)

    ran = clock.settle()

    assert 3 == ran
    assert [1, 2, 3] == fired
    assert START + timedelta(hours=3) == clock.now
    assert [] == clock.pending()
    assert clock.next_due() is None


def test_settle_with_nothing_pending_does_nothing(clock):
    """An idle world settles at once, and time stays."""
    assert 0 == clock.settle()
    assert START == clock.now


def test_pending_is_the_future_in_order(clock):
    """The pending timers come in the order in which they will fire, ties included."""
    schedule(clock, late=3, early=1, tie_a=2, tie_b=2)

    assert ["early", "tie_a", "tie_b", "late"] == [timer.event for timer in clock.pending()]


def test_a_failing_event_is_gone_and_the_rest_remains():
    """When handling an event raises, the event does not fire again and the others still do."""
    fired = []

    def fire(event):
        fired.append(event)
        if event == "bad":
            raise RuntimeError(event)

    clock = Clock(START, fire)
    schedule(clock, bad=1, good=2)
    with pytest.raises(RuntimeError, match="bad"):
        clock.advance_to(after(5))

    clock.advance_to(after(5))

    assert ["bad", "good"] == fired


def test_quiet_events_fire_in_their_turn(clock, fired):
    """A deferrable timer is not the next observable one, and fires in the order of time like all others."""
    clock.schedule(timedelta(seconds=1), "quiet", deferrable=True)
    schedule(clock, loud=2)

    assert (after(1), after(2)) == (clock.next_due(), clock.next_observable_due())
    clock.settle()
    assert ["quiet", "loud"] == [event for event, _ in fired]
    assert clock.next_observable_due() is None


def test_what_is_to_come_is_counted_and_begins_with_the_next(clock):
    """Timers that fired or were cancelled, even twice, are not counted; the first few are those due first."""
    timers = schedule(clock, late=3, first=1, middle=2, gone=4)
    clock.cancel(timers["gone"])
    clock.cancel(timers["gone"])
    before = clock.pending_count

    clock.run_until(after(1))
    clock.cancel(timers["first"])

    assert (3, 2) == (before, clock.pending_count)
    assert ["middle"] == [timer.event for timer in clock.pending(1)]
    assert [] == clock.pending(0)


@pytest.mark.parametrize("microsecond", [0, 999, 1000, 123_000, 999_000, 999_499, 999_999])
@pytest.mark.parametrize("year", [1971, 2026, 2100])
def test_milliseconds_are_rounded_down(year, microsecond):
    """A time in milliseconds lies in the same second as the time itself, and whole milliseconds stay what they are."""
    moment = datetime(year, 7, 1, 12, 30, 59, microsecond, tzinfo=timezone.utc)

    seconds, rest = divmod(milliseconds(moment), 1000)

    assert moment.replace(microsecond=0) == datetime.fromtimestamp(seconds, timezone.utc)
    assert rest == microsecond // 1000
