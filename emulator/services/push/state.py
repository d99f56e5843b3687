"""
The state of this API for each account and region.

Documents from clients are kept under their wire names, and returned as they were sent.
"""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Any

from emulator.kernel.dataclass import dataclass
from emulator.messaging import regions

Document = dict[str, Any]


@dataclass(slots=True)
class OneTimeCode:
    """A code that was sent; it is valid until it is used, has been guessed too often, or expires."""

    code: str
    sent_at: datetime
    good_until: datetime
    attempts_left: int


@dataclass(slots=True)
class App:
    """An application: its channels by platform, its endpoints by id."""

    app_id: str
    arn: str
    name: str
    created: datetime
    channels: dict[str, Document] = field(default_factory=dict)
    credentials: dict[str, Document] = field(default_factory=dict)
    """By platform; they are never returned."""
    endpoints: dict[str, Document] = field(default_factory=dict)
    settings: Document = field(default_factory=dict)
    event_stream: Document | None = None
    one_time_codes: dict[tuple[str, str], OneTimeCode] = field(default_factory=dict)
    """By reference id and destination."""
    last_texts: dict[str, str] = field(default_factory=dict)
    """By destination: the id of the last text; a reply with STOP refers to it."""

    def is_enabled(self, platform: str) -> bool:
        """Return whether messages can be sent through the channel."""
        return bool(self.channels.get(platform, {}).get("Enabled"))


@dataclass(slots=True)
class PushTemplate:
    """A push template: its versions in order, and the number of the one that is sent (`active`, counted from 1)."""

    name: str
    arn: str
    created: datetime
    versions: list[tuple[datetime, Document]]
    active: int = 1


@dataclass(slots=True)
class PushStore:
    """The state of one account and region."""

    account: str
    region: str
    apps: dict[str, App] = field(default_factory=dict)
    templates: dict[str, PushTemplate] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    """By ARN."""

    def arn(self, path: str) -> str:
        """Return the ARN of a resource of this account and region."""
        return regions.arn("mobiletargeting", self.region, self.account, path)
