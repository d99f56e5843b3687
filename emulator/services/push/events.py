"""The facts of this service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.services.push.state import PushMessage


@dataclass(frozen=True, slots=True)
class NotificationSent:
    """A notification was pushed; it has reached its end already."""

    message: PushMessage


@dataclass(frozen=True, slots=True)
class AppEventReported:
    """An app has reported an event, and its application has a stream for it."""

    account: str
    region: str
    stream_arn: str
    event_id: str
    record: dict[str, Any]
