"""The settings of a profile, which a configuration file can change: tiers, quotas, times."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from functools import partial
from typing import Any

from emulator.kernel.tables import load_table

PROFILES = ("friendly", "strict")
TIERS = ("SANDBOX", "PRODUCTION")
PUBLISHED = "published"
"""In place of a table of review times: the times that AWS publishes. Source: registration-eta.html"""
RATES = ("aws", "guide")
Limit = bool | int | str | timedelta | Mapping[str, int] | Mapping[str, timedelta]
"""The value of a limit."""
AMOUNT_MAX = 10**9
"""The highest limit that a configuration may set, and the longest time in seconds."""


def _quotas() -> dict[str, int]:
    return dict(load_table("messaging/limits/data/quotas.json")["resources"])


@dataclass(frozen=True, slots=True)
class Settings:
    """
    How lenient the emulator is. None of this changes what a request may contain, or why it is refused.

    Attributes:
        profile: `friendly` or `strict`.
        tier: `SANDBOX` or `PRODUCTION`.
        registrations_required: a number that needs a registration cannot send without one.
        rates_enforced: requests and message parts per second are counted, and throttled.
        rates: `aws`, or `guide` for the rates of the guide, which are always enforced.
        destinations_checked: the role and target of an event destination must exist.
        spend_limit: the MaxLimit of each channel, in whole dollars a month.
        provisioning: how long a number takes to become ACTIVE.
        message_log_table: a DynamoDB table, at the same endpoint, to which every message is written.
        review: how long a registration takes from submission to its final status.
        review_times: how long registrations of one type take, where that differs. In a configuration: a table by
            registration type, or `"published"` for the times on AWS's pages.
        automatic_denial: how long until AWS automatically denies what it always denies.
        upload: how long an attachment takes to upload.
        transactional_to_opted_out: transactional texts are sent even to recipients who have opted out, which AWS refuses.
        request_body_bytes_max: the largest request body.
        object_bytes_max: the largest object that is read from S3.
        quotas: AWS's default quotas, by the name of their reason.
    """

    profile: str = "friendly"
    tier: str = "PRODUCTION"
    registrations_required: bool = False
    rates_enforced: bool = False
    rates: str = "aws"
    destinations_checked: bool = False
    spend_limit: int = 1_000_000
    provisioning: timedelta = timedelta(0)
    message_log_table: str | None = None
    review: timedelta = timedelta(seconds=30)
    review_times: Mapping[str, timedelta] = field(default_factory=dict)
    automatic_denial: timedelta = timedelta(seconds=3)
    upload: timedelta = timedelta(0)
    transactional_to_opted_out: bool = False
    request_body_bytes_max: int = 8 * 1024 * 1024
    object_bytes_max: int = 100 * 1024 * 1024
    quotas: Mapping[str, int] = field(default_factory=_quotas)

    @property
    def is_paced(self) -> bool:
        """Whether messages per second are counted."""
        return self.rates_enforced or self.rates == "guide"

    @classmethod
    def load(cls, profile: str, limits: Mapping[str, Any] | None = None) -> Settings:
        """
        Return the settings of a profile, with a configuration's `limits` applied; times are in seconds.

        Raises:
            ValueError: an unknown profile or limit, or an invalid value.
        """
        if profile not in PROFILES:
            raise ValueError(f"profile must be one of {', '.join(PROFILES)}, not {profile!r}")
        settings = cls() if profile == "friendly" else STRICT
        if not isinstance(limits, Mapping | None):
            raise _wrong("limits", "a table", limits)
        changes: dict[str, Any] = {}
        known = [item.name for item in fields(cls) if item.name != "profile"]
        for name, value in (limits or {}).items():
            if name not in known:
                raise ValueError(f"limits: unknown limit {name!r}; allowed: {', '.join(known)}")
            changes[name] = _read_limit(name, value, getattr(settings, name))
        return replace(settings, **changes)


def _read_limit(name: str, value: Any, default: Any) -> Limit:
    """Parse a limit of a configuration, as a value of the same type as its default."""
    if name in READERS:
        return READERS[name](value)
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise _wrong(f"limits: {name}", "true or false", value)
        return value
    if isinstance(default, Mapping):
        if not isinstance(value, Mapping):
            raise _wrong(f"limits: {name}", "a table", value)
        for key, number in value.items():
            if key not in default:
                raise ValueError(f"limits: unknown quota {key!r}; allowed: {', '.join(sorted(default))}")
            _check_amount(f"quotas.{key}", number, int)
        return {**default, **value}
    if isinstance(default, timedelta):
        _check_amount(name, value, int | float)
        return timedelta(seconds=value)
    _check_amount(name, value, int)
    return int(value)


def _read_choice(name: str, words: tuple[str, ...], value: Any) -> str:
    if value not in words:
        raise _wrong(f"limits: {name}", " or ".join(words), value)
    return str(value)


def _read_table_name(value: Any) -> str:
    if not re.fullmatch("[A-Za-z0-9_.-]{3,255}", str(value)):
        raise ValueError(f"limits: message_log_table must be the name of a DynamoDB table, not {value!r}")
    return str(value)


def _read_review_times(value: Any) -> dict[str, timedelta]:
    """Parse review times by registration type: those that AWS publishes, or a table of seconds."""
    known = {
        row["RegistrationType"]: row
        for row in load_table("messaging/registrations/data/registration_types.json")["registration_types"]
    }
    if value == PUBLISHED:
        value = {name: row["review_seconds"] for name, row in known.items() if "review_seconds" in row}
    if not isinstance(value, Mapping):
        raise _wrong("limits: review_times", f'a table or "{PUBLISHED}"', value)
    for name, seconds in value.items():
        if name not in known:
            raise ValueError(f"limits: unknown registration type {name!r}; allowed: {', '.join(sorted(known))}")
        _check_amount(f"review_times.{name}", seconds, int | float)
    return {name: timedelta(seconds=seconds) for name, seconds in value.items()}


READERS: dict[str, Callable[[Any], Limit]] = {
    "tier": partial(_read_choice, "tier", TIERS),
    "rates": partial(_read_choice, "rates", RATES),
    "message_log_table": _read_table_name,
    "review_times": _read_review_times,
}
"""Limits that have their own parser, rather than that for the type of their default."""


def _check_amount(name: str, value: Any, kind: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, kind) or not 0 <= value <= AMOUNT_MAX:
        raise _wrong(f"limits: {name}", f"a number from 0 to {AMOUNT_MAX}", value)


def _wrong(name: str, wanted: str, value: Any) -> ValueError:
    return ValueError(f"{name} must be {wanted}, not {value!r}")


STRICT = Settings(
    profile="strict",
    tier="SANDBOX",
    registrations_required=True,
    rates_enforced=True,
    destinations_checked=True,
    spend_limit=1,
    provisioning=timedelta(minutes=2),  # unverified: "seconds to minutes"
    review=timedelta(days=1),  # AWS publishes a day for the fastest forms, months for the slowest
    upload=timedelta(seconds=5),  # unverified: "within seconds"
)
