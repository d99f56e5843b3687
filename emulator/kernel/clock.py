"""
One virtual clock. Time moves only when told to, and whatever falls due on the way happens in order.

Each timer is data (an event for the bus), not a closure, so that the future can be printed. Ties fire in the order in
which they were made. While an event is handled, `now` is that event's due time, never the end of the advance.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(slots=True, order=True)
class Timer:
    """An event that will reach the bus at `due`, unless it is cancelled."""

    due: datetime
    sequence: int
    event: object = field(compare=False)
    cancelled: bool = field(default=False, compare=False)


class Clock:
    """The time of the world, UTC."""

    def __init__(self, start: datetime, fire: Callable[[object], None]) -> None:
        self.now = start
        self._fire = fire
        self._timers: list[Timer] = []
        self._sequence = 0

    def schedule(self, after: timedelta, event: object) -> Timer:
        """Have `event` fired when `after` has passed from now; a negative delay counts as none."""
        return self.schedule_at(self.now + after, event)

    def schedule_at(self, due: datetime, event: object) -> Timer:
        """Have `event` fired at `due`, or as soon as time moves when that has passed."""
        self._sequence += 1
        timer = Timer(max(due, self.now), self._sequence, event)
        heapq.heappush(self._timers, timer)
        return timer

    def cancel(self, timer: Timer) -> None:
        """Take the timer out of the future; one that has fired stays fired."""
        timer.cancelled = True

    def next_due(self) -> datetime | None:
        """When the next event falls due; None when nothing is pending."""
        timers = self._timers
        while timers and timers[0].cancelled:
            heapq.heappop(timers)
        return timers[0].due if timers else None

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
            timer = heapq.heappop(self._timers)
            self.now = max(self.now, timer.due)
            self._fire(timer.event)
            ran += 1
            due = self.next_due()
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
        timers = (timer for timer in self._timers if not timer.cancelled)
        return sorted(timers) if limit is None else heapq.nsmallest(limit, timers)

    @property
    def pending_count(self) -> int:
        """How much is to come."""
        return sum(not timer.cancelled for timer in self._timers)
