"""Fixtures: texts, and the message that a handset received last."""

import pytest

from emulator import testing
from emulator.testing import HANDSET


@pytest.fixture
def last_message(sms):
    """Return a function that gives the newest message to a number."""

    def read(to=HANDSET):
        return sms.inbox.messages(to=to)[-1]

    return read


@pytest.fixture
def send(sms_client):
    """Sends a text without an identity unless one is given; gives its id."""

    def send(to=HANDSET, body="Hi", **members):
        return testing.send_text(sms_client, body, to, **members)

    return send
