from pathlib import Path

import app
import boto3
import pytest
from moto import mock_aws

from emulator.testing import HANDSET, OTHER_HANDSET, lease_number, provision

README = Path(__file__).with_name("README.md")
DEAL = "Exclusive deals!"


@pytest.fixture
def number(sms, monkeypatch):
    """A promotional number with an opt-out list of its own, and a transactional one; moto answers DynamoDB and SQS."""
    with mock_aws():
        client = boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")
        client.create_opt_out_list(OptOutListName="marketing")
        made = provision("Phone", "At", MessageType="PROMOTIONAL", OptOutListName="marketing")
        own = {"TRANSACTIONAL_IDENTITY": lease_number(client)["PhoneNumber"], "OPT_OUT_LIST": "marketing"}
        for name, value in {**made.environment, **own}.items():
            monkeypatch.setenv(name, value)
        yield made.number


@pytest.fixture
def consent(sms, number):
    """The application, on the emulator's clock."""
    return app.Consent(now=lambda: sms.clock.now)


@pytest.fixture
def text(sms, consent, number):
    """Text the number, and have the application handle it; gives the changes."""

    def texted(body, phone=HANDSET):
        sms.handset(phone).reply(body, to=number)
        return consent.handle_replies()

    return texted


def test_double_opt_in(consent, text):
    """SIGNUP alone is not enough; after YES a promotion is sent."""
    assert [(HANDSET, "ASKED")] == text("signup")
    assert [] == consent.promote([HANDSET], DEAL)
    assert [(HANDSET, "OPTED_IN")] == text("Yes")
    assert [HANDSET] == consent.promote([HANDSET, OTHER_HANDSET], DEAL)


def test_late_yes_is_not_consent(sms, consent, text):
    """A YES after more than a day is not an answer to the question."""
    text("SIGNUP")
    sms.clock.advance(hours=24)

    assert [] == text("YES")
    assert "ASKED" == consent.state(HANDSET)


def test_yes_without_a_question_is_nothing(consent, text):
    """A YES out of the blue is not consent."""
    assert [] == text("YES")
    assert consent.state(HANDSET) is None


def test_stop_ends_promotions_only(sms, consent, text):
    """After STOP no promotion is sent, and what the customer needs to know still is."""
    text("SIGNUP")
    text("YES")
    text("STOP")

    assert [HANDSET] == consent.read_opt_outs()
    assert [] == consent.read_opt_outs()
    assert [] == consent.promote([HANDSET], DEAL)
    consent.inform(HANDSET, "Your order has shipped")
    assert "Your order has shipped" == sms.handset(HANDSET).inbox[-1].body


def test_unread_stop_is_respected(consent, text):
    """A STOP that was not read yet is found when AWS refuses the promotion."""
    text("SIGNUP")
    text("YES")
    text("STOP")

    assert [] == consent.promote([HANDSET], DEAL)
    assert "refused by AWS" == consent.trail(HANDSET)[-1]["Cause"]


def test_second_thoughts(sms, consent, text):
    """Who has left may sign up again; the trail tells all of it."""
    for body in ("SIGNUP", "YES", "STOP"):
        text(body)
    consent.read_opt_outs()
    sms.clock.advance(days=40)
    text("SIGNUP")
    text("YES")

    assert [HANDSET] == consent.promote([HANDSET], DEAL)
    states = [record["State"] for record in consent.trail(HANDSET)]
    assert ["ASKED", "OPTED_IN", "OPTED_OUT", "ASKED", "OPTED_IN"] == states


def test_throttled_promotion_is_repeated(sms, consent, text, monkeypatch):
    """A throttled promotion arrives all the same."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    text("SIGNUP")
    text("YES")
    sms.faults.add("ThrottlingException", operation="SendTextMessage", times=2)

    assert [HANDSET] == consent.promote([HANDSET], DEAL)


def test_readme_shows_the_trail(consent, text):
    """The README shows the audit trail of a customer who comes and goes."""
    for body in ("SIGNUP", "YES", "STOP"):
        text(body)
    consent.read_opt_outs()

    shown = "".join(f"{record['State']:<10}{record['Cause']}\n" for record in consent.trail(HANDSET))
    assert f"```text\n{shown}```" in README.read_text("utf-8")
