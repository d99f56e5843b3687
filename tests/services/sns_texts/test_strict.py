"""SNS's texts in the strict profile."""

from __future__ import annotations

import boto3
import pytest
from moto import mock_aws

from emulator import mock_sms
from emulator.testing import HANDSET

ROLE = "arn:aws:iam::123456789012:role/SNSLogs"


@pytest.fixture
def strict():
    """A world of the strict profile, out of the sandbox."""
    with mock_aws(), mock_sms(profile="strict", config={"limits": {"tier": "PRODUCTION"}}) as emulator:
        yield emulator


@pytest.fixture
def sns(strict):
    """A client of SNS."""
    return boto3.client("sns", region_name="us-east-1")


def test_the_role_must_exist(sns):
    """A role that does not exist is refused, and nothing is set."""
    with pytest.raises(sns.exceptions.InvalidParameterException, match="DeliveryStatusIAMRole is invalid"):
        sns.set_sms_attributes(attributes={"DeliveryStatusIAMRole": ROLE, "DefaultSMSType": "Transactional"})
    assert "DefaultSMSType" not in sns.get_sms_attributes()["attributes"]

    boto3.client("iam").create_role(RoleName="SNSLogs", AssumeRolePolicyDocument="{}")
    sns.set_sms_attributes(attributes={"DeliveryStatusIAMRole": ROLE})
    assert ROLE == sns.get_sms_attributes()["attributes"]["DeliveryStatusIAMRole"]


def test_the_united_states_need_a_number(strict, sns):
    """Without a number, a text to a country without sender ids fails later, and a code is refused, in AWS's words."""
    sns.publish(PhoneNumber=HANDSET, Message="Hi")

    strict.settle()
    (message,) = strict.inbox.messages()
    assert "No origination entities available to send" == message.history[-1].description
    with pytest.raises(sns.exceptions.UserErrorException, match="No origination entities available to send"):
        sns.create_sms_sandbox_phone_number(PhoneNumber=HANDSET)
    assert [] == sns.list_sms_sandbox_phone_numbers()["PhoneNumbers"]
