import json
import os
from pathlib import Path

import app
import boto3
import pytest
from moto import mock_aws

from emulator.testing import HANDSET, send_text

README = Path(__file__).with_name("README.md")
OPERATOR = "+14255550155"


@pytest.fixture
def client(sms, monkeypatch):
    """A client of the service; moto answers the rest of AWS."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield boto3.client("pinpoint-sms-voice-v2")


@pytest.fixture
def made(client):
    """Everything that is deployed."""
    return app.deploy(OperatorPhone=OPERATOR)


def test_reply_reaches_the_queue(sms, made):
    """A text to the number is in the queue."""
    sms.handset(HANDSET).reply("Maybe", to=made["Number"])

    (message,) = boto3.client("sqs").receive_message(QueueUrl=made["Queue"])["Messages"]
    assert "Maybe" == json.loads(json.loads(message["Body"])["Message"])["messageBody"]


def test_reply_reaches_the_table(sms, made):
    """The function stores and answers a confirmation; a server is needed for that."""
    if "AWS_ENDPOINT_URL" not in os.environ:
        pytest.skip("a function runs in a process of its own, and reaches the emulator as a server only")
    sms.handset(HANDSET).reply("Yes, confirm my order", to=made["Number"])
    sms.settle()

    assert ["Thank you. Your order is confirmed."] == [text.body for text in sms.handset(HANDSET).inbox]
    (item,) = boto3.resource("dynamodb").Table(made["Table"]).scan()["Items"]
    assert ("yes", True) == (item["Intent"], item["Answered"])


def test_receipts_reach_the_log_group(sms, client, made):
    """The receipts of a text are in the log group."""
    send_text(client, OriginationIdentity=made["Number"], ConfigurationSetName="eum")
    sms.settle()

    events = boto3.client("logs").filter_log_events(logGroupName=made["LogGroup"])["events"]
    assert {"TEXT_SUCCESSFUL", "TEXT_DELIVERED"} == {json.loads(event["message"])["eventType"] for event in events}


def test_failures_set_off_the_alarm(sms, client, made):
    """The alarm follows more than a hundred failures in five minutes."""
    sms.handset(HANDSET).behave(outcome="UNREACHABLE")
    sms.clock.freeze()
    for _ in range(101):
        send_text(client, OriginationIdentity=made["Number"])
    sms.settle(within_seconds=5)

    (alarm,) = boto3.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert "ALARM" == alarm["StateValue"]


def test_alert_reaches_the_operator(sms, made):
    """What is published to the topic of alerts is a text to the operator."""
    boto3.client("sns").publish(TopicArn=made["Topic"].replace("inbound-sms-replies", "alerts"), Message="Look!")
    sms.settle()

    assert ["Look!"] == [text.body for text in sms.handset(OPERATOR).inbox]


def test_deployed_twice_and_removed(client, made):
    """A second deployment changes nothing, and nothing is left when the stack is removed."""
    assert made == app.deploy(OperatorPhone=OPERATOR)

    app.remove()

    assert [] == client.describe_phone_numbers()["PhoneNumbers"]
    assert [] == client.describe_configuration_sets()["ConfigurationSets"]
    assert [] == boto3.client("sns").list_topics()["Topics"]
    assert [] == boto3.client("sns").list_subscriptions()["Subscriptions"]
    assert "QueueUrls" not in boto3.client("sqs").list_queues()
    assert [] == boto3.client("lambda").list_functions()["Functions"]
    assert [] == boto3.client("dynamodb").list_tables()["TableNames"]
    assert [] == boto3.client("logs").describe_log_groups()["logGroups"]
    assert [] == boto3.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert [] == boto3.client("iam").list_roles()["Roles"]


def test_readme_shows_what_is_created(made):
    """The README shows what is created, apart from the number, and where the queue is."""
    made["Queue"] = "https://sqs.us-east-1.amazonaws.com/123456789012/" + made["Queue"].rpartition("/")[2]
    shown = "".join(f"{kind:<10}{created}\n" for kind, created in made.items() if kind != "Number")

    assert shown in README.read_text("utf-8")
