"""
What goes out by `sms-voice`: the events of its calls to their configuration set's destinations, and what happens in the
account to the destinations that the guide's client has made without a set.

AWS publishes no record of the first API; a call's record is that of the second, under the first's event type. # unverified
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from emulator.kernel.bus import Subscription
from emulator.kernel.stores import Stores
from emulator.messaging.channels import CHANNELS
from emulator.messaging.event_types import event_type
from emulator.messaging.facts import MessageAccepted, MessageStatusChanged
from emulator.messaging.state.messages import Message
from emulator.messaging.state.sms_voice_destinations import EVENT_OF_STATUS, FAILURE, SUCCESS, TARGETS, EventDestination
from emulator.reporting.destinations import reply_event
from emulator.reporting.outbox import Delivery, Outbox
from emulator.reporting.records import record_of
from emulator.telecom.handsets import ARRIVED

ACCOUNT = "account"
"""As the delivery log names the place of a set's name."""
INBOUND = "TEXT_INBOUND"

_compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


class Call(Protocol):
    """A call that `sms-voice` made."""

    configuration_set_name: str | None


class State(Protocol):
    """What `sms-voice` keeps of destinations and calls."""

    configuration_sets: dict[str, dict[str, EventDestination]]
    account_destinations: dict[str, EventDestination]
    calls: Mapping[str, Call]


@dataclass(slots=True)
class SmsVoiceDestinations:
    """Makes records of facts and puts them into the outbox."""

    stores: Stores[State]
    outbox: Outbox

    def subscriptions(self) -> Iterable[Subscription]:
        """Return the facts that become records."""
        yield MessageStatusChanged, self.message_status_changed
        yield MessageAccepted, self.message_accepted

    def message_status_changed(self, fact: MessageStatusChanged) -> None:
        """A call reached a status, or a text its end."""
        message = fact.message
        store = self.stores.find((message.account, message.region))
        if store is None or CHANNELS[fact.entry.channel].has_own_events:
            return
        # The log lists a delivery under the event type of the second API, so that it is found beside its event.
        listed = event_type(fact.entry.channel, fact.entry.status)
        call = store.calls.get(message.message_id)
        if call is not None and call.configuration_set_name is not None:
            kind = EVENT_OF_STATUS[fact.entry.status]
            for destination in store.configuration_sets.get(call.configuration_set_name, {}).values():
                if destination.enabled and kind in destination.matching_event_types:
                    self._put(message, listed, call.configuration_set_name, destination, _body(fact, kind))
        for destination in store.account_destinations.values():
            asked = self._asked_for(destination, fact)
            if asked is not None:
                self._put(message, listed, ACCOUNT, destination, _body(fact, asked))

    @staticmethod
    def _asked_for(destination: EventDestination, fact: MessageStatusChanged) -> str | None:
        """The name under which a destination wants the event; the guide's two before AWS's own. None when it does not."""
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
        """A reply came in: every destination of the account has it, as the guide's "Example Reply Event"."""
        message = fact.message
        store = self.stores.find((message.account, message.region))
        if store is None or message.direction != "inbound" or CHANNELS[message.channel].has_own_events:
            return
        for destination in store.account_destinations.values():
            if destination.enabled:
                self._put(message, INBOUND, ACCOUNT, destination, _compact(reply_event(message)))

    def _put(self, message: Message, kind: str, owner: str, destination: EventDestination, body: str) -> None:
        scope = message.account, message.region, message.message_id
        for sink, target in _targets(destination, message):
            self.outbox.put(Delivery(sink, *scope, kind, f"{owner}/{destination.name}", target, body))


def _body(fact: MessageStatusChanged, kind: str) -> str:
    return _compact(record_of(fact.message, fact.entry) | {"eventType": kind})


def _targets(destination: EventDestination, message: Message) -> Iterator[tuple[str, str]]:
    """Where a destination's records go: the outbox's word for the kind of target, and the target."""
    for value in destination.sinks.values():
        if "LogGroupName" in value:
            yield "logs", f"arn:aws:logs:{message.region}:{message.account}:log-group:{value['LogGroupName']}"
            continue
        target = next(value[key] for key in TARGETS if key in value)
        yield target.split(":")[2] if target.startswith("arn:") else "webhook", target
