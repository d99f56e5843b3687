import json
from datetime import timedelta
from pathlib import Path

import app
import pytest
from moto import mock_aws

from emulator.testing import HANDSET, fill_registration, raises_aws

README = Path(__file__).with_name("README.md")
TOLL_FREE = "US_TOLL_FREE_REGISTRATION"
BRAND = "US_TEN_DLC_BRAND_REGISTRATION"


@pytest.fixture
def console(sms, monkeypatch):
    """The application; moto answers EventBridge Scheduler."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("SCHEDULER_ROLE_ARN", "arn:aws:iam::123456789012:role/scheduler")
    with mock_aws():
        yield app.Console()


@pytest.fixture
def brand(sms, console):
    """A registered brand."""
    registration = console.sms.create_registration(RegistrationType=BRAND)["RegistrationId"]
    fill_registration(console.sms, registration)
    console.sms.submit_registration_version(RegistrationId=registration)
    sms.settle()
    return registration


@pytest.fixture
def values(console, brand):
    """Values of a campaign that a reviewer accepts, as a form filled by hand has them."""
    draft = console.sms.create_registration(RegistrationType=app.CAMPAIGN)["RegistrationId"]
    console.sms.create_registration_association(RegistrationId=draft, ResourceId=brand)
    fill_registration(console.sms, draft)
    found = console.sms.describe_registration_field_values(RegistrationId=draft, VersionNumber=1, MaxResults=100)
    return {
        field["FieldPath"]: field.get("SelectChoices") or field.get("TextValue")
        for field in found["RegistrationFieldValues"]
        if field.get("SelectChoices") or field.get("TextValue")
    }


def test_number_is_leased_and_sends(sms, console):
    """A leased number sends at once."""
    number = console.register_number("TEN_DLC")

    console.send(HANDSET, "Your order #ABC123 is ready for pickup", number)

    (text,) = sms.handset(HANDSET).inbox
    assert (number, "Your order #ABC123 is ready for pickup") == (text.sender, text.body)


def test_campaign_is_approved(sms, console, brand, values):
    """A campaign is under review, and then complete."""
    assert set(console.required_fields()) <= set(values)
    campaign = console.create_campaign(values, brand)
    sms.settle()

    assert ("COMPLETE", []) == console.campaign_status(campaign)


def test_denied_campaign_says_why(sms, console, brand, values):
    """A denied campaign shows the reviewer's reasons."""
    sms.account().reviewer = "manual"
    campaign = console.create_campaign(values, brand)
    sms.registrations.decide(campaign, "REQUIRES_UPDATES", [{"reason": "SAMPLE", "short_description": "No opt-out"}])

    assert ("REQUIRES_UPDATES", ["No opt-out"]) == console.campaign_status(campaign)


def test_scheduled_text_is_sent_by_the_scheduler(sms, console):
    """The schedule names the hour and a request that AWS accepts: here the test sends it in the scheduler's place."""
    number = console.register_number("TEN_DLC")
    at = sms.clock.now + timedelta(hours=3)

    name = console.send_later(HANDSET, "Your order is ready", number, at)

    schedule = console.scheduler.get_schedule(Name=name)
    assert f"at({at:%Y-%m-%dT%H:%M:%S})" == schedule["ScheduleExpression"]
    console.sms.send_text_message(**json.loads(schedule["Target"]["Input"]))
    assert ["Your order is ready"] == [text.body for text in sms.handset(HANDSET).inbox]


def test_opted_out_recipient_is_refused(sms, console):
    """Who has opted out is refused with AWS's reason."""
    number = console.register_number("TEN_DLC")
    sms.handset(HANDSET).reply("STOP", to=number)

    with raises_aws("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT"):
        console.send(HANDSET, "Hi", number)


def test_readme_shows_what_it_prints(sms, console, capsys, monkeypatch):
    """The README shows what it prints, for a number that the test has chosen."""
    lease = console.register_number
    monkeypatch.setattr(app.Console, "register_number", lambda self: lease("TEN_DLC"))
    app.main(HANDSET, "Hi")

    first, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith("Leased +1")
    shown = README.read_text("utf-8").partition("```text\n")[2].partition("```")[0].splitlines()
    assert shown[1:] == rest
