"""Opt-out lists and the numbers on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from emulator.messaging.errors import ResourceNotFoundException, ValidationException

DEFAULT_LIST = "Default"
TIME_BETWEEN_OPT_INS = timedelta(days=30)
"""A number can be taken off a list once in this time. Source: API reference, DeleteOptedOutNumber"""


@dataclass(frozen=True, slots=True)
class OptedOutNumber:
    """Who is on a list, since when, and whether the person asked for it by a reply."""

    opted_out_number: str
    opted_out_timestamp: datetime
    end_user_opted_out: bool


@dataclass(slots=True)
class OptOutList:
    """`numbers` are not sent to; `opted_in_at` is when the account took numbers off, which it may once in 30 days."""

    opt_out_list_arn: str
    opt_out_list_name: str
    created_timestamp: datetime
    numbers: dict[str, OptedOutNumber] = field(default_factory=dict)
    opted_in_at: dict[str, datetime] = field(default_factory=dict)

    def opt_out(self, number: str, at: datetime, *, by_end_user: bool) -> OptedOutNumber:
        """Record the opt-out; a second one keeps the first's time and origin."""
        return self.numbers.setdefault(number, OptedOutNumber(number, at, by_end_user))

    def opt_in(self, number: str, at: datetime) -> OptedOutNumber:
        """
        Take the number off the list, by the account's own request.

        Raises:
            ResourceNotFoundException: it is not on the list.
            ValidationException: it was taken off within the last 30 days.
        """
        if number not in self.numbers:
            raise ResourceNotFoundException("opted-out-number", number)
        last = self.opted_in_at.get(number)
        if last is not None and at < last + TIME_BETWEEN_OPT_INS:
            sentence = "A number can be removed once in 30 days"
            raise ValidationException("PHONE_NUMBER_CANNOT_BE_OPTED_IN", ("optedOutNumber", sentence))
        self.opted_in_at[number] = at
        return self.numbers.pop(number)

    def opt_in_by_end_user(self, number: str) -> bool:
        """The person asked to come back; that may happen at any time. Returns whether they were on the list."""
        return self.numbers.pop(number, None) is not None
