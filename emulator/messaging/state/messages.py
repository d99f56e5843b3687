"""Messages of every channel, inbound and outbound: origin, content, carriage and charge."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from emulator.kernel.clock import Timer
from emulator.kernel.dataclass import dataclass
from emulator.messaging.channels import Limit
from emulator.messaging.state.applications import Application
from emulator.messaging.state.calls import Call
from emulator.messaging.state.content import Content
from emulator.messaging.state.media import Media
from emulator.messaging.state.rcs import Conversation, RcsAgent, RcsContent
from emulator.messaging.state.whatsapp import WhatsAppContent
from emulator.telecom.carriers import Outcome
from emulator.telecom.vocabulary import ChannelName, Direction, Status

FREE_STATUSES: frozenset[Status] = frozenset(
    {
        "BLOCKED",
        "PROTECT_BLOCKED",
        "INVALID",
        "INVALID_MESSAGE",
        "FILE_INACCESSIBLE",
        "FILE_TYPE_UNSUPPORTED",
        "FILE_SIZE_EXCEEDED",
        "FALLEN_BACK_TO_SMS",
    }
)
"""Statuses that cost nothing: BLOCKED and PROTECT_BLOCKED were seen with price 0, the others are # unverified."""
RCS_FALLBACK_AFTER = timedelta(seconds=25)
"""How long a message sent by RCS waits for a receipt before its fallback. Source: rcs-sms-fallback.html"""
RCS_PAID_STATUSES: frozenset[Status] = frozenset({"DELIVERED", "READ"})
"""The statuses in which RCS is charged: on delivery only. Source: the RCS pages of the SMS guide"""
WHATSAPP_PAID_STATUSES: frozenset[Status] = frozenset({"DELIVERED", "READ", "PLAYED"})
"""The statuses in which Meta charges for a template. Source: Meta, pricing. AWS's own fee is due for what was sent, but not
for what failed. # unverified"""
TIME_TO_LIVE_DEFAULT = timedelta(hours=72)

CARRIAGES_CACHED = 1024
CHARGES_CACHED = 1024
REPR_BODY_MAX = 40
"""Characters of a text that its representation shows."""
MILLICENT_DIGITS = 5
"""A millicent is a dollar divided by ten to this power."""


@dataclass(slots=True)
class HistoryEntry:
    """A status that a message reached; `final` as in the event record, `sender` as it was then."""

    status: Status
    at: datetime
    description: str | None
    final: bool
    channel: ChannelName
    """The channel at that time: a message can fall back from RCS to SMS."""
    sender: str


@dataclass(frozen=True, slots=True)
class Origin:
    """
    The origin of a message.

    Attributes:
        sender: the sender that the phone shows: a number in E.164, a short code, a sender id or an agent id.
        sender_type: the type of the number, or SENDER_ID, RCS_AGENT, SHARED_ROUTE or HANDSET.
        identity_arn: the ARN of the origination identity.
        identity_type: the resource type of that identity.
        international: whether the number has international sending enabled.
        agent: the RCS agent that sent the message.
    """

    sender: str
    sender_type: str
    identity_arn: str | None = None
    identity_type: str | None = None
    international: bool = False
    agent: RcsAgent | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """The price of a message, in millicents for all its parts, and the monthly limit that it counts towards."""

    price: int = 0
    carrier_fee: int = 0
    limit: Limit = ""

    @property
    def total(self) -> int:
        """Price and fee together."""
        return self.price + self.carrier_fee


charge_of = lru_cache(maxsize=CHARGES_CACHED)(Charge)
"""Returns the same charge for the same amounts, as most messages cost what others have cost."""


@dataclass(frozen=True, slots=True)
class Fallback:
    """What is sent if RCS does not deliver: `after` this time without a receipt, or when RCS has failed if it is None."""

    channel: ChannelName
    origin: Origin
    content: Content
    charge: Charge
    after: timedelta | None


@dataclass(frozen=True, slots=True)
class Carriage:
    """
    The carriage of a message.

    Attributes:
        time_to_live: the time after which the message expires if it has not been sent.
        outcome: the outcome that its carrier has decided.
        fallback: what is sent instead if the message is not delivered.
        conversation: the RCS conversation that it belongs to.
        sent_at: when it was submitted to its current carrier, if that is not the first.
        hops_before: how many statuses in its history are those of an earlier carrier.
    """

    time_to_live: timedelta = TIME_TO_LIVE_DEFAULT
    outcome: Outcome | None = None
    fallback: Fallback | None = None
    conversation: Conversation | None = None
    sent_at: datetime | None = None
    hops_before: int = 0


carriage_of = lru_cache(maxsize=CARRIAGES_CACHED)(Carriage)
"""Returns the same carriage for the same time to live and outcome, which most messages share."""


@dataclass(frozen=True, slots=True)
class Protection:
    """The verdict of a protect configuration on a message."""

    configuration_id: str
    status: str
    recommendation: str | None = None


@dataclass(slots=True, repr=False)
class Message:
    """
    One message of any channel, inbound or outbound.

    Attributes:
        origin: the sender.
        to: the number, short code or agent that the message is addressed to.
        country: the ISO code of the handset's country.
        content: the text, files or other content.
        carriage: how the carrier handles it; `timer` is the carrier's next step.
        charge: the price; that of a call once the call has ended.
        operation: the API operation that created it.
        status: AWS's name of the status; `final` if it is the last one.
        history: all statuses so far.
        application: the Pinpoint application that sent it.
        context: as in the request, like `message_type`, `configuration_set`, `keyword` and
            `destination_country_parameters`.
    """

    message_id: str
    account: str
    region: str
    channel: ChannelName
    direction: Direction
    origin: Origin
    to: str
    country: str
    content: Content
    operation: str
    requested_at: datetime
    status: Status
    carriage: Carriage = Carriage()
    charge: Charge = Charge()
    timer: Timer | None = None
    message_type: str | None = None
    configuration_set: str | None = None
    context: dict[str, str] | None = None
    keyword: str | None = None
    destination_country_parameters: dict[str, str] | None = None
    feedback_enabled: bool = False
    feedback_status: str | None = None
    protection: Protection | None = None
    application: Application | None = None
    final: bool = False
    history: tuple[HistoryEntry, ...] = ()

    def __repr__(self) -> str:
        body = self.body if len(self.body) <= REPR_BODY_MAX else self.body[:REPR_BODY_MAX] + "…"
        channel = "" if self.channel == "sms" else f"{self.channel} "
        return f"<Message {channel}{self.status} {self.sender} → {self.to} {body!r}>"

    @property
    def code(self) -> str | None:
        """The one-time code in it, if an AWS service has sent it as one."""
        return self.content.extras.code

    @property
    def sender(self) -> str:
        """The sender that the phone shows."""
        return self.origin.sender

    @property
    def from_(self) -> str:
        """The sender, under the name of the filter; the control API has it as `from`."""
        return self.origin.sender

    @property
    def sender_type(self) -> str:
        """The type of the sender's number, or SENDER_ID, RCS_AGENT, SHARED_ROUTE or HANDSET."""
        return self.origin.sender_type

    @property
    def international(self) -> bool:
        """True if the sender's number has international sending enabled."""
        return self.origin.international

    @property
    def time_to_live(self) -> timedelta:
        """The time after which the message expires if it has not been sent."""
        return self.carriage.time_to_live

    @property
    def agent(self) -> RcsAgent | None:
        """The RCS agent that sent the message."""
        return self.origin.agent

    @property
    def body(self) -> str:
        """The text."""
        return self.content.body

    @property
    def parts(self) -> int:
        """The number of parts in which the message is sent and charged."""
        return self.content.parts

    @property
    def encoding(self) -> str:
        """GSM or UNICODE."""
        return self.content.encoding

    @property
    def media(self) -> tuple[Media, ...]:
        """The files."""
        return self.content.extras.media

    @property
    def call(self) -> Call | None:
        """The course of the call, if the message is one."""
        return self.content.extras.call

    @property
    def rcs(self) -> RcsContent | None:
        """The RCS content, if the message is sent by RCS."""
        return self.content.extras.rcs

    @property
    def push(self) -> dict[str, Any] | None:
        """What the device shows, if the message is a push notification."""
        return self.content.extras.push

    @property
    def whatsapp(self) -> WhatsAppContent | None:
        """The WhatsApp content, if the message is of that channel."""
        return self.content.extras.whatsapp

    @property
    def price(self) -> Decimal:
        """The price in US dollars, without the carrier's fee; 0 while the status makes the message free."""
        return Decimal(self.cost_in(self.status)[0]).scaleb(-MILLICENT_DIGITS)

    @property
    def carrier_fee(self) -> Decimal:
        """The carrier's fee in US dollars; 0 while the status makes the message free."""
        return Decimal(self.cost_in(self.status)[1]).scaleb(-MILLICENT_DIGITS)

    @property
    def carrier(self) -> str | None:
        """The name of the carrier, if the handset has one."""
        outcome = self.carriage.outcome
        return None if outcome is None else outcome.carrier

    @property
    def by_agent(self) -> bool:
        """True if an RCS agent is the current sender, even of a text of a pool or account."""
        return self.origin.sender_type == "RCS_AGENT"

    @property
    def digits(self) -> str | None:
        """The keys pressed in a call."""
        return None if self.call is None else self.call.digits

    @property
    def duration_seconds(self) -> int | None:
        """The duration of an ended call from the answer on, in whole seconds; 0 if unanswered, None until it has ended."""
        answered = next((entry.at for entry in self.history if entry.status == "ANSWERED"), None)
        if answered is None or not self.final:
            return 0 if self.final else None
        return round((self.history[-1].at - answered).total_seconds())

    def add_status(self, status: Status, at: datetime, description: str | None, final: bool) -> HistoryEntry:
        """Set the status, and return its entry in the history."""
        entry = HistoryEntry(status, at, description, final, self.channel, self.origin.sender)
        self.history = (*self.history, entry)
        self.status = status
        self.final = final
        return entry

    def fall_back(self, fallback: Fallback, at: datetime) -> None:
        """Take over the origin, channel, content and charge of the fallback."""
        # The agent is kept: its receipts and metrics may still be counted.
        self.origin = replace(fallback.origin, agent=self.origin.agent)
        self.channel, self.content = fallback.channel, fallback.content
        self.charge = fallback.charge
        self.carriage = replace(self.carriage, sent_at=at, hops_before=len(self.history))

    def cost_in(self, status: Status) -> tuple[int, int]:
        """Return the price and the carrier fee, in millicents, of the message in this status."""
        if self.channel == "whatsapp":
            fee = self.charge.carrier_fee if status in WHATSAPP_PAID_STATUSES else 0
            return (0 if status in ("ACCEPTED", "FAILED") else self.charge.price, fee)
        if (self.channel == "rcs" or self.by_agent) and status not in RCS_PAID_STATUSES:
            return (0, 0)
        return (0, 0) if status in FREE_STATUSES else (self.charge.price, self.charge.carrier_fee)
