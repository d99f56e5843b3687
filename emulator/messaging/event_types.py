"""AWS's event types: which one a status of a channel has, and AWS's sentence for it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from emulator.kernel.tables import load_table

EVENT_PREFIX = {"sms": "TEXT", "mms": "MEDIA", "voice": "VOICE", "rcs": "RCS"}
EVENT_OF_STATUS = {
    ("mms", "PROTECT_BLOCKED"): "BLOCKED",
    ("voice", "SPAM"): "FAILED",
    ("voice", "PROTECT_BLOCKED"): "FAILED",
    ("rcs", "PENDING"): "QUEUED",
    ("rcs", "UNDELIVERABLE"): "FAILED",
    ("rcs", "REJECTED"): "FAILED",
    ("rcs", "TTL_EXPIRATION_REVOKED"): "TTL_EXPIRED",
    ("rcs", "TTL_EXPIRATION_REVOKE_FAILED"): "TTL_EXPIRED",
}
"""Statuses that have no event type of their own. # unverified: which one AWS files them under"""


def event_types() -> Mapping[str, Any]:
    """Return every event type, by name, with its status, its sentence and whether a destination can ask for it."""
    found: Mapping[str, Any] = load_table("messaging/data/event_types.json")["event_types"]
    return found


@cache
def event_type(channel: str, status: str) -> str:
    """Return the event type of a status on a channel."""
    return f"{EVENT_PREFIX[channel]}_{EVENT_OF_STATUS.get((channel, status), status)}"


@cache
def description_of(channel: str, status: str) -> str | None:
    """Return AWS's sentence for a status; None where it has none."""
    entry = event_types().get(event_type(channel, status))
    description: str | None = entry["description"] if entry else None
    return description
