from pathlib import Path

import app
import pytest
from moto import mock_aws

from emulator.testing import HANDSET, provision

README = Path(__file__).with_name("README.md")


@pytest.fixture
def codes(sms, monkeypatch):
    """The application, on the emulator's clock; moto answers DynamoDB and SQS."""
    with mock_aws():
        made = provision("Phone", NumberCapabilities=["SMS", "VOICE"])
        for name, value in {**made.environment, "CODE_KEY": "secret"}.items():
            monkeypatch.setenv(name, value)
        yield app.OneTimeCodes(now=lambda: sms.clock.now)


def test_code_works_once(sms, codes):
    """The code on the phone opens the door once."""
    codes.send(HANDSET)

    code = sms.inbox.code(to=HANDSET)
    assert [True, False] == [codes.check(HANDSET, code), codes.check(HANDSET, code)]


def test_attempts_run_out(sms, codes):
    """After five wrong codes the right one is refused."""
    codes.send(HANDSET)
    code = sms.inbox.code(to=HANDSET)

    wrong = [codes.check(HANDSET, "x") for _ in range(5)]

    assert [False] * 5 == wrong
    assert not codes.check(HANDSET, code)


def test_late_code_is_refused(sms, codes):
    """Ten minutes later the code has expired."""
    codes.send(HANDSET)
    code = sms.inbox.code(to=HANDSET)

    sms.clock.advance(minutes=10)

    assert not codes.check(HANDSET, code)


def test_new_code_replaces_the_old_one(sms, codes):
    """Only the newest code counts."""
    codes.send(HANDSET)
    first = sms.inbox.code(to=HANDSET)
    codes.send(HANDSET)

    assert [False, True] == [codes.check(HANDSET, first), codes.check(HANDSET, sms.inbox.code(to=HANDSET))]


def test_stop_is_explained(sms, codes):
    """Who has replied STOP is told why no code comes, and no code waits for them."""
    codes.send(HANDSET)
    sms.handset(HANDSET).reply("STOP")

    with pytest.raises(app.CannotSend, match="opted out"):
        codes.send(HANDSET)

    assert not codes.check(HANDSET, sms.inbox.code(to=HANDSET))


def test_invalid_number_is_explained(codes):
    """What cannot be a number is refused with a sentence for the user."""
    with pytest.raises(app.CannotSend, match="not a valid phone number"):
        codes.send("home")


def test_failed_delivery_is_followed_by_a_call(sms, codes):
    """A text that cannot be delivered is followed by a call with another code."""
    sms.handset(HANDSET).behave(outcome="UNREACHABLE")
    codes.send(HANDSET)
    sms.settle()

    called = codes.call_undelivered()

    spoken = sms.inbox.wait(to=HANDSET, channel="voice").body
    assert [HANDSET] == called
    assert codes.check(HANDSET, "".join(filter(str.isdigit, spoken))[:6])


def test_throttled_send_is_repeated(sms, codes, monkeypatch):
    """A throttled request is repeated, and one code arrives."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    sms.faults.add("ThrottlingException", operation="SendTextMessage", times=2)

    codes.send(HANDSET)

    assert 1 == len(sms.handset(HANDSET).inbox)


def test_readme_shows_what_it_prints(sms, codes, capsys):
    """The README shows these commands and what they print."""
    app.main("send", HANDSET)
    app.main("check", HANDSET, "000000x")
    app.main("check", HANDSET, sms.inbox.code(to=HANDSET))
    sms.handset(HANDSET).reply("STOP")
    app.main("send", HANDSET)

    assert f"```text\n{capsys.readouterr().out}```" in README.read_text("utf-8")
