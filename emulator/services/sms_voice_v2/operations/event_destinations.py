"""Event destinations of a configuration set."""

from __future__ import annotations

from typing import Any

from emulator.kernel.ports import Read, TargetLookup
from emulator.messaging import roles
from emulator.messaging.context import World
from emulator.messaging.errors import (
    ConflictException,
    ResourceNotFoundException,
    ServiceQuotaExceededException,
    ValidationException,
    invalid,
    missing,
    not_accessible,
)
from emulator.messaging.event_types import event_types
from emulator.messaging.state.configuration_sets import SINKS, ConfigurationSet, EventDestination
from emulator.services.sms_voice_v2.service import Context
from emulator.wire.service import operation

SINK_MEMBERS = {
    "cloud_watch_logs_destination": ("cloudWatchLogsDestination", "LogGroupArn", "logs"),
    "kinesis_firehose_destination": ("kinesisFirehoseDestination", "DeliveryStreamArn", "firehose"),
    "sns_destination": ("snsDestination", "TopicArn", "sns"),
}


def _sink_reads(world: World, members: dict[str, Any]) -> list[Read]:
    """Return the lookups of the role and the target, which AWS checks when a destination is created or changed."""
    reads: list[Read] = []
    for name, (_, arn_member, service_name) in SINK_MEMBERS.items():
        value = members.get("".join(part.capitalize() for part in name.split("_")))
        if value is None:
            continue
        if world.settings.destinations_checked:
            reads.append(TargetLookup(service_name, value[arn_member]))
        reads += roles.reads(value.get("IamRoleArn"))
    return reads


@operation(reads=_sink_reads)
def create_event_destination(
    ctx: Context,
    *,
    configuration_set_name: str,
    event_destination_name: str,
    matching_event_types: list[str],
    cloud_watch_logs_destination: dict[str, Any] | None = None,
    kinesis_firehose_destination: dict[str, Any] | None = None,
    sns_destination: dict[str, Any] | None = None,
) -> tuple[ConfigurationSet, dict[str, EventDestination]]:
    """Add a destination, enabled: events of these types go to one sink. Source: API reference, CreateEventDestination."""
    row = ctx.store.configuration_sets.get(configuration_set_name)
    given = _given_sink(cloud_watch_logs_destination, kinesis_firehose_destination, sns_destination)
    if given is None:
        raise missing("snsDestination")
    _check_event_types(matching_event_types)
    if event_destination_name in row.destinations:
        raise ConflictException("RESOURCE_ALREADY_EXISTS", "event-destination", event_destination_name)
    _check_reachable(ctx, *given)
    quota = ctx.world.settings.quotas["EVENT_DESTINATIONS_PER_CONFIGURATION_SET"]
    if len(row.destinations) >= quota:
        raise ServiceQuotaExceededException("EVENT_DESTINATIONS_PER_CONFIGURATION_SET")
    name, value = given
    destination = EventDestination(event_destination_name, True, list(matching_event_types), **{name: value})
    row.destinations[event_destination_name] = destination
    return row, {"EventDestination": destination}


@operation(reads=_sink_reads)
def update_event_destination(
    ctx: Context,
    *,
    configuration_set_name: str,
    event_destination_name: str,
    enabled: bool | None = None,
    matching_event_types: list[str] | None = None,
    cloud_watch_logs_destination: dict[str, Any] | None = None,
    kinesis_firehose_destination: dict[str, Any] | None = None,
    sns_destination: dict[str, Any] | None = None,
) -> tuple[ConfigurationSet, dict[str, EventDestination]]:
    """Change a destination, but not its kind of sink. Source: API reference, UpdateEventDestination."""
    row = ctx.store.configuration_sets.get(configuration_set_name)
    destination = _find(row, event_destination_name)
    given = _given_sink(cloud_watch_logs_destination, kinesis_firehose_destination, sns_destination)
    if given is not None and given[0] != destination.sink:
        raise ConflictException("EVENT_DESTINATION_MISMATCH", "event-destination", event_destination_name)
    if matching_event_types is not None:
        _check_event_types(matching_event_types)
    if given is not None:
        _check_reachable(ctx, *given)
    if matching_event_types is not None:
        destination.matching_event_types = list(matching_event_types)
    if enabled is not None:
        destination.enabled = enabled
    if given is not None:
        setattr(destination, *given)
    return row, {"EventDestination": destination}


@operation
def delete_event_destination(
    ctx: Context, *, configuration_set_name: str, event_destination_name: str
) -> tuple[ConfigurationSet, dict[str, EventDestination]]:
    """Delete a destination. Source: API reference, DeleteEventDestination."""
    row = ctx.store.configuration_sets.get(configuration_set_name)
    destination = _find(row, event_destination_name)
    del row.destinations[event_destination_name]
    return row, {"EventDestination": destination}


def _find(row: ConfigurationSet, name: str) -> EventDestination:
    destination = row.destinations.get(name)
    if destination is None:
        raise ResourceNotFoundException("event-destination", name)
    return destination


def _given_sink(*values: dict[str, Any] | None) -> tuple[str, dict[str, Any]] | None:
    """Return the one sink that is given, after checking its ARN; None if there is none."""
    given = [(name, value) for name, value in zip(SINKS, values, strict=True) if value is not None]
    if not given:
        return None
    if len(given) > 1:
        fields = [(SINK_MEMBERS[name][0], "Only one destination can be given") for name, _ in given]
        raise ValidationException("PARAMETERS_CANNOT_BE_USED_TOGETHER", *fields)
    name, value = given[0]
    member, arn_member, service_name = SINK_MEMBERS[name]
    parts = value[arn_member].split(":", 5)
    if len(parts) < 6 or parts[2] != service_name or not all(parts):
        field = f"{member}.{arn_member[0].lower()}{arn_member[1:]}"
        raise ValidationException("INVALID_ARN", (field, f"Must be the ARN of a resource of {service_name}"))
    return name, value


def _check_reachable(ctx: Context, name: str, value: dict[str, Any]) -> None:
    """Check the role and the target, as AWS does when a destination is created or changed; both sentences were seen."""
    member, arn_member, service_name = SINK_MEMBERS[name]
    roles.check(ctx, f"{member}.iamRoleArn", value.get("IamRoleArn"))
    if not ctx.world.settings.destinations_checked:
        return
    if not ctx.inputs[TargetLookup(service_name, value[arn_member])]:
        words = "Could not access Kinesis Firehose Stream" if service_name == "firehose" else "Could not access"
        field = f"{member}.{arn_member[0].lower()}{arn_member[1:]}"
        raise not_accessible(field, f"{words} {value[arn_member]}")


def _check_event_types(names: list[str]) -> None:
    known = event_types()
    for name in names:
        if name in known and not known[name]["subscribable"]:
            raise invalid("matchingEventTypes", f"{name} is not supported")
