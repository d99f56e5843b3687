"""The account: its attributes, its limits, and what it may spend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.services.sms_voice_v2.errors import ValidationException
from emulator.services.sms_voice_v2.rates import spend_limit
from emulator.services.sms_voice_v2.service import Context, operation
from emulator.services.sms_voice_v2.state.spend import SPEND_LIMITS
from emulator.services.sms_voice_v2.store import SmsStore

USED: dict[str, Callable[[SmsStore], int]] = {
    "PHONE_NUMBERS": lambda store: len(store.phone_numbers),
    "POOLS": lambda store: len(store.pools),
    "CONFIGURATION_SETS": lambda store: len(store.configuration_sets),
    "OPT_OUT_LISTS": lambda store: len(store.opt_out_lists),
    "SENDER_IDS": lambda store: len(store.sender_ids),
    "REGISTRATIONS": lambda store: len(store.registrations),
    "REGISTRATION_ATTACHMENTS": lambda store: len(store.registration_attachments),
    "VERIFIED_DESTINATION_NUMBERS": lambda store: len(store.verified_numbers),
}
"""What an account has of each thing that is limited, by the limit's name; its quota is named `…_PER_ACCOUNT`."""


@operation
def describe_account_attributes(context: Context) -> dict[str, list[dict[str, str]]]:
    """The tier, and the default protect configuration. Source: API reference, DescribeAccountAttributes."""
    store = context.store
    attributes = [{"Name": "ACCOUNT_TIER", "Value": store.tier}]
    if store.account_default_protect is not None:
        protect_id = store.account_default_protect.protect_configuration_id
        attributes.append({"Name": "DEFAULT_PROTECT_CONFIGURATION_ID", "Value": protect_id})
    return {"AccountAttributes": attributes}


@operation
def describe_account_limits(context: Context) -> dict[str, list[dict[str, Any]]]:
    """How much of each quota is used. Source: API reference, DescribeAccountLimits."""
    quotas = context.world.settings.quotas
    limits = [
        {"Name": name, "Used": used(context.store), "Max": quotas[f"{name}_PER_ACCOUNT"]} for name, used in USED.items()
    ]
    return {"AccountLimits": limits}


@operation
def describe_spend_limits(context: Context) -> dict[str, list[dict[str, Any]]]:
    """What each channel may cost in a month. Source: API reference, DescribeSpendLimits."""
    overrides = context.store.spend.overrides
    return {
        "SpendLimits": [
            {
                "Name": f"{word}_MESSAGE_MONTHLY_SPEND_LIMIT",
                "EnforcedLimit": overrides.get(word, spend_limit(context, word)),
                "MaxLimit": spend_limit(context, word),
                "Overridden": word in overrides,
            }
            for word in SPEND_LIMITS
        ]
    }


def _set_override(word: str) -> Callable[..., dict[str, int]]:
    def set_override(context: Context, *, monthly_limit: int) -> dict[str, int]:
        if monthly_limit > spend_limit(context, word):
            sentence = f"Must be at most {spend_limit(context, word)}"
            raise ValidationException("REQUESTED_SPEND_LIMIT_HIGHER_THAN_SERVICE_LIMIT", ("monthlyLimit", sentence))
        context.store.spend.overrides[word] = monthly_limit
        return {"MonthlyLimit": monthly_limit}

    return set_override


def _delete_override(word: str) -> Callable[..., dict[str, int]]:
    def delete_override(context: Context) -> dict[str, int]:
        context.store.spend.overrides.pop(word, None)
        return {"MonthlyLimit": spend_limit(context, word)}

    return delete_override


# Ten operations that differ in one word: SetTextMessageSpendLimitOverride, DeleteTextMessageSpendLimitOverride, …
for _word in SPEND_LIMITS:
    for _verb, _make in (("set", _set_override), ("delete", _delete_override)):
        _handler = _make(_word)
        _handler.__name__ = f"{_verb}_{_word.lower()}_message_spend_limit_override"
        _handler.__doc__ = f"The override of the monthly limit for {_word}. Source: spend-limit.html."
        operation(_handler)
