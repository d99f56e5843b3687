"""Protect configurations: their rules, overrides and associations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from emulator.messaging.errors import (
    ConflictException,
    ResourceNotFoundException,
    ServiceQuotaExceededException,
    invalid,
)
from emulator.messaging.state.configuration_sets import ConfigurationSet
from emulator.messaging.state.protect import NumberOverride, ProtectConfiguration
from emulator.services.sms_voice_v2.operations._filters import BOOLEANS, invalid_filter_values, select
from emulator.services.sms_voice_v2.service import Context
from emulator.telecom.numbering import UNKNOWN_COUNTRY, countries, country_of, e164
from emulator.wire.conversion import parse_time
from emulator.wire.errors import SerializationException
from emulator.wire.service import operation

FILTER_VALUES = {"account-default": BOOLEANS}


@operation
def create_protect_configuration(
    ctx: Context, *, deletion_protection_enabled: bool | None = None, tags: list[dict[str, str]] | None = None
) -> tuple[ProtectConfiguration, dict[str, Any]]:
    """Create a configuration that allows everything. Source: API reference, CreateProtectConfiguration."""
    store = ctx.store
    if len(store.protect_configurations) >= ctx.world.settings.quotas["PROTECT_CONFIGURATIONS_PER_ACCOUNT"]:
        raise ServiceQuotaExceededException("PROTECT_CONFIGURATIONS_PER_ACCOUNT")
    protect_id = f"protect-{ctx.world.seeds.hex_id('protect')}"
    arn = store.arn("protect-configuration", protect_id)
    echoed = store.set_tags(arn, tags)
    row = ProtectConfiguration(arn, protect_id, ctx.now)
    row.deletion_protection_enabled = bool(deletion_protection_enabled)
    return store.protect_configurations.add(row), echoed


@operation
def describe_protect_configurations(
    ctx: Context, *, protect_configuration_ids: list[str] | None = None, filters: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """List the account's configurations. Source: API reference, DescribeProtectConfigurations."""
    kept = ctx.store.protect_configurations
    rows = [kept.get(reference) for reference in protect_configuration_ids] if protect_configuration_ids else list(kept)
    return {"ProtectConfigurations": select(rows, filters, None, FILTER_VALUES)}


@operation
def update_protect_configuration(
    ctx: Context, *, protect_configuration_id: str, deletion_protection_enabled: bool | None = None
) -> ProtectConfiguration:
    """Switch deletion protection. Source: API reference, UpdateProtectConfiguration."""
    row = ctx.store.protect_configurations.get(protect_configuration_id)
    if deletion_protection_enabled is not None:
        row.deletion_protection_enabled = deletion_protection_enabled
    return row


@operation
def delete_protect_configuration(ctx: Context, *, protect_configuration_id: str) -> ProtectConfiguration:
    """Delete a configuration that nothing uses. Source: API reference, DeleteProtectConfiguration."""
    store = ctx.store
    row = store.protect_configurations.get(protect_configuration_id)
    used = any(to.protect_configuration_id == row.protect_configuration_id for to in store.configuration_sets)
    for reason, holds in (
        ("DELETION_PROTECTION_ENABLED", row.deletion_protection_enabled),
        ("PROTECT_CONFIGURATION_IS_ACCOUNT_DEFAULT", row.account_default),
        ("PROTECT_CONFIGURATION_ASSOCIATED_WITH_CONFIGURATION_SET", used),
    ):
        if holds:
            raise ConflictException(reason, "protect-configuration", row.protect_configuration_id)
    store.forget(row.protect_configuration_arn)
    return store.protect_configurations.remove(row)


@operation
def associate_protect_configuration(
    ctx: Context, *, protect_configuration_id: str, configuration_set_name: str
) -> tuple[ConfigurationSet, ProtectConfiguration]:
    """Protect the sends of a configuration set. Source: API reference, AssociateProtectConfiguration."""
    protect = ctx.store.protect_configurations.get(protect_configuration_id)
    row = ctx.store.configuration_sets.get(configuration_set_name)
    if row.protect_configuration_id == protect.protect_configuration_id:
        raise ConflictException("RESOURCE_ALREADY_ASSOCIATED", "configuration-set", row.configuration_set_name)
    if row.protect_configuration_id is not None:
        reason = "PROTECT_CONFIGURATION_ASSOCIATED_WITH_CONFIGURATION_SET"
        raise ConflictException(reason, "configuration-set", row.configuration_set_name)
    row.protect_configuration_id = protect.protect_configuration_id
    return row, protect


@operation
def disassociate_protect_configuration(
    ctx: Context, *, protect_configuration_id: str, configuration_set_name: str
) -> tuple[dict[str, str], ConfigurationSet, ProtectConfiguration]:
    """Remove the association. Source: API reference, DisassociateProtectConfiguration."""
    protect = ctx.store.protect_configurations.get(protect_configuration_id)
    row = ctx.store.configuration_sets.get(configuration_set_name)
    if row.protect_configuration_id != protect.protect_configuration_id:
        reason = "PROTECT_CONFIGURATION_NOT_ASSOCIATED_WITH_CONFIGURATION_SET"
        raise ConflictException(reason, "protect-configuration", protect.protect_configuration_id)
    answer = {"ProtectConfigurationId": protect.protect_configuration_id}
    row.protect_configuration_id = None
    return answer, row, protect


@operation
def set_account_default_protect_configuration(ctx: Context, *, protect_configuration_id: str) -> dict[str, str]:
    """Protect all sends that nothing else protects. Source: API reference, SetAccountDefaultProtectConfiguration."""
    store = ctx.store
    row = store.protect_configurations.get(protect_configuration_id)
    if store.account_default_protect is not None:
        store.account_default_protect.account_default = False
    row.account_default = True
    store.account_default_protect = row
    return _default(row)


@operation
def delete_account_default_protect_configuration(ctx: Context) -> dict[str, str]:
    """Remove the account's default. Source: API reference, DeleteAccountDefaultProtectConfiguration."""
    row = ctx.store.account_default_protect
    if row is None:
        raise ResourceNotFoundException("account", ctx.account)
    row.account_default = False
    ctx.store.account_default_protect = None
    return _default(row)


def _default(row: ProtectConfiguration) -> dict[str, str]:
    return {
        "DefaultProtectConfigurationArn": row.protect_configuration_arn,
        "DefaultProtectConfigurationId": row.protect_configuration_id,
    }


@operation
def get_protect_configuration_country_rule_set(
    ctx: Context, *, protect_configuration_id: str, number_capability: str
) -> tuple[dict[str, Any], ProtectConfiguration]:
    """Return the rule of every country. Source: API reference, GetProtectConfigurationCountryRuleSet."""
    row = ctx.store.protect_configurations.get(protect_configuration_id)
    return {"NumberCapability": number_capability, "CountryRuleSet": _rule_set(row, number_capability)}, row


@operation
def update_protect_configuration_country_rule_set(
    ctx: Context,
    *,
    protect_configuration_id: str,
    number_capability: str,
    country_rule_set_updates: dict[str, dict[str, str]],
) -> tuple[dict[str, Any], ProtectConfiguration]:
    """Change the rules of some countries. Source: API reference, UpdateProtectConfigurationCountryRuleSet."""
    row = ctx.store.protect_configurations.get(protect_configuration_id)
    for iso in country_rule_set_updates:
        if iso not in countries():
            raise invalid("countryRuleSetUpdates", f"Unsupported country: {iso}")
    rules = row.rules[number_capability]
    rules.update({iso: rule["ProtectStatus"] for iso, rule in country_rule_set_updates.items()})
    return {"NumberCapability": number_capability, "CountryRuleSet": _rule_set(row, number_capability)}, row


def _rule_set(row: ProtectConfiguration, capability: str) -> dict[str, dict[str, str]]:
    rules = row.rules[capability]
    return {iso: {"ProtectStatus": rules.get(iso, "ALLOW")} for iso in sorted(countries())}


@operation
def put_protect_configuration_rule_set_number_override(
    ctx: Context,
    *,
    protect_configuration_id: str,
    destination_phone_number: str,
    action: str,
    expiration_timestamp: datetime | None = None,
) -> tuple[dict[str, str], NumberOverride]:
    """Allow or block one number. Source: API reference, PutProtectConfigurationRuleSetNumberOverride."""
    row = ctx.store.protect_configurations.get(protect_configuration_id)
    number = e164(destination_phone_number)
    iso = country_of(number)
    if iso == UNKNOWN_COUNTRY:
        raise invalid("destinationPhoneNumber", "Invalid phone number: no country has this calling code")
    if expiration_timestamp is not None and expiration_timestamp <= ctx.now:
        raise invalid("expirationTimestamp", "Must be in the future")
    override = row.overrides[number] = NumberOverride(number, action, iso, ctx.now, expiration_timestamp)
    return _configuration(row), override


def _configuration(row: ProtectConfiguration) -> dict[str, str]:
    """Return an override's answer about its configuration; the time of creation in it is the override's."""
    return {
        "ProtectConfigurationArn": row.protect_configuration_arn,
        "ProtectConfigurationId": row.protect_configuration_id,
    }


@operation
def delete_protect_configuration_rule_set_number_override(
    ctx: Context, *, protect_configuration_id: str, destination_phone_number: str
) -> tuple[dict[str, str], NumberOverride]:
    """Restore the country's rule for a number. Source: API reference, DeleteProtectConfigurationRuleSetNumberOverride."""
    row = ctx.store.protect_configurations.get(protect_configuration_id)
    number = e164(destination_phone_number)
    if number not in row.overrides:
        raise ResourceNotFoundException(
            "protect-configuration", number
        )  # unverified: ResourceType has no word for an override, nor for the account's default
    return _configuration(row), row.overrides.pop(number)


@operation
def list_protect_configuration_rule_set_number_overrides(
    ctx: Context, *, protect_configuration_id: str, filters: list[dict[str, Any]] | None = None
) -> tuple[dict[str, list[NumberOverride]], dict[str, str]]:
    """List the overrides of a configuration. Source: API reference, ListProtectConfigurationRuleSetNumberOverrides."""
    row = ctx.store.protect_configurations.get(protect_configuration_id)
    rows = list(row.overrides.values())
    for item in filters or ():
        fits = OVERRIDE_FILTERS[item["Name"]]
        rows = [override for override in rows if any(fits(override, value) for value in item["Values"])]
    return {"RuleSetNumberOverrides": rows}, _configuration(row)


def _before(moment: datetime | None, value: str) -> bool:
    return moment is not None and moment < _time(value)


def _after(moment: datetime | None, value: str) -> bool:
    return moment is not None and moment > _time(value)


def _time(value: str) -> datetime:
    # The format of these values is not documented: epoch seconds and ISO 8601 are both accepted. # unverified
    try:
        return parse_time(float(value) if value.replace(".", "", 1).isdigit() else value)
    except SerializationException as error:
        raise invalid_filter_values(f"Invalid time: {value}; must be epoch seconds or ISO 8601") from error


def _has_action(override: NumberOverride, value: str) -> bool:
    if value not in ("ALLOW", "BLOCK"):
        raise invalid_filter_values(f"Unknown values of the filter action: {value}; allowed: ALLOW, BLOCK")
    return override.action == value


OVERRIDE_FILTERS: dict[str, Callable[[NumberOverride, str], bool]] = {
    "iso-country-code": lambda override, value: override.iso_country_code == value,
    "destination-phone-number-begins-with": lambda override, value: override.destination_phone_number.startswith(
        e164(value)
    ),
    "action": _has_action,
    "expires-before": lambda override, value: _before(override.expiration_timestamp, value),
    "expires-after": lambda override, value: _after(override.expiration_timestamp, value),
    "created-before": lambda override, value: _before(override.created_timestamp, value),
    "created-after": lambda override, value: _after(override.created_timestamp, value),
}
