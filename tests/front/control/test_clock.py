"""The control API over HTTP: the clock and the account's settings."""

from datetime import datetime, timedelta

import pytest

from emulator.testing import HANDSET, OTHER_HANDSET


class TestClock:
    """/_emulator/clock and /_emulator/settle."""

    def test_shows_the_future(self, get, send_text, freeze):
        """Pending timers are shown with their time and the message that they are about."""
        message_id = send_text("Hi")

        clock = get("clock")

        assert ("frozen", 1.0) == (clock["mode"], clock["speed"])
        assert [(message_id, "MessageStepDue")] == [(entry["message_id"], entry["what"]) for entry in clock["pending"]]
        assert clock["now"] < clock["pending"][0]["due"]

    def test_frozen_stands(self, get, send_text, freeze):
        """On a frozen clock nothing happens by itself."""
        send_text("Hi")

        assert ["ACCEPTED"] == [message["status"] for message in get("messages")["messages"]]
        assert get("clock")["now"] == get("clock")["now"]

    def test_advance_seconds(self, ask, get, send_text, freeze):
        """Time moves by exactly so much, and what falls due on the way happens."""
        send_text("Hi")

        _, clock = ask("POST", "clock", {"advance_seconds": 3600.5})

        assert freeze + timedelta(seconds=3600.5) == datetime.fromisoformat(clock["now"].replace("Z", "+00:00"))
        assert ["DELIVERED"] == [message["status"] for message in get("messages")["messages"]]

    def test_advance_to(self, ask, freeze):
        """Time moves to a given moment."""
        _, clock = ask("POST", "clock", {"advance_to": "2999-12-31T23:00:00+01:00"})

        assert "2999-12-31T22:00:00.000Z" == clock["now"]

    def test_advance_delivers(self, ask, send_text, event_set, topic_with_queue, freeze):
        """The events that an advance causes have been delivered when it answers."""
        send_text("Hi", ConfigurationSetName=event_set)

        ask("POST", "clock", {"advance_seconds": 60})

        assert 2 == len(topic_with_queue[1]())

    @pytest.mark.parametrize("mode", ["running", "stepping", "frozen"])
    def test_mode(self, ask, mode):
        """The clock takes the mode that is set."""
        assert mode == ask("POST", "clock", {"mode": mode})[1]["mode"]

    def test_speed(self, ask, get):
        """A running clock moves at the speed that is set."""
        ask("POST", "clock", {"mode": "running", "speed": 10**6})

        begun = datetime.fromisoformat(get("clock")["now"][:-1])
        while datetime.fromisoformat(get("clock")["now"][:-1]) - begun < timedelta(hours=1):
            pass

        assert 10**6 == get("clock")["speed"]

    def test_settle(self, ask, get, send_text, freeze):
        """It runs whatever is pending, and says how much."""
        send_text("Hi")

        status, settled = ask("POST", "settle")

        assert (200, {"ran", "now", "undelivered", "pending"}) == (status, set(settled))
        assert (2, 0) == (settled["ran"], settled["undelivered"])
        assert [] == get("clock")["pending"]
        assert ["DELIVERED"] == [message["status"] for message in get("messages")["messages"]]

    def test_settle_within(self, ask, get, send_text, freeze):
        """Within some seconds, it runs only what falls due by then."""
        ask("PUT", f"handsets/{HANDSET}", {"delay_seconds": 100})
        send_text("Late")
        send_text("Soon", to=OTHER_HANDSET)

        ask("POST", "settle", {"within_seconds": 10})

        assert ["ACCEPTED", "DELIVERED"] == [message["status"] for message in get("messages")["messages"]]

    def test_settle_counts_what_was_not_delivered(self, ask, client, sms_client, send_text, event_set, topic_with_queue):
        """Deliveries to a topic that is gone are counted, and the send succeeds."""
        client("sns").delete_topic(TopicArn=topic_with_queue[0])
        send_text("Hi", ConfigurationSetName=event_set)

        assert 2 == ask("POST", "settle")[1]["undelivered"]


class TestAccount:
    """/_emulator/account."""

    def test_default(self, get):
        """Without a scope it is the default account's."""
        expected = {"account": "123456789012", "region": "us-east-1", "tier": "PRODUCTION", "enabled": True}

        assert expected.items() <= get("account").items()

    def test_change(self, ask, get):
        """A change concerns the account and region that were named, and no other."""
        scope = "account?account=210987654321&region=eu-west-1"

        status, shown = ask("PUT", scope, {"tier": "SANDBOX"})

        assert (200, "SANDBOX", True) == (status, shown["tier"], shown["enabled"])
        assert shown == get(scope)
        assert "PRODUCTION" == get("account?account=210987654321")["tier"]
        assert "PRODUCTION" == get("account")["tier"]

    def test_disabled_account_may_not_send(self, ask, send_text, raises):
        """An account that is switched off is refused."""
        ask("PUT", "account", {"enabled": False})

        with raises("AccessDeniedException", Reason="ACCOUNT_DISABLED"):
            send_text("Hi")
