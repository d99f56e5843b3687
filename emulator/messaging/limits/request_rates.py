"""
Throttling: requests and message parts per second, counted on the virtual clock.

Off in the friendly profile. AWS's token buckets are not published; a count per whole second stands for them. # unverified
Source: quotas.html, sms-limitations-mps.html
"""

from __future__ import annotations

from functools import cache

from emulator.kernel.tables import load_table
from emulator.messaging.channels import CHANNELS
from emulator.messaging.context import Context
from emulator.messaging.errors import AccessDeniedException, ThrottlingException
from emulator.telecom.vocabulary import ChannelName

RESERVED = frozenset(
    {
        "RequestPhoneNumber",
        "RequestSenderId",
        "CreateRegistration",
        "CreateRcsAgent",
        "CreateNotifyConfiguration",
        "SendTextMessage",
        "SendMediaMessage",
        "SendVoiceMessage",
        "SendRcsMessage",
        "SendNotifyTextMessage",
        "SendNotifyVoiceMessage",
    }
)
"""Operations refused to an account of insufficient reputation. # unverified: AWS names the reason, not what it covers"""
LIMITED_BY_PARTS = frozenset({"SendTextMessage", "SendMediaMessage", "SendVoiceMessage"})
"""
Operations without a request rate: they are limited by the rate of the sender. # unverified: AWS's table lists one request
per second for them too, at which no short code could reach its hundred parts
"""
DRY_RUN_PARTS = 5
"""Parts of dry runs per second, or the identity's own rate if that is lower."""
RECIPIENT_MESSAGES = 1
"""Messages to one recipient per second."""


def throttle(ctx: Context, operation_name: str) -> None:
    """
    Count a request, and raise an error if it is not admitted.

    Raises:
        AccessDeniedException: If the reputation of the account is insufficient for the operation.
        ThrottlingException: If the rate of the operation is exceeded.
    """
    if ctx.store.reputation == "insufficient" and operation_name in RESERVED:
        raise AccessDeniedException("INSUFFICIENT_ACCOUNT_REPUTATION")
    if ctx.world.settings.rates_enforced and operation_name not in LIMITED_BY_PARTS:
        rate = load_table("messaging/limits/data/quotas.json")["requests_per_second"].get(operation_name)
        if rate is not None:
            consume(ctx, (f"request/{operation_name}", 1, rate))


def consume(ctx: Context, *wanted: tuple[str, int, int]) -> None:
    """
    Count towards one or more rates in the current second.

    Args:
        ctx: the unit of work.
        wanted: for each rate the name of what is limited, the amount to count, and the amount allowed per second.

    Raises:
        ThrottlingException: If any of the rates would be exceeded; nothing is counted then.
    """
    second = int(ctx.now.timestamp())
    counts = {}
    for what, amount, rate in wanted:
        counted_in, count = ctx.store.rates.get(what, (second, 0))
        if counted_in != second:
            count = 0
        # A text with more parts than the rate allows is sent in a second of its own.
        if count and count + amount > rate:
            raise ThrottlingException()
        counts[what] = (second, count + amount)
    ctx.store.rates.update(counts)


@cache
def parts_per_second(sender_type: str, iso: str, channel: ChannelName) -> int:
    """Return how many message parts per second a sender of this type and country may send on a channel."""
    key = CHANNELS[channel].parts_key or "sms"
    rows = [
        row
        for row in load_table("messaging/limits/data/quotas.json")["message_parts_per_second"]
        if row["number_type"] == sender_type
    ]
    rows.sort(key=lambda row: row["country"] != iso)
    fitting = [row[key] for row in rows if row["country"] in (iso, "other", "any") and row[key] is not None]
    return fitting[0] if fitting else 1


def spend_limit(ctx: Context, limit: str) -> int:
    """Return the MaxLimit of a monthly spend limit, in whole dollars."""
    return ctx.store.spend.max_limits.get(limit, ctx.world.settings.spend_limit)
