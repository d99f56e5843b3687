"""The files of the page, and the parts of the control API that it needs."""

import http.client
import re
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from emulator.telecom.carriers import TEXT_OUTCOMES
from emulator.testing import lease_number

HANDSET, OTHER_HANDSET = "+14255550100", "+14255550101"
UI = Path(__file__).parents[3] / "emulator" / "front" / "ui"


@pytest.mark.parametrize(
    ("path", "content_type", "file"),
    [
        ("", "text/html", "index.html"),
        ("ui/app.js", "text/javascript", "app.js"),
        ("ui/views/messages.js", "text/javascript", "views/messages.js"),
        ("ui/styles/base.css", "text/css", "styles/base.css"),
        ("ui/docs.css", "text/css", "docs.css"),
    ],
)
def test_page_is_served(sms_server, path, content_type, file):
    """The page and its assets are served as they are, with the types that browsers insist on."""
    with urllib.request.urlopen(f"{sms_server.endpoint_url}/_emulator/{path}") as response:
        body = response.read()

    assert content_type == response.headers.get_content_type()
    assert (UI / file).read_bytes() == body


def test_page_asks_for_nothing_from_elsewhere():
    """No asset names another host, but for the namespace of SVG."""
    text = "".join(file.read_text(encoding="utf-8") for kind in ("js", "css", "html") for file in UI.rglob(f"*.{kind}"))

    assert {"http://www.w3.org"} == set(re.findall(r"\w+://[\w.]+", text))


def test_handsets_are_listed_by_who_wrote_last(control, send_text):
    """Each handset is listed once, with its newest message, the latest first; a cursor leads to the next page."""
    send_text("One")
    send_text("Two", to=OTHER_HANDSET)
    send_text("Three")

    _, first = control("GET", "handsets?limit=1")
    _, second = control("GET", "handsets?limit=1&after=" + urllib.parse.quote(first["next"]))

    assert [(HANDSET, "Three")] == [(row["number"], row["last"]["body"]) for row in first["handsets"]]
    assert [(OTHER_HANDSET, "Two")] == [(row["number"], row["last"]["body"]) for row in second["handsets"]]
    assert second["next"] is None


@pytest.mark.parametrize("wanted", ["pear", "PEAR", "5550101", "delivered"])
def test_handsets_are_searched(control, sms, send_text, wanted):
    """A search finds the newest message that has the text in body, number or status, in whatever case."""
    send_text("Pears", to=OTHER_HANDSET)
    sms.handset(OTHER_HANDSET).behave(outcome="NO_RECEIPT")
    sms.handset(HANDSET).behave(outcome="NO_RECEIPT")
    send_text("Apples")

    _, answer = control("GET", f"handsets?contains={wanted}")

    assert [(OTHER_HANDSET, "Pears")] == [(row["number"], row["last"]["body"]) for row in answer["handsets"]]


def test_conversation_is_read_from_its_end(control, sms, send_text):
    """A conversation holds both directions, oldest first; the newest page comes first, and a cursor leads back."""
    send_text("One")
    sms.handset(HANDSET).reply("Two")
    send_text("Three")
    send_text("Elsewhere", to=OTHER_HANDSET)

    _, newest = control("GET", f"handsets/{HANDSET}/messages?limit=2")
    _, older = control("GET", f"handsets/{HANDSET}/messages?limit=2&before={newest['previous']}")

    assert ["Two", "Three"] == [message["body"] for message in newest["messages"]]
    assert ["One"] == [message["body"] for message in older["messages"]]
    assert older["previous"] is None


@pytest.mark.parametrize(
    "path", [f"handsets/{HANDSET}/messages?before=nothing", "handsets?after=nothing", "handsets?limit=0"]
)
def test_senseless_pages_are_refused(control, path):
    """An invalid cursor and a limit of 0 are answered 400 with the name of the field."""
    status, answer = control("GET", path)

    assert (400, path.partition("?")[2].partition("=")[0]) == (status, answer["field"])


def test_numbers_that_can_be_written_to_are_listed(control, client, request_number):
    """The numbers of all accounts are listed with whose they are."""
    mine = request_number()["PhoneNumber"]
    other = lease_number(client("pinpoint-sms-voice-v2", account="210987654321", region="eu-west-1"), NumberType="TOLL_FREE")

    _, answer = control("GET", "numbers")

    assert [(mine, "123456789012", "us-east-1"), (other["PhoneNumber"], "210987654321", "eu-west-1")] == [
        (row["number"], row["account"], row["region"]) for row in answer["numbers"]
    ]


def test_outcomes_are_listed(control):
    """The outcomes that a handset may be given are those that are listed."""
    _, outcomes = control("GET", "carriers/outcomes")

    assert sorted(TEXT_OUTCOMES) == outcomes
    assert {200} == {control("PUT", f"handsets/{HANDSET}", {"outcome": outcome})[0] for outcome in outcomes}


def test_pending_can_be_cut_short(control, sms, send_text):
    """The clock shows as much of the future as is asked for, and always how much there is."""
    sms.clock.freeze()
    for _ in range(3):
        send_text()

    _, answer = control("GET", "clock?limit=2")

    assert (2, 3) == (len(answer["pending"]), answer["pending_count"])


def test_stream_tells_what_no_message_tells(control, sms_server):
    """A listener receives moves of the clock, deletions of messages and resets."""
    connection = http.client.HTTPConnection(sms_server.host, sms_server.port, timeout=10)
    connection.request("GET", "/_emulator/stream")
    stream = connection.getresponse()
    opening = [stream.readline() for _ in range(3)]

    control("POST", "clock", {"advance_seconds": 60})
    control("POST", "settle", {})
    control("DELETE", "messages")
    control("POST", "reset", {})
    heard = [stream.readline() for _ in range(4 * 3)][::3]
    connection.close()

    assert b"event: clock\n" == opening[0]
    assert [b"event: clock\n", b"event: clock\n", b"event: deleted\n", b"event: reset\n"] == heard
