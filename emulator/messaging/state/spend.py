"""What an account has spent in a month, and what it may spend."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Spend:
    """Sums in millicents by month and limit; overrides in whole dollars."""

    spent: dict[tuple[int, int, str], int] = field(default_factory=dict)
    overrides: dict[str, int] = field(default_factory=dict)
    max_limits: dict[str, int] = field(default_factory=dict)
    """The MaxLimit that AWS has set for this account, where it differs from the profile's."""

    def add(self, limit: str, at: datetime, millicents: int) -> None:
        """Count towards the calendar month (UTC) of `at`; a negative amount gives back."""
        key = (at.year, at.month, limit)
        self.spent[key] = self.spent.get(key, 0) + millicents

    def in_month(self, limit: str, at: datetime) -> int:
        """What was spent in that month."""
        return self.spent.get((at.year, at.month, limit), 0)
