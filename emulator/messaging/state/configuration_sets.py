"""Configuration sets and their event destinations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

SINKS = ("cloud_watch_logs_destination", "kinesis_firehose_destination", "sns_destination")


@dataclass(slots=True)
class EventDestination:
    """Where the events of a set go; exactly one of the three sinks is given."""

    event_destination_name: str
    enabled: bool
    matching_event_types: list[str]
    cloud_watch_logs_destination: dict[str, Any] | None = None
    kinesis_firehose_destination: dict[str, Any] | None = None
    sns_destination: dict[str, Any] | None = None

    def matches(self, event_type: str) -> bool:
        """Whether an event of this type goes here, by its own name or a wildcard."""
        wanted = self.matching_event_types
        if not self.enabled:
            return False
        if event_type in wanted or "ALL" in wanted:
            return True
        return event_type[: event_type.index("_")] + "_ALL" in wanted

    @property
    def sink(self) -> str:
        """Which of the three is given."""
        return next(name for name in SINKS if getattr(self, name) is not None)


@dataclass(slots=True)
class ConfigurationSet:
    """Defaults of sends, and where their events go."""

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
        """In the order in which they were made."""
        return list(self.destinations.values())
