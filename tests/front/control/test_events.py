"""The control API over HTTP: events, costs, the state and the reset."""

import pytest

from emulator import __version__
from emulator.testing import HANDSET, OTHER_HANDSET


def bodies(answer):
    return [message["body"] for message in answer["messages"]]


class TestEvents:
    """GET /_emulator/events."""

    @pytest.fixture
    def two_texts(self, send_text, event_set):
        """Ids of a text with a configuration set, and of one without."""
        return send_text("One", ConfigurationSetName=event_set), send_text("Two", to=OTHER_HANDSET)

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", 4),
            ("event_type=TEXT_DELIVERED", 2),
            ("destination=events/to-sns", 2),
            ("destination=none", 0),
            ("account=123456789012&region=us-east-1", 4),
            ("account=210987654321", 0),
            ("region=eu-west-1", 0),
        ],
    )
    def test_filters(self, get, two_texts, query, expected):
        """Each filter leaves what fits; a record is made whether or not it has a destination."""
        assert expected == len(get(f"events?{query}")["events"])

    def test_of_one_message(self, get, two_texts):
        """The events of a message are listed with their records and deliveries."""
        events = get(f"events?message_id={two_texts[0]}")["events"]

        assert ["TEXT_SUCCESSFUL", "TEXT_DELIVERED"] == [event["event_type"] for event in events]
        assert {two_texts[0]} == {event["message_id"] for event in events} == {e["record"]["messageId"] for e in events}
        (delivery,) = events[0]["deliveries"]
        assert ("events/to-sns", "DELIVERED") == (delivery["destination"], delivery["status"])

    def test_failed_delivery_says_why(self, get, client, topic_with_queue, send_text, event_set):
        """A failed delivery shows the error of the topic."""
        client("sns").delete_topic(TopicArn=topic_with_queue[0])
        send_text("Hi", ConfigurationSetName=event_set)
        get("messages")

        deliveries = [delivery for event in get("events")["events"] for delivery in event["deliveries"]]
        assert {"FAILED"} == {delivery["status"] for delivery in deliveries}
        assert all("NotFound" in delivery["error"] for delivery in deliveries)

    def test_reply_that_was_forwarded(self, ask, get, sms_client, request_number, topic_with_queue):
        """The notification of a two-way channel is listed like an event."""
        number = request_number()
        two_way = {"TwoWayEnabled": True, "TwoWayChannelArn": topic_with_queue[0]}
        sms_client.update_phone_number(PhoneNumberId=number["PhoneNumberId"], **two_way)

        ask("POST", f"handsets/{HANDSET}/messages", {"to": number["PhoneNumber"], "body": "Thanks"})
        ask("POST", "settle")

        (event,) = get("events?event_type=INBOUND")["events"]
        assert "Thanks" == event["record"]["messageBody"]
        assert ["DELIVERED"] == [delivery["status"] for delivery in event["deliveries"]]

    def test_pages(self, get, two_texts):
        """The cursor of a page leads to the next, until there is none."""
        first = get("events?limit=3")
        second = get(f"events?limit=3&after={first['next']}")

        assert (3, 1, None) == (len(first["events"]), len(second["events"]), second["next"])


class TestCosts:
    """GET /_emulator/costs."""

    def test_sums(self, get, send_text):
        """Money is summed by month, channel and country."""
        send_text("One")
        send_text("Two")

        (row,) = get("costs")["costs"]
        assert ("sms", "US", 2, 2, "USD") == tuple(
            row[name] for name in ("channel", "country", "messages", "parts", "currency")
        )
        assert row["total"] == pytest.approx(row["price"] + row["carrier_fee"])
        assert 0 < row["price"]


class TestState:
    """GET and PUT /_emulator/state."""

    def test_goes_out_and_in(self, ask, get, send_text, freeze):
        """The world goes back to what it was, a message under way included, even after a reset."""
        message_id = send_text("Hi")
        state, pending = get("state"), get("clock")["pending"]
        ask("POST", "reset")
        emptied = bodies(get("messages"))

        status, answer = ask("PUT", "state", state)

        assert (200, {"now": get("clock")["now"]}) == (status, answer)
        assert [] == emptied
        assert pending == get("clock")["pending"]
        assert state == get("state")
        ask("POST", "settle")
        assert "DELIVERED" == get(f"messages/{message_id}")["status"]

    def test_another_version_is_refused(self, ask, get, send_text, freeze):
        """A state of another version says so; nothing changes."""
        state = get("state")
        send_text("Hi")

        status, answer = ask("PUT", "state", state | {"version": "0.0.9"})

        assert (400, "version") == (status, answer["field"])
        assert all(version in answer["error"] for version in (__version__, "0.0.9"))
        assert ["Hi"] == bodies(get("messages"))


class TestReset:
    """POST /_emulator/reset."""

    def test_leaves_nothing(self, ask, get, sms_client, send_text, number):
        """After a reset the world is as at the start: resources, inbox, clock, rules, faults, handsets."""
        send_text("Hi")
        ask("PUT", f"handsets/{HANDSET}", {"outcome": "BLOCKED"})
        ask("PUT", "carriers/rules", [{"outcome": "BLOCKED"}])
        ask("PUT", "account", {"tier": "SANDBOX"})
        ask("POST", "clock", {"mode": "frozen", "advance_seconds": 10**6})
        ask("PUT", "faults", [{"error": "503"}])

        assert (200, {"reset": True, "undo_seconds": 60}) == ask("POST", "reset")
        assert [] == sms_client.describe_phone_numbers()["PhoneNumbers"]
        assert [] == get("messages")["messages"] == get("carriers/rules") == get("faults") == get("costs")["costs"]
        assert get(f"handsets/{HANDSET}")["outcome"] is None
        assert "PRODUCTION" == get("account")["tier"]
        assert "stepping" == get("clock")["mode"]

    @pytest.mark.parametrize(("body", "queues_left"), [({}, 1), ({"aws": False}, 1), ({"aws": True}, 0)])
    def test_aws(self, ask, client, body, queues_left):
        """The other AWS services are emptied only when that is asked for."""
        client("sqs").create_queue(QueueName="jobs")

        ask("POST", "reset", body)

        assert queues_left == len(client("sqs").list_queues().get("QueueUrls", []))
