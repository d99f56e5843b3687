"""Configuration sets and their event destinations. Source: the API reference of Amazon Pinpoint SMS and Voice"""

from __future__ import annotations

import re
from typing import Any

from emulator.kernel.ports import Read
from emulator.messaging import roles
from emulator.messaging.context import World
from emulator.messaging.state.sms_voice_destinations import EventDestination
from emulator.services.sms_voice.errors import (
    AlreadyExistsException,
    BadRequestException,
    LimitExceededException,
    NotFoundException,
)
from emulator.services.sms_voice.service import Context
from emulator.wire.paging import page
from emulator.wire.service import operation

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""The model says letters, digits and delimiters. # unverified: which ones"""
CONFIGURATION_SETS_MAX = 10_000
"""Source: quotas.html, as messaging/limits/data/quotas.json has it"""
DESTINATIONS_MAX = 10
"""Source: CreateConfigurationSetEventDestination"""
SINKS = {
    "CloudWatchLogsDestination": ("LogGroupArn", "logs"),
    "KinesisFirehoseDestination": ("DeliveryStreamArn", "firehose"),
    "SnsDestination": ("TopicArn", "sns"),
}
"""The sinks of an event destination: the member that holds the ARN, and the ARN's service."""


@operation
def create_configuration_set(ctx: Context, *, configuration_set_name: str | None = None) -> dict[str, str]:
    """Create a set without destinations."""
    name = check_name("ConfigurationSetName", configuration_set_name)
    sets = ctx.store.configuration_sets
    if name in sets:
        raise AlreadyExistsException(f"Configuration set {name} already exists")
    if len(sets) >= CONFIGURATION_SETS_MAX:
        raise LimitExceededException(f"An account can have at most {CONFIGURATION_SETS_MAX} configuration sets")
    sets[name] = {}
    return {}


@operation
def delete_configuration_set(ctx: Context, *, configuration_set_name: str) -> dict[str, str]:
    """Delete a set with its destinations."""
    find_set(ctx, configuration_set_name)
    del ctx.store.configuration_sets[configuration_set_name]
    return {}


@operation
def list_configuration_sets(ctx: Context, *, next_token: str | None = None, page_size: str | None = None) -> dict[str, Any]:
    """List the names of the account's sets."""
    names = list(ctx.store.configuration_sets)
    rows, following = page(ctx, "ListConfigurationSets", names, next_token, page_size, BadRequestException)
    return {"ConfigurationSets": rows, "NextToken": following}


def _role_reads(world: World, members: dict[str, Any]) -> list[Read]:
    """Return the look-ups of the roles by which records are written to a sink."""
    given = members.get("EventDestination") or {}
    return [*roles.reads(*((given.get(name) or {}).get("IamRoleArn") for name in SINKS))]


def _check_roles(ctx: Context, destination: EventDestination) -> None:
    for member, value in destination.sinks.items():
        if roles.cannot_assume(ctx, value.get("IamRoleArn")):
            raise BadRequestException(f"{member}.IamRoleArn: Could not assume IAM role {value['IamRoleArn']}")


@operation(reads=_role_reads)
def create_configuration_set_event_destination(
    ctx: Context,
    *,
    configuration_set_name: str,
    event_destination: dict[str, Any] | None = None,
    event_destination_name: str | None = None,
) -> dict[str, str]:
    """Add a destination for the events of a set's calls."""
    destinations = find_set(ctx, configuration_set_name)
    name = check_name("EventDestinationName", event_destination_name)
    destination = read_destination(name, event_destination, SINKS)
    if name in destinations:
        raise AlreadyExistsException(f"Event destination {name} already exists")
    _check_roles(ctx, destination)
    if len(destinations) >= DESTINATIONS_MAX:
        raise LimitExceededException(f"A configuration set can have at most {DESTINATIONS_MAX} event destinations")
    destinations[name] = destination
    return {}


@operation(reads=_role_reads)
def update_configuration_set_event_destination(
    ctx: Context,
    *,
    configuration_set_name: str,
    event_destination_name: str,
    event_destination: dict[str, Any] | None = None,
) -> dict[str, str]:
    """Replace the definition of a destination."""
    destinations = find_set(ctx, configuration_set_name)
    find_destination(destinations, event_destination_name)
    destination = read_destination(event_destination_name, event_destination, SINKS)
    _check_roles(ctx, destination)
    destinations[event_destination_name] = destination
    return {}


@operation
def delete_configuration_set_event_destination(
    ctx: Context, *, configuration_set_name: str, event_destination_name: str
) -> dict[str, str]:
    """Delete a destination."""
    destinations = find_set(ctx, configuration_set_name)
    find_destination(destinations, event_destination_name)
    del destinations[event_destination_name]
    return {}


@operation
def get_configuration_set_event_destinations(ctx: Context, *, configuration_set_name: str) -> dict[str, Any]:
    """Return a set's destinations with their definitions."""
    destinations = find_set(ctx, configuration_set_name)
    return {"EventDestinations": [shown(destination) for destination in destinations.values()]}


def shown(destination: EventDestination) -> dict[str, Any]:
    """Return a destination under its wire names."""
    members = {
        "Name": destination.name,
        "Enabled": destination.enabled,
        "MatchingEventTypes": destination.matching_event_types,
    }
    return members | destination.sinks


def find_set(ctx: Context, name: str) -> dict[str, EventDestination]:
    """
    Return the destinations of a set.

    Raises:
        NotFoundException: there is no such set.
    """
    destinations = ctx.store.configuration_sets.get(name)
    if destinations is None:
        raise NotFoundException(f"Configuration set {name} was not found")
    return destinations


def find_destination(destinations: dict[str, EventDestination], name: str) -> EventDestination:
    """
    Return a destination by its name.

    Raises:
        NotFoundException: there is no such destination.
    """
    if name not in destinations:
        raise NotFoundException(f"Event destination {name} was not found")
    return destinations[name]


def check_name(member: str, name: str | None) -> str:
    """
    Return a name after checking it.

    Raises:
        BadRequestException: it is missing or invalid.
    """
    if name is None or not NAME.fullmatch(name):
        raise BadRequestException(f"{member} must be 1 to 64 letters, digits, underscores or dashes")
    return name


def read_destination(name: str, definition: dict[str, Any] | None, known: dict[str, tuple[str, str]]) -> EventDestination:
    """
    Return the destination that a definition describes; it must have exactly one of the `known` sinks, with a valid ARN.

    Raises:
        BadRequestException: the definition is missing or invalid.
    """
    if definition is None:
        raise BadRequestException("EventDestination is required")
    sinks = {member: definition[member] for member in known if member in definition}
    if len(sinks) != 1:
        raise BadRequestException(f"EventDestination must have exactly one of {', '.join(known)}")
    for member, value in sinks.items():
        check_sink(member, value, *known[member])
    event_types = list(definition.get("MatchingEventTypes", ()))
    if not event_types:
        raise BadRequestException("MatchingEventTypes must not be empty")
    return EventDestination(name, definition.get("Enabled", False), event_types, sinks)


def check_sink(member: str, value: dict[str, str], arn_member: str, service_name: str) -> None:
    """
    Check the ARN of a sink.

    Raises:
        BadRequestException: it is missing, or is not an ARN of the sink's service.
    """
    parts = value.get(arn_member, "").split(":", 5)
    if len(parts) < 6 or parts[0] != "arn" or parts[2] != service_name:
        raise BadRequestException(f"{member}.{arn_member} must be the ARN of a resource of {service_name}")
