"""AWS's event types: the type that belongs to a status of a channel, and AWS's description of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from emulator.kernel.tables import load_table
from emulator.messaging.channels import CHANNELS
from emulator.telecom.vocabulary import ChannelName, Status


def event_types() -> Mapping[str, Any]:
    """Return all event types by name, each with its status, its description and whether destinations can subscribe to it."""
    found: Mapping[str, Any] = load_table("messaging/data/event_types.json")["event_types"]
    return found


@cache
def event_type(channel: ChannelName, status: Status) -> str:
    """Return the event type of a status on a channel."""
    row = CHANNELS[channel]
    return f"{row.event_prefix}_{row.event_of_status.get(status, status)}"


@cache
def description_of(channel: ChannelName, status: Status) -> str | None:
    """Return AWS's description of a status; None if it has none."""
    entry = event_types().get(event_type(channel, status))
    description: str | None = entry["description"] if entry else None
    return description
