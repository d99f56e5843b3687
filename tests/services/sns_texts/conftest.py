"""Fixtures of the tests of SNS's texts."""

from __future__ import annotations

import json

import pytest

from emulator.testing import HANDSET

ROLE = "arn:aws:iam::123456789012:role/SNSLogs"


@pytest.fixture
def sns(client):
    return client("sns")


@pytest.fixture
def publish(sns):
    """Publishes a text; attributes are SNS's by their last word: `publish(SenderID="SHOP")`."""

    def send(message="Hi", to=HANDSET, **attributes):
        found = {
            f"AWS.{'MM' if name == 'OriginationNumber' else 'SNS'}.SMS.{name}": {"DataType": "String", "StringValue": value}
            for name, value in attributes.items()
        }
        return sns.publish(PhoneNumber=to, Message=message, MessageAttributes=found)["MessageId"]

    return send


@pytest.fixture
def delivery_log(sms, sns, client):
    """Switch the delivery log on for all texts; return a function that reads the records of a log group."""
    preferences = {"DeliveryStatusIAMRole": ROLE, "DeliveryStatusSuccessSamplingRate": "100"}
    sns.set_sms_attributes(attributes=preferences)

    def read(group="DirectPublishToPhoneNumber"):
        sms.settle()
        logs = client("logs")
        name = f"sns/us-east-1/123456789012/{group}"
        if name not in [found["logGroupName"] for found in logs.describe_log_groups()["logGroups"]]:
            return []
        return [json.loads(event["message"]) for event in logs.filter_log_events(logGroupName=name)["events"]]

    return read


@pytest.fixture
def arrived(sms):
    """Return a function that gives the texts on a phone, when all that is due has happened."""

    def read(number=HANDSET):
        sms.settle()
        return [text.body for text in sms.handset(number).inbox]

    return read
