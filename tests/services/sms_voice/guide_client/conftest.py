"""Fixtures: texts sent by the client of the guide."""

import pytest

PERSON = "+15551234567"
OURS = "+1-212-555-0100"


@pytest.fixture
def send(guide_client):
    """Sends a text; gives the answer."""

    def send_text(body="Hi", to=PERSON, **members):
        wanted = {"DestinationPhoneNumber": to, "OriginationIdentity": OURS, "MessageBody": body} | members
        return guide_client.send_text_message(**wanted)

    return send_text
