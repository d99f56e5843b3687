"""Which destinations a record goes to: those of the message's configuration set, and the two-way channel of a reply."""

from __future__ import annotations

import json
from dataclasses import dataclass

from emulator.kernel.stores import Stores
from emulator.reporting.outbox import Delivery, Outbox
from emulator.reporting.records import record_of
from emulator.services.sms_voice_v2.events import MessageForwarded, MessageMoved
from emulator.services.sms_voice_v2.sending import event_type
from emulator.services.sms_voice_v2.store import SmsStore

TWO_WAY = "two-way channel"
"""As the delivery log names the destination of a reply."""
INBOUND = "INBOUND"
"""As the delivery log names the type of its notification; AWS has no name for it."""

_compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


@dataclass(slots=True)
class Destinations:
    """Makes records of facts and puts them into the outbox."""

    stores: Stores[SmsStore]
    outbox: Outbox

    def message_moved(self, fact: MessageMoved) -> None:
        """A receipt, to every destination of the message's set that asks for its type."""
        message = fact.message
        if message.configuration_set is None:
            return
        row = self.stores[message.account, message.region].configuration_sets.find(message.configuration_set)
        if row is None or not row.destinations:
            return
        kind = event_type(fact.entry.channel, fact.entry.status)
        body = None
        for destination in row.destinations.values():
            if destination.sns_destination is not None and destination.matches(kind):
                body = body or _compact(record_of(message, fact.entry))
                name = f"{row.configuration_set_name}/{destination.event_destination_name}"
                target = destination.sns_destination["TopicArn"]
                scope = message.account, message.region, message.message_id
                self.outbox.put(Delivery(*scope, kind, name, target, body))

    def message_forwarded(self, fact: MessageForwarded) -> None:
        """A reply, to the SNS topic of the number's two-way channel; Amazon Connect only takes note."""
        message = fact.message
        if fact.channel_arn.startswith("arn:"):
            scope = message.account, message.region, message.message_id
            self.outbox.put(Delivery(*scope, INBOUND, TWO_WAY, fact.channel_arn, _compact(fact.payload)))
