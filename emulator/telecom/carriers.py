"""
Carriers: what happens to a message after AWS has submitted it.

A carrier decides one hop at a time (`next_step`) and keeps no state of a message. The outcome of a message is decided when
it is accepted, by the first of these that applies: a carrier rule, AWS's simulator numbers, the handset's behaviour, the
number itself, the route.
"""

from __future__ import annotations

from dataclasses import field, replace
from datetime import datetime, timedelta
from typing import Protocol

from emulator.kernel.dataclass import dataclass
from emulator.kernel.seeds import Seeds
from emulator.kernel.snapshots import Snapshotable
from emulator.telecom.handsets import Handset
from emulator.telecom.numbering import is_possible, simulator_numbers
from emulator.telecom.segments import PARTS_MAX
from emulator.telecom.vocabulary import ChannelName, Status

HOP_MIN = timedelta(milliseconds=150)
HOP_SPREAD = timedelta(milliseconds=300)
"""The duration of a hop: real receipts came 0.3 s (SUCCESSFUL) and 1.2 s (DELIVERED) after the request."""
GIVEN_UP_AFTER = timedelta(hours=72)
"""A message without a receipt by then ends as UNKNOWN. Source: configuration-sets-event-types.html"""
NO_RECEIPT: Status = "NO_RECEIPT"
"""An outcome of the emulator's own: the carrier never answers."""
WITHOUT_HANDSET_RECEIPT = frozenset({("CA", "SHORT_CODE"), ("US", "TOLL_FREE"), ("ES", "SENDER_ID")})
"""Routes on which SUCCESSFUL is final: (country, type of the sender). Source: the SMS event examples and a
production consumer in Canada."""
CALL: tuple[Status, ...] = ("INITIATED", "RINGING", "ANSWERED")
CALL_RINGS = 2
CALL_OUTCOMES: frozenset[Status] = frozenset({"COMPLETED", "BUSY", "NO_ANSWER", "FAILED", "TTL_EXPIRED"})
"""Source: the voice event types"""
ANSWERS: dict[str, Status] = {"answer": "COMPLETED", "busy": "BUSY", "no_answer": "NO_ANSWER", "fail": "FAILED"}
"""The outcome of a call, by what the handset does."""
UNDIALLED: frozenset[Status] = frozenset({"SPAM", "PROTECT_BLOCKED"})
"""Outcomes of a call that is never dialled."""
RINGS_FOR = timedelta(seconds=5)
RINGS_IN_VAIN_FOR = timedelta(seconds=30)
"""# unverified: AWS names no times for a call."""
REVOCATIONS: tuple[Status, ...] = ("TTL_EXPIRATION_REVOKED", "TTL_EXPIRATION_REVOKE_FAILED")
"""The outcomes of an RCS message that was not delivered within its time to live."""
READ_AFTER = timedelta(seconds=3)
"""How soon a recipient who reads RCS messages opens one."""
TEXT_OUTCOMES: frozenset[Status] = frozenset(
    {
        "DELIVERED",
        "SUCCESSFUL",
        "BLOCKED",
        "CARRIER_BLOCKED",
        "SPAM",
        "INVALID",
        "INVALID_MESSAGE",
        "UNREACHABLE",
        "CARRIER_UNREACHABLE",
        "UNKNOWN",
        "TTL_EXPIRED",
        "PROTECT_BLOCKED",
        "NO_RECEIPT",
    }
)
"""The outcomes that can be set for a text."""
OUTCOMES: dict[ChannelName, frozenset[Status]] = {
    "sms": TEXT_OUTCOMES,
    "mms": TEXT_OUTCOMES | {"FILE_INACCESSIBLE", "FILE_TYPE_UNSUPPORTED", "FILE_SIZE_EXCEEDED"},
    "voice": TEXT_OUTCOMES | CALL_OUTCOMES,
    "rcs": frozenset({"DELIVERED", "READ", "UNDELIVERABLE", "REJECTED", "PROTECT_BLOCKED", NO_RECEIPT, *REVOCATIONS}),
    "whatsapp": frozenset({"SENT", "DELIVERED", "READ", "FAILED"}),
}
"""The outcomes that can be set for a message of each channel; any other is ignored."""
TEXT_CHANNELS = frozenset({"sms", "mms"})
"""Channels of texts and pictures, which carriers throttle and may hold."""
HELD: frozenset[Status] = frozenset({"PENDING", "QUEUED"})
"""Statuses in which a carrier may hold a text or an MMS before passing it on."""
ALL_OUTCOMES: frozenset[Status] = frozenset().union(*OUTCOMES.values())


@dataclass(slots=True)
class Rule:
    """
    A rule of the control API: the outcome of the messages that match it.

    It applies to a matching message with `probability`, and `times` counts down (None means no limit). The message waits for
    `delay` before its first hop, and first passes through the statuses `via`, which are not final. `receipts` is how often
    the last receipt is sent: a carrier may send one more than once. Source: nx-features-messaging-events.html
    """

    match: dict[str, str]
    outcome: Status
    probability: float = 1.0
    delay: timedelta = timedelta(0)
    times: int | None = None
    via: tuple[Status, ...] = ()
    receipts: int = 1

    def fits(self, message: CarrierMessage, carrier: str | None) -> bool:
        """Return whether the rule matches a message."""
        return all(self._matches(message, carrier, key, value) for key, value in self.match.items())

    @staticmethod
    def _matches(message: CarrierMessage, carrier: str | None, key: str, value: str) -> bool:
        if key == "contains":
            return value in message.body
        own = {
            "to": message.to,
            "country": message.country,
            "carrier": carrier,
            "channel": message.channel,
            "from": message.sender,
        }
        return own[key] == value


class CarrierMessage(Protocol):
    """The part of a message that a carrier sees."""

    message_id: str
    channel: ChannelName
    to: str
    country: str

    @property
    def sender(self) -> str:
        """The sender that the phone displays."""

    @property
    def sender_type(self) -> str:
        """The type of the sender's number."""

    @property
    def body(self) -> str:
        """The text."""

    @property
    def parts(self) -> int:
        """The number of parts that it is sent in."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The final status of a message, reached through the statuses `via`; it waits for `delay` before its first hop."""

    status: Status
    description: str | None = None
    delay: timedelta = timedelta(0)
    carrier: str | None = None
    via: tuple[Status, ...] = ()
    reads: bool = False
    """Whether the recipient opens it, on a channel that reports this."""
    receipts: int = 1


DELIVERED = Outcome("DELIVERED")
"""The outcome of most messages."""


@dataclass(slots=True)
class Step:
    """One hop: the status it leads to, the time since the previous one, and whether it is the last."""

    status: Status
    after: timedelta
    final: bool


@dataclass(slots=True)
class Carriers(Snapshotable):
    """The carrier rules, and what follows from them."""

    SNAPSHOT_FIELDS = ("rules",)

    seeds: Seeds
    rules: list[Rule] = field(default_factory=list)

    def outcome(self, message: CarrierMessage, handset: Handset | None) -> Outcome:
        """Decide the outcome of a message, counting down the rule that applies, if any."""
        carrier = handset.carrier if handset else None
        for index, rule in enumerate(self.rules):
            known = rule.outcome in OUTCOMES[message.channel]
            if rule.times != 0 and known and rule.fits(message, carrier) and self._drawn(rule, index, message):
                if rule.times is not None:
                    rule.times -= 1
                outcome = Outcome(rule.outcome, None, rule.delay, carrier, rule.via, receipts=rule.receipts)
                return self._read(message, handset, outcome)
        simulated = simulator_numbers().get(message.to)
        if simulated is not None and message.channel != "whatsapp":
            return Outcome(simulated["outcome"])
        if handset is not None and not handset.rcs and message.sender_type == "RCS_AGENT":
            return Outcome("UNDELIVERABLE" if message.channel == "rcs" else "UNREACHABLE", None, handset.delay, carrier)
        if handset is not None and handset.outcome is not None and handset.outcome in OUTCOMES[message.channel]:
            outcome = Outcome(handset.outcome, handset.description, handset.delay, carrier)
            return self._read(message, handset, outcome)
        delay = handset.delay if handset else timedelta(0)
        if message.channel == "voice" and handset is not None and handset.answers != "answer":
            return Outcome(ANSWERS[handset.answers], None, delay, carrier)
        if message.channel == "whatsapp":
            return self._read(message, handset, Outcome("DELIVERED", None, delay, carrier))
        if message.channel == "rcs":
            status: Status = "DELIVERED" if is_possible(message.to) else "UNDELIVERABLE"
            return self._read(message, handset, Outcome(status, None, delay, carrier))
        if not is_possible(message.to):
            return Outcome("INVALID", None, delay, carrier)
        if message.parts > PARTS_MAX:
            return Outcome("INVALID_MESSAGE", None, delay, carrier)
        return DELIVERED if handset is None else Outcome("DELIVERED", None, delay, carrier)

    @staticmethod
    def _read(message: CarrierMessage, handset: Handset | None, outcome: Outcome) -> Outcome:
        """Express READ as a message of RCS or WhatsApp that is delivered and then opened."""
        if message.channel not in ("rcs", "whatsapp"):
            return outcome
        opens = handset is not None and (handset.reads_rcs if message.channel == "rcs" else handset.reads_whatsapp)
        reads = outcome.status == "READ" or opens
        if not reads or outcome.status not in ("DELIVERED", "READ"):
            return outcome
        return replace(outcome, status="DELIVERED", reads=True)

    def _drawn(self, rule: Rule, index: int, message: CarrierMessage) -> bool:
        return rule.probability >= 1.0 or self.seeds.fraction(f"rule/{index}/{message.message_id}") < rule.probability

    def next_step(
        self, message: CarrierMessage, outcome: Outcome, *, hops: int, sent_at: datetime, now: datetime, ttl: timedelta
    ) -> Step:
        """Return the hop after `hops` others; a message that has not left within its time to live expires instead."""
        wait = HOP_MIN + HOP_SPREAD * self.seeds.fraction(f"carrier/{message.message_id}/{hops}")
        if hops == 0:
            wait += outcome.delay
        elapsed = now - sent_at
        if message.channel == "rcs":
            return self._rcs_step(outcome, hops, wait, elapsed, ttl)
        # A message that a carrier holds has left, so it does not expire; it may still end in any way.
        if hops < len(outcome.via) and (hops or elapsed + wait <= ttl):
            return Step(outcome.via[hops], wait, False)
        if outcome.status == "TTL_EXPIRED" or (hops == 0 and elapsed + wait > ttl):
            return Step("TTL_EXPIRED", max(ttl - elapsed, timedelta(0)), True)
        if (outcome.status == NO_RECEIPT and message.channel != "voice") or elapsed + wait > GIVEN_UP_AFTER:
            return Step("UNKNOWN", GIVEN_UP_AFTER - elapsed, True)
        hops -= len(outcome.via)
        if message.channel == "voice":
            return self._call_step(outcome, hops, wait)
        if outcome.status == "DELIVERED" and hops == 0:
            return Step("SUCCESSFUL", wait, (message.country, message.sender_type) in WITHOUT_HANDSET_RECEIPT)
        return Step(outcome.status, wait, True)

    @staticmethod
    def _rcs_step(outcome: Outcome, hops: int, wait: timedelta, elapsed: timedelta, ttl: timedelta) -> Step:
        """Return the next hop of a rich message: sent, then delivered, or revoked at the end of its time to live."""
        if hops < len(outcome.via):
            return Step(outcome.via[hops], wait, False)
        hops -= len(outcome.via)
        late = outcome.status in (NO_RECEIPT, *REVOCATIONS) or elapsed + wait > ttl
        if hops == 0 and outcome.status in ("DELIVERED", NO_RECEIPT, *REVOCATIONS) and elapsed + wait <= ttl:
            return Step("SENT", wait, False)
        if late:
            status = outcome.status if outcome.status in REVOCATIONS else REVOCATIONS[0]
            return Step(status, max(ttl - elapsed, timedelta(0)), True)
        return Step(outcome.status, wait, True)

    @staticmethod
    def _call_step(outcome: Outcome, hops: int, wait: timedelta) -> Step:
        """Return the next hop of a call: dialled, ringing, answered; any other outcome ends it while it rings."""
        if outcome.status in UNDIALLED:
            return Step(outcome.status, wait, True)
        if hops < CALL_RINGS:
            return Step(CALL[hops], wait, False)
        if outcome.status in ("DELIVERED", "COMPLETED"):
            return Step("ANSWERED", wait + RINGS_FOR, False)
        if outcome.status == "NO_ANSWER":
            return Step("NO_ANSWER", RINGS_IN_VAIN_FOR, True)
        return Step(outcome.status if outcome.status in CALL_OUTCOMES else "FAILED", wait, True)
