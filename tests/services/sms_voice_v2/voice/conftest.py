"""Fixtures: a number that can call, calls and their records."""

import pytest

from emulator.testing import HANDSET


@pytest.fixture
def voice_number(request_number):
    """A US long code for calls."""
    return request_number(NumberType="LONG_CODE", NumberCapabilities=["VOICE"])["PhoneNumber"]


@pytest.fixture
def call(sms_client, voice_number):
    """Sends a voice message from `voice_number`; gives its id."""

    def send(body="The pump has failed.", to=HANDSET, **members):
        wanted = {"DestinationPhoneNumber": to, "OriginationIdentity": voice_number, "MessageBody": body} | members
        return sms_client.send_voice_message(**wanted)["MessageId"]

    return send


@pytest.fixture
def record_of(sms):
    """The last event record of a message, when all has happened."""

    def last(message_id):
        sms.settle()
        return sms.control("show_message", message_id=message_id)["events"][-1]["record"]

    return last
