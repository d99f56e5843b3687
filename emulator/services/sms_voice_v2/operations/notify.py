"""Notify configurations, AWS's templates, and sending messages from them."""

from __future__ import annotations

from typing import Any

from emulator.messaging.errors import ConflictException, ServiceQuotaExceededException, invalid
from emulator.messaging.notify import sending as notify
from emulator.messaging.state.notify import CHANNELS, NotifyConfiguration, countries, templates
from emulator.messaging.timers import NotifyConfigurationReviewed
from emulator.services.sms_voice_v2.operations._filters import select
from emulator.services.sms_voice_v2.service import Context
from emulator.telecom.numbering import country
from emulator.wire.service import operation

NO_TEMPLATE = "UNSET_DEFAULT_TEMPLATE"
NO_POOL = "UNSET_DEFAULT_POOL_FOR_NOTIFY"
TIERS = ("BASIC", "ADVANCED")
USE_CASES = ("CODE_VERIFICATION",)
FILTER_READS = {
    "default-template": lambda row: row.default_template_id,
    "default-pool": lambda row: row.pool_id,
    "deletion-protection-enabled": lambda row: row.deletion_protection_enabled,
}
FILTER_VALUES = {
    "enabled-channels": CHANNELS,
    "use-case": USE_CASES,
    "status": ("PENDING", "ACTIVE", "REJECTED", "REQUIRES_VERIFICATION"),
    "tier-upgrade-status": ("BASIC", "PENDING_UPGRADE", "ADVANCED", "REJECTED"),
}
TEMPLATE_FILTER_VALUES = {"template-type": ("OTP_VERIFICATION",), "channels": CHANNELS, "tier-access": TIERS}


@operation
def create_notify_configuration(
    ctx: Context,
    *,
    display_name: str,
    use_case: str,
    enabled_channels: list[str],
    default_template_id: str | None = None,
    pool_id: str | None = None,
    enabled_countries: list[str] | None = None,
    deletion_protection_enabled: bool = False,
    tags: list[dict[str, str]] | None = None,
) -> tuple[NotifyConfiguration, dict[str, Any]]:
    """Create a configuration, whose display name is then reviewed. Source: API reference, CreateNotifyConfiguration."""
    store, world = ctx.store, ctx.world
    if len(store.notify_configurations) >= world.settings.quotas["NOTIFY_CONFIGURATIONS_PER_ACCOUNT"]:
        raise ServiceQuotaExceededException("NOTIFY_CONFIGURATIONS_PER_ACCOUNT")
    _check(enabled_channels, enabled_countries)
    template_id = notify.find_template(default_template_id).template_id if default_template_id else None
    pool = _pool(ctx, pool_id) if pool_id else None
    configuration_id = f"nc-{world.seeds.hex_id('notify-configuration')[:17]}"
    arn = store.arn("notify-configuration", configuration_id)
    configuration = NotifyConfiguration(arn, configuration_id, display_name, use_case, enabled_channels, ctx.now)
    configuration.default_template_id = template_id
    configuration.pool_id = pool
    configuration.enabled_countries = enabled_countries or None
    configuration.deletion_protection_enabled = deletion_protection_enabled
    echoed = store.set_tags(arn, tags)
    store.notify_configurations.add(configuration)
    reviewed = NotifyConfigurationReviewed(ctx.account, ctx.region, configuration_id)
    world.clock.schedule(world.settings.provisioning, reviewed)
    return configuration, echoed


def _check(channels: list[str] | None, isos: list[str] | None) -> None:
    for channel in channels or ():
        if channel not in CHANNELS:
            raise invalid("enabledChannels", f"Notify does not send by {channel}; allowed: {', '.join(CHANNELS)}")
    for iso in isos or ():
        if iso not in countries():
            raise invalid("enabledCountries", f"Notify does not send to {iso}")


def _pool(ctx: Context, reference: str) -> str:
    pool = ctx.store.pools.get(reference)
    if pool.status != "ACTIVE":
        raise ConflictException("RESOURCE_NOT_ACTIVE", "pool", pool.pool_id)
    return pool.pool_id


@operation
def update_notify_configuration(
    ctx: Context,
    *,
    notify_configuration_id: str,
    default_template_id: str | None = None,
    pool_id: str | None = None,
    enabled_countries: list[str] | None = None,
    enabled_channels: list[str] | None = None,
    deletion_protection_enabled: bool | None = None,
) -> NotifyConfiguration:
    """Change a configuration; two special values remove its template and pool. Source: UpdateNotifyConfiguration."""
    configuration = ctx.store.notify_configurations.get(notify_configuration_id)
    _check(enabled_channels, enabled_countries)
    template = configuration.default_template_id
    if default_template_id:
        template = None if default_template_id == NO_TEMPLATE else notify.find_template(default_template_id).template_id
    pool = configuration.pool_id
    if pool_id is not None:
        pool = None if pool_id == NO_POOL else _pool(ctx, pool_id)
    configuration.default_template_id, configuration.pool_id = template, pool
    if enabled_countries is not None:
        configuration.enabled_countries = enabled_countries or None
    configuration.enabled_channels = enabled_channels or configuration.enabled_channels
    if deletion_protection_enabled is not None:
        configuration.deletion_protection_enabled = deletion_protection_enabled
    return configuration


@operation
def delete_notify_configuration(ctx: Context, *, notify_configuration_id: str) -> NotifyConfiguration:
    """Delete a configuration that is not protected. Source: API reference, DeleteNotifyConfiguration."""
    store = ctx.store
    configuration = store.notify_configurations.get(notify_configuration_id)
    if configuration.deletion_protection_enabled:
        reference = configuration.notify_configuration_id
        raise ConflictException("DELETION_PROTECTION_ENABLED", "notify-configuration", reference)
    store.forget(configuration.notify_configuration_arn)
    return store.notify_configurations.remove(configuration)


@operation
def describe_notify_configurations(
    ctx: Context,
    *,
    notify_configuration_ids: list[str] | None = None,
    filters: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """List the account's configurations. Source: API reference, DescribeNotifyConfigurations."""
    kept = ctx.store.notify_configurations
    rows = [kept.get(reference) for reference in notify_configuration_ids] if notify_configuration_ids else list(kept)
    return {"NotifyConfigurations": select(rows, filters, FILTER_READS, FILTER_VALUES)}


@operation
def describe_notify_templates(
    ctx: Context, *, template_ids: list[str] | None = None, filters: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """List AWS's templates. Source: API reference, DescribeNotifyTemplates."""
    rows = [notify.find_template(reference) for reference in template_ids] if template_ids else templates().values()
    return {"NotifyTemplates": select(rows, filters, None, TEMPLATE_FILTER_VALUES)}


@operation
def list_notify_countries(
    ctx: Context,
    *,
    channels: list[str] | None = None,
    use_cases: list[str] | None = None,
    tier: str | None = None,
) -> dict[str, Any]:
    """List where Notify sends: the documented countries, each with both channels and tiers. Source: ListNotifyCountries."""
    fits = not channels or bool(set(channels) & set(CHANNELS))
    rows = [
        {
            "IsoCountryCode": iso,
            "CountryName": country(iso).name,
            "SupportedChannels": list(CHANNELS),
            "SupportedUseCases": list(USE_CASES),
            "SupportedTiers": list(TIERS),
            "CustomerOwnedIdentityRequired": False,
        }
        for iso in countries()
    ]
    return {"NotifyCountries": rows if fits else []}


@operation
def send_notify_text_message(
    ctx: Context,
    *,
    notify_configuration_id: str,
    destination_phone_number: str,
    template_variables: dict[str, str],
    template_id: str | None = None,
    time_to_live: int | None = None,
    context: dict[str, str] | None = None,
    configuration_set_name: str | None = None,
    dry_run: bool = False,
    message_feedback_enabled: bool | None = None,
) -> notify.SentNotify:
    """Send a text made from a template. Source: API reference, SendNotifyTextMessage."""
    return notify.send_notify(
        ctx,
        "SendNotifyTextMessage",
        "SMS",
        configuration_id=notify_configuration_id,
        destination=destination_phone_number,
        variables=template_variables,
        template_id=template_id,
        time_to_live=time_to_live,
        context=context,
        configuration_set_name=configuration_set_name,
        dry_run=dry_run,
        message_feedback_enabled=message_feedback_enabled,
    )


@operation
def send_notify_voice_message(
    ctx: Context,
    *,
    notify_configuration_id: str,
    destination_phone_number: str,
    template_variables: dict[str, str],
    template_id: str | None = None,
    voice_id: str | None = None,
    time_to_live: int | None = None,
    context: dict[str, str] | None = None,
    configuration_set_name: str | None = None,
    dry_run: bool = False,
    message_feedback_enabled: bool | None = None,
) -> notify.SentNotify:
    """Call the recipient and read a text made from a template. Source: API reference, SendNotifyVoiceMessage."""
    return notify.send_notify(
        ctx,
        "SendNotifyVoiceMessage",
        "VOICE",
        configuration_id=notify_configuration_id,
        destination=destination_phone_number,
        variables=template_variables,
        template_id=template_id,
        voice_id=voice_id,
        time_to_live=time_to_live,
        context=context,
        configuration_set_name=configuration_set_name,
        dry_run=dry_run,
        message_feedback_enabled=message_feedback_enabled,
    )
