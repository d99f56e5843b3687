"""Protect configurations: the countries and numbers to which an account may send."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime

from emulator.kernel.dataclass import dataclass

CAPABILITIES = ("SMS", "VOICE", "MMS", "RCS")


@dataclass(frozen=True, slots=True)
class NumberOverride:
    """A number that is allowed or blocked regardless of its country's rule, until the override expires."""

    destination_phone_number: str
    action: str
    iso_country_code: str | None
    created_timestamp: datetime
    expiration_timestamp: datetime | None

    def live(self, at: datetime) -> bool:
        """Return True if the override has not expired."""
        return self.expiration_timestamp is None or at < self.expiration_timestamp


@dataclass(slots=True)
class ProtectConfiguration:
    """Rules by capability and country, and overrides by number; a country without a rule is allowed."""

    protect_configuration_arn: str
    protect_configuration_id: str
    created_timestamp: datetime
    account_default: bool = False
    deletion_protection_enabled: bool = False
    rules: dict[str, dict[str, str]] = field(default_factory=lambda: {capability: {} for capability in CAPABILITIES})
    overrides: dict[str, NumberOverride] = field(default_factory=dict)

    resource_type = "protect-configuration"

    def status(self, capability: str, iso: str) -> str:
        """Return ALLOW, BLOCK, MONITOR or FILTER for a country; RCS follows the rules for SMS. Source: protect-*.html"""
        return self.rules["SMS" if capability == "RCS" else capability].get(iso, "ALLOW")

    def override(self, number: str, at: datetime) -> str | None:
        """Return the action of the live override of a number; None if there is none."""
        entry = self.overrides.get(number)
        return entry.action if entry is not None and entry.live(at) else None
