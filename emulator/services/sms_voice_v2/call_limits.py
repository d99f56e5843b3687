"""
How often, how long and where to an account may call.

Source: quotas.html, sandbox.html; which error each limit gives is published for calls to one recipient only. # unverified
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from emulator.services.sms_voice_v2.drafts import Draft
from emulator.services.sms_voice_v2.errors import ServiceQuotaExceededException, ThrottlingException, ValidationException
from emulator.services.sms_voice_v2.service import Context
from emulator.services.sms_voice_v2.settings import load_data

NOTIFY = "NOTIFY"
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def of_tier(context: Context) -> dict[str, Any]:
    """The limits of the account's tier: `messagesPer24h`, `callsPerMinute`, `messageSeconds`, `countries`."""
    tier: dict[str, Any] = load_data("quotas.json")["voice"][context.store.tier.lower()]
    return tier


def check(context: Context, draft: Draft) -> None:
    """
    Whether an account may call once more; Notify counts its calls with its texts.

    Raises:
        ValidationException: the sandbox does not call that country (DESTINATION_COUNTRY_BLOCKED).
        ServiceQuotaExceededException: the day's calls to the recipient, or of the sandbox, are used up.
        ThrottlingException: the minute's are.
    """
    if draft.limit == NOTIFY:
        return
    tier = of_tier(context)
    if tier["countries"] != "all" and draft.country not in tier["countries"]:
        sentence = f"The sandbox does not call {draft.country}"
        raise ValidationException("DESTINATION_COUNTRY_BLOCKED", ("destinationPhoneNumber", sentence))
    now = context.now
    calls = context.store.calls = [(at, to) for at, to in context.store.calls if at > now - DAY]
    to_recipient = sum(to == draft.to for _, to in calls)
    of_day = tier["messagesPer24h"]
    quota = context.world.settings.quotas["DAILY_DESTINATION_CALL_LIMIT"]
    if to_recipient >= quota or (of_day is not None and len(calls) >= of_day):
        raise ServiceQuotaExceededException("DAILY_DESTINATION_CALL_LIMIT")
    is_counted = context.store.tier == "SANDBOX" or context.world.settings.rates_enforced
    if is_counted and sum(at > now - MINUTE for at, _ in calls) >= tier["callsPerMinute"]:
        raise ThrottlingException()


def count(context: Context, draft: Draft) -> None:
    """A call was taken on."""
    if draft.limit != NOTIFY:
        context.store.calls.append((context.now, draft.to))
