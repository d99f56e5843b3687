"""docs/migrating-from-pinpoint.md: what it names exists."""

import re
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "migrating-from-pinpoint.md").read_text("utf-8")
SERVICES = ("pinpoint", "pinpoint-sms-voice-v2", "sms-voice", "ses")


@pytest.fixture(scope="module")
def operations():
    """The operations of the services that the page is about, as boto3 names them."""
    session = botocore.session.get_session()
    models = (session.get_service_model(service) for service in SERVICES)
    return {xform_name(name) for model in models for name in model.operation_names}


def test_operations_exist(operations):
    """Each operation that the page names is one of the services'."""
    named = set(re.findall(r"`([a-z]+(?:_[a-z0-9]+)+)`", PAGE))

    assert {"receipt_of", "record_status"} == named - operations
