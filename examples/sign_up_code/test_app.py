from pathlib import Path

import app
import boto3
import pytest
from moto import mock_aws

from emulator.testing import HANDSET, provision

README = Path(__file__).with_name("README.md")
ALICE = ("alice", HANDSET, "alice@example.com")


@pytest.fixture
def sign_up(sms, monkeypatch):
    """The application, on the emulator's clock; moto answers DynamoDB, SES and SQS."""
    with mock_aws():
        variables = {**provision("Account").environment, "CODE_KEY": "secret", "MAIL_FROM": "shop@example.com"}
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        boto3.client("ses").verify_email_identity(EmailAddress="shop@example.com")
        yield app.SignUp(now=lambda: sms.clock.now)


def test_code_comes_both_ways_and_works_once(sms, sign_up):
    """The code is texted and mailed, and verifies the account once."""
    assert ["text", "email"] == sign_up.start(*ALICE)
    code = sms.inbox.code(to=HANDSET)

    assert [True, False] == [sign_up.verify("alice", code), sign_up.verify("alice", code)]


def test_refused_number_leaves_the_email(sms, sign_up):
    """Who has opted out of texts gets the email."""
    sign_up.start(*ALICE)
    sms.handset(HANDSET).reply("STOP")
    sms.clock.advance(minutes=1)

    assert ["email"] == sign_up.start(*ALICE)


def test_refused_email_leaves_the_text(sms, sign_up):
    """Where SES refuses the sender, the text remains."""
    boto3.client("ses").delete_identity(Identity="shop@example.com")

    assert ["text"] == sign_up.start(*ALICE)
    assert sign_up.verify("alice", sms.inbox.code(to=HANDSET))


def test_second_code_must_wait(sms, sign_up):
    """A minute must pass before another code; then the first one is void."""
    sign_up.start(*ALICE)
    first = sms.inbox.code(to=HANDSET)
    with pytest.raises(app.TooSoon):
        sign_up.start(*ALICE)
    sms.clock.advance(minutes=1)
    sign_up.start(*ALICE)

    assert [False, True] == [sign_up.verify("alice", first), sign_up.verify("alice", sms.inbox.code(to=HANDSET))]


def test_late_code_is_refused(sms, sign_up):
    """After half an hour the code has expired."""
    sign_up.start(*ALICE)
    sms.clock.advance(minutes=30)

    assert not sign_up.verify("alice", sms.inbox.code(to=HANDSET))


def test_failed_delivery_is_reported(sms, sign_up):
    """An unreachable number is reported with the account."""
    sms.handset(HANDSET).behave(outcome="UNREACHABLE")
    sign_up.start(*ALICE)
    sms.settle()

    assert ["alice"] == sign_up.handle_receipts()


def test_throttled_text_is_repeated(sms, sign_up, monkeypatch):
    """A throttled text is repeated."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    sms.faults.add("ThrottlingException", operation="SendTextMessage", times=2)

    assert ["text", "email"] == sign_up.start(*ALICE)


def test_readme_shows_how_it_is_used(sms, sign_up):
    """The session in the README happens as shown."""
    names = {"sign_up": sign_up, "code": None}
    lines = README.read_text("utf-8").partition("```pycon\n")[2].partition("```")[0].splitlines()

    for call, shown in zip(lines[::2], lines[1::2], strict=True):
        assert shown == repr(eval(call.removeprefix(">>> "), names))
        names["code"] = sms.inbox.code(to=HANDSET)
