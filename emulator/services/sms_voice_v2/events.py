"""
The facts of this service, and the events it schedules on the clock.

Facts are stated when something has happened; events are what falls due. Both name account and region, or carry a
message, which does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from emulator.services.sms_voice_v2.state.messages import HistoryEntry, Message


# The facts and the event that every message makes are not frozen: that would double the cost of making one.
@dataclass(slots=True)
class MessageAccepted:
    """A message was taken on, or came in."""

    message: Message


@dataclass(slots=True)
class MessageMoved:
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


@dataclass(slots=True)
class MessageStepDue:
    """Timed: the carrier's next hop."""

    account: str
    region: str
    message_id: str
    status: str
    final: bool


@dataclass(frozen=True, slots=True)
class KeysPressed:
    """The person at the other end of a call has pressed keys."""

    message: Message
    digits: str


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """Timed: a call goes on from here as its instructions say."""

    account: str
    region: str
    message_id: str


@dataclass(frozen=True, slots=True)
class CallStepDue:
    """Timed: what an answered call does has taken its time; `phase` is say, record, gather, or limit for the call itself."""

    account: str
    region: str
    message_id: str
    phase: str


@dataclass(frozen=True, slots=True)
class FeedbackDue:
    """Timed: a message that expects feedback has got none in an hour."""

    account: str
    region: str
    message_id: str


@dataclass(frozen=True, slots=True)
class PhoneNumberReady:
    """Timed: a requested number is provisioned."""

    account: str
    region: str
    phone_number_id: str


@dataclass(frozen=True, slots=True)
class PoolReady:
    """Timed: a pool is made."""

    account: str
    region: str
    pool_id: str


@dataclass(frozen=True, slots=True)
class PoolDeleted:
    """Timed: a deleted pool is gone, its members are free."""

    account: str
    region: str
    pool_id: str


@dataclass(frozen=True, slots=True)
class IdentityAssociated:
    """Timed: an identity has settled in its pool."""

    account: str
    region: str
    pool_id: str
    identity_arn: str


@dataclass(frozen=True, slots=True)
class IdentityDisassociated:
    """Timed: an identity has left its pool."""

    account: str
    region: str
    pool_id: str
    identity_arn: str


@dataclass(frozen=True, slots=True)
class PhoneNumberReleased:
    """Timed: a released number is gone."""

    account: str
    region: str
    phone_number_id: str


@dataclass(frozen=True, slots=True)
class NotifyConfigurationReviewed:
    """Timed: the display name of a notify configuration was looked at."""

    account: str
    region: str
    notify_configuration_id: str


@dataclass(frozen=True, slots=True)
class RcsAgentReady:
    """Timed: an agent that needs no registration is launched."""

    account: str
    region: str
    rcs_agent_id: str


@dataclass(frozen=True, slots=True)
class RcsInvitationAnswered:
    """Timed: the person has answered the invitation to test an agent."""

    account: str
    region: str
    verified_destination_number_id: str


@dataclass(frozen=True, slots=True)
class FallbackDue:
    """Timed: a message that RCS did not bring goes another way."""

    account: str
    region: str
    message_id: str
