"""Fixtures: an agent, its messages and their events."""

import pytest

from emulator.testing import HANDSET


@pytest.fixture
def agent(sms_client):
    """The id of an agent that is launched everywhere."""
    return sms_client.create_rcs_agent()["RcsAgentId"]


@pytest.fixture
def rcs(sms_client, agent):
    """Sends a rich message from `agent`; gives its id."""

    def send(body="Hi", to=HANDSET, content=None, suggestions=None, **members):
        message = {"Content": content or {"TextMessage": {"Body": body}}}
        if suggestions:
            message["Suggestions"] = suggestions
        wanted = {"DestinationPhoneNumber": to, "OriginationIdentity": agent, "RcsMessageContent": message} | members
        return sms_client.send_rcs_message(**wanted)["MessageId"]

    return send


@pytest.fixture
def pool(sms_client, request_number, agent):
    """A pool of a US number and `agent`: its id, and the number."""
    number = request_number(NumberCapabilities=["SMS", "MMS"])
    pool_id = sms_client.create_pool(
        OriginationIdentity=number["PhoneNumberId"], IsoCountryCode="US", MessageType="TRANSACTIONAL"
    )["PoolId"]
    sms_client.associate_origination_identity(PoolId=pool_id, OriginationIdentity=agent)
    return pool_id, number["PhoneNumber"]


@pytest.fixture
def events_of(sms):
    """The event records of a message when all has happened, as (type, status, final)."""

    def read(message_id):
        sms.settle()
        records = [event["record"] for event in sms.control("show_message", message_id=message_id)["events"]]
        return [(record["eventType"], record["messageStatus"], record["isFinal"]) for record in records]

    return read
