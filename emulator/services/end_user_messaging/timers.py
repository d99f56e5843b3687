"""Timers of this API."""

from __future__ import annotations

from emulator.kernel.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class JobDue:
    """A job is done."""

    account: str
    region: str
    job_id: str
