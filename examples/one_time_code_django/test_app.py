from pathlib import Path

import pytest

from emulator.testing import HANDSET, lease_number

pytest.importorskip("django")
import app
from django.core.cache import cache
from django.test import Client

README = Path(__file__).with_name("README.md")


@pytest.fixture
def web(sms, sms_client, monkeypatch):
    """Django's test client of the application."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("ORIGINATION_IDENTITY", lease_number(sms_client)["PhoneNumber"])
    cache.clear()
    app.sms.cache_clear()
    return Client()


def log_in(web, code):
    return web.post("/sessions", {"phone": HANDSET, "code": code})


def test_code_logs_in_once(sms, web):
    """The code on the phone logs in, once."""
    assert 202 == web.post("/codes", {"phone": HANDSET}).status_code
    code = sms.inbox.code(to=HANDSET)

    assert [201, 401] == [log_in(web, code).status_code, log_in(web, code).status_code]


def test_attempts_run_out(sms, web):
    """After five wrong codes the right one is refused."""
    web.post("/codes", {"phone": HANDSET})
    for _ in range(5):
        log_in(web, "x")

    assert 401 == log_in(web, sms.inbox.code(to=HANDSET)).status_code


def test_stop_is_a_conflict(sms, web):
    """Who has opted out reads so."""
    web.post("/codes", {"phone": HANDSET})
    sms.handset(HANDSET).reply("STOP")

    assert 409 == web.post("/codes", {"phone": HANDSET}).status_code


def test_invalid_phone_is_refused(web):
    """What AWS does not take as a number is a bad request."""
    assert 400 == web.post("/codes", {"phone": "home"}).status_code


def test_throttling_is_temporary(sms, web, monkeypatch):
    """While AWS throttles, the client is told when to try again."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    sms.faults.add("ThrottlingException", operation="SendTextMessage")

    assert (503, "60") == ((answer := web.post("/codes", {"phone": HANDSET})).status_code, answer["Retry-After"])


def test_readme_shows_the_answers(sms, web):
    """The README shows the answers to a wrong code and to the right one."""
    web.post("/codes", {"phone": HANDSET})
    answers = [log_in(web, "x"), log_in(web, sms.inbox.code(to=HANDSET))]

    shown = "".join(f"{answer.status_code} {answer.content.decode()}\n" for answer in answers)
    assert f"```text\n{shown}```" in README.read_text("utf-8")
