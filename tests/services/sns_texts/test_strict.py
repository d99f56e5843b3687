"""SNS's texts in the strict profile."""

from __future__ import annotations

import json

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
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


def test_the_bucket_must_take_reports(sns):
    """A bucket of usage reports must exist, and its policy must let SNS in. Evidence: SNS guide, daily SMS usage reports."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": ["s3:PutObject", "s3:GetBucketLocation", "s3:ListBucket"],
        "Resource": ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"],
    }
    s3 = boto3.client("s3", region_name="us-east-1")
    for bucket, allowed in (("none", None), ("reports", None), ("reports", "lambda.amazonaws.com")):
        if bucket == "reports":
            s3.create_bucket(Bucket=bucket)
        if allowed is not None:
            other = statement | {"Principal": {"Service": allowed}}
            s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Statement": [other]}))
        with pytest.raises(sns.exceptions.InvalidParameterException, match="UsageReportS3Bucket is invalid"):
            sns.set_sms_attributes(attributes={"UsageReportS3Bucket": bucket})
        assert "UsageReportS3Bucket" not in sns.get_sms_attributes()["attributes"]

    s3.put_bucket_policy(Bucket="reports", Policy=json.dumps({"Statement": [statement]}))
    sns.set_sms_attributes(attributes={"UsageReportS3Bucket": "reports"})

    assert "reports" == sns.get_sms_attributes()["attributes"]["UsageReportS3Bucket"]


def test_too_many_requests_are_throttled(sns, strict):
    """A request too many is throttled, so is a publish; SDKs wait and try again. Evidence: re:Post, SNS throttling."""
    client = boto3.client("sns", region_name="us-east-1", config=Config(retries={"total_max_attempts": 1}))
    strict.clock.freeze()
    client.set_sms_attributes(attributes={"DefaultSenderID": "SHOP"})

    with pytest.raises(ClientError, match="Rate exceeded") as raised:
        client.set_sms_attributes(attributes={"DefaultSenderID": "STORE"})
    for index in range(10):
        client.publish(PhoneNumber=f"+4915112345{index:03d}", Message="Hi")
    with pytest.raises(ClientError, match="Rate exceeded"):
        client.publish(PhoneNumber="+4915112345999", Message="Hi")

    assert ("ThrottlingException", 400) == (
        raised.value.response["Error"]["Code"],
        raised.value.response["ResponseMetadata"]["HTTPStatusCode"],
    )
    assert "SHOP" == client.get_sms_attributes()["attributes"]["DefaultSenderID"]
    assert 10 == len(strict.inbox.messages())
    strict.clock.advance(seconds=1)
    assert client.publish(PhoneNumber="+4915112345999", Message="Hi")["MessageId"]
    strict.clock.step()
    assert [0, 1] == sorted(
        sns.set_sms_attributes(attributes={"DefaultSenderID": name})["ResponseMetadata"]["RetryAttempts"]
        for name in ("STORE", "SHOP")
    )


def test_the_united_states_need_a_number(strict, sns):
    """Without a number, a text to a country without sender ids fails later, and a code is refused, in AWS's words."""
    sns.publish(PhoneNumber=HANDSET, Message="Hi")

    strict.settle()
    (message,) = strict.inbox.messages()
    assert "No origination entities available to send" == message.history[-1].description
    with pytest.raises(sns.exceptions.UserErrorException, match="No origination entities available to send"):
        sns.create_sms_sandbox_phone_number(PhoneNumber=HANDSET)
    assert [] == sns.list_sms_sandbox_phone_numbers()["PhoneNumbers"]
