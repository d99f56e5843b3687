"""The event streams of Pinpoint applications: an app's event, to the Kinesis or Firehose stream of its application."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from emulator.kernel.bus import Subscription
from emulator.messaging.facts import AppEventReported
from emulator.reporting.outbox import Delivery, Outbox

_compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


@dataclass(slots=True)
class EventStreams:
    """Puts records into the outbox."""

    outbox: Outbox

    def subscriptions(self) -> Iterable[Subscription]:
        """Return the facts that go to event streams."""
        yield AppEventReported, self.event_reported

    def event_reported(self, fact: AppEventReported) -> None:
        """An event, as "Streaming app and campaign event data" has it."""
        kind = str(fact.record["event_type"])
        sink = fact.stream_arn.split(":")[2]
        body = _compact(fact.record)
        self.outbox.put(
            Delivery(sink, fact.account, fact.region, fact.event_id, kind, "event stream", fact.stream_arn, body)
        )
