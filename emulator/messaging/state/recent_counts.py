"""How often something has happened lately, without a walk over what happened."""

from __future__ import annotations

from collections import deque
from dataclasses import field
from datetime import datetime, timedelta

from emulator.kernel.dataclass import dataclass

DAY = timedelta(days=1)
"""The window of daily quotas: the last 24 hours, as of codes to one number. Source: channels-sms-sandbox.html"""


@dataclass(slots=True)
class RecentCounts:
    """What has happened within the last day, oldest first, and how often each of its names is among it."""

    events: deque[tuple[datetime, tuple[str, ...]]] = field(default_factory=deque)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, at: datetime, *names: str) -> None:
        """Count an event under each of these names."""
        self.events.append((at, names))
        for name in names:
            self.counts[name] = self.counts.get(name, 0) + 1

    def of(self, name: str) -> int:
        """Return how many events have this name; call `forget` first."""
        return self.counts.get(name, 0)

    def forget(self, now: datetime) -> None:
        """Forget what happened a day ago or earlier."""
        while self.events and self.events[0][0] <= now - DAY:
            for name in self.events.popleft()[1]:
                self.counts[name] -= 1
                if not self.counts[name]:
                    del self.counts[name]

    def has_since(self, moment: datetime, count: int) -> bool:
        """Return True if at least so many events happened after that moment."""
        return len(self.events) >= count and (count <= 0 or self.events[-count][0] > moment)
