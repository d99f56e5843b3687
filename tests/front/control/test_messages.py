"""The control API over HTTP: health, and the messages of the inbox."""

from urllib.parse import quote

import pytest

from emulator import __version__
from emulator.testing import HANDSET, OTHER_HANDSET

MESSAGE = {
    "message_id", "direction", "channel", "account", "region", "from", "to", "body", "media", "status", "final", "history",
    "parts", "encoding", "price", "carrier_fee", "currency", "message_type", "configuration_set", "context", "country",
    "carrier", "requested_at", "operation",
}  # fmt: skip
"""The members that every message has. Source: the description of the control API"""


def bodies(answer):
    return [message["body"] for message in answer["messages"]]


class TestHealth:
    """GET /_emulator/health."""

    def test_tells_what_is_there(self, get):
        """It says the version, how much of each API is implemented, and how time moves."""
        health = get("health")

        assert {"status", "version", "services", "unavailable", "clock", "persistence"} == set(health)
        assert ("ok", __version__) == (health["status"], health["version"])
        coverage = health["services"]["pinpoint-sms-voice-v2"]
        assert 0 < coverage["implemented"] <= coverage["modelled"]
        assert "stepping" == health["clock"]["mode"]


class TestMessages:
    """GET and DELETE /_emulator/messages."""

    def test_has_every_member(self, get, send_text, number):
        """A message shows all that is known of it."""
        message_id = send_text("Hi", Context={"order": "17"})

        (message,) = get("messages")["messages"]
        assert MESSAGE <= set(message)
        shown = {name: message[name] for name in ("message_id", "direction", "channel", "from", "to", "body", "final")}
        assert {
            "message_id": message_id,
            "direction": "outbound",
            "channel": "sms",
            "from": number,
            "to": HANDSET,
            "body": "Hi",
            "final": True,
        } == shown
        assert ["SUCCESSFUL", "DELIVERED"] == [entry["status"] for entry in message["history"]]
        assert {"order": "17"} == message["context"]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", ["One", "Two", "STOP", "answer"]),
            (f"to={quote(HANDSET)}", ["One", "answer"]),
            (f"to={HANDSET.lstrip('+')}", ["One", "answer"]),
            (f"to={HANDSET}", ["One", "answer"]),
            (f"from={quote(HANDSET)}", ["STOP"]),
            ("channel=sms", ["One", "Two", "STOP", "answer"]),
            ("channel=voice", []),
            ("direction=inbound", ["STOP"]),
            ("direction=outbound", ["One", "Two", "answer"]),
            ("status=RECEIVED", ["STOP"]),
            ("status=BLOCKED", ["Two"]),
            ("contains=ne", ["One"]),
            ("account=123456789012", ["One", "Two", "STOP", "answer"]),
            ("account=210987654321", []),
            ("region=eu-west-1", []),
            ("since=2000-01-01T00:00:00Z", ["One", "Two", "STOP", "answer"]),
            ("since=2999-01-01T00:00:00Z", []),
            ("before=2000-01-01T01:00:00+01:00", []),
            ("before=2999-01-01", ["One", "Two", "STOP", "answer"]),
            ("direction=outbound&status=DELIVERED&contains=O", ["One"]),
        ],
    )
    def test_filters(self, sms, get, send_text, query, expected):
        """Each filter leaves what fits, oldest first; several must all fit."""
        sms.handset(OTHER_HANDSET).behave(outcome="BLOCKED")
        send_text("One")
        send_text("Two", to=OTHER_HANDSET)
        answer = sms.handset(HANDSET).reply("STOP")["reply"].lower()

        found = [body if body in ("One", "Two", "STOP") else "answer" for body in bodies(get(f"messages?{query}"))]

        assert answer
        assert expected == found

    def test_id_is_a_filter(self, get, send_text):
        """A message is found by its id."""
        send_text("One")
        message_id = send_text("Two")

        assert ["Two"] == bodies(get(f"messages?message_id={message_id}"))

    def test_since_is_inclusive_and_before_is_not(self, get, send_text, ask, freeze):
        """A message of exactly that time is `since` it, and not `before` it."""
        send_text("Hi")
        at = quote(freeze.isoformat())

        assert ["Hi"] == bodies(get(f"messages?since={at}"))
        assert [] == bodies(get(f"messages?before={at}"))

    def test_pages(self, get, send_text):
        """The cursor of a page leads to the next, until there is none."""
        for body in "ABCDE":
            send_text(body)

        pages, cursor = [], ""
        while cursor is not None:
            page = get(f"messages?limit=2{cursor and f'&after={cursor}'}")
            pages.append("".join(bodies(page)))
            cursor = page["next"]

        assert ["AB", "CD", "E"] == pages

    def test_full_last_page_has_no_next(self, get, send_text):
        """A page that ends with the last message has no cursor."""
        for body in "AB":
            send_text(body)

        assert get("messages?limit=2")["next"] is None

    def test_hundred_are_shown(self, sms, get, send_text, number, sms_client):
        """Without a limit a page has 100 messages."""
        for index in range(101):
            sms.handset(HANDSET).reply(f"Text {index}", to=number)

        page = get("messages")

        assert 100 == len(page["messages"])
        assert ["Text 100"] == bodies(get(f"messages?after={page['next']}"))

    def test_one_by_id(self, get, send_text, event_set):
        """One message is shown with the event records made of it, and where they went."""
        message_id = send_text("Hi", ConfigurationSetName=event_set)

        message = get(f"messages/{message_id}")

        assert "Hi" == message["body"]
        assert ["TEXT_SUCCESSFUL", "TEXT_DELIVERED"] == [event["event_type"] for event in message["events"]]
        assert ["DELIVERED"] == [delivery["status"] for delivery in message["events"][0]["deliveries"]]

    def test_unknown_id(self, ask):
        """A message that does not exist is not found."""
        assert (404, {"error": "no message none", "field": None}) == ask("GET", "messages/none")

    def test_delete_all(self, ask, get, send_text):
        """The inbox can be emptied; what is sent later is there."""
        send_text("One")
        send_text("Two")

        assert (200, {"deleted": 2}) == ask("DELETE", "messages")
        assert [] == get("messages")["messages"]
        send_text("Three")
        assert ["Three"] == bodies(get("messages"))

    def test_delete_some(self, ask, get, send_text):
        """With filters, only what fits is deleted."""
        send_text("One")
        send_text("Two", to=OTHER_HANDSET)

        assert (200, {"deleted": 1}) == ask("DELETE", f"messages?to={HANDSET}")
        assert ["Two"] == bodies(get("messages"))
