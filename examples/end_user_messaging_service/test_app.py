import os
from datetime import timedelta
from pathlib import Path

import app
import boto3
import pytest
from moto import mock_aws

from emulator.testing import HANDSET, provision, raises_aws

README = Path(__file__).with_name("README.md")


@pytest.fixture
def service(sms, monkeypatch):
    """The application, with a push channel; moto answers CloudWatch, SNS and SQS."""
    with mock_aws():
        made = provision(NumberCapabilities=["SMS", "VOICE"])
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        pinpoint = boto3.client("pinpoint")
        shop = pinpoint.create_app(CreateApplicationRequest={"Name": "shop"})["ApplicationResponse"]["Id"]
        pinpoint.update_gcm_channel(ApplicationId=shop, GCMChannelRequest={"ApiKey": "key", "Enabled": True})
        monkeypatch.setenv("PINPOINT_APPLICATION", shop)
        yield app.EndUserMessagingService()


def test_code_is_texted(sms, service):
    """A code arrives by text."""
    message_id = service.send_2fa_code(HANDSET, "123456")

    assert "123456" == sms.inbox.code(to=HANDSET)
    assert message_id == sms.handset(HANDSET).inbox[0].message_id


def test_alert_is_called(sms, service):
    """An alert is read in a call."""
    service.send_voice_alert(HANDSET, "Database is down")

    call = sms.inbox.wait(to=HANDSET, channel="voice", status="COMPLETED")
    assert call.body.startswith("Alert: Database is down.")


def test_notification_arrives_on_the_device(sms, service):
    """A notification arrives on the device with the token."""
    service.send_push_notification("token", "GCM", "Order Update", "Your order has shipped")

    (message,) = sms.inbox.messages(channel="push")
    assert ("Order Update", "Your order has shipped") == (message.push["title"], message.body)


def test_stale_token_is_an_error(sms, service):
    """A token that the push service no longer knows is reported."""
    sms.devices.put("token", platform="GCM", state="unregistered")

    with pytest.raises(app.PushFailed):
        service.send_push_notification("token", "GCM", "Order Update", "Your order has shipped")


def test_replies_reach_the_topic(sms, service):
    """After the setup a reply is in the queue behind the topic; the setup done twice changes nothing."""
    (number,) = service.sms.describe_phone_numbers()["PhoneNumbers"]
    topic = number["TwoWayChannelArn"]
    service.sms.update_phone_number(PhoneNumberId=number["PhoneNumberId"], TwoWayEnabled=False)

    assert [True, False] == [service.setup_two_way_sms(topic), service.setup_two_way_sms(topic)]

    service.send_sms(HANDSET, "Confirm?")
    sms.handset(HANDSET).reply("Yes")
    queue = os.environ["REPLIES_QUEUE_URL"]
    assert 1 == len(boto3.client("sqs").receive_message(QueueUrl=queue)["Messages"])


def test_delivered_texts_are_counted(sms, service):
    """The metric counts what was delivered, and not what failed."""
    service.send_sms(HANDSET, "one")
    sms.handset(HANDSET).behave(outcome="UNREACHABLE")
    service.send_sms(HANDSET, "two")
    sms.settle()

    assert 1 == service.get_account_metrics(sms.clock.now + timedelta(minutes=5))


def test_stop_is_an_error(sms, service):
    """Who has opted out is not texted, and the caller sees why."""
    service.send_sms(HANDSET, "one")
    sms.handset(HANDSET).reply("STOP")

    with raises_aws("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT"):
        service.send_sms(HANDSET, "two")


def test_throttled_text_is_repeated(sms, service, monkeypatch):
    """A throttled request is repeated."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    sms.faults.add("ThrottlingException", operation="SendTextMessage", times=2)

    assert service.send_sms(HANDSET, "one")


def test_readme_shows_what_it_prints(sms, service, capsys, monkeypatch):
    """The README shows what it prints."""
    monkeypatch.setattr(app.EndUserMessagingService, "get_account_metrics", lambda self, end: 1)
    app.main(HANDSET)
    sms.handset(HANDSET).reply("STOP")
    app.main(HANDSET)

    assert f"```text\n{capsys.readouterr().out}```" in README.read_text("utf-8")
