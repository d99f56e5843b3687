"""The account's preferences for texts. Source: API reference, SetSMSAttributes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from emulator.kernel.ports import TargetLookup
from emulator.messaging.context import World, as_messaging
from emulator.messaging.limits.request_rates import spend_limit
from emulator.services.sns_texts.errors import InvalidParameterException
from emulator.services.sns_texts.service import Context
from emulator.wire.service import operation

TEXT = "TEXT"
SPEND_LIMIT = "MonthlySpendLimit"
ROLE, BUCKET = "DeliveryStatusIAMRole", "UsageReportS3Bucket"
RATE_MAX = 100


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda value: re.fullmatch(pattern, value, re.ASCII) is not None


PREFERENCES: dict[str, Callable[[str], bool]] = {
    SPEND_LIMIT: _matches("[0-9]{1,9}"),
    ROLE: _matches(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]{1,576}"),
    "DeliveryStatusSuccessSamplingRate": lambda value: _matches("[0-9]{1,3}")(value) and int(value) <= RATE_MAX,
    "DefaultSenderID": _matches("(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}"),
    "DefaultSMSType": _matches("Promotional|Transactional"),
    BUCKET: _matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"),
}
"""The preferences, and what their values may be; an empty value resets all but the first. # unverified: the reset"""


def _lookup(name: str, value: str) -> TargetLookup:
    return TargetLookup("role", value) if name == ROLE else TargetLookup("reports", f"arn:aws:s3:::{value}")


def _lookups(world: World, members: dict[str, Any]) -> Iterable[TargetLookup]:
    if not world.settings.destinations_checked:
        return ()
    return [_lookup(name, value) for name, value in members["attributes"].items() if name in (ROLE, BUCKET) and value]


@operation(reads=_lookups)
def set_sms_attributes(ctx: Context, *, attributes: dict[str, str]) -> None:
    """Set some of the preferences; none is set if one is invalid."""
    for name, value in attributes.items():
        if name not in PREFERENCES:
            raise InvalidParameterException(f"{name} is not a valid attribute")
        if not PREFERENCES[name](value) and (value or name == SPEND_LIMIT):
            raise InvalidParameterException(f"{name} is invalid")
        if not ctx.inputs.get(_lookup(name, value), True):
            raise InvalidParameterException(f"{name} is invalid")
    with as_messaging(ctx) as inner:
        limit = attributes.get(SPEND_LIMIT)
        if limit is not None and int(limit) > spend_limit(inner, TEXT):
            raise InvalidParameterException(f"{SPEND_LIMIT} is invalid")
        if limit is not None:
            # It is the limit that SetTextMessageSpendLimitOverride sets.
            inner.store.spend.overrides[TEXT] = int(limit)
    for name, value in attributes.items():
        if not value:
            ctx.store.preferences.pop(name, None)
        elif name != SPEND_LIMIT:
            ctx.store.preferences[name] = value


@operation
def get_sms_attributes(ctx: Context, *, attributes: list[str] | None = None) -> dict[str, dict[str, str]]:
    """Return the preferences that are set, or those of them that are named. Source: API reference, GetSMSAttributes."""
    for name in attributes or ():
        if name not in PREFERENCES:
            raise InvalidParameterException(f"{name} is not a valid attribute")
    with as_messaging(ctx) as inner:
        limit = inner.store.spend.overrides.get(TEXT, spend_limit(inner, TEXT))
    found = {SPEND_LIMIT: str(limit), **ctx.store.preferences}
    return {"attributes": {name: value for name, value in found.items() if not attributes or name in attributes}}
