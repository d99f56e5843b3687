"""
One virtual clock. Time moves only when told to, and whatever falls due on the way happens in order.

Each timer is data (an event for the bus), not a closure, so that the future can be printed. Ties fire in the order in
which they were made. While an event is handled, `now` is that event's due time, never the end of the advance.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from emulator.kernel.snapshots import Snapshotable


@dataclass(slots=True)
class Timer:
    """An event that will reach the bus at `due`, unless it is cancelled; `done` when it has, or was."""

    due: datetime
    sequence: int
    event: object
    done: bool = False


Heap = list[tuple[datetime, int, Timer]]
"""By due time, then by the order in which they were made; tuples, since those are compared without a call of ours."""


class Clock(Snapshotable):
    """The time of the world, UTC."""

    SNAPSHOT_FIELDS = ("now", "_timers", "_observable", "_sequence", "pending_count")

    def __init__(self, start: datetime, fire: Callable[[object], None]) -> None:
        self.now = start
        self._fire = fire
        self._timers: Heap = []
        self._observable: Heap = []
        self._sequence = 0
        self.pending_count = 0
        """How much is to come."""

    def schedule(self, after: timedelta, event: object, *, deferrable: bool = False) -> Timer:
        """Have `event` fired when `after` has passed from now; a negative delay counts as none."""
        return self.schedule_at(self.now + after, event, deferrable=deferrable)

    def schedule_at(self, due: datetime, event: object, *, deferrable: bool = False) -> Timer:
        """
        Have `event` fired at `due`, or as soon as time moves when that has passed.

        A quiet event is one that somebody who only sends cannot tell from one that has not happened yet.
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
        """Take the timer out of the future; one that has fired stays fired."""
        self.pending_count -= not timer.done
        timer.done = True

    def next_due(self) -> datetime | None:
        """When the next event falls due; None when nothing is pending."""
        return _first_due(self._timers)

    def next_observable_due(self) -> datetime | None:
        """When the next event that is not quiet falls due; None when there is none."""
        return _first_due(self._observable)

    def advance_to(self, moment: datetime) -> int:
        """Fire all that falls due up to `moment`, then stand at `moment`; time never runs back. Returns how many fired."""
        ran = self.run_until(moment)
        self.now = max(self.now, moment)
        return ran

    def run_until(self, moment: datetime) -> int:
        """Fire all that falls due up to `moment` and stand at the last of it. Returns how many fired."""
        ran = 0
        due = self.next_due()
        while due is not None and due <= moment:
            timer = heapq.heappop(self._timers)[2]
            timer.done = True
            self.pending_count -= 1
            self.now = max(self.now, timer.due)
            self._fire(timer.event)
            ran += 1
            due = self.next_due()
        self.next_observable_due()  # forgets what has fired
        return ran

    def settle(self) -> int:
        """Fire everything until nothing is pending. Returns how many fired."""
        ran = 0
        due = self.next_due()
        while due is not None:
            ran += self.run_until(due)
            due = self.next_due()
        return ran

    def pending(self, limit: int | None = None) -> list[Timer]:
        """The future, in the order in which it will happen; or the first so many of it."""
        waiting = (entry for entry in self._timers if not entry[2].done)
        return [timer for _, _, timer in (sorted(waiting) if limit is None else heapq.nsmallest(limit, waiting))]


def _first_due(heap: Heap) -> datetime | None:
    while heap and heap[0][2].done:
        heapq.heappop(heap)
    return heap[0][0] if heap else None
