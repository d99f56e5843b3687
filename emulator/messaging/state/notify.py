"""Notify: the account's configurations, and AWS's templates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timezone
from functools import cache
from typing import Any

from emulator.kernel.dataclass import dataclass
from emulator.kernel.tables import load_table

CHANNELS = ("SMS", "VOICE")
TEMPLATES_CREATED = datetime(2025, 1, 1, tzinfo=timezone.utc)
"""The creation time of AWS's own templates, before that of any account. # unverified"""


@dataclass(slots=True)
class NotifyConfiguration:
    """A Notify configuration; `enabled_countries` is None if all countries that Notify serves are enabled."""

    notify_configuration_arn: str
    notify_configuration_id: str
    display_name: str
    use_case: str
    enabled_channels: list[str]
    created_timestamp: datetime
    default_template_id: str | None = None
    pool_id: str | None = None
    enabled_countries: list[str] | None = None
    tier: str = "BASIC"
    tier_upgrade_status: str = "BASIC"
    status: str = "PENDING"
    rejection_reason: str | None = None
    deletion_protection_enabled: bool = False


@dataclass(frozen=True, slots=True)
class NotifyTemplate:
    """One of AWS's templates, with the fields that DescribeNotifyTemplates shows."""

    template_id: str
    language_code: str
    tier_access: list[str]
    content: str
    variables: Mapping[str, Mapping[str, Any]]
    supported_voice_ids: list[str]
    version: int = 1
    template_type: str = "OTP_VERIFICATION"
    status: str = "ACTIVE"
    channels: list[str] = field(default_factory=lambda: list(CHANNELS))
    supported_countries: list[str] = field(default_factory=lambda: list(countries()))
    created_timestamp: datetime = TEMPLATES_CREATED

    def resolve(self, values: Mapping[str, str]) -> str:
        """Return the content with its variables replaced by these values, or by their defaults."""
        given = {name: str(metadata.get("DefaultValue", "")) for name, metadata in self.variables.items()} | dict(values)
        return re.sub(r"\{\{(\w+)\}\}", lambda found: given[found[1]], self.content)


def refusal_of(metadata: Mapping[str, Any], value: str) -> str | None:
    """Return what is wrong with the value of a template's variable; None if it is valid."""
    if metadata["Type"] == "INTEGER":
        if not re.fullmatch("-?[0-9]{1,18}", value):
            return "must be a whole number"
        if not metadata.get("MinValue", int(value)) <= int(value) <= metadata.get("MaxValue", int(value)):
            return f"must be from {metadata['MinValue']} to {metadata['MaxValue']}"
    if metadata["Type"] == "BOOLEAN" and value not in ("true", "false"):
        return "must be true or false"
    if len(value) > metadata.get("MaxLength", len(value)):
        return f"must have at most {metadata['MaxLength']} characters"
    if not re.fullmatch(metadata.get("Pattern", "(?s).*"), value):
        return f"must match {metadata['Pattern']}"
    return None


def countries() -> list[str]:
    """Return the ISO codes of the countries that Notify serves."""
    found: list[str] = load_table("messaging/notify/data/notify.json")["countries"]
    return found


@cache
def templates() -> dict[str, NotifyTemplate]:
    """Return AWS's templates by id."""
    data = load_table("messaging/notify/data/notify.json")
    return {
        template_id: NotifyTemplate(
            template_id,
            row["language_code"],
            row["tier_access"],
            row["content"],
            {name: data["variables"][name] for name in row["variables"]},
            row["voices"],
        )
        for template_id, row in data["templates"].items()
    }
