"""A client of sms-voice with the guide's additions."""

from pathlib import Path

import pytest

OVERLAYS = Path(__file__).resolve().parents[3] / "botocore_models"


@pytest.fixture
def guide_client(client, monkeypatch):
    """What `boto3.client("sms-voice")` is once AWS_DATA_PATH names the overlays."""
    monkeypatch.setenv("AWS_DATA_PATH", str(OVERLAYS))
    return client("sms-voice")
