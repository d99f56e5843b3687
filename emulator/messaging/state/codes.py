"""One-time codes, and the configurations that say how they are made and sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from emulator.kernel.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class CodePolicy:
    """How a code is made and checked; the defaults are AWS's. Source: user guide, notify code configurations"""

    code_type: str = "NUMERIC"  # unverified: the other defaults are documented, this one is not
    code_length: int = 6
    validity: timedelta = timedelta(minutes=10)
    attempts_max: int = 3


@dataclass(slots=True)
class IssuedCode:
    """A code that was sent to a destination."""

    code: str
    to: str
    channel: str
    message_id: str
    sent_at: datetime
    valid_until: datetime
    attempts_left: int
    verification_id: str = ""
    purpose: str = ""
    is_used: bool = False

    def is_active(self, at: datetime) -> bool:
        """Return True if the code can still be used."""
        return not self.is_used and self.attempts_left > 0 and at < self.valid_until


@dataclass(slots=True)
class NotifyCodeConfiguration:
    """
    A notify code configuration.

    Its parameters are kept as they were given, by wire name: a default is applied when a code is sent, and not stored.
    """

    notify_code_configuration_id: str
    notify_code_configuration_arn: str
    notify_code_configuration_name: str
    deletion_protection_enabled: bool
    created_at: datetime
    updated_at: datetime
    code_configuration_parameters: dict[str, Any] | None = None
    channel_parameters: dict[str, dict[str, Any]] | None = None
