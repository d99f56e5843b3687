import json
from pathlib import Path

import app
import boto3
import pytest
from moto import mock_aws

from emulator.testing import HANDSET, OTHER_HANDSET, fill_registration, lease_number, provision, send_text

README = Path(__file__).with_name("README.md")


@pytest.fixture
def made(sms, monkeypatch):
    """A number with all that an application has; moto answers SNS and SQS."""
    with mock_aws():
        made = provision(NumberCapabilities=["SMS", "VOICE"])
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        yield made


@pytest.fixture
def client(made):
    """A client of the service."""
    return boto3.client("pinpoint-sms-voice-v2")


@pytest.fixture
def doctor(made):
    """Give the checks of the number, as it is now."""
    return lambda: app.Doctor(made.number)


@pytest.fixture
def records(sms, made):
    """Read the event records that have arrived in the queue."""

    def read():
        sms.settle()
        sqs, found, queue = boto3.client("sqs"), [], made.environment["RECEIPTS_QUEUE_URL"]
        while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            found += [json.loads(json.loads(message["Body"])["Message"]) for message in messages]
            for message in messages:
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return found

    return read


@pytest.fixture
def send(client, made):
    """Send a text from the number."""
    common = {"OriginationIdentity": made.number, "ConfigurationSetName": "application"}
    return lambda to=HANDSET, **members: send_text(client, to=to, **common | members)


def test_invalid_phone_number(doctor):
    """A number without its country code is found, and the proposal is accepted."""
    found = doctor().invalid_phone_number("(425) 555-0100")

    assert "Invalid phone number (425) 555-0100: write it as +14255550100" == found
    assert doctor().invalid_phone_number("+14255550100") is None


def test_campaign_not_approved(sms, client, monkeypatch):
    """A number whose registration is under review is found; nothing once it is approved."""
    sms.account().reviewer = "manual"
    registration = client.create_registration(RegistrationType="US_TOLL_FREE_REGISTRATION")["RegistrationId"]
    number = lease_number(client, NumberType="TOLL_FREE")
    client.create_registration_association(RegistrationId=registration, ResourceId=number["PhoneNumberId"])
    fill_registration(client, registration)
    client.submit_registration_version(RegistrationId=registration)
    found = app.Doctor(number["PhoneNumber"]).campaign_not_approved()

    sms.registrations.decide(registration, "COMPLETE")

    assert found.startswith(f"Campaign not approved: {registration} is ")
    assert app.Doctor(number["PhoneNumber"]).campaign_not_approved() is None


def test_high_bounce_rate(sms, doctor, send, records):
    """A dead number is named; without it nothing bounces."""
    sms.handset(OTHER_HANDSET).behave(outcome="UNREACHABLE")
    for phone in (HANDSET, OTHER_HANDSET):
        send(phone)
    found = doctor().high_bounce_rate(records())

    send(HANDSET)

    assert f"High bounce rate: 50% (UNREACHABLE 1); remove {OTHER_HANDSET}" == found
    assert doctor().high_bounce_rate(records()) is None


def test_slow_delivery(sms, client, made, doctor, send, records):
    """A slow carrier of a number is named; another number is fast."""
    sms.carriers.rule(outcome="DELIVERED", from_=made.number, delay_seconds=400)
    send()
    found = doctor().slow_delivery(records())

    send(OriginationIdentity=lease_number(client)["PhoneNumber"])

    assert found.startswith("SMS delivery slow: 6.7 minutes")
    assert doctor().slow_delivery(records()) is None


def test_stop_without_answer(sms, client, made, doctor):
    """Self-managed opt-outs leave STOP unanswered; AWS's answer it."""
    client.update_phone_number(PhoneNumberId=made.number_id, SelfManagedOptOutsEnabled=True)
    silent = sms.handset(HANDSET).reply("STOP", to=made.number)["reply"]
    found = doctor().stop_without_answer()

    client.update_phone_number(PhoneNumberId=made.number_id, SelfManagedOptOutsEnabled=False)

    assert silent is None
    assert found.startswith("STOP is not answered")
    assert doctor().stop_without_answer() is None
    assert sms.handset(HANDSET).reply("STOP", to=made.number)["reply"]


def test_replies_missing(client, made, doctor):
    """A number without a two-way channel, and a topic without a subscription, are found."""
    topic = boto3.client("sns").create_topic(Name="lonely")["TopicArn"]
    well = doctor().replies_missing()
    client.update_phone_number(PhoneNumberId=made.number_id, TwoWayChannelArn=topic, TwoWayEnabled=True)
    lonely = doctor().replies_missing()
    client.update_phone_number(PhoneNumberId=made.number_id, TwoWayEnabled=False)

    assert well is None
    assert f"Two-way SMS replies missing: nobody is subscribed to {topic}" == lonely
    assert "has no two-way channel" in doctor().replies_missing()


def test_call_without_sound(doctor):
    """SSML without words is found."""
    assert "no words" in doctor().call_without_sound('<speak><audio src="https://example.com/a.mp3"/></speak>')
    assert doctor().call_without_sound("<speak>Your order is ready</speak>") is None


def test_push_token_expired(sms, made, doctor):
    """A token of an app that was removed is named; the new one is well."""
    pinpoint = boto3.client("pinpoint")
    shop = pinpoint.create_app(CreateApplicationRequest={"Name": "shop"})["ApplicationResponse"]["Id"]
    pinpoint.update_gcm_channel(ApplicationId=shop, GCMChannelRequest={"ApiKey": "key", "Enabled": True})
    sms.devices.put("old", platform="GCM", state="unregistered")

    assert "remove old" in doctor().push_token_expired(shop, {"old": "GCM", "new": "GCM"})
    assert doctor().push_token_expired(shop, {"new": "GCM"}) is None


def test_readme_shows_what_it_prints(client, made, capsys):
    """The README shows what it prints about a number."""
    topic = boto3.client("sns").create_topic(Name="lonely")["TopicArn"]
    wanted = {"TwoWayChannelArn": topic, "TwoWayEnabled": True, "SelfManagedOptOutsEnabled": True}
    client.update_phone_number(PhoneNumberId=made.number_id, **wanted)

    app.main(made.number, HANDSET, "(425) 555-0100")

    assert f"```text\n{capsys.readouterr().out}```" in README.read_text("utf-8")
