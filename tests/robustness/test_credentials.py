"""While a mock is active, the environment names test credentials, whatever was there; afterwards all is as it was."""

import os

import boto3
import pytest

from emulator import mock_sms

REAL = {
    "AWS_ACCESS_KEY_ID": "AKIAREALREALREALREAL",
    "AWS_SECRET_ACCESS_KEY": "real",
    "AWS_SESSION_TOKEN": "real",
    "AWS_SECURITY_TOKEN": "real",
    "AWS_PROFILE": "production",
    "AWS_DEFAULT_PROFILE": "production",
}


@pytest.fixture
def real(monkeypatch):
    """The environment of somebody who has signed in to AWS."""
    for name, value in REAL.items():
        monkeypatch.setenv(name, value)


def test_no_real_credentials_inside(real):
    """Inside the block a session finds test credentials; after it the real ones are back."""
    with mock_sms():
        found = boto3.Session().get_credentials().get_frozen_credentials()
        assert ("testing", "testing", None) == tuple(found)[:3]
        assert not [name for name, value in os.environ.items() if value in REAL.values()]

    assert REAL.items() <= os.environ.items()


def test_restored_after_an_error(real):
    """An error in the block changes nothing of that; nor does a mock inside another."""
    with pytest.raises(KeyError), mock_sms(), mock_sms():
        raise KeyError

    assert REAL.items() <= os.environ.items()


def test_an_account_stays(monkeypatch):
    """Twelve digits are no credentials but an account of the emulator."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "210987654321")
    with mock_sms():
        assert "210987654321" == os.environ["AWS_ACCESS_KEY_ID"]
