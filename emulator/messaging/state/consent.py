"""The audit trail of consent: who has opted out or in, when, and how."""

from __future__ import annotations

from datetime import datetime

from emulator.kernel.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """
    One opt-out or opt-in.

    `action` is OPT_OUT or OPT_IN; `cause` is KEYWORD (the recipient's reply), API (the account's own request),
    CONFIRMATION (a recipient who was not on the list has asked for messages with an opt-in keyword), or WHATSAPP (a user has
    stopped or resumed the marketing messages of a number, whose ARN stands in place of a list's).
    """

    at: datetime
    account: str
    region: str
    number: str
    action: str
    cause: str
    opt_out_list_arn: str
