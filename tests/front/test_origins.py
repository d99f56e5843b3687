"""Pages of other origins cannot change anything through the user's browser."""

import http.client
import json
from urllib.parse import urlsplit

import pytest

STRANGER = "http://evil.example"


@pytest.fixture
def visit(sms_server):
    """Asks the control API as a browser does: gives the status and the answer's JSON."""

    def call(method, path, **headers):
        connection = http.client.HTTPConnection(urlsplit(sms_server.endpoint_url).netloc, timeout=20)
        try:
            connection.request(method, path, "{}", {name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    return call


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": STRANGER},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site", "Origin": STRANGER},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/_emulator/reset"),
        ("PUT", "/_emulator/account"),
        ("DELETE", "/_emulator/messages"),
        ("DELETE", "/_aws/sns/sms-messages"),
    ],
)
def test_strangers_change_nothing(visit, sms, send_text, method, path, headers):
    """A page from elsewhere gets 403 in JSON, and what it wanted to do has not happened."""
    send_text("Kept")

    status, answer = visit(method, path, **headers)

    assert (403, None) == (status, answer["field"])
    assert "refused: only programs and the emulator's own page may change anything" in answer["error"]
    assert ["Kept"] == [message.body for message in sms.inbox.messages()]


@pytest.mark.parametrize("headers", [{}, {"Sec_Fetch_Site": "same-origin"}, {"Sec_Fetch_Site": "none"}])
def test_programs_and_the_page_itself_pass(visit, sms, send_text, headers):
    """Programs, which send no Origin header, and the page of this server may change everything."""
    send_text("Gone")

    assert (200, {"reset": True}) == visit("POST", "/_emulator/reset", **headers)
    assert [] == sms.inbox.messages()


def test_own_origin_passes(visit, sms_server):
    """A browser without fetch metadata names the origin of the page, which is this server."""
    assert 200 == visit("POST", "/_emulator/settle", Origin=sms_server.endpoint_url)[0]


def test_strangers_may_ask(visit):
    """A question changes nothing; that a foreign page cannot read the answer is the browser's doing."""
    assert 200 == visit("GET", "/_emulator/health", Origin=STRANGER)[0]
