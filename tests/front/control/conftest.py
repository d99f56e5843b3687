"""Fixtures: a clock that stands still."""

from datetime import datetime

import pytest


@pytest.fixture
def freeze(ask):
    """Stops the clock; gives the time at which it stands."""
    return datetime.fromisoformat(ask("POST", "clock", {"mode": "frozen"})[1]["now"].replace("Z", "+00:00"))
