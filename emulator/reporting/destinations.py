"""
Which destinations a record goes to: those of the message's configuration set, the default event bus always, and the
two-way channel of a reply. Beside those of AWS: the reply routes and the message log that the tester asks for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson

from emulator.kernel.bus import Subscription
from emulator.kernel.ports import EventRules
from emulator.kernel.snapshots import Snapshotable
from emulator.kernel.stores import Stores
from emulator.messaging.channels import CHANNELS
from emulator.messaging.event_types import event_type
from emulator.messaging.facts import MessageAccepted, MessageForwarded, MessageStatusChanged, RegistrationStatusChanged
from emulator.messaging.state.configuration_sets import EventDestination
from emulator.messaging.state.messages import HistoryEntry, Message
from emulator.messaging.store import MessagingStore
from emulator.reporting.outbox import Delivery, Outbox
from emulator.reporting.records import iso_seconds, record_of
from emulator.reporting.records_registrations import registration_record

TWO_WAY = "two-way channel"
"""As the delivery log names the destination of a reply."""
INBOUND = "INBOUND"
"""As the delivery log names the type of its notification; AWS has no name for it."""
ANY_NUMBER = "*"
"""Names the reply routes of every number."""
LOG_KEPT = timedelta(days=30)
"""When an item of the message log expires, if its table deletes what has expired."""
REGISTRATION = "REGISTRATION"
"""As the delivery log names the type of a registration's event."""
LOG_TICK = timedelta(milliseconds=1)
"""How finely the message log tells times."""
DEFAULT_BUS = "default"
SOURCE = "aws.sms-voice"
NOT_IN_DETAIL = ("destinationPhoneNumber", "context")
"""What every documented event lacks. Source: the same"""
SINKS: dict[str, tuple[str, str]] = {
    "sns_destination": ("sns", "TopicArn"),
    "cloud_watch_logs_destination": ("logs", "LogGroupArn"),
    "kinesis_firehose_destination": ("firehose", "DeliveryStreamArn"),
}
"""For each kind of destination: the outbox's word for it, and the member that names the target."""


def _compact(record: dict[str, Any]) -> str:
    return orjson.dumps(record).decode()


@dataclass(frozen=True, slots=True)
class ReplyRoute:
    """Where else the replies to a number go: `kind` is sns, sqs, webhook or lambda, `shape` is aws or guide."""

    kind: str
    target: str
    shape: str = "aws"


@dataclass(slots=True)
class Destinations(Snapshotable):
    """Makes records of facts and puts them into the outbox."""

    SNAPSHOT_FIELDS = ("_logged",)

    stores: Stores[MessagingStore]
    outbox: Outbox
    routes: dict[str, list[ReplyRoute]]
    message_log_table: str | None
    event_rules: EventRules = ()
    """Accounts and regions whose default event bus has a rule, as of when the world was last entered."""
    _logged: dict[str, datetime] = field(default_factory=dict)

    def subscriptions(self) -> Iterable[Subscription]:
        """Return the facts that become records."""
        yield MessageAccepted, self.message_accepted
        yield MessageStatusChanged, self.message_status_changed
        yield RegistrationStatusChanged, self.registration_status_changed
        yield MessageForwarded, self.message_forwarded

    def message_status_changed(self, fact: MessageStatusChanged) -> None:
        """A receipt, to every destination of the message's set that asks for its type, and to the default bus."""
        message = fact.message
        kind = event_type(fact.entry.channel, fact.entry.status)
        if self.message_log_table is not None:
            self._log(self.message_log_table, message, kind, fact.entry.status, fact.entry.at)
        if CHANNELS[fact.entry.channel].has_own_events:
            return
        wanting = self._destinations(message, kind)
        on_bus = (message.account, message.region) in self.event_rules
        if not wanting and not on_bus:
            return
        record = record_of(message, fact.entry)
        body = _compact(record)
        outcome = message.carriage.outcome
        # A carrier may send its last receipt more than once, and consumers are told to expect that.
        told = outcome.receipts if outcome is not None and fact.entry.final else 1
        wanting *= told
        for name, destination in wanting:
            member = destination.sink
            sink, arn_member = SINKS[member]
            target = getattr(destination, member)[arn_member]
            self._put(sink, message, kind, name, target, body)
        for _ in range(told if on_bus else 0):
            entry = _bus_entry(message, fact.entry, record)
            self._put("events", message, kind, f"event bus {DEFAULT_BUS}", DEFAULT_BUS, entry)

    def _destinations(self, message: Message, kind: str) -> list[tuple[str, EventDestination]]:
        if message.configuration_set is None:
            return []
        row = self.stores[message.account, message.region].configuration_sets.find(message.configuration_set)
        if row is None:
            return []
        return [
            (f"{row.configuration_set_name}/{destination.event_destination_name}", destination)
            for destination in row.destinations.values()
            if destination.matches(kind)
        ]

    def _put(self, sink: str, message: Message, kind: str, name: str, target: str, body: str) -> Delivery:
        delivery = Delivery(sink, message.account, message.region, message.message_id, kind, name, target, body)
        self.outbox.put(delivery)
        return delivery

    def registration_status_changed(self, fact: RegistrationStatusChanged) -> None:
        """A registration's new status, to the default bus."""
        record = registration_record(fact)
        if record is None or (fact.account, fact.region) not in self.event_rules:
            return
        entry = bus_entry(record["detail-type"], iso_seconds(fact.at), record["resources"], record["detail"])
        scope = (fact.account, fact.region, fact.registration_id)
        self.outbox.put(Delivery("events", *scope, REGISTRATION, f"event bus {DEFAULT_BUS}", DEFAULT_BUS, entry))

    def message_accepted(self, fact: MessageAccepted) -> None:
        """What was sent or has come in, to the message log."""
        message = fact.message
        if self.message_log_table is not None:
            self._log(self.message_log_table, message, message.status, message.status, message.requested_at)

    def _log(self, table: str, message: Message, kind: str, status: str, at: datetime) -> None:
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        item = log_item(message, status, at)
        # The time is half of the key: of two items of one conversation at one moment the second would replace the first.
        conversation = item["ConversationId"]
        if conversation in self._logged and self._logged[conversation] >= at:
            at = self._logged[conversation] + LOG_TICK
            item["Timestamp"] = log_time(at)
        self._logged[conversation] = at
        self._put("dynamodb", message, kind, "message log", table, _compact(item))

    def message_forwarded(self, fact: MessageForwarded) -> None:
        """A reply, to the SNS topic of the number's two-way channel; what goes to Amazon Connect is only recorded."""
        message, body = fact.message, _compact(fact.payload)
        for route in (*self.routes.get(message.to, ()), *self.routes.get(ANY_NUMBER, ())):
            shaped = _compact(reply_event(message)) if route.shape == "guide" else body
            self._put(route.kind, message, INBOUND, f"reply route {route.kind}", route.target, shaped)
        if fact.channel_arn is None:
            return
        if fact.channel_arn.startswith("arn:"):
            self._put("sns", message, INBOUND, TWO_WAY, fact.channel_arn, body)
            return
        scope = (message.account, message.region, message.message_id)
        self.outbox.log.append(Delivery("connect", *scope, INBOUND, TWO_WAY, fact.channel_arn, body, "DELIVERED"))


def reply_event(message: Message) -> dict[str, Any]:
    """A reply as the guide prints it."""
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
    """A time as the message log has it; sorted as text it is sorted by time."""
    return at.isoformat(timespec="milliseconds")


def log_item(message: Message, status: str, at: datetime) -> dict[str, Any]:
    """An item of the message log; the keys of a conversation table are among its members."""
    outbound = message.direction == "outbound"
    person, own = (message.to, message.sender) if outbound else (message.sender, message.to)
    return {
        "ConversationId": f"{person}#{own}",
        "Timestamp": log_time(at),
        "MessageId": message.message_id,
        "Direction": message.direction,
        "Channel": message.channel,
        "PhoneNumber": person,
        "OriginationIdentity": own,
        "Message": message.body,
        "Status": status,
        "ExpirationTime": round((at + LOG_KEPT).timestamp()),
    }


def _bus_entry(message: Message, entry: HistoryEntry, record: dict[str, Any]) -> str:
    """PutEvents' entry for a record."""
    detail = {name: value for name, value in record.items() if name not in NOT_IN_DETAIL}
    return bus_entry(CHANNELS[entry.channel].detail_type, iso_seconds(entry.at), [], detail)


def bus_entry(detail_type: str, time: str, resources: list[str], detail: dict[str, Any], source: str = SOURCE) -> str:
    """An entry of PutEvents as JSON, its detail as text in it."""
    members = {"Source": source, "DetailType": detail_type, "Time": time, "Resources": resources}
    return _compact(members | {"Detail": _compact(detail)})
