"""Messages, in and out, of every channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from emulator.kernel.clock import Timer
from emulator.messaging.state.calls import Call
from emulator.messaging.state.media import Media
from emulator.messaging.state.rcs import Conversation, RcsAgent, RcsContent
from emulator.telecom.carriers import Outcome

FREE_STATUSES = frozenset(
    "BLOCKED PROTECT_BLOCKED INVALID INVALID_MESSAGE FILE_INACCESSIBLE FILE_TYPE_UNSUPPORTED FILE_SIZE_EXCEEDED"
    " FALLEN_BACK_TO_SMS".split()
)
"""Ends that cost nothing: BLOCKED and PROTECT_BLOCKED were seen with price 0, the others are # unverified."""


@dataclass(slots=True)
class HistoryEntry:
    """A status that a message reached; `final` as the event record says it, `sender` as the message had it then."""

    status: str
    at: datetime
    description: str | None
    final: bool
    channel: str
    """By which it was carried then: a message can change from RCS to SMS."""
    sender: str


WAITS_FOR_RCS = timedelta(seconds=25)
"""Source: rcs-sms-fallback.html"""
PAID_BY_RCS = frozenset({"DELIVERED", "READ"})
"""RCS costs on delivery only. Source: the RCS pages of the SMS guide"""


@dataclass(frozen=True, slots=True)
class Fallback:
    """
    What is sent where RCS does not reach; `after` so much time without a receipt, or None for when RCS has failed.

    The other members are those of the message that it makes; money in millicents for all parts.
    """

    channel: str
    sender: str
    sender_type: str
    identity_arn: str | None
    identity_type: str | None
    body: str
    media: tuple[Media, ...]
    parts: int
    encoding: str
    price: int
    carrier_fee: int
    spend_limit: str
    after: timedelta | None


@dataclass(slots=True)
class Message:
    """
    One message of any channel, in or out.

    `sender` and `to` are what the telephones show: E.164 numbers, short codes, sender ids or agent ids; `sender_type` is the
    kind of number, SENDER_ID, RCS_AGENT or HANDSET. `operation` made it, from the resource `identity_arn`, whose kind is
    `identity_type`. `channel` is sms, mms, voice, rcs or push, `status` AWS's word, `final` whether it is the last one.
    `price` and `carrier_fee` are in millicents for all `parts`, of a call for its minutes when it has ended. `country` is
    the ISO code of the handset, `international` whether the number has international sending enabled. `context` and
    `destination_country_parameters` are the request's. `outcome` is what its carrier has in store for it, `timer` the next
    step, `history` every status so far.
    """

    message_id: str
    account: str
    region: str
    channel: str
    direction: str
    sender: str
    sender_type: str
    to: str
    body: str
    status: str
    requested_at: datetime
    operation: str
    country: str
    parts: int
    encoding: str
    spend_limit: str = ""
    """AWS's word for the monthly limit that it counts towards."""
    price: int = 0
    carrier_fee: int = 0
    message_type: str | None = None
    configuration_set: str | None = None
    context: dict[str, str] | None = None
    carrier: str | None = None
    keyword: str | None = None
    destination_country_parameters: dict[str, str] | None = None
    identity_arn: str | None = None
    identity_type: str | None = None
    international: bool = False
    time_to_live: timedelta = timedelta(hours=72)
    feedback_enabled: bool = False
    feedback_status: str | None = None
    protect_configuration_id: str | None = None
    protect_status: str | None = None
    protect_recommendation: str | None = None
    media: tuple[Media, ...] = ()
    call: Call | None = None
    rcs: RcsContent | None = None
    push: dict[str, Any] | None = None
    fallback: Fallback | None = None
    conversation: Conversation | None = None
    agent: RcsAgent | None = None
    sent_at: datetime | None = None
    """When it was handed to its present carrier, if that is not the first."""
    hops_before: int = 0
    """Steps of its history that an earlier carrier took."""
    timer: Timer | None = None
    final: bool = False
    outcome: Outcome | None = None
    history: list[HistoryEntry] = field(default_factory=list)

    def add_status(self, status: str, at: datetime, description: str | None, final: bool) -> HistoryEntry:
        """Reach a status."""
        entry = HistoryEntry(status, at, description, final, self.channel, self.sender)
        self.history.append(entry)
        self.status = status
        self.final = final
        return entry

    @property
    def by_agent(self) -> bool:
        """Whether an RCS agent carries it now, a text of a pool's or account's too."""
        return self.sender_type == "RCS_AGENT"

    @property
    def digits(self) -> str | None:
        """The keys that were pressed in a call."""
        return None if self.call is None else self.call.digits

    @property
    def duration_seconds(self) -> int | None:
        """How long a call that has ended was answered, in whole seconds."""
        answered = next((entry.at for entry in self.history if entry.status == "ANSWERED"), None)
        if answered is None or not self.final:
            return 0 if self.final else None
        return round((self.history[-1].at - answered).total_seconds())

    def fall_back(self, fallback: Fallback, at: datetime) -> None:
        """Be the fallback from now on."""
        self.channel, self.sender, self.sender_type = fallback.channel, fallback.sender, fallback.sender_type
        self.identity_arn, self.identity_type = fallback.identity_arn, fallback.identity_type
        self.body, self.media, self.rcs = fallback.body, fallback.media, None
        self.parts, self.encoding = fallback.parts, fallback.encoding
        self.price, self.carrier_fee, self.spend_limit = fallback.price, fallback.carrier_fee, fallback.spend_limit
        self.sent_at, self.hops_before = at, len(self.history)

    def cost_in(self, status: str) -> tuple[int, int]:
        """Price and carrier fee when the message stands so."""
        if (self.channel == "rcs" or self.by_agent) and status not in PAID_BY_RCS:
            return (0, 0)
        return (0, 0) if status in FREE_STATUSES else (self.price, self.carrier_fee)
