"""Configuration sets."""

from __future__ import annotations

from typing import Any

from emulator.messaging.errors import ConflictException, ServiceQuotaExceededException
from emulator.messaging.event_types import event_types
from emulator.messaging.state.configuration_sets import ConfigurationSet
from emulator.services.sms_voice_v2.operations._filters import select
from emulator.services.sms_voice_v2.service import Context
from emulator.wire.service import operation

FILTER_READS = {
    "event-destination-name": lambda row: row.destinations.keys(),
    "matching-event-types": lambda row: [name for to in row.event_destinations for name in to.matching_event_types],
}
FILTER_VALUES = {
    "default-message-type": ("TRANSACTIONAL", "PROMOTIONAL"),
    "matching-event-types": tuple(event_types()),
}


@operation
def create_configuration_set(
    ctx: Context, *, configuration_set_name: str, tags: list[dict[str, str]] | None = None
) -> tuple[ConfigurationSet, dict[str, Any]]:
    """Create a set without destinations or defaults. Source: API reference, CreateConfigurationSet."""
    store = ctx.store
    if configuration_set_name in store.configuration_sets:
        raise ConflictException("RESOURCE_ALREADY_EXISTS", "configuration-set", configuration_set_name)
    if len(store.configuration_sets) >= ctx.world.settings.quotas["CONFIGURATION_SETS_PER_ACCOUNT"]:
        raise ServiceQuotaExceededException("CONFIGURATION_SETS_PER_ACCOUNT")
    arn = store.arn("configuration-set", configuration_set_name)
    echoed = store.set_tags(arn, tags)
    return store.configuration_sets.add(ConfigurationSet(arn, configuration_set_name, ctx.now)), echoed


@operation
def describe_configuration_sets(
    ctx: Context, *, configuration_set_names: list[str] | None = None, filters: list[dict[str, Any]] | None = None
) -> dict[str, list[ConfigurationSet]]:
    """List the account's sets with their destinations. Source: API reference, DescribeConfigurationSets."""
    sets = ctx.store.configuration_sets
    rows = [sets.get(name) for name in configuration_set_names] if configuration_set_names else list(sets)
    return {"ConfigurationSets": select(rows, filters, FILTER_READS, FILTER_VALUES)}


@operation
def delete_configuration_set(ctx: Context, *, configuration_set_name: str) -> ConfigurationSet:
    """Delete a set with its destinations. Source: API reference, DeleteConfigurationSet."""
    store = ctx.store
    row = store.configuration_sets.remove(store.configuration_sets.get(configuration_set_name))
    store.forget(row.configuration_set_arn)
    return row


@operation
def set_default_message_type(
    ctx: Context, *, configuration_set_name: str, message_type: str
) -> tuple[ConfigurationSet, dict[str, str]]:
    """Set the message type of sends that name none. Source: API reference, SetDefaultMessageType."""
    row = ctx.store.configuration_sets.get(configuration_set_name)
    row.default_message_type = message_type
    return row, {"MessageType": message_type}


@operation
def delete_default_message_type(
    ctx: Context, *, configuration_set_name: str
) -> tuple[ConfigurationSet, dict[str, str | None]]:
    """Remove the default message type and return its old value. Source: API reference, DeleteDefaultMessageType."""
    row = ctx.store.configuration_sets.get(configuration_set_name)
    was, row.default_message_type = row.default_message_type, None
    return row, {"MessageType": was}


@operation
def set_default_sender_id(
    ctx: Context, *, configuration_set_name: str, sender_id: str
) -> tuple[ConfigurationSet, dict[str, str]]:
    """Set the sender of texts where the account has no identity of its own. Source: API reference, SetDefaultSenderId."""
    row = ctx.store.configuration_sets.get(configuration_set_name)
    row.default_sender_id = sender_id
    return row, {"SenderId": sender_id}


@operation
def delete_default_sender_id(ctx: Context, *, configuration_set_name: str) -> tuple[ConfigurationSet, dict[str, str | None]]:
    """Remove the default sender id and return its old value. Source: API reference, DeleteDefaultSenderId."""
    row = ctx.store.configuration_sets.get(configuration_set_name)
    was, row.default_sender_id = row.default_sender_id, None
    return row, {"SenderId": was}


@operation
def set_default_message_feedback_enabled(
    ctx: Context, *, configuration_set_name: str, message_feedback_enabled: bool
) -> tuple[ConfigurationSet, dict[str, bool]]:
    """Set whether sends expect feedback by default. Source: API reference, SetDefaultMessageFeedbackEnabled."""
    row = ctx.store.configuration_sets.get(configuration_set_name)
    row.default_message_feedback_enabled = message_feedback_enabled
    return row, {"MessageFeedbackEnabled": message_feedback_enabled}
