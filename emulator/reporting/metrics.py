"""
CloudWatch metrics: AWS's under AWS/SMSVoice, and the guide's two under AWS/SMSV2.

Facts are only collected when they happen; they are counted, by minute, when the metrics are flushed to CloudWatch.
Source: monitoring-cloudwatch.html
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from dataclasses import field
from datetime import datetime
from typing import Any

from emulator.kernel.bus import Subscription
from emulator.kernel.dataclass import dataclass
from emulator.kernel.ports import Metrics as MetricsPort
from emulator.kernel.snapshots import Snapshotable
from emulator.kernel.stores import Stores
from emulator.messaging.channels import CHANNELS
from emulator.messaging.facts import FeedbackGiven, MessageAccepted, MessageStatusChanged
from emulator.messaging.state.messages import HistoryEntry, Message
from emulator.messaging.state.sns_texts import OPERATION as SNS_PUBLISH
from emulator.messaging.store import MessagingStore
from emulator.reporting import sns_metrics
from emulator.telecom.handsets import ARRIVED
from emulator.telecom.tariff import dollars

log = logging.getLogger("emulator")

NAMESPACE = "AWS/SMSVoice"
GUIDE_NAMESPACE = "AWS/SMSV2"
SOCIAL_NAMESPACE = "AWS/SocialMessaging"
FEE_TYPES = {
    "authentication": "Authentication",
    "authentication-international": "Authentication-International",
    "marketing": "Marketing",
    "utility": "Utility",
}
"""AWS's fee types of templates; everything else is Standard. Source: the user guide, billing per message"""
IDENTITY_TYPES = {"phone-number": "PHONE_NUMBER", "sender-id": "SENDER_ID", "rcs-agent": "RCS_AGENT", "POOL": "POOL"}
ALARMED = (NAMESPACE, GUIDE_NAMESPACE, SOCIAL_NAMESPACE, sns_metrics.NAMESPACE)
"""The namespaces whose alarms are evaluated."""
DATA_IN_CALL = 500
"""Data points per call; PutMetricData accepts a thousand, and a megabyte."""

NOTIFY_NAMES = {
    "sms": ("NotifyTextMessagePartsSent", "NotifyTextMessagePartsDelivered", "NotifyTextMessagesBlocked"),
    "voice": ("NotifyVoiceMessagesSent", "NotifyVoiceMessagesDelivered", "NotifyVoiceMessagesBlocked"),
}
"""By channel: what is counted of the messages of Notify. Source: user guide, Notify. # unverified: no dimensions"""

SPEND = ("MonthlySpend", "SpentUSD")
"""The suffixes of metrics that are sums of money."""

Dimensions = tuple[tuple[str, str], ...]
Key = tuple[str, str, datetime, str, str, Dimensions]


@dataclass(slots=True)
class Metrics(Snapshotable):
    """Sums by account, region, minute, namespace, name and dimensions; for spend, the highest value in the minute."""

    SNAPSHOT_FIELDS = ("facts", "sums", "_scopes")

    stores: Stores[MessagingStore]
    facts: list[MessageAccepted | MessageStatusChanged | FeedbackGiven] = field(default_factory=list)
    """Facts not counted yet, appended as they happen."""
    sums: dict[Key, float] = field(default_factory=dict)
    _scopes: set[tuple[str, str]] = field(default_factory=set)
    _flushing: threading.Lock = field(default_factory=threading.Lock)

    def subscriptions(self) -> Iterable[Subscription]:
        """Yield a subscription for each fact that is counted."""
        for fact in (MessageAccepted, MessageStatusChanged, FeedbackGiven):
            yield fact, self.facts.append

    def add_up(self) -> None:
        """Count the facts that were appended since this was last done."""
        facts = self.facts.copy()
        # Without a lock: facts that were appended meanwhile stay for the next flush.
        del self.facts[: len(facts)]
        for fact in facts:
            if isinstance(fact, MessageAccepted):
                self._message_accepted(fact)
            elif isinstance(fact, MessageStatusChanged):
                self._message_status_changed(fact)
            else:
                self._feedback_given(fact)

    def _message_accepted(self, fact: MessageAccepted) -> None:
        """Count messages received, feedback expected, RCS messages sent, and spend."""
        message = fact.message
        if message.channel == "whatsapp":
            if message.direction == "inbound":
                self._count_whatsapp_fee(message)
            return
        if message.direction == "inbound":
            self._count(message, "NumberOfMessagesReceived", 1, _identity(message))
            return
        # Facts are counted later, when a message may have fallen back to another channel.
        channel = message.history[0].channel if message.history else message.channel
        word = CHANNELS[channel].metrics_word
        if word is not None and message.feedback_enabled:
            self._count(message, f"NumberOf{word}MessagesExpectingFeedback", 1, ())
        if message.agent is not None:
            self._count(message, "RCS.MessagesSent", 1, ())
        self._spent(message)

    def _spent(self, message: Message) -> None:
        """Record what the message's channel has cost in the month so far; RCS has no such metric."""
        limit = message.charge.limit
        if limit in ("TEXT", "MEDIA", "VOICE", "NOTIFY"):
            spent = self.stores[message.account, message.region].spend.in_month(limit, message.requested_at)
            name = f"{limit.capitalize()}MessageMonthlySpend"
            self._keep(self._key(message, NAMESPACE, name, ()), dollars(spent), highest=True)
            if message.operation == SNS_PUBLISH:
                key = self._key(message, sns_metrics.NAMESPACE, sns_metrics.SPENT, ())
                self._keep(key, dollars(spent), highest=True)

    def _message_status_changed(self, fact: MessageStatusChanged) -> None:
        """Count parts sent and delivered, messages blocked, fallbacks, and final outcomes."""
        message, entry = fact.message, fact.entry
        if message.channel == "whatsapp":
            self._whatsapp_moved(message, entry)
            return
        if message.direction == "inbound":
            return
        word = CHANNELS[entry.channel].metrics_word
        blocked = entry.status == "PROTECT_BLOCKED"
        # A message that fell back has a first status with each carrier.
        is_first = entry is next(iter(message.history[message.carriage.hops_before :]), None)
        if word is not None and is_first:
            self._count(message, f"{word}MessagesBlockedByProtect", int(blocked), _protect(message))
            if not blocked:
                self._count(message, f"NumberOf{word}MessagePartsSent", message.parts, _identity(message))
        if message.charge.limit == "NOTIFY":
            self._count_notify(message, entry, is_first=is_first)
        if message.carriage.sent_at is not None and is_first:
            self._count(message, "RCS.MessagesFallenBackToSMS", 1, ())
        if entry.final:
            self._message_ended(message, entry, word)

    def _count_notify(self, message: Message, entry: HistoryEntry, *, is_first: bool) -> None:
        """Count a message of Notify, besides what is counted of every message."""
        sent, delivered, blocked = NOTIFY_NAMES["voice" if entry.channel == "voice" else "sms"]
        if is_first and entry.status == "PROTECT_BLOCKED":
            self._count(message, blocked, 1, ())
        elif is_first:
            self._count(message, sent, message.parts, ())
        if entry.final and entry.status in ARRIVED:
            self._count(message, delivered, message.parts, ())

    def _message_ended(self, message: Message, entry: HistoryEntry, word: str | None) -> None:
        """Count what was delivered, and what failed."""
        if entry.channel == "voice":
            # The cost of a call depends on its duration.
            self._spent(message)
        arrived = entry.status in ARRIVED
        if word is not None and arrived:
            self._count(message, f"NumberOf{word}MessagePartsDelivered", message.parts, _identity(message))
        by_agent = message.agent is not None and entry.sender == message.agent.rcs_agent_id
        if by_agent and entry.status == "DELIVERED":
            self._count(message, "RCS.MessagesDelivered", 1, ())
        if entry.channel == "sms":
            name = "SMSSuccessfulDeliveries" if arrived else "SMSDeliveryFailures"
            self._keep(self._key(message, GUIDE_NAMESPACE, name, (), entry.at), 1)
        if message.operation == SNS_PUBLISH:
            for name, dimensions in sns_metrics.names_counted(message, entry):
                self._keep(self._key(message, sns_metrics.NAMESPACE, name, dimensions, entry.at), 1)

    def _whatsapp_moved(self, message: Message, entry: HistoryEntry) -> None:
        """AWS's fee for what was sent, Meta's for a template that was delivered, also for one that Direct Send has made."""
        content = message.whatsapp
        if entry.status == "SENT":
            self._count_whatsapp_fee(message)
        elif entry.status == "DELIVERED" and content is not None and content.category != "service":
            dimensions = (
                ("DestinationCountryCode", message.country),
                ("MetaTemplateMessageFeeCategory", content.category),
                ("MetaTemplateMessageFeeType", content.price_type),
                ("WhatsAppPhoneNumberArn", content.number.arn),
            )
            self._keep(self._key(message, SOCIAL_NAMESPACE, "MetaTemplateMessageFeeCount", dimensions, entry.at), 1)

    def _count_whatsapp_fee(self, message: Message) -> None:
        content = message.whatsapp
        assert content is not None
        fee_type = "Inbound" if message.direction == "inbound" else FEE_TYPES.get(content.category, "Standard")
        dimensions = (
            ("DestinationCountryCode", message.country),
            ("MessageFeeType", fee_type),
            ("WhatsAppPhoneNumberArn", content.number.arn),
        )
        self._keep(self._key(message, SOCIAL_NAMESPACE, "WhatsAppMessageFeeCount", dimensions), 1)

    def _feedback_given(self, fact: FeedbackGiven) -> None:
        """Count the feedback that an application has given on a message."""
        message, at = fact.message, fact.at
        word = CHANNELS[message.channel].metrics_word
        if word is not None and message.feedback_status is not None:
            dimension = ("MessageFeedbackStatus", message.feedback_status)
            for dimensions in ((), (dimension,), (("IsoCountryCode", message.country), dimension)):
                key = self._key(message, NAMESPACE, f"NumberOf{word}MessagesWithFeedback", dimensions, at)
                self._keep(key, 1)

    def _count(self, message: Message, name: str, amount: int, more: Iterable[Dimensions]) -> None:
        """Count under no dimension, under the country, and under each of `more`."""
        account, region, minute, namespace, *_ = self._key(message, NAMESPACE, name, ())
        for dimensions in ((), (("IsoCountryCode", message.country),), *more):
            self._keep((account, region, minute, namespace, name, dimensions), amount)

    @staticmethod
    def _key(message: Message, namespace: str, name: str, dimensions: Dimensions, at: datetime | None = None) -> Key:
        minute = (at or message.requested_at).replace(second=0, microsecond=0)
        return message.account, message.region, minute, namespace, name, dimensions

    def _keep(self, key: Key, amount: float, *, highest: bool = False) -> None:
        old = self.sums.get(key, 0)
        self.sums[key] = max(old, amount) if highest else old + amount

    def flush(self, port: MetricsPort, now: datetime) -> None:
        """Put the collected metrics and evaluate the alarms on them; what cannot be put is kept for the next flush."""
        with self._flushing:
            self.put(port, self.take(), now)

    def take(self) -> dict[Key, float]:
        """Return the metrics that were collected since this was last done."""
        self.add_up()
        gathered, self.sums = self.sums, {}
        self._scopes |= {(account, region) for account, region, *_ in gathered}
        return gathered

    def put(self, port: MetricsPort, gathered: dict[Key, float], now: datetime) -> None:
        """Put metrics, and evaluate the alarms on them."""
        by_namespace: dict[tuple[str, str, str], list[Key]] = {}
        for key in gathered:
            account, region, _, namespace, _, _ = key
            by_namespace.setdefault((account, region, namespace), []).append(key)
        for (account, region, namespace), keys in by_namespace.items():
            for start in range(0, len(keys), DATA_IN_CALL):
                part = keys[start : start + DATA_IN_CALL]
                try:
                    port.put_metric_data(account, region, namespace, [_datum(key, gathered[key]) for key in part])
                except Exception as error:  # as with deliveries: logged, never an error of the call
                    log.warning("Cannot put metrics of %s in %s: %s: %s", account, region, type(error).__name__, error)
                    for key in part:
                        self._keep(key, gathered[key], highest=key[4].endswith(SPEND))
        for account, region in sorted(self._scopes):
            try:
                port.evaluate_alarms(account, region, ALARMED, now)
            except Exception as error:  # likewise
                log.warning("Cannot evaluate alarms of %s in %s: %s: %s", account, region, type(error).__name__, error)


def _datum(key: Key, value: float) -> dict[str, Any]:
    """Return the PutMetricData entry for a sum, or for how often a metric had a value (`name=value`)."""
    _, _, minute, _, named, dimensions = key
    name, _, counted = named.partition("=")
    return {
        "MetricName": name,
        "Timestamp": minute,
        **({"Values": [float(counted)], "Counts": [float(value)]} if counted else {"Value": float(value)}),
        "Unit": "None" if name.endswith(SPEND) else "Count",
        "Dimensions": [{"Name": member, "Value": text} for member, text in dimensions],
    }


def _identity(message: Message) -> list[Dimensions]:
    kind = IDENTITY_TYPES.get(message.origin.identity_type or "")
    return [(("OriginationIdentityType", kind),)] if kind else []


def _protect(message: Message) -> list[Dimensions]:
    if message.protection is None:
        return []
    own = ("ProtectConfigurationId", message.protection.configuration_id)
    return [(own,), (own, ("IsoCountryCode", message.country))]
