"""The account: its attributes, quotas and spend limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.messaging.channels import SPEND_LIMITS
from emulator.messaging.errors import ValidationException
from emulator.messaging.limits.request_rates import spend_limit
from emulator.messaging.store import MessagingStore
from emulator.services.sms_voice_v2.service import Context
from emulator.wire.service import operation

USED: dict[str, Callable[[MessagingStore], int]] = {
    "PHONE_NUMBERS": lambda store: len(store.phone_numbers),
    "POOLS": lambda store: len(store.pools),
    "CONFIGURATION_SETS": lambda store: len(store.configuration_sets),
    "OPT_OUT_LISTS": lambda store: len(store.opt_out_lists),
    "SENDER_IDS": lambda store: len(store.sender_ids),
    "REGISTRATIONS": lambda store: len(store.registrations),
    "REGISTRATION_ATTACHMENTS": lambda store: len(store.registration_attachments),
    "VERIFIED_DESTINATION_NUMBERS": lambda store: len(store.verified_numbers),
}
"""How many of each limited resource an account has, by the limit's name; its quota is named `…_PER_ACCOUNT`."""


@operation
def describe_account_attributes(ctx: Context) -> dict[str, list[dict[str, str]]]:
    """Return the tier and the default protect configuration. Source: API reference, DescribeAccountAttributes."""
    store = ctx.store
    attributes = [{"Name": "ACCOUNT_TIER", "Value": store.tier}]
    if store.account_default_protect is not None:
        protect_id = store.account_default_protect.protect_configuration_id
        attributes.append({"Name": "DEFAULT_PROTECT_CONFIGURATION_ID", "Value": protect_id})
    return {"AccountAttributes": attributes}


@operation
def describe_account_limits(ctx: Context) -> dict[str, list[dict[str, Any]]]:
    """Return how much of each quota is used. Source: API reference, DescribeAccountLimits."""
    quotas = ctx.world.settings.quotas
    limits = [{"Name": name, "Used": used(ctx.store), "Max": quotas[f"{name}_PER_ACCOUNT"]} for name, used in USED.items()]
    return {"AccountLimits": limits}


@operation
def describe_spend_limits(ctx: Context) -> dict[str, list[dict[str, Any]]]:
    """Return the monthly spend limit of each channel. Source: API reference, DescribeSpendLimits."""
    overrides = ctx.store.spend.overrides
    return {
        "SpendLimits": [
            {
                "Name": f"{word}_MESSAGE_MONTHLY_SPEND_LIMIT",
                "EnforcedLimit": overrides.get(word, spend_limit(ctx, word)),
                "MaxLimit": spend_limit(ctx, word),
                "Overridden": word in overrides,
            }
            for word in SPEND_LIMITS
        ]
    }


def _set_override(ctx: Context, word: str, monthly_limit: int) -> dict[str, int]:
    maximum = spend_limit(ctx, word)
    if monthly_limit > maximum:
        field = ("monthlyLimit", f"Must be at most {maximum}")
        raise ValidationException("REQUESTED_SPEND_LIMIT_HIGHER_THAN_SERVICE_LIMIT", field)
    ctx.store.spend.overrides[word] = monthly_limit
    return {"MonthlyLimit": monthly_limit}


def _delete_override(ctx: Context, word: str) -> dict[str, int]:
    ctx.store.spend.overrides.pop(word, None)
    return {"MonthlyLimit": spend_limit(ctx, word)}


@operation
def set_text_message_spend_limit_override(ctx: Context, *, monthly_limit: int) -> dict[str, int]:
    """Override the monthly spend limit of texts. Source: spend-limit.html."""
    return _set_override(ctx, "TEXT", monthly_limit)


@operation
def delete_text_message_spend_limit_override(ctx: Context) -> dict[str, int]:
    """Restore AWS's own spend limit of texts. Source: spend-limit.html."""
    return _delete_override(ctx, "TEXT")


@operation
def set_voice_message_spend_limit_override(ctx: Context, *, monthly_limit: int) -> dict[str, int]:
    """Override the monthly spend limit of calls. Source: spend-limit.html."""
    return _set_override(ctx, "VOICE", monthly_limit)


@operation
def delete_voice_message_spend_limit_override(ctx: Context) -> dict[str, int]:
    """Restore AWS's own spend limit of calls. Source: spend-limit.html."""
    return _delete_override(ctx, "VOICE")


@operation
def set_media_message_spend_limit_override(ctx: Context, *, monthly_limit: int) -> dict[str, int]:
    """Override the monthly spend limit of pictures. Source: spend-limit.html."""
    return _set_override(ctx, "MEDIA", monthly_limit)


@operation
def delete_media_message_spend_limit_override(ctx: Context) -> dict[str, int]:
    """Restore AWS's own spend limit of pictures. Source: spend-limit.html."""
    return _delete_override(ctx, "MEDIA")


@operation
def set_notify_message_spend_limit_override(ctx: Context, *, monthly_limit: int) -> dict[str, int]:
    """Override the monthly spend limit of Notify. Source: spend-limit.html."""
    return _set_override(ctx, "NOTIFY", monthly_limit)


@operation
def delete_notify_message_spend_limit_override(ctx: Context) -> dict[str, int]:
    """Restore AWS's own spend limit of Notify. Source: spend-limit.html."""
    return _delete_override(ctx, "NOTIFY")


@operation
def set_rcs_message_spend_limit_override(ctx: Context, *, monthly_limit: int) -> dict[str, int]:
    """Override the monthly spend limit of RCS messages. Source: spend-limit.html."""
    return _set_override(ctx, "RCS", monthly_limit)


@operation
def delete_rcs_message_spend_limit_override(ctx: Context) -> dict[str, int]:
    """Restore AWS's own spend limit of RCS messages. Source: spend-limit.html."""
    return _delete_override(ctx, "RCS")
