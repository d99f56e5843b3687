"""Opt-out lists and the numbers on them."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime, timedelta

from emulator.kernel.dataclass import dataclass
from emulator.messaging.errors import ResourceNotFoundException, ValidationException

DEFAULT_LIST = "Default"
TIME_BETWEEN_OPT_INS = timedelta(days=30)
"""The account can remove a number from a list once in this time. Source: API reference, DeleteOptedOutNumber"""


@dataclass(frozen=True, slots=True)
class OptedOutNumber:
    """A number on a list, since when, and whether the recipient opted out by a reply."""

    opted_out_number: str
    opted_out_timestamp: datetime
    end_user_opted_out: bool


@dataclass(slots=True)
class OptOutList:
    """
    A list of numbers that are not sent to.

    `opted_in_at` is when the account last removed a number, which it may once in 30 days.
    """

    opt_out_list_arn: str
    opt_out_list_name: str
    created_timestamp: datetime
    numbers: dict[str, OptedOutNumber] = field(default_factory=dict)
    opted_in_at: dict[str, datetime] = field(default_factory=dict)

    def opt_out(self, number: str, at: datetime, *, by_end_user: bool) -> OptedOutNumber:
        """Add a number to the list; a second opt-out keeps the time and origin of the first."""
        return self.numbers.setdefault(number, OptedOutNumber(number, at, by_end_user))

    def opt_in(self, number: str, at: datetime) -> OptedOutNumber:
        """
        Remove a number from the list, at the account's own request.

        Raises:
            ResourceNotFoundException: If the number is not on the list.
            ValidationException: If the account removed it within the last 30 days.
        """
        if number not in self.numbers:
            raise ResourceNotFoundException("opted-out-number", number)
        last = self.opted_in_at.get(number)
        if last is not None and at < last + TIME_BETWEEN_OPT_INS:
            sentence = f"A number can be removed once in 30 days, this one not before {last + TIME_BETWEEN_OPT_INS:%Y-%m-%d}"
            raise ValidationException("PHONE_NUMBER_CANNOT_BE_OPTED_IN", ("optedOutNumber", sentence))
        self.opted_in_at[number] = at
        return self.numbers.pop(number)

    def opt_in_by_end_user(self, number: str) -> bool:
        """Remove a number at the recipient's request, allowed at any time; return True if it was on the list."""
        return self.numbers.pop(number, None) is not None
