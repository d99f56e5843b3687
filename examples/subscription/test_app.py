from datetime import timedelta
from pathlib import Path

import app
import pytest
from moto import mock_aws

from emulator.testing import HANDSET, OTHER_HANDSET, provision, raises_aws

README = Path(__file__).with_name("README.md")


@pytest.fixture
def subscriptions(sms, monkeypatch):
    """The application with a subscription of thirty days, on the emulator's clock; moto answers DynamoDB and SQS."""
    with mock_aws():
        for name, value in provision("Phone").environment.items():
            monkeypatch.setenv(name, value)
        made = app.Subscriptions(now=lambda: sms.clock.now)
        made.subscribe(HANDSET, sms.clock.now + timedelta(days=30))
        yield made


def item(subscriptions):
    return subscriptions.table.get_item(Key={"Phone": HANDSET})["Item"]


def test_renewal(sms, subscriptions):
    """RENEW adds a year, once."""
    before = item(subscriptions)["ExpiresAt"]
    subscriptions.remind()

    sms.handset(HANDSET).reply("Renew")
    assert {HANDSET: "renewed"} == subscriptions.handle_replies()
    sms.handset(HANDSET).reply("Renew")
    assert {} == subscriptions.handle_replies()

    assert int(before[:4]) + 1 == int(item(subscriptions)["ExpiresAt"][:4])
    assert "You have renewed already." == sms.handset(HANDSET).inbox[-1].body


def test_cancellation(sms, subscriptions):
    """CANCEL PLAN ends it; no reminder follows."""
    subscriptions.remind()

    sms.handset(HANDSET).reply("cancel  plan")

    assert {HANDSET: "cancelled"} == subscriptions.handle_replies()
    sms.clock.advance(days=29)
    assert [] == subscriptions.remind()


def test_silence_is_reminded_again_and_expires(sms, subscriptions):
    """Who does not answer is reminded once more, and expires the day after."""
    assert [(HANDSET, "first")] == subscriptions.remind()
    assert [] == subscriptions.remind()
    sms.clock.advance(days=29)
    assert [(HANDSET, "last")] == subscriptions.remind()
    sms.clock.advance(days=1)
    assert [HANDSET] == subscriptions.expire()


def test_late_renewal_is_explained(sms, subscriptions):
    """RENEW after the end changes nothing."""
    subscriptions.remind()
    sms.clock.advance(days=30)
    subscriptions.expire()

    sms.handset(HANDSET).reply("RENEW")

    assert {} == subscriptions.handle_replies()
    assert "no active subscription" in sms.handset(HANDSET).inbox[-1].body


def test_cancel_alone_opts_out(sms, subscriptions, capsys):
    """CANCEL is AWS's: the number is opted out, the subscription stays, and the next reminder is an email."""
    subscriptions.remind()
    sms.handset(HANDSET).reply("CANCEL")
    sms.clock.advance(days=29)

    assert [] == subscriptions.remind()
    assert f"{HANDSET}: write an email, DESTINATION_PHONE_NUMBER_OPTED_OUT\n" == capsys.readouterr().out


def test_throttled_reminder_is_sent_by_the_next_run(sms, subscriptions, monkeypatch):
    """A reminder that AWS throttles for long is not taken as sent."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    sms.faults.add("ThrottlingException", operation="SendTextMessage")
    with raises_aws("ThrottlingException"):
        subscriptions.remind()
    sms.faults.clear()

    assert [(HANDSET, "first")] == subscriptions.remind()


def test_readme_shows_what_it_prints(sms, subscriptions, capsys, monkeypatch):
    """The README shows two subscribers through a month."""
    monkeypatch.setattr(app, "Subscriptions", lambda: subscriptions)
    subscriptions.subscribe(OTHER_HANDSET, sms.clock.now + timedelta(days=30))
    app.main()
    sms.handset(HANDSET).reply("RENEW")
    app.main()
    for _ in range(2):
        sms.clock.advance(days=29 if _ == 0 else 1)
        app.main()

    assert f"```text\n{capsys.readouterr().out}```" in README.read_text("utf-8")
