"""
A virtual clock. Time moves only when it is advanced, and timers that fall due on the way fire in order.

Each timer is data (an event for the bus), not a closure, so that the future can be listed. Ties fire in the order in
which they were scheduled. While an event is handled, `now` is that event's due time, never the end of the advance.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta

from emulator.kernel.dataclass import dataclass
from emulator.kernel.snapshots import Snapshotable


def milliseconds(moment: datetime) -> int:
    """Return a time in milliseconds since 1970, rounded down, so that it stays in the same second."""
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


@dataclass(slots=True)
class Timer:
    """An event to be published on the bus at `due`; `done` once it has fired or been cancelled."""

    due: datetime
    sequence: int
    event: object
    done: bool = False


CANCELLED_MAX = 10_000
"""How many timers that were cancelled are kept, beyond as many as are pending, until they would have been due."""

Heap = list[tuple[datetime, int, Timer]]
"""Ordered by due time, then by sequence. Tuples, because comparing them does not call any Python code."""


class Clock(Snapshotable):
    """The virtual time, in UTC, and the timers that are pending."""

    SNAPSHOT_FIELDS = ("now", "_timers", "_observable", "_sequence", "pending_count")

    now: datetime
    _timers: Heap
    _observable: Heap
    _sequence: int
    pending_count: int

    def __init__(self, start: datetime, fire: Callable[[object], None]) -> None:
        self.now = start
        self._fire = fire
        self._timers: Heap = []
        self._observable: Heap = []
        self._sequence = 0
        self.pending_count = 0
        """The number of pending timers."""
        self.fired = 0
        """How many events this clock has fired; no snapshot has it."""

    def schedule(self, after: timedelta, event: object, *, deferrable: bool = False) -> Timer:
        """Schedule `event` to fire after a delay; a negative delay counts as zero."""
        return self.schedule_at(self.now + after, event, deferrable=deferrable)

    def schedule_at(self, due: datetime, event: object, *, deferrable: bool = False) -> Timer:
        """
        Schedule `event` to fire at `due`, or as soon as time moves if `due` has passed.

        An event is deferrable if a client that only sends cannot observe its effect.
        """
        self._sequence = sequence = self._sequence + 1
        if due < self.now:
            due = self.now
        self.pending_count += 1
        timer = Timer(due, sequence, event)
        heapq.heappush(self._timers, (due, sequence, timer))
        if not deferrable:
            heapq.heappush(self._observable, (due, sequence, timer))
        return timer

    def cancel(self, timer: Timer) -> None:
        """Cancel the timer; one that has already fired is not affected."""
        self.pending_count -= not timer.done
        timer.done = True
        if len(self._timers) > 2 * self.pending_count + CANCELLED_MAX:
            for heap in (self._timers, self._observable):
                heap[:] = [entry for entry in heap if not entry[2].done]
                heapq.heapify(heap)

    def next_due(self) -> datetime | None:
        """Return when the next timer falls due, or None if nothing is pending."""
        return _first_due(self._timers)

    def next_observable_due(self) -> datetime | None:
        """Return when the next timer that is not deferrable falls due, or None if there is none."""
        return _first_due(self._observable)

    def advance_to(self, moment: datetime) -> int:
        """
        Fire every timer due up to `moment`, then set the time to `moment`; time never moves backwards.

        Returns:
            The number of timers that fired.
        """
        ran = self.run_until(moment)
        self.now = max(self.now, moment)
        return ran

    def run_until(self, moment: datetime, most: int | None = None) -> int:
        """
        Fire every timer due up to `moment`, or the first `most` of them, and leave the time at the last that fired.

        Returns:
            The number of timers that fired.
        """
        ran = 0
        due = self.next_due()
        while due is not None and due <= moment and ran != most:
            timer = heapq.heappop(self._timers)[2]
            timer.done = True
            self.pending_count -= 1
            self.now = max(self.now, timer.due)
            self._fire(timer.event)
            ran += 1
            self.fired += 1
            due = self.next_due()
        self.next_observable_due()  # drops the timers that have fired
        return ran

    def settle(self, most: int | None = None) -> int:
        """Fire timers until none is pending, or until `most` have fired. Return the number of timers that fired."""
        ran = 0
        due = self.next_due()
        while due is not None and ran != most:
            ran += self.run_until(due, None if most is None else most - ran)
            due = self.next_due()
        return ran

    @property
    def waiting(self) -> int:
        """How many timers are pending."""
        return sum(not timer.done for _, _, timer in self._timers)

    def pending(self, limit: int | None = None) -> list[Timer]:
        """Return the pending timers in the order in which they will fire; with `limit`, only the first that many."""
        waiting = (entry for entry in self._timers if not entry[2].done)
        return [timer for _, _, timer in (sorted(waiting) if limit is None else heapq.nsmallest(limit, waiting))]


def _first_due(heap: Heap) -> datetime | None:
    while heap and heap[0][2].done:
        heapq.heappop(heap)
    return heap[0][0] if heap else None
