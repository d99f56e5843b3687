"""Messages, in and out, of every channel: who, content, carriage and money."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from emulator.kernel.clock import Timer
from emulator.messaging.channels import Limit
from emulator.messaging.state.calls import Call
from emulator.messaging.state.content import Content
from emulator.messaging.state.media import Media
from emulator.messaging.state.rcs import Conversation, RcsAgent, RcsContent
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
"""Source: rcs-sms-fallback.html"""
RCS_PAID_STATUSES: frozenset[Status] = frozenset({"DELIVERED", "READ"})
"""RCS costs on delivery only. Source: the RCS pages of the SMS guide"""
TIME_TO_LIVE_DEFAULT = timedelta(hours=72)


@dataclass(slots=True)
class HistoryEntry:
    """A status that a message reached; `final` as the event record says it, `sender` as the message had it then."""

    status: Status
    at: datetime
    description: str | None
    final: bool
    channel: ChannelName
    """By which it was carried then: a message can change from RCS to SMS."""
    sender: str


# Those that every message has are not frozen: freezing would double the cost of creating one.
@dataclass(slots=True)
class Origin:
    """
    Who a message comes from.

    Attributes:
        sender: what the phone shows: a number in E.164, a short code, a sender id or an agent id.
        sender_type: the type of the number, SENDER_ID, RCS_AGENT, SHARED_ROUTE or HANDSET.
        identity_arn: the resource that it was sent through.
        identity_type: the kind of that resource.
        international: whether the number has international sending enabled.
        agent: the RCS agent that sent it.
    """

    sender: str
    sender_type: str
    identity_arn: str | None = None
    identity_type: str | None = None
    international: bool = False
    agent: RcsAgent | None = None


@dataclass(slots=True)
class Charge:
    """What a message costs, in millicents for all its parts, and the monthly limit that it counts towards."""

    price: int = 0
    carrier_fee: int = 0
    limit: Limit = ""

    @property
    def total(self) -> int:
        """Price and fee together."""
        return self.price + self.carrier_fee


@dataclass(frozen=True, slots=True)
class Fallback:
    """What is sent where RCS does not reach; `after` so much time without a receipt, or None for when RCS has failed."""

    channel: ChannelName
    origin: Origin
    content: Content
    charge: Charge
    after: timedelta | None


@dataclass(slots=True)
class Carriage:
    """
    How a message is carried.

    Attributes:
        time_to_live: after how long it expires if it has not left.
        outcome: what its carrier will make of it.
        timer: the carrier's next step.
        fallback: what is sent instead when it does not arrive.
        conversation: the RCS conversation that it belongs to.
        sent_at: when it was submitted to its present carrier, if that is not the first.
        hops_before: how many statuses of its history an earlier carrier has caused.
    """

    time_to_live: timedelta = TIME_TO_LIVE_DEFAULT
    outcome: Outcome | None = None
    timer: Timer | None = None
    fallback: Fallback | None = None
    conversation: Conversation | None = None
    sent_at: datetime | None = None
    hops_before: int = 0


@dataclass(frozen=True, slots=True)
class Protection:
    """What a protect configuration said of a message."""

    configuration_id: str
    status: str
    recommendation: str | None = None


@dataclass(slots=True)
class Message:
    """
    One message of any channel, in or out.

    Attributes:
        origin: who it comes from.
        to: the number, short code or agent that it is for.
        country: the ISO code of the handset's country.
        content: what it says.
        carriage: how it is carried.
        charge: what it costs; of a call, once it has ended.
        operation: the API call that made it.
        status: AWS's word; `final` when it is the last one.
        history: every status so far.
        context: the request's, as are `message_type`, `configuration_set`, `keyword` and
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
    carriage: Carriage = field(default_factory=Carriage)
    charge: Charge = field(default_factory=Charge)
    message_type: str | None = None
    configuration_set: str | None = None
    context: dict[str, str] | None = None
    keyword: str | None = None
    destination_country_parameters: dict[str, str] | None = None
    feedback_enabled: bool = False
    feedback_status: str | None = None
    protection: Protection | None = None
    final: bool = False
    history: list[HistoryEntry] = field(default_factory=list)

    @property
    def sender(self) -> str:
        """What the phone shows as the sender."""
        return self.origin.sender

    @property
    def sender_type(self) -> str:
        """The type of the sender's number, SENDER_ID, RCS_AGENT, SHARED_ROUTE or HANDSET."""
        return self.origin.sender_type

    @property
    def international(self) -> bool:
        """Whether its number has international sending enabled."""
        return self.origin.international

    @property
    def time_to_live(self) -> timedelta:
        """After how long it expires if it has not left."""
        return self.carriage.time_to_live

    @property
    def agent(self) -> RcsAgent | None:
        """The RCS agent that sent it."""
        return self.origin.agent

    @property
    def body(self) -> str:
        """The text."""
        return self.content.body

    @property
    def parts(self) -> int:
        """In how many parts it is sent and charged."""
        return self.content.parts

    @property
    def encoding(self) -> str:
        """GSM or UNICODE."""
        return self.content.encoding

    @property
    def media(self) -> tuple[Media, ...]:
        """Its files."""
        return self.content.media

    @property
    def call(self) -> Call | None:
        """What is said and done in it, if it is a call."""
        return self.content.call

    @property
    def rcs(self) -> RcsContent | None:
        """Its rich content, if it is an RCS message."""
        return self.content.rcs

    @property
    def push(self) -> dict[str, Any] | None:
        """What the device shows, if it is a notification."""
        return self.content.push

    @property
    def price(self) -> int:
        """The price in millicents, if it is charged at all; see `cost_in`."""
        return self.charge.price

    @property
    def carrier_fee(self) -> int:
        """The carrier's fee in millicents, if it is charged at all; see `cost_in`."""
        return self.charge.carrier_fee

    @property
    def carrier(self) -> str | None:
        """The name of its carrier, if the handset has one."""
        outcome = self.carriage.outcome
        return None if outcome is None else outcome.carrier

    @property
    def by_agent(self) -> bool:
        """Whether an RCS agent carries it now, be it a text of a pool or account."""
        return self.origin.sender_type == "RCS_AGENT"

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

    def add_status(self, status: Status, at: datetime, description: str | None, final: bool) -> HistoryEntry:
        """Reach a status."""
        entry = HistoryEntry(status, at, description, final, self.channel, self.origin.sender)
        self.history.append(entry)
        self.status = status
        self.final = final
        return entry

    def fall_back(self, fallback: Fallback, at: datetime) -> None:
        """Become the fallback."""
        # The agent stays known: its receipts and metrics may still be counted.
        self.origin = replace(fallback.origin, agent=self.origin.agent)
        self.channel, self.content = fallback.channel, fallback.content
        self.charge = fallback.charge
        self.carriage.sent_at, self.carriage.hops_before = at, len(self.history)

    def cost_in(self, status: Status) -> tuple[int, int]:
        """Return price and carrier fee in millicents if the message has this status."""
        if (self.channel == "rcs" or self.by_agent) and status not in RCS_PAID_STATUSES:
            return (0, 0)
        return (0, 0) if status in FREE_STATUSES else (self.charge.price, self.charge.carrier_fee)
