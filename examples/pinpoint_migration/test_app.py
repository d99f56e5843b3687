import json
import os
from pathlib import Path

import app
import boto3
import pytest
from moto import mock_aws

from emulator.testing import HANDSET, provision

README = Path(__file__).with_name("README.md")
SENDERS = (app.PinpointSender, app.EndUserMessagingSender)


@pytest.fixture
def number(sms, monkeypatch):
    """A number, and a Pinpoint application with the SMS channel; moto answers SNS and SQS."""
    with mock_aws():
        made = provision()
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        pinpoint = boto3.client("pinpoint")
        old = pinpoint.create_app(CreateApplicationRequest={"Name": "old"})["ApplicationResponse"]["Id"]
        pinpoint.update_sms_channel(ApplicationId=old, SMSChannelRequest={"Enabled": True})
        monkeypatch.setenv("PINPOINT_APPLICATION", old)
        yield made.number


def test_both_reach_the_same_phone(sms, number):
    """Before and after, the same text arrives from the same number, and its id is returned."""
    sent = [sender().send(HANDSET, "Hi") for sender in SENDERS]

    arrived = sms.handset(HANDSET).inbox
    assert sent == [message.message_id for message in arrived]
    assert [(number, "Hi", "TRANSACTIONAL")] * 2 == [(m.sender, m.body, m.message_type) for m in arrived]


@pytest.mark.parametrize("sender", SENDERS)
def test_stop_is_the_same_error(sms, number, sender):
    """Before and after, who has opted out is OPT_OUT."""
    sms.handset(HANDSET).reply("STOP", to=number)

    with pytest.raises(app.NotSent, match="OPT_OUT"):
        sender().send(HANDSET, "Hi")


@pytest.mark.parametrize("sender", SENDERS)
def test_invalid_number_is_the_same_error(number, sender):
    """Before and after, what cannot be a number is a permanent failure."""
    with pytest.raises(app.NotSent, match="PERMANENT_FAILURE"):
        sender().send("home", "Hi")


@pytest.mark.parametrize("outcome", ["DELIVERED", "UNREACHABLE", "CARRIER_BLOCKED"])
def test_receipts_are_mapped(sms, number, outcome):
    """A record of AWS End User Messaging becomes what a record of Pinpoint becomes."""
    sms.handset(HANDSET).behave(outcome=outcome)
    message_id = app.EndUserMessagingSender().send(HANDSET, "Hi")
    sms.settle()
    queue = os.environ["RECEIPTS_QUEUE_URL"]
    messages = boto3.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    new = app.receipt_of(json.loads(json.loads(messages[-1]["Body"])["Message"]))

    old = app.receipt_of(
        {
            "event_type": "_SMS.SUCCESS" if outcome == "DELIVERED" else "_SMS.FAILURE",
            "attributes": {
                "message_id": message_id,
                "destination_phone_number": HANDSET,
                "record_status": outcome,
            },
        }
    )
    assert old == new


def test_other_records_are_not_receipts():
    """Sessions and campaigns of Pinpoint, calls and pictures of AWS End User Messaging are left alone."""
    assert [None, None] == [app.receipt_of({"event_type": "_session.start"}), app.receipt_of({"eventType": "VOICE_BUSY"})]


def test_throttled_text_is_repeated(sms, number, monkeypatch):
    """A throttled request is repeated."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    sms.faults.add("ThrottlingException", operation="SendTextMessage", times=2)

    assert app.EndUserMessagingSender().send(HANDSET, "Hi")


def test_readme_shows_what_it_prints(sms, number, capsys):
    """The README shows both, before and after a STOP."""
    app.main(HANDSET, "Hi")
    sms.handset(HANDSET).reply("STOP", to=number)
    app.main(HANDSET, "Hi")

    assert f"```text\n{capsys.readouterr().out}```" in README.read_text("utf-8")
