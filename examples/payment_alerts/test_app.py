from pathlib import Path

import app
import pytest
from moto import mock_aws

from emulator.testing import HANDSET, provision

README = Path(__file__).with_name("README.md")


@pytest.fixture
def settled():
    """What the bank was told, by charge."""
    return {}


@pytest.fixture
def alerts(sms, monkeypatch, settled):
    """The application, on the emulator's clock; moto answers DynamoDB and SQS."""
    with mock_aws():
        for name, value in provision("Phone").environment.items():
            monkeypatch.setenv(name, value)

        def settle(charge, approved):
            settled[charge] = approved

        yield app.PaymentAlerts(settle, now=lambda: sms.clock.now)


@pytest.mark.parametrize(("answer", "approved"), [("Y", True), ("no", False)])
def test_customer_decides(sms, alerts, settled, answer, approved):
    """Y approves a large charge, N declines it; the customer reads what has happened."""
    alerts.charge(HANDSET, "ch_1", 10_000)
    assert {} == settled

    sms.handset(HANDSET).reply(answer)
    alerts.handle_replies()

    assert {"ch_1": approved} == settled
    assert f"The charge is {'approved' if approved else 'declined'}." == sms.handset(HANDSET).inbox[-1].body


def test_small_charge_needs_no_answer(sms, alerts, settled):
    """A small charge is settled at once and silently."""
    alerts.charge(HANDSET, "ch_1", 999)

    assert {"ch_1": True} == settled
    assert [] == sms.handset(HANDSET).inbox


def test_late_yes_approves_nothing(sms, alerts, settled):
    """After fifteen minutes a Y is too late, and the charge is declined."""
    alerts.charge(HANDSET, "ch_1", 10_000)
    sms.clock.advance(minutes=15)
    sms.handset(HANDSET).reply("Y")

    assert {} == alerts.handle_replies()
    assert [HANDSET] == alerts.decline_unanswered()
    assert {"ch_1": False} == settled


def test_second_yes_is_explained(sms, alerts, settled):
    """A repeated Y settles nothing again."""
    alerts.charge(HANDSET, "ch_1", 10_000)
    sms.handset(HANDSET).reply("Y")
    alerts.handle_replies()
    settled.clear()

    sms.handset(HANDSET).reply("Y")
    alerts.handle_replies()

    assert {} == settled
    assert "No charge waits for your answer." == sms.handset(HANDSET).inbox[-1].body


def test_second_charge_does_not_wait_too(alerts, settled):
    """A Y must not be ambiguous: while a charge waits, another large one is declined."""
    alerts.charge(HANDSET, "ch_1", 10_000)

    assert "DECLINED" == alerts.charge(HANDSET, "ch_2", 20_000)
    assert {"ch_2": False} == settled


def test_stop_declines(sms, alerts, settled):
    """Who has opted out cannot approve."""
    alerts.payment_failed(HANDSET, "ABC")
    sms.handset(HANDSET).reply("STOP")

    assert "DECLINED" == alerts.charge(HANDSET, "ch_1", 10_000)
    assert {"ch_1": False} == settled


def test_failed_delivery_declines(sms, alerts, settled):
    """A question that does not arrive is a no."""
    sms.handset(HANDSET).behave(outcome="UNREACHABLE")
    alerts.charge(HANDSET, "ch_1", 10_000)
    sms.settle()

    assert [HANDSET] == alerts.decline_unanswered()
    assert {"ch_1": False} == settled


def test_throttled_question_is_repeated(sms, alerts, monkeypatch):
    """A throttled question arrives all the same."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    sms.faults.add("ThrottlingException", operation="SendTextMessage", times=2)

    assert "ASKED" == alerts.charge(HANDSET, "ch_1", 10_000)


def test_readme_shows_the_texts(sms, alerts):
    """The README shows what a customer reads."""
    alerts.payment_failed(HANDSET, "ABC")
    alerts.charge(HANDSET, "ch_1", 10_000)
    sms.handset(HANDSET).reply("N")
    alerts.handle_replies()
    alerts.refunded(HANDSET, 99.99)

    shown = "".join(f"{text.body}\n" for text in sms.handset(HANDSET).inbox)
    assert f"```text\n{shown}```" in README.read_text("utf-8")
