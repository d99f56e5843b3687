"""The state of this API for each account and region, other than messages: those are in the messaging system."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Any

from emulator.kernel.dataclass import dataclass
from emulator.messaging.send_request import SendRequest
from emulator.messaging.state.sms_voice_destinations import EventDestination

PENDING, APPROVED, REJECTED = "PENDING", "APPROVED", "REJECTED"
"""The statuses of a campaign."""


@dataclass(slots=True)
class Call:
    """The parameters of a call that its message does not keep."""

    text_type: str
    voice_id: str | None = None
    language_code: str | None = None
    configuration_set_name: str | None = None
    duration_seconds: int | None = None


@dataclass(slots=True)
class ScheduledMessage:
    """A message that is sent when it is due; `refusal` says why it was not."""

    message_id: str
    request: SendRequest
    due: datetime
    refusal: str | None = None


@dataclass(slots=True)
class Campaign:
    """A 10DLC campaign that was submitted for approval; `expected_volume` is in messages per day, as requested."""

    campaign_id: str
    campaign_name: str
    campaign_category: str
    sender_identity: str
    status: str
    created_timestamp: datetime
    expected_volume: int | None = None
    message_sample: str | None = None


@dataclass(slots=True)
class SmsVoiceStore:
    """The state of one account and region."""

    account: str
    region: str
    configuration_sets: dict[str, dict[str, EventDestination]] = field(default_factory=dict)
    """Destinations by name, by name of the set."""
    account_destinations: dict[str, EventDestination] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    """By message id."""
    scheduled: dict[str, ScheduledMessage] = field(default_factory=dict)
    """By message id; an entry stays after it was sent."""
    notifications: dict[str, list[str]] = field(default_factory=dict)
    """The ids of the push messages sent for a notification, by the notification's id."""
    campaigns: dict[str, Campaign] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScheduledMessageDue:
    """Timed: a scheduled message is to be sent."""

    account: str
    region: str
    message_id: str


@dataclass(frozen=True, slots=True)
class ScheduledNotificationDue:
    """Timed: a scheduled push notification is to be sent."""

    account: str
    region: str
    message_id: str
    to: str
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CampaignReviewed:
    """Timed: a campaign's review is over."""

    account: str
    region: str
    campaign_id: str
