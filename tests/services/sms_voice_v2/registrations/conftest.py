"""Fixtures: the statuses that a registration goes through."""

import pytest

from emulator.messaging.facts import RegistrationStatusChanged


@pytest.fixture
def moves(sms):
    """Stops the clock; gives the facts of registrations from now on."""
    sms.clock.freeze()
    seen = []
    sms.world.bus.subscribe(RegistrationStatusChanged, seen.append)
    return seen
