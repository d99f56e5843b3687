"""The monthly spend of an account, and its limits."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime

from emulator.kernel.dataclass import dataclass


@dataclass(slots=True)
class Spend:
    """The spend in millicents by year, month and limit; the overrides in whole dollars by limit."""

    spent: dict[tuple[int, int, str], int] = field(default_factory=dict)
    overrides: dict[str, int] = field(default_factory=dict)
    max_limits: dict[str, int] = field(default_factory=dict)
    """The MaxLimit of this account in whole dollars by limit, if it differs from that of the profile."""

    def add(self, limit: str, at: datetime, millicents: int) -> None:
        """Count an amount towards the calendar month (UTC) of `at`; a negative amount is a refund."""
        key = (at.year, at.month, limit)
        self.spent[key] = self.spent.get(key, 0) + millicents

    def in_month(self, limit: str, at: datetime) -> int:
        """Return the spend in the calendar month of `at`, in millicents."""
        return self.spent.get((at.year, at.month, limit), 0)
