"""Event streams of Pinpoint applications: an app's events go to its application's Kinesis or Firehose stream."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from emulator.kernel.bus import Subscription
from emulator.kernel.json_text import compact_json
from emulator.messaging.facts import AppEventReported
from emulator.reporting.outbox import Delivery, Outbox


@dataclass(slots=True)
class EventStreams:
    """Puts the records of app events into the outbox."""

    outbox: Outbox

    def subscriptions(self) -> Iterable[Subscription]:
        """Yield a subscription for each fact that goes to an event stream."""
        yield AppEventReported, self.event_reported

    def event_reported(self, fact: AppEventReported) -> None:
        """Send an event, in the format of "Streaming app and campaign event data"."""
        kind = str(fact.record["event_type"])
        sink = fact.stream_arn.split(":")[2]
        body = compact_json(fact.record)
        self.outbox.put(
            Delivery(sink, fact.account, fact.region, fact.event_id, kind, "event stream", fact.stream_arn, body)
        )
