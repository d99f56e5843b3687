"""`mock_sms` as the decorator of a class, and by `start` and `stop`."""

import unittest

import boto3
import pytest

from emulator import mock_sms
from emulator.testing import HANDSET, lease_number, send_text


def text(body):
    """Send a text from a new number."""
    client = boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")
    return send_text(client, body, HANDSET, OriginationIdentity=lease_number(client)["PhoneNumber"])


@mock_sms()
class TestOfUnittest(unittest.TestCase):
    """A class of unittest."""

    def setUp(self):
        """The set-up is answered too."""
        text("From the set-up")

    def test_one(self):
        """Each test starts with empty state, but for its own set-up."""
        text("One")
        assert ["From the set-up", "One"] == [message.body for message in self.sms.inbox.messages()]

    def test_two(self):
        """So does the next one."""
        assert ["From the set-up"] == [message.body for message in self.sms.inbox.messages()]


@mock_sms
class TestOfPytest:
    """A class of pytest, with a set-up of its own."""

    def setup_method(self, method):
        """The set-up is answered too."""
        text(method.__name__)

    @pytest.mark.parametrize("number", [1, 2])
    def test_cases(self, number):
        """Each case starts with empty state."""
        assert ["test_cases"] == [message.body for message in self.sms.inbox.messages()]


def test_start_and_stop():
    """`start` returns the Emulator; `stop` ends it, and has to be preceded by `start`."""
    mock = mock_sms()
    sms = mock.start()
    text("Hi")
    mock.stop()

    assert ["Hi"] == [message.body for message in sms.inbox.messages()]
    with pytest.raises(RuntimeError, match="mock_sms is not active: call start"):
        mock.stop()


def test_a_set_up_that_fails():
    """After a set-up that fails nothing is left active."""
    from emulator.front import interception

    @mock_sms()
    class Broken:
        def setup_method(self):
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        Broken().setup_method(None)
    assert [] == interception._active


def test_a_configuration_file(tmp_path):
    """The configuration may be the path of a file, as text or as a Path."""
    file = tmp_path / "emulator.toml"
    file.write_text('[[phone_numbers]]\nphone_number = "+12065550100"\n')
    for config in (file, str(file)):
        with mock_sms(config=config):
            client = boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")
            assert ["+12065550100"] == [row["PhoneNumber"] for row in client.describe_phone_numbers()["PhoneNumbers"]]
    with pytest.raises(ValueError, match="No such file"), mock_sms(config=tmp_path / "none.toml"):
        pass
