from pathlib import Path

import app
import pytest
from moto import mock_aws

from emulator.testing import HANDSET, OTHER_HANDSET, provision, raises_aws

README = Path(__file__).with_name("README.md")


@pytest.fixture
def alerts(sms, monkeypatch):
    """The application, on the emulator's clock; moto answers DynamoDB and SQS."""
    with mock_aws():
        for name, value in provision("Phone").environment.items():
            monkeypatch.setenv(name, value)
        yield app.BankAlerts(now=lambda: sms.clock.now)


@pytest.mark.parametrize(
    ("answer", "state"), [("This is me", "CONFIRMED"), ("this is FRAUD!", "BLOCKED")], ids=["me", "fraud"]
)
def test_answer_decides(sms, alerts, answer, state):
    """The answer confirms the transaction or blocks the card, and is answered."""
    alerts.transaction(HANDSET, 5000, "ATM")

    sms.handset(HANDSET).reply(answer)

    assert {HANDSET: state} == alerts.handle_replies()
    assert app.THANKS[state] == sms.handset(HANDSET).inbox[-1].body


def test_small_transaction_is_silent(sms, alerts):
    """Up to a thousand dollars nobody is texted."""
    assert alerts.transaction(HANDSET, 1000, "ATM") is None
    assert [] == sms.handset(HANDSET).inbox


def test_other_answer_is_explained(sms, alerts):
    """Another text decides nothing; the customer is told what to write, and the next answer counts."""
    alerts.transaction(HANDSET, 5000, "ATM")
    sms.handset(HANDSET).reply("what?")
    assert {} == alerts.handle_replies()

    sms.handset(HANDSET).reply("This is me")

    assert {HANDSET: "CONFIRMED"} == alerts.handle_replies()


def test_late_answer_decides_nothing(sms, alerts):
    """After a day the fraud desk has the alert, and an answer is told so."""
    alerts.transaction(HANDSET, 5000, "ATM")
    sms.clock.advance(hours=24)
    assert [HANDSET] == alerts.unanswered()

    sms.handset(HANDSET).reply("This is me")

    assert {} == alerts.handle_replies()
    assert "no open alert" in sms.handset(HANDSET).inbox[-1].body


def test_answered_alert_is_not_late(sms, alerts):
    """An alert that was answered in time does not reach the fraud desk."""
    alerts.transaction(HANDSET, 5000, "ATM")
    sms.handset(HANDSET).reply("This is me")
    alerts.handle_replies()
    sms.clock.advance(hours=25)

    assert [] == alerts.unanswered()


def test_stop_reaches_the_fraud_desk(sms, alerts):
    """Who has opted out cannot be asked."""
    alerts.transaction(HANDSET, 5000, "ATM")
    sms.handset(HANDSET).reply("STOP")

    assert "FRAUD_DESK" == alerts.transaction(HANDSET, 6000, "ATM")


def test_failed_delivery_reaches_the_fraud_desk(sms, alerts):
    """An alert that cannot be delivered does not wait for a day."""
    sms.handset(HANDSET).behave(outcome="UNREACHABLE")
    alerts.transaction(HANDSET, 5000, "ATM")
    sms.settle()

    assert [HANDSET] == alerts.handle_receipts()


def test_lasting_throttling_is_an_error(sms, alerts, monkeypatch):
    """After five attempts the caller sees the error, and no alert is open."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    sms.faults.add("ThrottlingException", operation="SendTextMessage")

    with raises_aws("ThrottlingException"):
        alerts.transaction(HANDSET, 5000, "ATM")

    assert [] == alerts.table.scan()["Items"]


def test_readme_shows_what_it_prints(sms, alerts, capsys, monkeypatch):
    """The README shows a customer who answers and one who does not."""
    monkeypatch.setattr(app, "BankAlerts", lambda: alerts)
    for phone in (HANDSET, OTHER_HANDSET):
        alerts.transaction(phone, 5000, "ATM")
    sms.handset(HANDSET).reply("This is fraud")
    app.main()
    sms.clock.advance(days=1)
    app.main()

    assert f"```text\n{capsys.readouterr().out}```" in README.read_text("utf-8")
