"""
The CloudWatch metrics of SNS's texts, under AWS/SNS.

Source: docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html; which dimensions go together, and that of a
direct publish, are # unverified
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.messaging.state.messages import HistoryEntry, Message
from emulator.telecom.handsets import ARRIVED

NAMESPACE = "AWS/SNS"
SPENT = "SMSMonthToDateSpentUSD"
SUCCESS_RATE = "SMSSuccessRate"

Dimensions = tuple[tuple[str, str], ...]


def names_counted(message: Message, entry: HistoryEntry) -> Iterator[tuple[str, Dimensions]]:
    """
    Yield what is counted of a text at its end: names of metrics with dimensions.

    A name with `=1` or `=0` is that of a metric which has this value once more.
    """
    delivered = entry.status in ARRIVED
    yield f"NumberOfNotifications{'Delivered' if delivered else 'Failed'}", ()
    country = ("Country", message.country)
    sms_type = ("SMSType", (message.message_type or "").capitalize())
    for dimensions in ((), (country,), (sms_type,), (country, sms_type)):
        yield f"{SUCCESS_RATE}={int(delivered)}", dimensions
