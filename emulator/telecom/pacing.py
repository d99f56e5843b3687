"""Carriers that take only so many messages in a time, and hold the rest in their queue."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from emulator.kernel.clock import Clock
from emulator.telecom.carriers import Carriers, Outcome, Parcel
from emulator.telecom.handsets import Handset

PACED = frozenset({"sms", "mms"})
"""Channels that carriers pace."""


@dataclass(frozen=True, slots=True)
class Pace:
    """So many messages within any time of that length."""

    messages: int
    within: timedelta


@dataclass(slots=True)
class PacedCarriers(Carriers):
    """Carriers by name with their paces; any other takes whatever comes."""

    KEPT = ("rules", "_taken")  # type: ignore[assignment]  # one more than its base has

    clock: Clock = field(kw_only=True)
    paces: Mapping[str, Pace] = field(kw_only=True)
    _taken: dict[str, deque[datetime]] = field(default_factory=dict)
    """By carrier, when it takes the last messages; the future too."""

    def outcome(self, parcel: Parcel, handset: Handset | None) -> Outcome:
        """What the message will end in; one that comes too fast waits in the carrier's queue first."""
        outcome = Carriers.outcome(self, parcel, handset)
        pace = self.paces.get(outcome.carrier or "")
        if pace is None or parcel.channel not in PACED:
            return outcome
        taken = self._taken.setdefault(outcome.carrier or "", deque(maxlen=pace.messages))
        now = self.clock.now
        free = max(now, taken[0] + pace.within) if len(taken) == pace.messages else now
        taken.append(free)
        return replace(outcome, delay=outcome.delay + (free - now))
