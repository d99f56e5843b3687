from pathlib import Path

import pytest
from moto import mock_aws

from emulator.testing import HANDSET, provision

pytest.importorskip("fastapi")
testclient = pytest.importorskip("fastapi.testclient")
import app  # noqa: E402, which needs FastAPI

README = Path(__file__).with_name("README.md")


@pytest.fixture
def web(sms, monkeypatch):
    """A client of the application, on the emulator's clock; moto answers DynamoDB."""
    with mock_aws():
        for name, value in {**provision("Phone").environment, "CODE_KEY": "secret"}.items():
            monkeypatch.setenv(name, value)
        made = app.Codes(now=lambda: sms.clock.now)
        app.app.dependency_overrides[app.codes] = lambda: made
        with testclient.TestClient(app.app) as client:
            yield client
        app.app.dependency_overrides.clear()


def log_in(web, code):
    return web.post("/sessions", json={"phone": HANDSET, "code": code})


def test_code_logs_in_once(sms, web):
    """The code on the phone logs in, once."""
    assert 202 == web.post("/codes", json={"phone": HANDSET}).status_code
    code = sms.inbox.code(to=HANDSET)

    assert [201, 401] == [log_in(web, code).status_code, log_in(web, code).status_code]


def test_late_code_is_refused(sms, web):
    """Ten minutes later the code has expired."""
    web.post("/codes", json={"phone": HANDSET})
    sms.clock.advance(minutes=10)

    assert 401 == log_in(web, sms.inbox.code(to=HANDSET)).status_code


def test_stop_is_a_conflict(sms, web):
    """Who has opted out reads so."""
    web.post("/codes", json={"phone": HANDSET})
    sms.handset(HANDSET).reply("STOP")

    assert 409 == web.post("/codes", json={"phone": HANDSET}).status_code


def test_throttling_is_temporary(sms, web, monkeypatch):
    """While AWS throttles, the client is told when to try again."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    sms.faults.add("ThrottlingException", operation="SendTextMessage")

    answer = web.post("/codes", json={"phone": HANDSET})

    assert (503, "60") == (answer.status_code, answer.headers["Retry-After"])


def test_invalid_phone_is_refused(web):
    """What is not a phone number never reaches AWS."""
    assert 422 == web.post("/codes", json={"phone": "home"}).status_code


def test_readme_shows_the_answers(sms, web):
    """The README shows three requests and their answers."""
    web.post("/codes", json={"phone": HANDSET})
    answers = [log_in(web, "000000") if sms.inbox.code(to=HANDSET) != "000000" else log_in(web, "000001")]
    answers.append(log_in(web, sms.inbox.code(to=HANDSET)))

    shown = "".join(f"{answer.status_code} {answer.text}\n" for answer in answers)
    assert f"```text\n{shown}```" in README.read_text("utf-8")
