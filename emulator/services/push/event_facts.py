"""The facts of this service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class AppEventReported:
    """An app has reported an event, and its application has a stream for it."""

    account: str
    region: str
    stream_arn: str
    event_id: str
    record: dict[str, Any]
