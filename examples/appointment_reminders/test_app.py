from datetime import datetime, timedelta, timezone
from pathlib import Path

import app
import pytest
from moto import mock_aws

from emulator.testing import HANDSET, provision

README = Path(__file__).with_name("README.md")


@pytest.fixture
def at(sms):
    """The time of an appointment in ten days, at two in the afternoon."""
    return (sms.clock.now + timedelta(days=10)).replace(hour=14, minute=0, second=0, microsecond=0)


@pytest.fixture
def reminders(sms, monkeypatch, at):
    """The application with one appointment, on the emulator's clock; moto answers DynamoDB and SQS."""
    with mock_aws():
        for name, value in provision("Phone").environment.items():
            monkeypatch.setenv(name, value)
        made = app.Reminders(now=lambda: sms.clock.now)
        made.book(HANDSET, at)
        yield made


def wait_until(sms, time):
    sms.clock.advance(seconds=(time - sms.clock.now).total_seconds())


def read(sms):
    return [message.body for message in sms.handset(HANDSET).inbox]


def test_nothing_is_sent_early(sms, reminders):
    """Ten days before nothing is due."""
    assert [] == reminders.send_due()


def test_confirmed_appointment(sms, reminders, at):
    """A week before, a day before and after it the patient is texted, once each; the answers are stored."""
    wait_until(sms, at - timedelta(days=7))
    assert [(HANDSET, "week")] == reminders.send_due()
    assert [] == reminders.send_due()
    sms.handset(HANDSET).reply("confirm")
    assert {HANDSET: "CONFIRMED"} == reminders.handle_replies()
    wait_until(sms, at - timedelta(days=1))
    assert [(HANDSET, "day")] == reminders.send_due()
    wait_until(sms, at + timedelta(hours=2))
    assert [(HANDSET, "survey")] == reminders.send_due()
    sms.handset(HANDSET).reply("Y")
    assert {HANDSET: "HAPPY"} == reminders.handle_replies()

    assert ["Your app", "Thank yo", "Tomorrow", "How was ", "Thank yo"] == [body[:8] for body in read(sms)]


def test_cancelled_appointment(sms, reminders, at):
    """Who answers NO is not reminded again."""
    wait_until(sms, at - timedelta(days=7))
    reminders.send_due()

    sms.handset(HANDSET).reply("No")

    assert {HANDSET: "CANCELLED"} == reminders.handle_replies()
    wait_until(sms, at - timedelta(days=1))
    assert [] == reminders.send_due()


def test_late_answer_is_explained(sms, reminders, at):
    """A CONFIRM after the visit changes nothing."""
    wait_until(sms, at + timedelta(hours=2))
    reminders.send_due()

    sms.handset(HANDSET).reply("CONFIRM")

    assert {} == reminders.handle_replies()
    assert "did not understand" in read(sms)[-1]


def test_stop_is_reported(sms, reminders, at, capsys):
    """Who has opted out is not texted, and the practice learns of it."""
    wait_until(sms, at - timedelta(days=7))
    reminders.send_due()
    sms.handset(HANDSET).reply("STOP")

    wait_until(sms, at - timedelta(days=1))

    assert [] == reminders.send_due()
    assert f"Not sent to {HANDSET}: DESTINATION_PHONE_NUMBER_OPTED_OUT\n" == capsys.readouterr().out


def test_missed_run_is_not_made_up_for(sms, reminders, at):
    """A scheduler that was down for a day sends no reminder that is no longer true."""
    wait_until(sms, at - timedelta(days=6))

    assert [] == reminders.send_due()


def test_readme_shows_what_it_prints(sms, reminders, at, capsys, monkeypatch):
    """The README shows what the hourly runs of a week print."""
    monkeypatch.setattr(app, "Reminders", lambda: reminders)
    wait_until(sms, at - timedelta(days=7))
    app.main()
    sms.handset(HANDSET).reply("CONFIRM")
    app.main()
    wait_until(sms, at - timedelta(days=1))
    app.main()

    assert f"```text\n{capsys.readouterr().out}```" in README.read_text("utf-8")


def test_times_are_written_out(sms, reminders):
    """A date is written as people read it."""
    reminders.book(HANDSET, datetime(2036, 4, 8, 14, 0, tzinfo=timezone.utc))
    wait_until(sms, datetime(2036, 4, 1, 14, 0, tzinfo=timezone.utc))

    reminders.send_due()

    assert ["Your appointment: Tue 08 Apr, 14:00 at Medical Center. Reply CONFIRM, or NO to cancel"] == read(sms)
