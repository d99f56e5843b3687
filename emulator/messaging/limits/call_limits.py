"""
Limits on calls: how often an account may call, for how long, and to which countries.

Source: quotas.html, sandbox.html; the error of a limit is published for calls to one recipient only. # unverified
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from emulator.kernel.tables import load_table
from emulator.messaging.context import Context
from emulator.messaging.errors import ServiceQuotaExceededException, ThrottlingException, ValidationException
from emulator.messaging.send_request import SendRequest

NOTIFY = "NOTIFY"
MINUTE = timedelta(minutes=1)


def of_tier(ctx: Context) -> dict[str, Any]:
    """Return the limits of the account's tier: `messagesPer24h`, `callsPerMinute`, `messageSeconds`, `countries`."""
    tier: dict[str, Any] = load_table("messaging/limits/data/quotas.json")["voice"][ctx.store.tier.lower()]
    return tier


def check(ctx: Context, request: SendRequest) -> None:
    """
    Raise an error unless the account may make another call; Notify counts its calls together with its texts.

    Raises:
        ValidationException: If the sandbox does not allow calls to the country (DESTINATION_COUNTRY_BLOCKED).
        ServiceQuotaExceededException: If the daily calls to the recipient, or of the sandbox, are used up.
        ThrottlingException: If the calls per minute are used up.
    """
    if request.limit == NOTIFY:
        return
    tier = of_tier(ctx)
    if tier["countries"] != "all" and request.country not in tier["countries"]:
        sentence = f"{request.country} cannot be called from the sandbox; allowed: {', '.join(tier['countries'])}"
        raise ValidationException("DESTINATION_COUNTRY_BLOCKED", ("destinationPhoneNumber", sentence))
    calls = ctx.store.calls
    calls.forget(ctx.now)
    of_day = tier["messagesPer24h"]
    quota = ctx.world.settings.quotas["DAILY_DESTINATION_CALL_LIMIT"]
    if calls.of(request.to) >= quota or (of_day is not None and len(calls.events) >= of_day):
        raise ServiceQuotaExceededException("DAILY_DESTINATION_CALL_LIMIT")
    is_counted = ctx.store.tier == "SANDBOX" or ctx.world.settings.rates_enforced
    if is_counted and calls.has_since(ctx.now - MINUTE, tier["callsPerMinute"]):
        raise ThrottlingException()


def count(ctx: Context, request: SendRequest) -> None:
    """Count an accepted call."""
    if request.limit != NOTIFY:
        ctx.store.calls.add(ctx.now, request.to)
