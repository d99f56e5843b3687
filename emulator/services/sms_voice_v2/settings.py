"""What a profile sets and a configuration file may change: tiers, quotas, times."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
PROFILES = ("friendly", "strict")


@cache
def load_data(name: str) -> dict[str, Any]:
    """One of the package's tables."""
    found: dict[str, Any] = json.loads((DATA / name).read_text("utf-8"))
    return found


def _quotas() -> dict[str, int]:
    return dict(load_data("quotas.json")["resources"])


@dataclass(frozen=True, slots=True)
class Settings:
    """
    How lenient the world is. What a request may contain and what it is refused for does not depend on this.

    `provisioning` is how long a number takes to become ACTIVE; `spend_limit` is the MaxLimit of each channel in whole
    dollars a month; `rates_enforced` has requests and message parts a second counted; `quotas` are AWS's defaults by the
    name of their reason; of an object in S3 no more than `object_bytes_max` is read.
    """

    profile: str = "friendly"
    tier: str = "PRODUCTION"
    registrations_required: bool = False
    rates_enforced: bool = False
    spend_limit: int = 1_000_000
    provisioning: timedelta = timedelta(0)
    request_body_bytes_max: int = 8 * 1024 * 1024
    object_bytes_max: int = 100 * 1024 * 1024
    quotas: Mapping[str, int] = field(default_factory=_quotas)

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
        changes: dict[str, Any] = {}
        for name, value in (limits or {}).items():
            known = {item.name: item for item in fields(cls)}
            if name == "quotas":
                unknown = set(value) - set(settings.quotas)
                if unknown:
                    raise ValueError(f"unknown quotas: {', '.join(sorted(unknown))}")
                changes["quotas"] = {**settings.quotas, **value}
            elif name in known and name != "profile":
                is_time = isinstance(getattr(settings, name), timedelta)
                changes[name] = timedelta(seconds=value) if is_time else value
            else:
                raise ValueError(f"unknown limit: {name}")
        return replace(settings, **changes)


STRICT = Settings(
    profile="strict",
    tier="SANDBOX",
    registrations_required=True,
    rates_enforced=True,
    spend_limit=1,
    provisioning=timedelta(minutes=2),  # unverified: "seconds to minutes"
)
