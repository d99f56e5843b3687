"""Settings: the values of a profile, which a configuration file can override (tiers, quotas, times)."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import field, fields, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from emulator.kernel.dataclass import dataclass
from emulator.kernel.tables import load_table

PROFILES = ("friendly", "strict")
TIERS = ("SANDBOX", "PRODUCTION")
PUBLISHED = "published"
"""The value of `review_times` that selects the times that AWS publishes. Source: registration-eta.html"""
RATES = ("aws", "guide")
COGNITO_CODES = ("checked", "moto")
AMOUNT_MAX = 10**9
"""The largest limit that a configuration may set, and the longest time in seconds."""
Value = bool | int | str | timedelta | Mapping[str, int] | Mapping[str, timedelta] | None
"""The value of a setting."""


def _quotas() -> dict[str, int]:
    return dict(load_table("messaging/limits/data/quotas.json")["resources"])


@dataclass(frozen=True, slots=True)
class Settings:
    """
    How lenient the emulator is.

    The settings do not change what a request may contain or why it is refused.

    Attributes:
        profile: `friendly` or `strict`.
        tier: the tier of new accounts, SANDBOX or PRODUCTION.
        registrations_required: whether numbers and sender ids need the registrations that AWS requires.
        rates_enforced: whether requests and message parts per second are limited.
        rates: `aws`, or `guide` for the guide's rates, which are always enforced.
        destinations_checked: whether the role and the target of an event destination must exist.
        service_policies_required: whether SNS needs the permission of a resource policy to send by a number or sender id; a
            policy that names SNS is obeyed anyway.
        spend_limit: the MaxLimit of each channel, in whole dollars per month.
        provisioning: the time until a number becomes ACTIVE.
        message_log_table: the DynamoDB table, at the same endpoint, to which every message is written.
        review: the time from the submission of a registration to the end of its review.
        review_times: the review times of the registration types that differ; in a configuration a table by registration
            type, or `"published"` for the times on AWS's pages.
        automatic_denial: the time until AWS denies what it always denies, without a reviewer.
        upload: the time that the upload of an attachment takes.
        transactional_to_opted_out: whether transactional texts may be sent to recipients who have opted out, which AWS
            refuses.
        request_body_bytes_max: the largest request body that is accepted, in bytes.
        body_bytes_max: the largest body of a request to the control API or to another AWS service, in bytes.
        object_bytes_max: how much of an S3 object is read at most, in bytes.
        cognito_codes: `checked`, or `moto` to leave Cognito's codes to moto, which sends none and accepts any.
        requests_kept: how many requests the request log keeps.
        messages_kept: how many messages are kept; beyond that the oldest are dropped, with their events and deliveries,
            those first that have a final status.
        brand_profile_attributes: whether a new brand profile has the twelve standard attributes, as the guide has it, or
            none, as in the model's example.
        whatsapp_plus_optional: whether `to` of a WhatsApp message may lack its plus, which AWS was seen to refuse.
        whatsapp_webhook_version: the version of Meta's webhooks; before 24 statuses name a conversation.
        whatsapp_window_is_charged: whether Meta charges in an open window too: for utility templates, and for free-form
            messages beyond 1,000 a month and number, as announced for 2026-10-01.
        whatsapp_authentication_international: whether Meta charges the international rate for authentication templates to
            other countries, as it does for businesses that send very many.
        whatsapp_marketing_cap: how many marketing templates a user receives in 24 hours outside of a window; 0 for no cap.
        whatsapp_pacing_after: after how many messages of a new template further ones are held for half an hour; 0 for never.
        quotas: AWS's default quotas, by the reason of the error that they cause.
    """

    profile: str = "friendly"
    tier: str = "PRODUCTION"
    registrations_required: bool = False
    rates_enforced: bool = False
    rates: str = "aws"
    destinations_checked: bool = False
    service_policies_required: bool = False
    spend_limit: int = 1_000_000
    provisioning: timedelta = timedelta(0)
    message_log_table: str | None = None
    review: timedelta = timedelta(seconds=30)
    review_times: Mapping[str, timedelta] = field(default_factory=dict)
    automatic_denial: timedelta = timedelta(seconds=3)
    upload: timedelta = timedelta(0)
    transactional_to_opted_out: bool = False
    request_body_bytes_max: int = 8 * 1024 * 1024
    body_bytes_max: int = 128 * 1024 * 1024
    object_bytes_max: int = 100 * 1024 * 1024
    cognito_codes: str = "checked"
    requests_kept: int = 1000
    messages_kept: int = 100_000
    brand_profile_attributes: bool = True
    whatsapp_plus_optional: bool = False
    whatsapp_webhook_version: int = 24
    whatsapp_window_is_charged: bool = False
    whatsapp_authentication_international: bool = False
    whatsapp_marketing_cap: int = 0
    whatsapp_pacing_after: int = 0
    quotas: Mapping[str, int] = field(default_factory=_quotas)

    @property
    def is_rate_limited(self) -> bool:
        """True if the rate at which messages are sent is limited."""
        return self.rates_enforced or self.rates == "guide"

    @classmethod
    def load(cls, profile: str, limits: Mapping[str, Any] | None = None) -> Settings:
        """
        Return the settings of a profile, overridden by the `limits` of a configuration.

        Args:
            profile: `friendly` or `strict`.
            limits: values by the name of the setting; times in seconds.

        Raises:
            ValueError: If the profile or a limit is unknown, or a limit has an invalid value.
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
                raise ValueError(f"limits: unknown limit {name!r}; allowed: {', '.join(known)}")
            changes[name] = _read_limit(name, value, getattr(settings, name))
        return replace(settings, **changes)


def _read_limit(name: str, value: Any, default: Value) -> Value:
    """Return the value of a limit in a configuration, converted to the type of its default."""
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
                raise ValueError(f"limits: unknown quota {key!r}; allowed: {', '.join(sorted(default))}")
            _check_amount(f"quotas.{key}", number, int)
        return {**default, **value}
    if isinstance(default, timedelta):
        _check_amount(name, value, int, float)
        return timedelta(seconds=value)
    _check_amount(name, value, int)
    return int(value)


def _read_choice(name: str, words: tuple[str, ...], value: Any) -> str:
    if value not in words:
        raise _invalid(f"limits: {name}", " or ".join(words), value)
    return str(value)


def _read_table_name(value: Any) -> str:
    if not re.fullmatch("[A-Za-z0-9_.-]{3,255}", str(value)):
        wanted = "the name of a DynamoDB table (3 to 255 letters, digits, '_', '.' or '-')"
        raise _invalid("limits: message_log_table", wanted, value)
    return str(value)


def _read_review_times(value: Any) -> dict[str, timedelta]:
    """Return the review times by registration type, from a table of seconds or from AWS's published times."""
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
            raise ValueError(
                f"limits: review_times: unknown registration type {name!r}; allowed: {', '.join(sorted(known))}"
            )
        _check_amount(f"review_times.{name}", seconds, int, float)
    return {name: timedelta(seconds=seconds) for name, seconds in value.items()}


READERS: dict[str, Callable[[Any], Value]] = {
    "tier": partial(_read_choice, "tier", TIERS),
    "rates": partial(_read_choice, "rates", RATES),
    "cognito_codes": partial(_read_choice, "cognito_codes", COGNITO_CODES),
    "message_log_table": _read_table_name,
    "review_times": _read_review_times,
}
"""The functions that read the limits for which the type of the default does not suffice."""


def _check_amount(name: str, value: Any, *kinds: type[int] | type[float]) -> None:
    if isinstance(value, bool) or not isinstance(value, kinds) or not 0 <= value <= AMOUNT_MAX:
        raise _invalid(f"limits: {name}", f"a number from 0 to {AMOUNT_MAX}", value)


def _invalid(name: str, wanted: str, value: Any) -> ValueError:
    return ValueError(f"{name} must be {wanted}, not {value!r}")


STRICT = Settings(
    profile="strict",
    tier="SANDBOX",
    registrations_required=True,
    rates_enforced=True,
    destinations_checked=True,
    service_policies_required=True,
    spend_limit=1,
    provisioning=timedelta(minutes=2),  # the Terraform provider waits so long for a released sender id to be free
    review=timedelta(days=1),  # AWS publishes a day for the fastest forms, months for the slowest
    upload=timedelta(seconds=5),  # AWS says "within seconds"
)


def read_config(path: str | Path) -> dict[str, Any]:
    """
    Return the content of a configuration file.

    Raises:
        ValueError: the file cannot be read, or is not TOML.
    """
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        config: dict[str, Any] = tomllib.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(error.strerror if isinstance(error, OSError) else f"invalid TOML: {error}") from error
    return config
