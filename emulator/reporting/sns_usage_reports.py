"""
The daily usage report on SNS's texts, which is put into the S3 bucket that the preferences name.

A day on which no text was sent has none. Source: docs.aws.amazon.com/sns/latest/dg/sms_stats_usage.html
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime

from emulator.kernel.bus import Subscription
from emulator.kernel.dataclass import dataclass
from emulator.kernel.stores import Stores
from emulator.messaging.event_types import description_of
from emulator.messaging.state.messages import Message
from emulator.messaging.state.sns_texts import OPERATION, SnsTexts
from emulator.messaging.store import MessagingStore
from emulator.messaging.timers import SnsUsageReportDue
from emulator.reporting.delivery import Delivery
from emulator.reporting.outbox import Outbox
from emulator.reporting.targets import target_of
from emulator.telecom.handsets import ARRIVED
from emulator.telecom.tariff import dollars

BUCKET = "UsageReportS3Bucket"
COLUMNS = (
    "PublishTimeUTC",
    "MessageId",
    "DestinationPhoneNumber",
    "MessageType",
    "DeliveryStatus",
    "PriceInUSD",
    "PartNumber",
    "TotalParts",
)
RECORDS_MAX = 50_000
"""Records per file."""
USAGE_REPORT = "usage report"
OPTED_OUT = "Phone number is opted out"
"""A text that ended so is not in the report."""


@dataclass(slots=True)
class SnsUsageReports:
    """Makes the reports, and puts them into the outbox."""

    stores: Stores[SnsTexts]
    messaging_stores: Stores[MessagingStore]
    outbox: Outbox

    def subscriptions(self) -> Iterable[Subscription]:
        """Return the timers that reports are made on."""
        yield SnsUsageReportDue, self.report_due

    def report_due(self, due: SnsUsageReportDue) -> None:
        """Make the report of a day."""
        bucket = self.stores[due.account, due.region].preferences.get(BUCKET)
        if bucket is None:
            return
        records = [
            record
            for message in self.messaging_stores[due.account, due.region].messages.values()
            if message.operation == OPERATION and message.final and f"{message.requested_at:%Y-%m-%d}" == due.day
            for record in records_of(message)
        ]
        for index, start in enumerate(range(0, len(records), RECORDS_MAX), 1):
            url = f"s3://{bucket}/SMSUsageReports/{due.region}/{due.day.replace('-', '/')}/{index:03d}.csv.gz"
            body = _csv(records[start : start + RECORDS_MAX])
            target = target_of("usage-report", due.account, due.region, url)
            self.outbox.put(Delivery(target, "", "USAGE_REPORT", USAGE_REPORT, body))


def records_of(message: Message) -> Iterator[tuple[object, ...]]:
    """Yield the record of each part of a text; the only part of a short one has no number."""
    last = message.history[-1]
    if last.description == OPTED_OUT:
        return
    status = description_of("sms", "SUCCESSFUL") if last.status in ARRIVED else last.description
    price = dollars(sum(message.cost_in(last.status))) / message.parts
    for part in range(message.parts):
        yield (
            _iso_milliseconds(message.requested_at),
            message.message_id,
            message.to.removeprefix("+"),
            (message.message_type or "").capitalize(),
            status,
            f"{price:.5f}",
            part + 1 if message.parts > 1 else 0,
            message.parts,
        )


def _iso_milliseconds(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def _csv(records: Iterable[tuple[object, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *records])
    return text.getvalue()
