"""
Events of the `sms-voice` API: those of its calls go to the destinations of their configuration set, those of the account
to the destinations that the guide's client created without a set.

AWS publishes no record of the first API; a call's record is that of the second, with the first's event type. # unverified
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from emulator.kernel.bus import Subscription
from emulator.kernel.dataclass import dataclass
from emulator.kernel.json_text import compact_json
from emulator.kernel.stores import Stores
from emulator.messaging.channels import CHANNELS
from emulator.messaging.event_types import event_type
from emulator.messaging.facts import MessageAccepted, MessageStatusChanged
from emulator.messaging.regions import arn
from emulator.messaging.state.messages import Message
from emulator.messaging.state.sms_voice_destinations import EVENT_OF_STATUS, FAILURE, SUCCESS, TARGETS, EventDestination
from emulator.reporting.delivery import Delivery
from emulator.reporting.destinations import reply_event
from emulator.reporting.outbox import Outbox
from emulator.reporting.records import record_of
from emulator.reporting.targets import target_of
from emulator.telecom.handsets import ARRIVED

ACCOUNT = "account"
"""Stands for a configuration set's name in the delivery log."""
INBOUND = "TEXT_INBOUND"


class Call(Protocol):
    """A call that was made through `sms-voice`."""

    configuration_set_name: str | None


class State(Protocol):
    """What `sms-voice` stores about destinations and calls."""

    configuration_sets: dict[str, dict[str, EventDestination]]
    account_destinations: dict[str, EventDestination]
    calls: Mapping[str, Call]


@dataclass(slots=True)
class SmsVoiceDestinations:
    """Turns facts into records and puts them into the outbox."""

    stores: Stores[State]
    outbox: Outbox

    def subscriptions(self) -> Iterable[Subscription]:
        """Yield a subscription for each fact that becomes a record."""
        yield MessageStatusChanged, self.message_status_changed
        yield MessageAccepted, self.message_accepted

    def message_status_changed(self, fact: MessageStatusChanged) -> None:
        """Send a call's status to its set's destinations, and any message's status to the account's destinations."""
        message = fact.message
        store = self.stores.find((message.account, message.region))
        if store is None or CHANNELS[fact.entry.channel].has_own_events:
            return
        # The log lists a delivery under the second API's event type, so that it is found beside its event.
        listed = event_type(fact.entry.channel, fact.entry.status)
        call = store.calls.get(message.message_id)
        if call is not None and call.configuration_set_name is not None:
            kind = EVENT_OF_STATUS[fact.entry.status]
            for destination in store.configuration_sets.get(call.configuration_set_name, {}).values():
                if destination.enabled and kind in destination.matching_event_types:
                    self._put(message, listed, call.configuration_set_name, destination, _body(fact, kind))
        for destination in store.account_destinations.values():
            matched = self._matched_type(destination, fact)
            if matched is not None:
                self._put(message, listed, ACCOUNT, destination, _body(fact, matched))

    @staticmethod
    def _matched_type(destination: EventDestination, fact: MessageStatusChanged) -> str | None:
        """Return the event type that a destination receives the event as, the guide's two first; None if it matches none."""
        if not destination.enabled:
            return None
        wanted = destination.matching_event_types
        entry = fact.entry
        kind = event_type(entry.channel, entry.status)
        if entry.channel == "sms" and entry.final:
            summary = SUCCESS if entry.status in ARRIVED else FAILURE
            if summary in wanted:
                return summary
        is_wanted = kind in wanted or "ALL" in wanted or f"{kind.partition('_')[0]}_ALL" in wanted
        return kind if is_wanted else None

    def message_accepted(self, fact: MessageAccepted) -> None:
        """Send a reply to every destination of the account, as the guide's "Example Reply Event"."""
        message = fact.message
        store = self.stores.find((message.account, message.region))
        if store is None or message.direction != "inbound" or CHANNELS[message.channel].has_own_events:
            return
        for destination in store.account_destinations.values():
            if destination.enabled:
                self._put(message, INBOUND, ACCOUNT, destination, compact_json(reply_event(message)))

    def _put(self, message: Message, kind: str, owner: str, destination: EventDestination, body: str) -> None:
        for sink, arn_or_url in _targets(destination, message):
            target = target_of(sink, message.account, message.region, arn_or_url)
            self.outbox.put(Delivery(target, message.message_id, kind, f"{owner}/{destination.name}", body))


def _body(fact: MessageStatusChanged, kind: str) -> str:
    return compact_json(record_of(fact.message, fact.entry) | {"eventType": kind})


def _targets(destination: EventDestination, message: Message) -> Iterator[tuple[str, str]]:
    """Yield the targets of a destination's records: the outbox's kind of target, and the ARN or URL."""
    for value in destination.sinks.values():
        if "LogGroupName" in value:
            yield "logs", arn("logs", message.region, message.account, f"log-group:{value['LogGroupName']}")
            continue
        target = next(value[key] for key in TARGETS if key in value)
        yield target.split(":")[2] if target.startswith("arn:") else "webhook", target
