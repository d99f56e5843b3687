"""
The delivery log of SNS's texts in CloudWatch Logs, which is the only receipt that users of SNS have.

It is written if the preferences name a role: for a failed text always, for a delivered one as often as the sampling rate
says. Source: docs.aws.amazon.com/sns/latest/dg/sms_stats_cloudwatch.html
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from emulator.kernel.bus import Subscription
from emulator.kernel.dataclass import dataclass
from emulator.kernel.json_text import compact_json
from emulator.kernel.seeds import Seeds
from emulator.kernel.stores import Stores
from emulator.messaging.event_types import description_of
from emulator.messaging.facts import MessageStatusChanged
from emulator.messaging.regions import arn
from emulator.messaging.state.messages import HistoryEntry, Message
from emulator.messaging.state.sns_texts import OPERATION, PublishedText, SnsTexts
from emulator.reporting.delivery import Delivery
from emulator.reporting.outbox import Outbox
from emulator.reporting.targets import target_of
from emulator.telecom.handsets import ARRIVED
from emulator.telecom.lookup import look_up
from emulator.telecom.tariff import dollars

ROLE = "DeliveryStatusIAMRole"
SAMPLING_RATE = "DeliveryStatusSuccessSamplingRate"
DIRECT = "DirectPublishToPhoneNumber"
FAILURES = "/Failure"
"""The end of the name of the group for failures."""
DELIVERY_LOG = "delivery log"
"""The destination, in the list of deliveries."""


@dataclass(slots=True)
class SnsDeliveryLog:
    """Makes records of the ends of texts, and puts them into the outbox."""

    stores: Stores[SnsTexts]
    seeds: Seeds
    outbox: Outbox

    def subscriptions(self) -> Iterable[Subscription]:
        """Return the facts that become records."""
        yield MessageStatusChanged, self.message_status_changed

    def message_status_changed(self, fact: MessageStatusChanged) -> None:
        """Record that a text of SNS has reached its last status."""
        message, entry = fact.message, fact.entry
        if message.operation != OPERATION or not entry.final:
            return
        store = self.stores.find((message.account, message.region))
        if store is None or ROLE not in store.preferences:
            return
        delivered = entry.status in ARRIVED
        if delivered and not self._is_sampled(message, int(store.preferences.get(SAMPLING_RATE, 0))):
            return
        published = store.published.get(message.message_id, PublishedText({}))
        group = arn("logs", message.region, message.account, f"log-group:{log_group(message, published, delivered)}")
        target = target_of("sns-logs", message.account, message.region, group)
        body = compact_json(delivery_record(message, entry, published))
        kind = "SUCCESS" if delivered else "FAILURE"
        self.outbox.put(Delivery(target, message.message_id, kind, DELIVERY_LOG, body))

    def _is_sampled(self, message: Message, rate: int) -> bool:
        return self.seeds.fraction(f"sns-delivery-log/{message.message_id}") * 100 < rate


def log_group(message: Message, published: PublishedText, delivered: bool) -> str:
    """Return the name of the log group; texts of a topic have one by its name. # unverified: the latter"""
    name = DIRECT if published.topic_arn is None else published.topic_arn.rpartition(":")[2]
    return f"sns/{message.region}/{message.account}/{name}{'' if delivered else FAILURES}"


def delivery_record(message: Message, entry: HistoryEntry, published: PublishedText) -> dict[str, Any]:
    """Return the record of a text that has reached its last status; one that was never sent has no network and price."""
    delivered = entry.status in ARRIVED
    notification = {"messageId": message.message_id, "timestamp": timestamp(message.requested_at)}
    if published.topic_arn is not None:
        notification["topicArn"] = published.topic_arn
    type_and_response = {
        "smsType": (message.message_type or "").capitalize(),
        "providerResponse": description_of("sms", "SUCCESSFUL") if delivered else entry.description,
        "dwellTimeMs": _milliseconds_until(message, message.history[0]),
    }
    delivery: dict[str, Any] = {"destination": message.to, **type_and_response}
    if not published.is_refused:
        network = look_up(message.to, in_use=True, carrier_name=message.carrier)
        delivery = {
            "phoneCarrier": network.carrier or message.country,
            "mnc": int(network.mnc or 0) if delivered else 0,
            "numberOfMessageParts": message.parts,
            "destination": message.to,
            "priceInUSD": dollars(sum(message.cost_in(entry.status))),
            "smsType": type_and_response.pop("smsType"),
            "mcc": int(network.mcc or 0) if delivered else 0,
            **type_and_response,
            "dwellTimeMsUntilDeviceAck": _milliseconds_until(message, entry),
        }
        if not delivered:
            del delivery["phoneCarrier"]
    return {"notification": notification, "delivery": delivery, "status": "SUCCESS" if delivered else "FAILURE"}


def timestamp(at: datetime) -> str:
    """Return a time as the delivery log has it, to the millisecond and without a zone."""
    return f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03d}"


def _milliseconds_until(message: Message, entry: HistoryEntry) -> int:
    return round((entry.at - message.requested_at).total_seconds() * 1000)
