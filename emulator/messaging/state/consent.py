"""The audit trail of consent: who has opted out or in, when, and by what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """
    One change of mind.

    `action` is OPT_OUT or OPT_IN; `cause` is KEYWORD (the person's reply), API (the account's own word), or CONFIRMATION
    (a person who was on no list has asked for messages by an opt-in keyword).
    """

    at: datetime
    account: str
    region: str
    number: str
    action: str
    cause: str
    opt_out_list_arn: str
