"""Notify code configurations. Source: service model of endusermessaging; user guide, notify code configurations"""

from __future__ import annotations

from typing import Any

from emulator.messaging.state.codes import NotifyCodeConfiguration
from emulator.services.end_user_messaging.errors import ConflictException
from emulator.services.end_user_messaging.operations._templates import Parameters, check_templates
from emulator.services.end_user_messaging.service import (
    CODE_CONFIGURATION,
    Context,
    check_quota,
    find_code_configuration,
    new_id,
    read_tags,
)
from emulator.wire.service import operation

CONFIGURATIONS_MAX = 1_000


@operation
def create_notify_code_configuration(
    ctx: Context,
    *,
    notify_code_configuration_name: str,
    code_configuration_parameters: dict[str, Any] | None = None,
    channel_parameters: Parameters | None = None,
    deletion_protection_enabled: bool = False,
    tags: list[dict[str, str]] | None = None,
) -> dict[str, NotifyCodeConfiguration]:
    """Create a configuration, usable at once. Source: service model, CreateNotifyCodeConfiguration."""
    store = ctx.store
    check_templates(channel_parameters or {}, "channelParameters")
    named = read_tags(tags)
    check_quota(len(store.code_configurations), CONFIGURATIONS_MAX, "notify code configurations")
    # The guide's examples begin with cc-, those of the SDKs with ncc-. # unverified
    configuration_id = new_id(ctx, "cc")
    row = NotifyCodeConfiguration(
        configuration_id,
        store.arn(CODE_CONFIGURATION, configuration_id),
        notify_code_configuration_name,
        deletion_protection_enabled,
        created_at=ctx.now,
        updated_at=ctx.now,
        code_configuration_parameters=code_configuration_parameters or None,
        channel_parameters=_without_empty(channel_parameters),
    )
    store.code_configurations.add(row)
    store.tags[row.notify_code_configuration_arn] = named
    return {"notifyCodeConfiguration": row}


def _without_empty(parameters: Parameters | None) -> Parameters | None:
    return {channel: settings for channel, settings in (parameters or {}).items() if settings} or None


@operation
def get_notify_code_configuration(ctx: Context, *, notify_code_configuration_id: str) -> dict[str, NotifyCodeConfiguration]:
    """Return a configuration; what was not given is absent. Source: service model, GetNotifyCodeConfiguration."""
    return {"notifyCodeConfiguration": find_code_configuration(ctx, notify_code_configuration_id)}


@operation
def list_notify_code_configurations(ctx: Context) -> dict[str, list[NotifyCodeConfiguration]]:
    """List the configurations in full. Source: service model, ListNotifyCodeConfigurations."""
    return {"notifyCodeConfigurations": list(ctx.store.code_configurations)}


@operation
def update_notify_code_configuration(
    ctx: Context,
    *,
    notify_code_configuration_id: str,
    notify_code_configuration_name: str | None = None,
    code_configuration_parameters: dict[str, Any] | None = None,
    channel_parameters: Parameters | None = None,
    deletion_protection_enabled: bool | None = None,
) -> dict[str, NotifyCodeConfiguration]:
    """Merge changes into a configuration. Source: service model, UpdateNotifyCodeConfiguration."""
    row = find_code_configuration(ctx, notify_code_configuration_id)
    check_templates(channel_parameters or {}, "channelParameters")
    if notify_code_configuration_name is not None:
        row.notify_code_configuration_name = notify_code_configuration_name
    if code_configuration_parameters is not None:
        row.code_configuration_parameters = {
            **(row.code_configuration_parameters or {}),
            **code_configuration_parameters,
        } or None
    if channel_parameters is not None:
        row.channel_parameters = _merged(row.channel_parameters or {}, channel_parameters)
    if deletion_protection_enabled is not None:
        row.deletion_protection_enabled = deletion_protection_enabled
    row.updated_at = ctx.now
    return {"notifyCodeConfiguration": row}


def _merged(present: Parameters, changes: Parameters) -> Parameters | None:
    """Return the parameters with changes: an empty value clears a member, and a channel without members disappears."""
    channels = {**present, **{channel: {**present.get(channel, {}), **given} for channel, given in changes.items()}}
    kept = {
        channel: {name: value for name, value in settings.items() if value not in ("", {})}
        for channel, settings in channels.items()
    }
    return _without_empty(kept)


@operation
def delete_notify_code_configuration(ctx: Context, *, notify_code_configuration_id: str) -> dict[str, str]:
    """Delete a configuration; codes that are on their way keep their policy. Source: DeleteNotifyCodeConfiguration."""
    row = find_code_configuration(ctx, notify_code_configuration_id)
    if row.deletion_protection_enabled:
        sentence = "Deletion protection is enabled"
        raise ConflictException(sentence, CODE_CONFIGURATION, row.notify_code_configuration_id)
    ctx.store.code_configurations.remove(row)
    del ctx.store.tags[row.notify_code_configuration_arn]
    return {}
