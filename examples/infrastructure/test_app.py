import json
import os
from pathlib import Path

import app
import boto3
import pytest
from moto import mock_aws

from emulator.testing import HANDSET, lease_number, send_text

README = Path(__file__).with_name("README.md")


@pytest.fixture
def client(sms, monkeypatch):
    """A client of the service; moto answers the rest of AWS."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield boto3.client("pinpoint-sms-voice-v2")


@pytest.fixture
def number(client):
    """A number of ours."""
    return lease_number(client)


@pytest.fixture
def made(number):
    """Everything that is deployed."""
    return app.deploy(number["PhoneNumberId"])


def test_reply_reaches_the_queue(sms, client, number, made):
    """A text to the number is in the queue."""
    sms.handset(HANDSET).reply("Yes", to=number["PhoneNumber"])

    (message,) = boto3.client("sqs").receive_message(QueueUrl=made["queue"])["Messages"]
    assert "Yes" == json.loads(json.loads(message["Body"])["Message"])["messageBody"]


def test_receipts_reach_the_log_group(sms, client, number, made):
    """The receipts of a text are in the log group."""
    send_text(client, OriginationIdentity=number["PhoneNumber"], ConfigurationSetName=app.NAME)
    sms.settle()

    events = boto3.client("logs").filter_log_events(logGroupName=app.LOG_GROUP)["events"]
    assert {"TEXT_SUCCESSFUL", "TEXT_DELIVERED"} == {json.loads(event["message"])["eventType"] for event in events}


def test_failures_set_off_the_alarm(sms, client, number, made):
    """The alarm follows more than a hundred failures in five minutes."""
    sms.handset(HANDSET).behave(outcome="UNREACHABLE")
    sms.clock.freeze()
    for _ in range(101):
        send_text(client, OriginationIdentity=number["PhoneNumber"])
    sms.settle(within_seconds=5)

    (alarm,) = boto3.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert "ALARM" == alarm["StateValue"]


def test_function_answers_a_reply(sms, client, number, made):
    """The function stores and answers a confirmation; a server is needed for that."""
    if "AWS_ENDPOINT_URL" not in os.environ:
        pytest.skip("a function runs in a process of its own, and reaches the emulator as a server only")
    routes = [{"kind": "lambda", "target": made["function"]}]
    sms.control.change_reply_routes(number=number["PhoneNumber"], routes=routes)

    sms.handset(HANDSET).reply("Yes, confirm my order", to=number["PhoneNumber"])
    sms.settle()

    assert ["Thank you. Your order is confirmed."] == [text.body for text in sms.handset(HANDSET).inbox]
    (item,) = boto3.resource("dynamodb").Table(made["table"]).scan()["Items"]
    assert "yes" == item["Intent"]


def test_deployed_twice_is_deployed_once(number, made):
    """A second deployment changes nothing, and prints the same."""
    assert made == app.deploy(number["PhoneNumberId"])


def test_readme_shows_what_is_created(made):
    """The README shows what is created, apart from where the queue is."""
    made["queue"] = "https://sqs.us-east-1.amazonaws.com/123456789012/" + made["queue"].rpartition("/")[2]
    shown = "".join(f"{kind:<10}{created}\n" for kind, created in made.items())

    assert f"```text\n{shown}```" in README.read_text("utf-8")
