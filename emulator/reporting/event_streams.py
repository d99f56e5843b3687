"""
Event streams of Pinpoint applications: the events of an app, and those of the texts that an application has sent, go to
its Kinesis or Firehose stream. Pinpoint streams no events of push notifications and calls that were sent directly, and
those of its campaigns, `_CUSTOM` among them, ended with the campaigns on 2026-10-30.

Source: the developer guide of Amazon Pinpoint, "Streaming app and campaign event data", "SMS events"
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from emulator.kernel.bus import Subscription
from emulator.kernel.clock import milliseconds
from emulator.kernel.dataclass import dataclass
from emulator.kernel.json_text import compact_json
from emulator.kernel.stores import Stores
from emulator.messaging.facts import AppEventReported, MessageStatusChanged, NumberOptedOut
from emulator.messaging.state.applications import text_event
from emulator.messaging.state.messages import HistoryEntry, Message
from emulator.messaging.store import MessagingStore
from emulator.reporting.delivery import Delivery
from emulator.reporting.outbox import Outbox
from emulator.reporting.targets import target_of
from emulator.telecom.handsets import ARRIVED

BUFFERED, SUCCESS, FAILURE, OPTOUT = "_SMS.BUFFERED", "_SMS.SUCCESS", "_SMS.FAILURE", "_SMS.OPTOUT"
RECORD_STATUS = {"PROTECT_BLOCKED": "BLOCKED"}
"""`record_status` where it is not the message's own status. # unverified"""


class App(Protocol):
    """An application of Pinpoint."""

    event_stream: dict[str, Any] | None
    last_texts: dict[str, str]
    """By destination: the id of the last text."""


class State(Protocol):
    """The applications of an account and region, by id."""

    apps: Mapping[str, App]


@dataclass(slots=True)
class EventStreams:
    """Turns facts into records and puts them into the outbox."""

    stores: Stores[State]
    messaging_stores: Stores[MessagingStore]
    outbox: Outbox

    def subscriptions(self) -> Iterable[Subscription]:
        """Yield a subscription for each fact that goes to an event stream."""
        yield AppEventReported, self.event_reported
        yield MessageStatusChanged, self.message_status_changed
        yield NumberOptedOut, self.number_opted_out

    def event_reported(self, fact: AppEventReported) -> None:
        """Send an event, in the format of "Streaming app and campaign event data"."""
        self._put(fact.account, fact.region, fact.event_id, fact.stream_arn, fact.record)

    def message_status_changed(self, fact: MessageStatusChanged) -> None:
        """Send the event of a text that an application has sent."""
        message, entry = fact.message, fact.entry
        if message.application is None or entry.channel != "sms":
            return
        kind = BUFFERED if not entry.final else SUCCESS if entry.status in ARRIVED else FAILURE
        self._text_event(message, entry, kind)

    def number_opted_out(self, fact: NumberOptedOut) -> None:
        """Send the event of a recipient who answered an application's text with STOP."""
        store = self.stores.find((fact.account, fact.region))
        if store is None or not fact.by_end_user:
            return
        for app in store.apps.values():
            message_id = app.last_texts.get(fact.number)
            if app.event_stream is not None and message_id is not None:
                message = self.messaging_stores[fact.account, fact.region].messages[message_id]
                self._text_event(message, message.history[-1], OPTOUT)

    def _text_event(self, message: Message, entry: HistoryEntry, kind: str) -> None:
        store = self.stores.find((message.account, message.region))
        application = message.application
        app = store.apps.get(application.app_id) if store is not None and application is not None else None
        if app is not None and app.event_stream is not None:
            stream = app.event_stream["DestinationStreamArn"]
            self._put(message.account, message.region, message.message_id, stream, _text_record(message, entry, kind))

    def _put(self, account: str, region: str, event_id: str, stream: str, record: dict[str, Any]) -> None:
        kind = str(record["event_type"])
        body = compact_json(record)
        target = target_of(stream.split(":")[2], account, region, stream)
        self.outbox.put(Delivery(target, event_id, kind, "event stream", body))


def _text_record(message: Message, entry: HistoryEntry, kind: str) -> dict[str, Any]:
    assert message.application is not None
    price, carrier_fee = message.cost_in(entry.status)
    return text_event(
        message.application,
        kind,
        account=message.account,
        at=milliseconds(entry.at),
        status=RECORD_STATUS.get(entry.status, entry.status),
        sender=entry.sender,
        destination=message.to,
        country=message.country,
        parts=message.parts,
        message_id=message.message_id,
        message_type=message.message_type or "TRANSACTIONAL",
        millicents=price + carrier_fee,
    )
