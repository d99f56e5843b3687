from pathlib import Path

import app
import pytest
from moto import mock_aws

from emulator.testing import HANDSET, OTHER_HANDSET, provision

README = Path(__file__).with_name("README.md")
ALERT = "Database down"


@pytest.fixture
def number(sms, monkeypatch):
    """A two-way number that calls; moto answers SNS and SQS."""
    with mock_aws():
        made = provision(NumberCapabilities=["SMS", "VOICE"])
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        yield made.number


@pytest.fixture
def acks():
    """Who replies what, after how many seconds; for a test to fill."""
    return {}


@pytest.fixture
def service(sms, number, acks):
    """The application, sleeping on the emulator's clock."""
    start = sms.clock.now

    def sleep(seconds):
        sms.clock.advance(seconds=seconds)
        for after in [after for after in acks if (sms.clock.now - start).total_seconds() >= after]:
            phone, body = acks.pop(after)
            sms.handset(phone).reply(body, to=number)

    return app.AlertService(sleep=sleep)


def calls(sms):
    return [message.to for message in sms.inbox.messages(channel="voice")]


def test_acknowledged_alert_is_not_called(sms, service, acks):
    """Who answers ACK within five minutes is not called."""
    acks[60] = (HANDSET, "Ack!")

    assert {HANDSET: "acknowledged"} == service.send_critical_alert(ALERT, [HANDSET])
    assert [] == calls(sms)


def test_silent_recipient_is_called(sms, service, acks):
    """Who does not answer is called, the others are not."""
    acks[60] = (HANDSET, "ACK")

    results = service.send_critical_alert(ALERT, [HANDSET, OTHER_HANDSET])

    assert {HANDSET: "acknowledged", OTHER_HANDSET: "called"} == results
    assert [OTHER_HANDSET] == calls(sms)


@pytest.mark.parametrize("reply", [(400, "ACK"), (60, "who is this?")], ids=["late", "other"])
def test_other_answers_do_not_count(sms, service, acks, reply):
    """A late ACK and another text do not spare the recipient the call."""
    acks[reply[0]] = (HANDSET, reply[1])

    assert {HANDSET: "called"} == service.send_critical_alert(ALERT, [HANDSET])


def test_opted_out_recipient_is_reported(sms, service, number):
    """Who has opted out is reported with the reason, and the next recipient is alerted."""
    sms.handset(HANDSET).reply("STOP", to=number)

    results = service.send_critical_alert(ALERT, [HANDSET, OTHER_HANDSET])

    assert {HANDSET: "DESTINATION_PHONE_NUMBER_OPTED_OUT", OTHER_HANDSET: "called"} == results


def test_undelivered_text_is_followed_by_the_call(sms, service):
    """A text that fails is no acknowledgement."""
    sms.carriers.rule(outcome="UNREACHABLE", channel="sms")

    assert {HANDSET: "called"} == service.send_critical_alert(ALERT, [HANDSET])


def test_throttled_alert_is_repeated(sms, service, acks, monkeypatch):
    """A throttled text is repeated."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    sms.faults.add("ThrottlingException", operation="SendTextMessage", times=2)
    acks[60] = (HANDSET, "ACK")

    assert {HANDSET: "acknowledged"} == service.send_critical_alert(ALERT, [HANDSET])


def test_readme_shows_what_it_prints(service, acks, capsys, monkeypatch):
    """The README shows what it prints."""
    monkeypatch.setattr(app, "AlertService", lambda: service)
    acks[60] = (HANDSET, "ACK")

    app.main(ALERT, HANDSET, OTHER_HANDSET)

    assert f"```text\n{capsys.readouterr().out}```" in README.read_text("utf-8")
