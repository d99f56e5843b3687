"""The channels, with everything that differs between them: one row each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from emulator.kernel.dataclass import dataclass
from emulator.telecom.vocabulary import ChannelName, Status

Limit = Literal["TEXT", "MEDIA", "VOICE", "RCS", "NOTIFY", ""]
"""AWS's name of a monthly spend limit; a push notification or WhatsApp message counts towards none."""


@dataclass(frozen=True, slots=True)
class Channel:
    """
    One channel.

    Attributes:
        name: the name in the control API.
        capability: AWS's name among the capabilities of a number.
        spend_limit: the monthly limit that its messages count towards.
        event_prefix: the prefix of its event types.
        event_of_status: the event types of statuses that have none of their own. # unverified: where AWS files them
        detail_type: the detail type of its EventBridge events. Source: monitor-event-bridge.html
        metrics_word: the word in the names of its CloudWatch metrics; None if its metrics do not follow that pattern.
        is_text: True for SMS and MMS: carriers throttle them, the guide's rates limit them, unregistered senders are
            blocked, and their submission is deferrable, since a later send cannot observe it.
        is_charged_by_result: whether the price depends on the result: the minutes of a call, the delivery of an RCS message.
        parts_key: the column in the table of message parts per second; None if calls are counted instead.
        has_own_events: whether its events are not those of configuration sets, but made elsewhere.
    """

    name: ChannelName
    capability: str
    spend_limit: Limit
    event_prefix: str
    event_of_status: Mapping[Status, str] = field(default_factory=dict)
    detail_type: str = ""
    metrics_word: str | None = None
    is_text: bool = False
    is_charged_by_result: bool = False
    parts_key: str | None = None
    has_own_events: bool = False


SMS = Channel(
    "sms",
    capability="SMS",
    spend_limit="TEXT",
    event_prefix="TEXT",
    detail_type="Text Message Delivery Status Updated",
    metrics_word="Text",
    is_text=True,
    parts_key="sms",
)
MMS = Channel(
    "mms",
    capability="MMS",
    spend_limit="MEDIA",
    event_prefix="MEDIA",
    event_of_status={"PROTECT_BLOCKED": "BLOCKED"},
    detail_type="Media Message Delivery Status Updated",
    metrics_word="Media",
    is_text=True,
    parts_key="mms",
)
VOICE = Channel(
    "voice",
    capability="VOICE",
    spend_limit="VOICE",
    event_prefix="VOICE",
    event_of_status={"SPAM": "FAILED", "PROTECT_BLOCKED": "FAILED"},
    detail_type="Voice Message Delivery Status Updated",
    is_charged_by_result=True,
)
RCS = Channel(
    "rcs",
    capability="RCS",
    spend_limit="RCS",
    event_prefix="RCS",
    event_of_status={
        "PENDING": "QUEUED",
        "UNDELIVERABLE": "FAILED",
        "REJECTED": "FAILED",
        "TTL_EXPIRATION_REVOKED": "TTL_EXPIRED",
        "TTL_EXPIRATION_REVOKE_FAILED": "TTL_EXPIRED",
    },
    # The documented detail types are those of texts, pictures and calls; an RCS message is a text there. # unverified
    detail_type="Text Message Delivery Status Updated",
    is_charged_by_result=True,
    parts_key="sms",
)
PUSH = Channel("push", capability="PUSH", spend_limit="", event_prefix="PUSH")
WHATSAPP = Channel(
    "whatsapp",
    capability="WHATSAPP",
    spend_limit="",
    event_prefix="WHATSAPP",
    is_charged_by_result=True,
    has_own_events=True,
)

CHANNELS: Mapping[ChannelName, Channel] = {channel.name: channel for channel in (SMS, MMS, VOICE, RCS, PUSH, WHATSAPP)}
BY_CAPABILITY: Mapping[str, Channel] = {channel.capability: channel for channel in CHANNELS.values()}
SPEND_LIMITS: tuple[Limit, ...] = ("TEXT", "VOICE", "MEDIA", "NOTIFY", "RCS")
"""AWS's names of the spend limits, in the order in which it lists them."""
