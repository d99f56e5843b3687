"""What a profile sets and a configuration file may change: tiers, quotas, times."""

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
"""Instead of a table of review times: those that AWS publishes. Source: registration-eta.html"""
RATES = ("aws", "guide")
AMOUNT_MAX = 10**9
"""The largest limit that a configuration may set, and the longest time in seconds."""


def _quotas() -> dict[str, int]:
    return dict(load_table("messaging/limits/data/quotas.json")["resources"])


@dataclass(frozen=True, slots=True)
class Settings:
    """
    How lenient the world is. What a request may contain and what it is refused for does not depend on this.

    `provisioning` is how long a number takes to become ACTIVE; `spend_limit` is the MaxLimit of each channel in whole
    dollars a month; `destinations_checked` has the role and target of an event destination looked up; `rates_enforced`
    has requests and message parts a second counted; `rates` are AWS's, or those of the guide, which are always counted;
    `message_log_table` names a DynamoDB table of the same endpoint that every message is written to; `quotas` are AWS's
    defaults by the name of their reason. `review` is how long a registration takes from submission to its end,
    `review_times` how long one of a type takes where that differs (in a configuration a table by registration type, or
    `"published"` for those of AWS's pages), `automatic_denial` until AWS denies by itself what it always denies, `upload`
    how long an attachment takes; `transactional_to_opted_out` lets transactional texts pass to people who have opted out,
    which AWS refuses. Of an object in S3 no more than `object_bytes_max` is read.
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
    def is_rate_limited(self) -> bool:
        """Whether it counts how many messages go out in a second."""
        return self.rates_enforced or self.rates == "guide"

    @classmethod
    def load(cls, profile: str, limits: Mapping[str, Any] | None = None) -> Settings:
        """
        The settings of a profile with a configuration's `limits` laid over them; seconds for times.

        Raises:
            ValueError: an unknown profile or limit.
        """
        if profile not in PROFILES:
            raise ValueError(f"profile must be one of {', '.join(PROFILES)}, not {profile!r}")
        settings = cls() if profile == "friendly" else STRICT
        if not isinstance(limits, Mapping | None):
            raise _invalid("limits", "a table", limits)
        changes: dict[str, Any] = {}
        known = [item.name for item in fields(cls) if item.name != "profile"]
        for name, value in (limits or {}).items():
            if name not in known:
                raise ValueError(f"limits: there is no {name}; there are {', '.join(known)}")
            changes[name] = _read_limit(name, value, getattr(settings, name))
        return replace(settings, **changes)


def _read_limit(name: str, value: Any, default: Any) -> Any:
    """A limit as a configuration has it, of the same kind as its default."""
    if name in READERS:
        return READERS[name](value)
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise _invalid(f"limits: {name}", "true or false", value)
        return value
    if isinstance(default, Mapping):
        if not isinstance(value, Mapping):
            raise _invalid(f"limits: {name}", "a table", value)
        for key, number in value.items():
            if key not in default:
                raise ValueError(f"limits: there is no quota {key}; there are {', '.join(sorted(default))}")
            _check_amount(f"quotas.{key}", number, int)
        return {**default, **value}
    if isinstance(default, timedelta):
        _check_amount(name, value, int | float)
        return timedelta(seconds=value)
    _check_amount(name, value, int)
    return value


def _read_choice(name: str, words: tuple[str, ...], value: Any) -> str:
    if value not in words:
        raise _invalid(f"limits: {name}", " or ".join(words), value)
    return str(value)


def _read_table_name(value: Any) -> str:
    if not re.fullmatch("[A-Za-z0-9_.-]{3,255}", str(value)):
        raise ValueError(f"limits: message_log_table must be the name of a table, not {value!r}")
    return str(value)


def _read_review_times(value: Any) -> dict[str, timedelta]:
    """Review times by registration type: those of AWS's pages, or a table of seconds."""
    known = {
        row["RegistrationType"]: row
        for row in load_table("messaging/registrations/data/registration_types.json")["registration_types"]
    }
    if value == PUBLISHED:
        value = {name: row["review_seconds"] for name, row in known.items() if "review_seconds" in row}
    if not isinstance(value, Mapping):
        raise _invalid("limits: review_times", f'a table or "{PUBLISHED}"', value)
    for name, seconds in value.items():
        if name not in known:
            raise ValueError(f"limits: there is no registration type {name}")
        _check_amount(f"review_times.{name}", seconds, int | float)
    return {name: timedelta(seconds=seconds) for name, seconds in value.items()}


READERS: dict[str, Callable[[Any], Any]] = {
    "tier": partial(_read_choice, "tier", TIERS),
    "rates": partial(_read_choice, "rates", RATES),
    "message_log_table": _read_table_name,
    "review_times": _read_review_times,
}
"""Limits that are read in a way of their own, not by the kind of their default."""


def _check_amount(name: str, value: Any, kind: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, kind) or not 0 <= value <= AMOUNT_MAX:
        raise _invalid(f"limits: {name}", f"a number from 0 to {AMOUNT_MAX}", value)


def _invalid(name: str, wanted: str, value: Any) -> ValueError:
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
