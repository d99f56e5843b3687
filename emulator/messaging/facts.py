"""
Facts: what has happened. They leave through the unit of work and reach the subscribers on the bus.

Each names its account and region, or carries a message, which does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emulator.messaging.state.messages import HistoryEntry, Message


# Those that every message makes are not frozen: freezing would double the cost of creating one.
@dataclass(slots=True)
class MessageAccepted:
    """A message was taken on, or came in."""

    message: Message


@dataclass(slots=True)
class MessageStatusChanged:
    """A message reached a status; receipts are made of this."""

    message: Message
    entry: HistoryEntry


@dataclass(frozen=True, slots=True)
class FeedbackGiven:
    """An application has said what became of a message."""

    message: Message
    at: datetime


@dataclass(frozen=True, slots=True)
class MessageForwarded:
    """A reply goes to the two-way channel of the number that it was sent to; None when that has none."""

    message: Message
    channel_arn: str | None
    payload: dict[str, str]


@dataclass(frozen=True, slots=True)
class NumberOptedOut:
    """A number is on an opt-out list now."""

    account: str
    region: str
    opt_out_list_arn: str
    number: str
    by_end_user: bool


@dataclass(frozen=True, slots=True)
class NumberOptedIn:
    """A number is off an opt-out list again."""

    account: str
    region: str
    opt_out_list_arn: str
    number: str
    by_end_user: bool


@dataclass(frozen=True, slots=True)
class KeysPressed:
    """The person at the other end of a call has pressed keys."""

    message: Message
    digits: str


@dataclass(frozen=True, slots=True)
class RegistrationStatusChanged:
    """A registration reached a status; EventBridge is told so."""

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
    """A person who is on no opt-out list has asked for messages, by a keyword that opts in."""

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
