"""
The destinations of a record: those of the message's configuration set, the default event bus (always), and the two-way
channel of a reply. The emulator adds two that AWS does not have: reply routes and the message log.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from emulator.kernel.bus import Subscription
from emulator.kernel.dataclass import dataclass
from emulator.kernel.json_text import compact_json
from emulator.kernel.ports import EventRules
from emulator.kernel.snapshots import Snapshotable
from emulator.kernel.stores import Stores
from emulator.messaging.channels import CHANNELS
from emulator.messaging.event_types import event_type
from emulator.messaging.facts import MessageAccepted, MessageForwarded, MessageStatusChanged, RegistrationStatusChanged
from emulator.messaging.state.messages import HistoryEntry, Message
from emulator.messaging.store import MessagingStore
from emulator.reporting.delivery import INBOUND, Delivery
from emulator.reporting.outbox import Outbox
from emulator.reporting.records import iso_seconds, record_of
from emulator.reporting.records_registrations import registration_record
from emulator.reporting.targets import Target, target_of

TWO_WAY = "two-way channel"
"""The destination of a reply in the delivery log."""
ANY_NUMBER = "*"
"""Key of the reply routes that apply to every number."""
LOG_KEPT = timedelta(days=30)
"""How long an item stays in the message log, if its table deletes expired items."""
REGISTRATION = "REGISTRATION"
"""The event type of a registration's event in the delivery log."""
LOG_TICK = timedelta(milliseconds=1)
"""The resolution of times in the message log."""
NAMES_CACHED = 1024
DEFAULT_BUS = "default"
SOURCE = "aws.sms-voice"
NOT_IN_DETAIL = ("destinationPhoneNumber", "context")
"""Fields that no documented event has. Source: monitor-event-bridge.html"""
SINKS: dict[str, tuple[str, str]] = {
    "sns_destination": ("sns", "TopicArn"),
    "cloud_watch_logs_destination": ("logs", "LogGroupArn"),
    "kinesis_firehose_destination": ("firehose", "DeliveryStreamArn"),
}
"""For each kind of destination: the outbox's kind of target, and the member that holds its ARN."""


@dataclass(frozen=True, slots=True)
class ReplyRoute:
    """A further target of the replies to a number; `kind` is sns, sqs, webhook or lambda, `shape` is aws or guide."""

    kind: str
    target: str
    shape: str = "aws"


@dataclass(slots=True)
class Destinations(Snapshotable):
    """Turns facts into records and puts them into the outbox."""

    SNAPSHOT_FIELDS = ("_logged",)

    stores: Stores[MessagingStore]
    outbox: Outbox
    routes: dict[str, list[ReplyRoute]]
    message_log_table: str | None
    event_rules: EventRules = ()
    """Accounts and regions whose default event bus has a rule, read when the world was last entered."""
    _logged: dict[str, datetime] = field(default_factory=dict)

    def subscriptions(self) -> Iterable[Subscription]:
        """Yield a subscription for each fact that becomes a record."""
        yield MessageAccepted, self.message_accepted
        yield MessageStatusChanged, self.message_status_changed
        yield RegistrationStatusChanged, self.registration_status_changed
        yield MessageForwarded, self.message_forwarded

    def message_status_changed(self, fact: MessageStatusChanged) -> None:
        """Send a receipt to every destination of the message's set that matches its type, and to the default bus."""
        message = fact.message
        kind = event_type(fact.entry.channel, fact.entry.status)
        if self.message_log_table is not None:
            self._log(self.message_log_table, message, kind, fact.entry.status, fact.entry.at)
        if CHANNELS[fact.entry.channel].has_own_events:
            return
        matching = self._destinations(message, kind)
        on_bus = (message.account, message.region) in self.event_rules
        if not matching and not on_bus:
            return
        record = record_of(message, fact.entry)
        body = compact_json(record)
        outcome = message.carriage.outcome
        # A carrier may send its last receipt more than once, and AWS tells consumers to expect that.
        copies = outcome.receipts if outcome is not None and fact.entry.final else 1
        message_id = message.message_id
        if matching:
            self.outbox.put(*[Delivery(target, message_id, kind, name, body) for target, name in matching * copies])
        for _ in range(copies if on_bus else 0):
            entry = _bus_entry(message, fact.entry, record)
            self._put("events", message, kind, f"event bus {DEFAULT_BUS}", DEFAULT_BUS, entry)

    def _destinations(self, message: Message, kind: str) -> list[tuple[Target, str]]:
        """Return the target and the name of each destination of an event."""
        if message.configuration_set is None:
            return []
        row = self.stores[message.account, message.region].configuration_sets.find(message.configuration_set)
        if row is None:
            return []
        found = []
        for destination in row.destinations.values():
            if destination.matches(kind):
                member = destination.sink
                sink, arn_member = SINKS[member]
                arn = getattr(destination, member)[arn_member]
                names = row.configuration_set_name, destination.event_destination_name
                found.append(_target_and_name(sink, message.account, message.region, arn, *names))
        return found

    def _put(self, sink: str, message: Message, kind: str, name: str, target: str, body: str) -> None:
        to = target_of(sink, message.account, message.region, target)
        self.outbox.put(Delivery(to, message.message_id, kind, name, body))

    def registration_status_changed(self, fact: RegistrationStatusChanged) -> None:
        """Send a registration's new status to the default bus."""
        record = registration_record(fact)
        if record is None or (fact.account, fact.region) not in self.event_rules:
            return
        entry = bus_entry(record["detail-type"], iso_seconds(fact.at), record["resources"], record["detail"])
        target = target_of("events", fact.account, fact.region, DEFAULT_BUS)
        self.outbox.put(Delivery(target, fact.registration_id, REGISTRATION, f"event bus {DEFAULT_BUS}", entry))

    def message_accepted(self, fact: MessageAccepted) -> None:
        """Add a message that was sent or received to the message log."""
        message = fact.message
        if self.message_log_table is not None:
            self._log(self.message_log_table, message, message.status, message.status, message.requested_at)

    def _log(self, table: str, message: Message, kind: str, status: str, at: datetime) -> None:
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        item = log_item(message, status, at)
        # The time is half of the key: a second item of a conversation with the same time would replace the first.
        conversation = item["ConversationId"]
        if conversation in self._logged and self._logged[conversation] >= at:
            at = self._logged[conversation] + LOG_TICK
            item["Timestamp"] = log_time(at)
        self._logged[conversation] = at
        self._put("dynamodb", message, kind, "message log", table, compact_json(item))

    def message_forwarded(self, fact: MessageForwarded) -> None:
        """Send a reply to its routes and the topic of its two-way channel; one for Amazon Connect is only recorded."""
        message, body = fact.message, compact_json(fact.payload)
        for route in (*self.routes.get(message.to, ()), *self.routes.get(ANY_NUMBER, ())):
            shaped = compact_json(reply_event(message)) if route.shape == "guide" else body
            self._put(route.kind, message, INBOUND, f"reply route {route.kind}", route.target, shaped)
        if fact.channel_arn is None:
            return
        if fact.channel_arn.startswith("arn:"):
            self._put("sns", message, INBOUND, TWO_WAY, fact.channel_arn, body)
            return
        target = target_of("connect", message.account, message.region, fact.channel_arn)
        self.outbox.record(Delivery(target, message.message_id, INBOUND, TWO_WAY, body, "DELIVERED"))


@lru_cache(maxsize=NAMES_CACHED)
def _target_and_name(
    sink: str, account: str, region: str, arn: str, configuration_set_name: str, event_destination_name: str
) -> tuple[Target, str]:
    """Return the target of a destination, and its name in the delivery log: objects that thousands of deliveries share."""
    return target_of(sink, account, region, arn), f"{configuration_set_name}/{event_destination_name}"


def reply_event(message: Message) -> dict[str, Any]:
    """Return a reply in the guide's format."""
    return {
        "EventType": "TextMessageEvent",
        "EventSubType": "Inbound",
        "PhoneNumber": message.sender,
        "Message": message.body,
        "MessageId": message.message_id,
        "Timestamp": iso_seconds(message.requested_at),
        "OriginationIdentity": message.to,
    }


def log_time(at: datetime) -> str:
    """Return a time in the message log's format, whose text sorts by time."""
    return at.isoformat(timespec="milliseconds")


def log_item(message: Message, status: str, at: datetime) -> dict[str, Any]:
    """Return an item of the message log; its fields include the keys of a conversation table."""
    outbound = message.direction == "outbound"
    end_user, own = (message.to, message.sender) if outbound else (message.sender, message.to)
    return {
        "ConversationId": f"{end_user}#{own}",
        "Timestamp": log_time(at),
        "MessageId": message.message_id,
        "Direction": message.direction,
        "Channel": message.channel,
        "PhoneNumber": end_user,
        "OriginationIdentity": own,
        "Message": message.body,
        "Status": status,
        "ExpirationTime": round((at + LOG_KEPT).timestamp()),
    }


def _bus_entry(message: Message, entry: HistoryEntry, record: dict[str, Any]) -> str:
    """Return the PutEvents entry for a record, as JSON."""
    detail = {name: value for name, value in record.items() if name not in NOT_IN_DETAIL}
    return bus_entry(CHANNELS[entry.channel].detail_type, iso_seconds(entry.at), [], detail)


def bus_entry(detail_type: str, time: str, resources: list[str], detail: dict[str, Any], source: str = SOURCE) -> str:
    """Return an entry of PutEvents as JSON, in which the detail is JSON text."""
    entry = {"Source": source, "DetailType": detail_type, "Time": time, "Resources": resources}
    return compact_json(entry | {"Detail": compact_json(detail)})
