"""What this API keeps for an account and region. What clients send comes back as they sent it, under its wire names."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Document = dict[str, Any]


@dataclass(slots=True)
class OneTimeCode:
    """A code that was sent, until it is used, guessed at too often, or too old."""

    code: str
    sent_at: datetime
    good_until: datetime
    attempts_left: int


@dataclass(slots=True)
class App:
    """An application: its channels by their path name, its endpoints by id."""

    app_id: str
    arn: str
    name: str
    created: datetime
    channels: dict[str, Document] = field(default_factory=dict)
    credentials: dict[str, Document] = field(default_factory=dict)
    """By the same name: what never comes back."""
    endpoints: dict[str, Document] = field(default_factory=dict)
    settings: Document = field(default_factory=dict)
    event_stream: Document | None = None
    one_time_codes: dict[tuple[str, str], OneTimeCode] = field(default_factory=dict)
    """By reference id and destination."""

    def is_enabled(self, platform: str) -> bool:
        """Whether messages can go by the channel."""
        return bool(self.channels.get(platform, {}).get("Enabled"))


@dataclass(slots=True)
class PushTemplate:
    """A push template: its versions in order, and which of them is sent (`active`, counted from 1)."""

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
        """The ARN of a resource of this account and region."""
        return f"arn:aws:mobiletargeting:{self.region}:{self.account}:{path}"
