"""
Who is let in, and how fast: requests and message parts a second, counted on the virtual clock.

Off in the friendly profile. AWS's buckets are not published; a count for each whole second stands for them. # unverified
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
"""What an account of insufficient reputation is refused. # unverified: AWS names the reason, not what it covers"""
LIMITED_BY_PARTS = frozenset({"SendTextMessage", "SendMediaMessage", "SendVoiceMessage"})
"""
Not held to a request rate: their rate is that of the sender. # unverified: AWS's table gives them one request a second too,
by which no short code could reach its hundred parts
"""
DRY_RUN_PARTS = 5
"""Parts of dry runs a second, or the identity's own rate if that is lower."""
RECIPIENT_MESSAGES = 1
"""Messages to one recipient a second."""


def throttle(ctx: Context, operation_name: str) -> None:
    """
    Let a request in, and count it.

    Raises:
        AccessDeniedException: the account's reputation does not suffice.
        ThrottlingException: the operation's rate is used up.
    """
    if ctx.store.reputation == "insufficient" and operation_name in RESERVED:
        raise AccessDeniedException("INSUFFICIENT_ACCOUNT_REPUTATION")
    if ctx.world.settings.rates_enforced and operation_name not in LIMITED_BY_PARTS:
        rate = load_table("messaging/limits/data/quotas.json")["requests_per_second"].get(operation_name)
        if rate is not None:
            consume(ctx, (f"request/{operation_name}", 1, rate))


def consume(ctx: Context, *wanted: tuple[str, int, int]) -> None:
    """
    Count in the present second: of each thing an amount, of which there may be so many. All are counted, or none.

    Raises:
        ThrottlingException: there would be more than may be.
    """
    second = int(ctx.now.timestamp())
    counts = {}
    for what, amount, rate in wanted:
        counted_in, count = ctx.store.rates.get(what, (second, 0))
        if counted_in != second:
            count = 0
        # A text of more parts than the rate leaves in a second of its own.
        if count and count + amount > rate:
            raise ThrottlingException()
        counts[what] = (second, count + amount)
    ctx.store.rates.update(counts)


@cache
def parts_per_second(sender_type: str, iso: str, channel: ChannelName) -> int:
    """How many parts a sender of this type and country sends a second."""
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
    """The MaxLimit of a channel, in whole dollars a month."""
    return ctx.store.spend.max_limits.get(limit, ctx.world.settings.spend_limit)
