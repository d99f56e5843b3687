from pathlib import Path

import app
import pytest
from moto import mock_aws

from emulator.testing import HANDSET, OTHER_HANDSET, provision

README = Path(__file__).with_name("README.md")
MANAGER, TEAM = OTHER_HANDSET, "+14255550102"
ALERT = "DB-PROD down"
ASK = {
    "start": "ask",
    "steps": {
        "ask": {"say": "{message} Press 1 to acknowledge.", "gather_digits": 1, "on": {"1": "thanks"}, "repeat": 2},
        "thanks": {"say": "Thank you."},
    },
}


@pytest.fixture
def number(sms, monkeypatch):
    """A two-way number that calls, the people and the table; moto answers DynamoDB and SQS."""
    with mock_aws():
        made = provision("Alert", NumberCapabilities=["SMS", "VOICE"])
        people = {"ON_CALL": HANDSET, "MANAGER": MANAGER, "TEAM": TEAM}
        for name, value in {**made.environment, **people}.items():
            monkeypatch.setenv(name, value)
        yield made.number


@pytest.fixture
def escalation(sms, number):
    """The application, on the emulator's clock."""
    return app.Escalation(now=lambda: sms.clock.now)


def received(sms, phone):
    return [message.channel for message in sms.inbox.messages(to=phone, direction="outbound")]


def test_acknowledged_at_once(sms, escalation):
    """An ACK within five minutes ends it: nobody is called, the manager and the team are told."""
    escalation.raise_alert(ALERT)
    sms.handset(HANDSET).reply("ack")

    assert [(ALERT, HANDSET)] == escalation.handle_replies()
    sms.clock.advance(minutes=10)
    assert [] == escalation.escalate()
    assert (["sms"], ["sms"], ["sms"]) == tuple(received(sms, phone) for phone in (HANDSET, MANAGER, TEAM))


def test_silence_is_followed_by_a_call_and_the_manager(sms, escalation):
    """After five minutes the engineer is called, after ten the manager is called and texted; each step once."""
    escalation.raise_alert(ALERT)
    sms.clock.advance(minutes=5)
    assert [(ALERT, "call", "ON_CALL")] == escalation.escalate()
    assert [] == escalation.escalate()
    sms.clock.advance(minutes=5)
    assert [(ALERT, "call", "MANAGER"), (ALERT, "text", "MANAGER")] == escalation.escalate()
    sms.handset(MANAGER).reply("ACK")
    assert [(ALERT, MANAGER)] == escalation.handle_replies()


def test_same_alert_is_raised_once(escalation):
    """A monitoring system that repeats itself opens one alert."""
    assert [True, False] == [escalation.raise_alert(ALERT), escalation.raise_alert(ALERT)]


def test_stranger_cannot_acknowledge(sms, escalation, number):
    """An ACK of somebody who was not told changes nothing."""
    escalation.raise_alert(ALERT)
    sms.handset(TEAM).reply("ACK", to=number)

    assert [] == escalation.handle_replies()
    sms.clock.advance(minutes=5)
    assert [(ALERT, "call", "ON_CALL")] == escalation.escalate()


def test_opted_out_engineer_does_not_stop_it(sms, escalation, number, capsys):
    """STOP by the engineer is reported, and the manager learns of the alert all the same."""
    sms.handset(HANDSET).reply("STOP", to=number)
    escalation.raise_alert(ALERT)
    sms.clock.advance(minutes=10)
    escalation.escalate()

    assert f"{HANDSET}: DESTINATION_PHONE_NUMBER_OPTED_OUT" in capsys.readouterr().err
    assert {"sms", "voice"} == set(received(sms, MANAGER))


def test_throttled_alert_is_repeated(sms, escalation, monkeypatch):
    """A throttled text is repeated."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    sms.faults.add("ThrottlingException", operation="SendTextMessage", times=2)
    escalation.raise_alert(ALERT)

    assert ["sms"] == received(sms, HANDSET)


def test_press_1_to_acknowledge(sms, escalation, number):
    """Where a call gathers keys, as in Amazon Connect, a 1 acknowledges."""
    sms.calls.instruct(number, ASK)
    sms.handset(HANDSET).behave(presses=["1"])
    escalation.raise_alert(ALERT)
    sms.clock.advance(minutes=5)
    escalation.escalate()
    call = sms.inbox.wait(to=HANDSET, channel="voice", status="COMPLETED")

    assert "1" == sms.calls.show(call.message_id)["digits"]
    assert [ALERT] == escalation.acknowledge(HANDSET)


def test_readme_shows_what_it_prints(sms, escalation, capsys, monkeypatch):
    """The README shows the runs of an alert."""
    monkeypatch.setattr(app, "Escalation", lambda: escalation)
    app.main(ALERT)
    sms.clock.advance(minutes=5)
    app.main()
    sms.handset(HANDSET).reply("ACK")
    app.main()

    assert f"```text\n{capsys.readouterr().out}```" in README.read_text("utf-8")
