"""Fixtures for `endusermessaging`."""

from __future__ import annotations

import pytest

from emulator.testing import HANDSET
from emulator.wire.models import has_model

TEMPLATE = "Your code is {{code}}."


def pytest_collection_modifyitems(items):
    """Skip these tests where the installed botocore does not know the service."""
    if not has_model("endusermessaging"):
        for item in items:
            if item.path.is_relative_to(__file__.rpartition("/")[0]):
                item.add_marker(pytest.mark.skip(reason="the installed botocore does not know endusermessaging"))


@pytest.fixture
def codes(client):
    """A client of the service under test."""
    return client("endusermessaging")


@pytest.fixture
def create_configuration(codes):
    """Create a code configuration, by default for texts, and return it."""

    def create(**members):
        given = {
            "notifyCodeConfigurationName": "login",
            "channelParameters": {"text": {"inlineTemplateBody": TEMPLATE}, "voice": {"inlineTemplateBody": TEMPLATE}},
        }
        return codes.create_notify_code_configuration(**given | members)["notifyCodeConfiguration"]

    return create


@pytest.fixture
def configuration(create_configuration):
    """The id of a code configuration with templates for texts and calls."""
    return create_configuration()["notifyCodeConfigurationId"]


@pytest.fixture
def send_code(codes, number, configuration):
    """Send a code, by default by text from `number`, and return the answer."""

    def send(to=HANDSET, **members):
        given = {
            "channel": "TEXT",
            "destinationIdentity": to,
            "originationIdentity": number,
            "notifyCodeConfiguration": configuration,
        }
        return codes.send_notify_code_verification(**given | members)

    return send


@pytest.fixture
def validate(codes):
    """Check a code, and return its status."""

    def check(code, to=HANDSET, **members):
        return codes.validate_notify_code_verification(destinationIdentity=to, code=code, **members)["status"]

    return check
