"""Configuration sets and their event destinations."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from functools import cache
from typing import Any

from emulator.kernel.dataclass import dataclass

SINKS = ("cloud_watch_logs_destination", "kinesis_firehose_destination", "sns_destination")


@cache
def _wildcard(event_type: str) -> str:
    """Return what stands for all event types of the same channel."""
    return event_type.partition("_")[0] + "_ALL"


@dataclass(slots=True)
class EventDestination:
    """A destination of the events of a configuration set; exactly one of the three sinks is set."""

    event_destination_name: str
    enabled: bool
    matching_event_types: list[str]
    cloud_watch_logs_destination: dict[str, Any] | None = None
    kinesis_firehose_destination: dict[str, Any] | None = None
    sns_destination: dict[str, Any] | None = None

    def matches(self, event_type: str) -> bool:
        """Return True if an event of this type goes here: its type, a wildcard or ALL matches, and it is enabled."""
        wanted = self.matching_event_types
        if not self.enabled:
            return False
        return event_type in wanted or "ALL" in wanted or _wildcard(event_type) in wanted

    @property
    def sink(self) -> str:
        """The name of the sink that is set."""
        for name in SINKS:
            if getattr(self, name) is not None:
                return name
        raise LookupError(f"{self.event_destination_name} has no sink")


@dataclass(slots=True)
class ConfigurationSet:
    """The defaults of send requests, and the destinations of their events."""

    configuration_set_arn: str
    configuration_set_name: str
    created_timestamp: datetime
    destinations: dict[str, EventDestination] = field(default_factory=dict)
    default_message_type: str | None = None
    default_sender_id: str | None = None
    default_message_feedback_enabled: bool | None = None
    protect_configuration_id: str | None = None

    @property
    def event_destinations(self) -> list[EventDestination]:
        """The event destinations, in the order of their creation."""
        return list(self.destinations.values())
