"""Verified destination numbers, to which an account in the sandbox may send."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime, timedelta

from emulator.kernel.dataclass import dataclass

CODE_VALID_FOR = timedelta(minutes=15)
"""How long a verification code is valid. # unverified: AWS does not publish it."""
DELETABLE_AFTER = timedelta(hours=24)
"""The age from which a number can be deleted. Source: sandbox.html"""


@dataclass(slots=True)
class VerifiedDestinationNumber:
    """A number with the code that was last sent to it."""

    verified_destination_number_arn: str
    verified_destination_number_id: str
    destination_phone_number: str
    status: str
    created_timestamp: datetime
    rcs_agent_id: str | None = None
    code: str | None = None
    code_channel: str | None = None
    code_sent_at: datetime | None = None
    codes_sent_at: list[datetime] = field(default_factory=list)
