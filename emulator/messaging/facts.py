"""
Facts: what has happened. The unit of work publishes them to the subscribers on the bus.

Each names its account and region, or carries a message that does.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from emulator.kernel.dataclass import dataclass
from emulator.messaging.state.messages import HistoryEntry, Message
from emulator.messaging.state.whatsapp import WhatsAppAccount, WhatsAppNumber


@dataclass(frozen=True, slots=True)
class MessageAccepted:
    """A message was accepted for sending, or received."""

    message: Message


@dataclass(frozen=True, slots=True)
class MessageStatusChanged:
    """A message reached a status; the source of delivery receipts."""

    message: Message
    entry: HistoryEntry


@dataclass(frozen=True, slots=True)
class FeedbackGiven:
    """An application reported what became of a message."""

    message: Message
    at: datetime


@dataclass(frozen=True, slots=True)
class MessageForwarded:
    """A reply goes to the two-way channel of the number that it was sent to; `channel_arn` is None if it has none."""

    message: Message
    channel_arn: str | None
    payload: dict[str, str]


@dataclass(frozen=True, slots=True)
class NumberOptedOut:
    """A number was added to an opt-out list."""

    account: str
    region: str
    opt_out_list_arn: str
    number: str
    by_end_user: bool


@dataclass(frozen=True, slots=True)
class NumberOptedIn:
    """A number was removed from an opt-out list."""

    account: str
    region: str
    opt_out_list_arn: str
    number: str
    by_end_user: bool


@dataclass(frozen=True, slots=True)
class KeysPressed:
    """The recipient of a call pressed keys."""

    message: Message
    digits: str


@dataclass(frozen=True, slots=True)
class RegistrationStatusChanged:
    """A registration reached a status; reported to EventBridge."""

    account: str
    region: str
    registration_arn: str
    registration_id: str
    registration_type: str
    version_number: int
    status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OptInConfirmed:
    """A recipient who was not on the opt-out list sent a keyword that opts in."""

    account: str
    region: str
    opt_out_list_arn: str
    number: str


@dataclass(frozen=True, slots=True)
class NotificationSent:
    """A push notification was sent; it already has its final status."""

    message: Message


@dataclass(frozen=True, slots=True)
class AppEventReported:
    """An app reported an event, and its Pinpoint application has an event stream."""

    account: str
    region: str
    stream_arn: str
    event_id: str
    record: dict[str, Any]


@dataclass(frozen=True, slots=True)
class WhatsAppChanged:
    """Something changed at Meta that is not a message's status: a webhook's `field` and `value`, of a number or of none."""

    account: str
    region: str
    business_account: WhatsAppAccount
    number: WhatsAppNumber | None
    field: str
    value: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class SnsTextRequested:
    """Another AWS service, such as Cognito, has a text sent by SNS, with the one-time code that is in it."""

    account: str
    region: str
    number: str
    body: str
    code: str
