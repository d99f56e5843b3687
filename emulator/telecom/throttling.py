"""Carriers that accept a limited number of messages in a period, and queue the rest."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime, timedelta

from emulator.kernel.clock import Clock
from emulator.kernel.dataclass import dataclass
from emulator.telecom.carriers import TEXT_CHANNELS, CarrierMessage, Carriers, Outcome
from emulator.telecom.handsets import Handset


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most this number of messages within any period of this length."""

    messages: int
    within: timedelta


@dataclass(slots=True)
class ThrottledCarriers(Carriers):
    """Carriers with limits for texts and pictures, by name; a carrier without a limit accepts every message."""

    SNAPSHOT_FIELDS = ("rules", "_accepted")  # type: ignore[assignment]  # one more than its base class

    clock: Clock = field(kw_only=True)
    limits: Mapping[str, RateLimit] = field(kw_only=True)
    _accepted: dict[str, deque[datetime]] = field(default_factory=dict)
    """By carrier: when it accepted, or will accept, its last messages."""

    def outcome(self, message: CarrierMessage, handset: Handset | None) -> Outcome:
        """Decide the outcome of a message; one above the limit waits in the carrier's queue first."""
        outcome = Carriers.outcome(self, message, handset)
        limit = self.limits.get(outcome.carrier or "")
        if limit is None or message.channel not in TEXT_CHANNELS:
            return outcome
        accepted = self._accepted.setdefault(outcome.carrier or "", deque(maxlen=limit.messages))
        now = self.clock.now
        free = max(now, accepted[0] + limit.within) if len(accepted) == limit.messages else now
        accepted.append(free)
        return replace(outcome, delay=outcome.delay + (free - now))
