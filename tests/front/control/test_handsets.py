"""The control API over HTTP: handsets and carrier rules."""

from datetime import datetime, timedelta

import pytest

from emulator.testing import HANDSET, OTHER_HANDSET


class TestHandsets:
    """/_emulator/handsets/{number}."""

    UNTOUCHED = {
        "number": HANDSET,
        "outcome": None,
        "description": None,
        "delay_seconds": 0,
        "answers": "answer",
        "carrier": None,
        "rcs": True,
        "reads_rcs": False,
        "presses": [],
        "says": None,
        "whatsapp": True,
        "reads_whatsapp": False,
        "whatsapp_name": None,
        "whatsapp_marketing": True,
        "whatsapp_blocks": [],
        "whatsapp_error": None,
    }

    def test_untouched(self, get):
        """A handset without settings has the default behaviour."""
        assert self.UNTOUCHED == get(f"handsets/{HANDSET}")

    def test_change(self, ask, get):
        """The fields of a PUT are changed, and the others stay."""
        first = {"outcome": "BLOCKED", "description": "Gone", "delay_seconds": 1.5, "carrier": "KDDI"}
        ask("PUT", f"handsets/{HANDSET}", first)

        status, shown = ask("PUT", f"handsets/{HANDSET}", {"answers": "busy", "rcs": False, "reads_rcs": True})

        expected = self.UNTOUCHED | first | {"answers": "busy", "rcs": False, "reads_rcs": True}
        assert (200, expected) == (status, shown)
        assert expected == get(f"handsets/{HANDSET}")

    def test_what_was_got_can_be_put(self, ask, get):
        """The answer of a GET is accepted by PUT, and changes nothing."""
        assert (200, self.UNTOUCHED) == ask("PUT", f"handsets/{HANDSET}", get(f"handsets/{HANDSET}"))

    def test_behaviour_takes_effect(self, ask, get, send_text):
        """Messages to the handset end in its outcome, after its delay, with its description."""
        ask("PUT", f"handsets/{HANDSET}", {"outcome": "BLOCKED", "description": "Gone", "delay_seconds": 30})
        send_text("Hi")

        (message,) = get("messages")["messages"]
        (entry,) = message["history"]
        assert ("BLOCKED", "Gone") == (entry["status"], entry["description"])
        later = datetime.fromisoformat(entry["at"][:-1]) - datetime.fromisoformat(message["requested_at"][:-1])
        assert timedelta(seconds=30) <= later < timedelta(seconds=31)

    def test_reply(self, ask, send_text, number):
        """The answer to a text from a handset says what became of it."""
        send_text("Hi")

        status, answer = ask("POST", f"handsets/{HANDSET}/messages", {"to": number, "body": "STOP"})

        assert 201 == status
        assert {"inbound_message_id", "keyword", "action", "reply"} == set(answer)
        assert ("STOP", "OPT_OUT") == (answer["keyword"], answer["action"])

    def test_reply_to_whoever_wrote_last(self, ask, get, send_text, number):
        """Without `to` a text goes to the number that wrote last."""
        send_text("Hi")

        ask("POST", f"handsets/{HANDSET}/messages", {"body": "Thanks"})

        assert [number] == [message["to"] for message in get("messages?direction=inbound")["messages"]]

    def test_text_without_a_keyword(self, ask, number):
        """Text without a keyword is not answered."""
        _, answer = ask("POST", f"handsets/{HANDSET}/messages", {"to": number, "body": "Thanks"})

        assert (None, None, None) == (answer["keyword"], answer["action"], answer["reply"])

    @pytest.mark.parametrize(
        ("query", "to", "error"),
        [
            ("", "+12065550999", "no account has the number +12065550999"),
            ("?account=210987654321", None, "account 210987654321 does not have the number "),
            ("?region=eu-west-1", None, "no account has the number "),
        ],
    )
    def test_number_of_nobody(self, ask, get, number, query, to, error):
        """A text to a number that the account does not have is not found, and nothing is kept of it."""
        status, answer = ask("POST", f"handsets/{HANDSET}/messages{query}", {"to": to or number, "body": "Hi"})

        assert (404, None) == (status, answer["field"])
        assert error in answer["error"]
        assert [] == get("messages")["messages"]

    @pytest.mark.parametrize("written", ["+14255550100", "14255550100", "%2B14255550100", "%2B1%20425-555-0100"])
    def test_ways_to_write_a_number(self, get, written):
        """The number in a path may lack its plus, or contain spaces and dashes."""
        assert HANDSET == get(f"handsets/{written}")["number"]


class TestRules:
    """/_emulator/carriers/rules."""

    def test_are_kept_in_order(self, ask, get):
        """The rules are shown in order with every member."""
        rules = [{"match": {"country": "US", "contains": "spam"}, "outcome": "SPAM", "times": 2}, {"outcome": "BLOCKED"}]

        status, shown = ask("PUT", "carriers/rules", rules)

        unsaid = {"probability": 1.0, "delay_seconds": 0, "via": [], "receipts": 1}
        assert 200 == status
        assert shown == get("carriers/rules")
        assert [
            {"match": rules[0]["match"], "outcome": "SPAM", "times": 2} | unsaid,
            {"match": {}, "outcome": "BLOCKED", "times": None} | unsaid,
        ] == shown

    def test_what_was_got_can_be_put(self, ask, get):
        """The answer of a GET is accepted by PUT, and changes nothing."""
        ask("PUT", "carriers/rules", [{"outcome": "BLOCKED"}])

        assert (200, get("carriers/rules")) == ask("PUT", "carriers/rules", get("carriers/rules"))

    def test_first_that_matches_wins(self, ask, get, send_text):
        """A rule decides as often as it may; then the next one does."""
        ask("PUT", "carriers/rules", [{"outcome": "SPAM", "times": 1}, {"match": {"to": HANDSET}, "outcome": "BLOCKED"}])

        for _ in range(2):
            send_text("Hi")
        send_text("Hi", to=OTHER_HANDSET)

        assert ["SPAM", "BLOCKED", "DELIVERED"] == [message["status"] for message in get("messages")["messages"]]

    @pytest.mark.parametrize(
        "match",
        [{"country": "US"}, {"channel": "sms"}, {"contains": "code"}, {"to": HANDSET.lstrip("+")}, {"carrier": "Orange"}],
    )
    def test_each_member_matches(self, ask, get, send_text, match):
        """A rule is about what all its members say."""
        ask("PUT", f"handsets/{HANDSET}", {"carrier": "Orange"})
        ask("PUT", "carriers/rules", [{"match": match, "outcome": "SPAM"}])

        send_text("Your code")

        assert ["SPAM"] == [message["status"] for message in get("messages")["messages"]]

    def test_sender_matches(self, ask, get, send_text, number):
        """A rule may be about the number that sends."""
        ask("PUT", "carriers/rules", [{"match": {"from": number}, "outcome": "SPAM"}])

        send_text("Hi")

        assert ["SPAM"] == [message["status"] for message in get("messages")["messages"]]

    def test_probability(self, ask, get, send_text):
        """A rule that is sure never to be drawn changes nothing."""
        ask("PUT", "carriers/rules", [{"outcome": "SPAM", "probability": 0}])

        send_text("Hi")

        assert ["DELIVERED"] == [message["status"] for message in get("messages")["messages"]]
