"""The control API over HTTP: every call of the tester's, and what it answers to a mistake."""

import http.client
import json
import threading
from datetime import datetime, timedelta
from itertools import count
from types import SimpleNamespace
from urllib.parse import quote, urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator import __version__
from emulator.control import messages
from emulator.front import server
from emulator.testing import HANDSET, OTHER_HANDSET

MESSAGE = {
    "message_id", "direction", "channel", "account", "region", "from", "to", "body", "media", "status", "final", "history",
    "parts", "encoding", "price", "carrier_fee", "currency", "message_type", "configuration_set", "context", "country",
    "carrier", "requested_at", "operation",
}  # fmt: skip
"""The members that every message has. Source: the description of the control API"""


def bodies(answer):
    return [message["body"] for message in answer["messages"]]


@pytest.fixture
def freeze(ask):
    """Stops the clock; gives the time at which it stands."""
    return datetime.fromisoformat(ask("POST", "clock", {"mode": "frozen"})[1]["now"].replace("Z", "+00:00"))


class TestHealth:
    """GET /_emulator/health."""

    def test_tells_what_is_there(self, get):
        """It says the version, how much of each API is implemented, and how time moves."""
        health = get("health")

        assert {"status", "version", "services", "clock"} == set(health)
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


class TestWait:
    """GET /_emulator/messages/wait."""

    def test_is_there_already(self, ask, send_text):
        """What has arrived is answered at once, no more than was asked for."""
        send_text("One")
        send_text("Two")

        status, answer = ask("GET", f"messages/wait?to={HANDSET}&timeout=0")

        assert (200, ["One"]) == (status, bodies(answer))

    def test_holds_until_it_comes(self, ask, send_text):
        """A call that came first is answered when the messages have come."""
        answers = []
        waiting = threading.Thread(target=lambda: answers.append(ask("GET", "messages/wait?count=2&timeout=20")))
        waiting.start()

        send_text("One")
        send_text("Two")
        waiting.join()

        assert [(200, ["One", "Two"])] == [(status, bodies(answer)) for status, answer in answers]

    def test_goes_on_after_a_message(self, ask, send_text):
        """With `after`, messages up to that one do not count."""
        first = send_text("One")
        send_text("Two")

        assert ["Two"] == bodies(ask("GET", f"messages/wait?after={first}&timeout=0")[1])

    def test_gives_up(self, ask, send_text):
        """What does not come is told after the time, with what there is instead."""
        send_text("Hi")

        status, answer = ask("GET", "messages/wait?contains=code&timeout=0.01")

        assert 408 == status
        assert "0 of 1 messages with contains='code'" in answer["error"]
        assert "'Hi'" in answer["error"]

    def test_busy_world_does_not_shorten_the_wait(self, sms, monkeypatch):
        """A wait lasts its whole time, however often something else changes meanwhile."""
        waits = []
        monkeypatch.setattr(sms.engine.changed, "wait", lambda seconds: waits.append(seconds) or True)
        # A clock that goes on by a quarter of a second whenever it is read.
        monkeypatch.setattr(messages, "time", SimpleNamespace(monotonic=count(0, 0.25).__next__))

        with pytest.raises(TimeoutError):
            sms.inbox.wait(timeout=1)

        assert 3 == len(waits)


class TestStream:
    """GET /_emulator/stream."""

    @pytest.fixture
    def stream(self, sms_server):
        """Opens the stream; gives a function that reads its next event."""
        connection = http.client.HTTPConnection(urlsplit(sms_server.endpoint_url).netloc, timeout=20)
        connection.request("GET", "/_emulator/stream")
        answer = connection.getresponse()
        assert ("text/event-stream", 200) == (answer.headers["Content-Type"], answer.status)

        def read():
            event, data, end = (answer.readline().decode().rstrip("\n") for _ in range(3))
            assert (event[:7], data[:6], end) == ("event: ", "data: ", "")
            return event[7:], json.loads(data[6:])

        yield read
        connection.close()

    def test_begins_with_the_clock(self, stream):
        """A listener is told the time first."""
        kind, clock = stream()

        assert ("clock", "stepping") == (kind, clock["mode"])

    def test_tells_a_message_and_its_way(self, stream, send_text, get):
        """A message is told when it is accepted, then each status with its event record."""
        stream()

        message_id = send_text("Hi 🎉")
        get("messages")

        told = [stream() for _ in range(5)]
        assert ["message", "status", "event", "status", "event"] == [kind for kind, _ in told]
        assert {message_id} == {body["message_id"] for _, body in told}
        assert ("Hi 🎉", "ACCEPTED") == (told[0][1]["body"], told[0][1]["status"])
        assert "TEXT_DELIVERED" == told[4][1]["event_type"] == told[4][1]["record"]["eventType"]

    def test_tells_of_the_clock(self, stream, ask):
        """Whoever changes the clock, every listener hears of it."""
        stream()

        ask("POST", "clock", {"mode": "frozen"})

        kind, clock = stream()
        assert ("clock", "frozen") == (kind, clock["mode"])

    def test_listener_that_left_is_forgotten(self, sms_server, sms, ask, send_text):
        """A closed stream costs nothing any more."""
        connection = http.client.HTTPConnection(urlsplit(sms_server.endpoint_url).netloc, timeout=20)
        connection.request("GET", "/_emulator/stream")
        connection.getresponse().readline()
        assert 1 == len(sms.engine.listeners)

        connection.close()
        while sms.engine.listeners:
            send_text("Hi")

        assert [] == sms.engine.listeners


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
    }

    def test_untouched(self, get):
        """A handset that nobody has spoken of behaves as most do."""
        assert self.UNTOUCHED == get(f"handsets/{HANDSET}")

    def test_change(self, ask, get):
        """What is put is there, and the rest stays."""
        first = {"outcome": "BLOCKED", "description": "Gone", "delay_seconds": 1.5, "carrier": "KDDI"}
        ask("PUT", f"handsets/{HANDSET}", first)

        status, shown = ask("PUT", f"handsets/{HANDSET}", {"answers": "busy", "rcs": False, "reads_rcs": True})

        expected = self.UNTOUCHED | first | {"answers": "busy", "rcs": False, "reads_rcs": True}
        assert (200, expected) == (status, shown)
        assert expected == get(f"handsets/{HANDSET}")

    def test_what_was_got_can_be_put(self, ask, get):
        """A behaviour is put back as it was got."""
        assert (200, self.UNTOUCHED) == ask("PUT", f"handsets/{HANDSET}", get(f"handsets/{HANDSET}"))

    def test_behaviour_takes_effect(self, ask, get, send_text):
        """Messages to the handset end as it was told, after its delay and in its words."""
        ask("PUT", f"handsets/{HANDSET}", {"outcome": "BLOCKED", "description": "Gone", "delay_seconds": 30})
        send_text("Hi")

        (message,) = get("messages")["messages"]
        (entry,) = message["history"]
        assert ("BLOCKED", "Gone") == (entry["status"], entry["description"])
        later = datetime.fromisoformat(entry["at"][:-1]) - datetime.fromisoformat(message["requested_at"][:-1])
        assert timedelta(seconds=30) <= later < timedelta(seconds=31)

    def test_reply(self, ask, send_text, number):
        """A text from a handset tells what became of it."""
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
        """Other words are no keyword, and are not answered."""
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
        """The number in a path may lack its plus, or be written as people do."""
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
        """The rules are put back as they were got."""
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


class TestClock:
    """/_emulator/clock and /_emulator/settle."""

    def test_shows_the_future(self, get, send_text, freeze):
        """What is pending is shown with its time and the message it is about."""
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
        """What an advance brings about has left for its destinations when it answers."""
        send_text("Hi", ConfigurationSetName=event_set)

        ask("POST", "clock", {"advance_seconds": 60})

        assert 2 == len(topic_with_queue[1]())

    @pytest.mark.parametrize("mode", ["running", "stepping", "frozen"])
    def test_mode(self, ask, mode):
        """The clock moves as it was told."""
        assert mode == ask("POST", "clock", {"mode": mode})[1]["mode"]

    def test_speed(self, ask, get):
        """A running clock goes as fast as it was told."""
        ask("POST", "clock", {"mode": "running", "speed": 10**6})

        begun = datetime.fromisoformat(get("clock")["now"][:-1])
        while datetime.fromisoformat(get("clock")["now"][:-1]) - begun < timedelta(hours=1):
            pass

        assert 10**6 == get("clock")["speed"]

    def test_settle(self, ask, get, send_text, freeze):
        """It runs whatever is pending, and says how much."""
        send_text("Hi")

        status, settled = ask("POST", "settle")

        assert (200, {"ran", "now", "undelivered"}) == (status, set(settled))
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
        """Deliveries to a topic that is gone are counted, and the send is none the worse."""
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


class TestFaults:
    """/_emulator/faults."""

    def test_are_shown(self, ask, get):
        """The faults are shown with every member; DELETE drops them."""
        fault = {"operation": "SendTextMessage", "error": "ThrottlingException", "times": 2, "latency_seconds": 0.5}

        _, shown = ask("PUT", "faults", [fault])

        full = {"service": None, "probability": 1.0, "reason": None} | fault
        assert [full] == shown == get("faults")
        assert (200, []) == ask("DELETE", "faults")
        assert [] == get("faults")

    @pytest.mark.parametrize(
        ("error", "code", "status"),
        [
            ("ThrottlingException", "ThrottlingException", 400),
            ("InternalServerException", "InternalServerException", 500),
            ("ConflictException", "ConflictException", 400),
            (403, "AccessDeniedException", 403),
            ("429", "ThrottlingException", 429),
            (418, "ValidationException", 418),
            (503, "InternalServerException", 503),
        ],
    )
    def test_error(self, ask, untried, error, code, status):
        """A fault is answered as the exception it names, or as the one that goes with its HTTP status."""
        ask("PUT", "faults", [{"error": error}])

        with pytest.raises(ClientError) as caught:
            untried.describe_phone_numbers()

        response = caught.value.response
        assert (code, status) == (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"])

    def test_reason(self, ask, untried, raises):
        """A fault may have one of the reasons that its exception knows."""
        ask("PUT", "faults", [{"error": "ConflictException", "reason": "DESTINATION_PHONE_NUMBER_OPTED_OUT"}])

        with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT"):
            untried.describe_phone_numbers()

    def test_times(self, ask, get, untried, raises):
        """A fault strikes as often as it was told, and shows how often it still will."""
        ask("PUT", "faults", [{"error": "503", "times": 1}])

        with raises("InternalServerException"):
            untried.describe_phone_numbers()

        assert untried.describe_phone_numbers()
        assert [0] == [fault["times"] for fault in get("faults")]

    def test_clients_try_again(self, ask, sms_client):
        """One fault of the server is mended by a client's own retries."""
        ask("PUT", "faults", [{"error": "503", "times": 1}])

        answer = sms_client.describe_phone_numbers()

        assert 1 == answer["ResponseMetadata"]["RetryAttempts"]

    def test_operation(self, ask, untried, raises):
        """A fault of one operation leaves the others alone."""
        ask("PUT", "faults", [{"operation": "DescribeKeywords", "service": "pinpoint-sms-voice-v2", "error": "503"}])

        with raises("InternalServerException"):
            untried.describe_keywords(OriginationIdentity="phone-1")

        assert untried.describe_phone_numbers()

    def test_first_that_fits_strikes(self, ask, untried, raises):
        """Of several faults the first counts."""
        ask("PUT", "faults", [{"error": "429"}, {"error": "503"}])

        with raises("ThrottlingException"):
            untried.describe_phone_numbers()

    def test_probability(self, ask, untried, raises):
        """A fault is drawn as often as it is likely; by the seed, so always the same calls."""
        ask("PUT", "faults", [{"error": "503", "probability": 0.5}])

        struck = 0
        for _ in range(40):
            try:
                untried.describe_phone_numbers()
            except ClientError:
                struck += 1

        assert 10 < struck < 30

    def test_latency(self, ask, untried, raises, monkeypatch):
        """A fault with a latency is answered after that time."""
        ask("PUT", "faults", [{"error": "503", "latency_seconds": 0.2}])
        slept = []

        async def sleep(seconds):
            slept.append(seconds)

        monkeypatch.setattr(server, "asyncio", SimpleNamespace(sleep=sleep))
        with raises("InternalServerException"):
            untried.describe_phone_numbers()

        assert [0.2] == slept


@pytest.fixture
def untried(sms_server):
    """A client that tries each call once."""
    return boto3.client(
        "pinpoint-sms-voice-v2", endpoint_url=sms_server.endpoint_url, config=Config(retries={"total_max_attempts": 1})
    )


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
        """The events of a message are told with its record and where it went."""
        events = get(f"events?message_id={two_texts[0]}")["events"]

        assert ["TEXT_SUCCESSFUL", "TEXT_DELIVERED"] == [event["event_type"] for event in events]
        assert {two_texts[0]} == {event["message_id"] for event in events} == {e["record"]["messageId"] for e in events}
        (delivery,) = events[0]["deliveries"]
        assert ("events/to-sns", "DELIVERED") == (delivery["destination"], delivery["status"])

    def test_failed_delivery_says_why(self, get, client, topic_with_queue, send_text, event_set):
        """A delivery that failed tells the error that the topic gave."""
        client("sns").delete_topic(TopicArn=topic_with_queue[0])
        send_text("Hi", ConfigurationSetName=event_set)
        get("messages")

        deliveries = [delivery for event in get("events")["events"] for delivery in event["deliveries"]]
        assert {"FAILED"} == {delivery["status"] for delivery in deliveries}
        assert all("NotFound" in delivery["error"] for delivery in deliveries)

    def test_reply_that_was_forwarded(self, ask, get, sms_client, request_number, topic_with_queue):
        """The notification of a two-way channel is told like an event."""
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

        assert (200, {"reset": True}) == ask("POST", "reset")
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


HALF_A_PAIR = '{"body": "\\ud800", "to": "+12065550100"}'
TOO_DEEP = "[" * 100_000

MISTAKES = [
    ("GET", "messages?tow=1", None, "tow", 'unknown query parameter "tow"; allowed: limit, after, to, from,'),
    ("GET", "messages?emulator=1", None, "emulator", 'unknown query parameter "emulator"; allowed: limit, after, to, from,'),
    ("GET", "messages?self=1", None, "self", 'unknown query parameter "self"; allowed: limit, after, to, from,'),
    ("GET", "messages?command=1", None, "command", 'unknown query parameter "command"; allowed: limit, after, to, from,'),
    ("GET", "messages?sender=1", None, "sender", 'unknown query parameter "sender"; allowed: limit, after, to, from,'),
    ("GET", "messages?limit=0", None, "limit", "at least 1"),
    ("GET", "messages?limit=many", None, "limit", 'a whole number, not "many"'),
    ("GET", "messages?after=none", None, "after", 'unknown cursor "none"'),
    ("GET", "messages?since=yesterday", None, "since", "such as 2026-03-01T12:00:00Z"),
    ("GET", "messages?before=", None, "before", "such as 2026-03-01T12:00:00Z"),
    ("GET", "messages?channel=fax", None, "channel", "mms, push, rcs, sms, voice, whatsapp"),
    ("GET", "messages?direction=up", None, "direction", "inbound, outbound"),
    ("GET", "messages?status=delivered", None, "status", "DELIVERED"),
    ("GET", "messages?account=1", None, "account", "12 digits"),
    ("GET", "messages?region=europe", None, "region", "us-east-1"),
    ("DELETE", "messages?tow=1", None, "tow", 'unknown query parameter "tow"; allowed: to, from,'),
    ("DELETE", "messages?status=sent", None, "status", "must be one of"),
    ("GET", "messages/wait?count=0", None, "count", "at least 1"),
    ("GET", "messages/wait?count=1.5", None, "count", "a whole number"),
    ("GET", "messages/wait?timeout=301", None, "timeout", "from 0 to 300"),
    ("GET", "messages/wait?timeout=-1", None, "timeout", "from 0 to 300"),
    ("GET", "messages/wait?timeout=nan", None, "timeout", "from 0 to 300"),
    ("GET", "messages/wait?timeout=soon", None, "timeout", "from 0 to 300"),
    ("GET", "messages/wait?closing=1", None, "closing", 'unknown query parameter "closing"; allowed: count, timeout, '),
    ("GET", "messages/wait?status=delivered", None, "status", "must be one of"),
    ("GET", "handsets/home", None, "number", "write it as +14255550100"),
    ("PUT", "handsets/home", {}, "number", "write it as +14255550100"),
    ("PUT", f"handsets/{HANDSET}", [], None, "must be a JSON object, not []"),
    ("PUT", f"handsets/{HANDSET}", {"outcome": "delivered"}, "outcome", "DELIVERED"),
    ("PUT", f"handsets/{HANDSET}", {"outcome": ["SPAM"]}, "outcome", 'not ["SPAM"]'),
    ("PUT", f"handsets/{HANDSET}", {"delay_seconds": "1"}, "delay_seconds", 'a number from 0 to 1000000000, not "1"'),
    ("PUT", f"handsets/{HANDSET}", {"delay_seconds": -1}, "delay_seconds", "not -1"),
    ("PUT", f"handsets/{HANDSET}", {"delay_seconds": 1e300}, "delay_seconds", "not 1e+300"),
    ("PUT", f"handsets/{HANDSET}", {"delay_seconds": True}, "delay_seconds", "not true"),
    (
        "PUT",
        f"handsets/{HANDSET}",
        {"delay": 1},
        "delay",
        'unknown field "delay"; allowed: outcome, description, delay_seconds',
    ),
    ("PUT", f"handsets/{HANDSET}", {"answers": "maybe"}, "answers", "answer, busy, fail, no_answer"),
    ("PUT", f"handsets/{HANDSET}", {"rcs": "no"}, "rcs", "true or false"),
    ("PUT", f"handsets/{HANDSET}", {"reads_rcs": 1}, "reads_rcs", "true or false"),
    ("PUT", f"handsets/{HANDSET}", {"carrier": 5}, "carrier", "must be text"),
    ("PUT", f"handsets/{HANDSET}", {"description": {}}, "description", "must be text"),
    (
        "PUT",
        f"handsets/{HANDSET}",
        {"color": "red"},
        "color",
        'unknown field "color"; allowed: outcome, description, delay_seconds',
    ),
    (
        "PUT",
        f"handsets/{HANDSET}",
        {"emulator": 1},
        "emulator",
        'unknown field "emulator"; allowed: outcome, description, delay_seconds',
    ),
    (
        "PUT",
        f"handsets/{HANDSET}",
        {"command": 1},
        "command",
        'unknown field "command"; allowed: outcome, description, delay_seconds',
    ),
    ("PUT", f"handsets/{HANDSET}", {"outcome": "SPAM", "rcs": 1}, "rcs", "true or false"),
    ("POST", f"handsets/{HANDSET}/messages", {"to": "+12065550100"}, "body", "body is required"),
    ("POST", f"handsets/{HANDSET}/messages", {"body": ""}, "body", "body must not be empty"),
    ("POST", f"handsets/{HANDSET}/messages", {"body": 5}, "body", "body must be text, not 5"),
    ("POST", f"handsets/{HANDSET}/messages", {"body": "Hi"}, "to", "nobody has written to +14255550100 yet"),
    (
        "POST",
        f"handsets/{HANDSET}/messages",
        {"body": "Hi", "to": ["+1"]},
        "to",
        'a phone number, a short code or an agent id, not ["+1"]',
    ),
    ("POST", f"handsets/{HANDSET}/messages", {"body": "Hi", "media": ["a"]}, "media", "AWS does not support two-way MMS"),
    (
        "POST",
        f"handsets/{HANDSET}/messages",
        {"body": "Hi", "from": "+1"},
        "from",
        'unknown field "from"; allowed: body, to, media',
    ),
    ("POST", f"handsets/{HANDSET}/messages?account=1", {"body": "Hi"}, "account", "12 digits"),
    ("POST", f"handsets/{HANDSET}/messages", HALF_A_PAIR, None, "half of a surrogate pair"),
    ("POST", "handsets/home/messages", {"body": "Hi"}, "number", "write it as +14255550100"),
    ("PUT", "carriers/rules", {"outcome": "SPAM"}, None, "the rules must be a list"),
    ("PUT", "carriers/rules", ["SPAM"], None, 'rule 1: expected an object, not "SPAM"'),
    ("PUT", "carriers/rules", [{"outcome": "SPAM"}, {}], "outcome", "rule 2: outcome is required"),
    ("PUT", "carriers/rules", [{"outcome": "spam"}], "outcome", "rule 1: outcome must be one of"),
    ("PUT", "carriers/rules", [{"outcome": {}}], "outcome", "rule 1: outcome must be one of"),
    (
        "PUT",
        "carriers/rules",
        [{"outcome": "SPAM", "chance": 1}],
        "chance",
        'rule 1: unknown field "chance"; allowed: match, outcome, probability',
    ),
    ("PUT", "carriers/rules", [{"outcome": "SPAM", "match": "US"}], "match", "must be an object"),
    (
        "PUT",
        "carriers/rules",
        [{"outcome": "SPAM", "match": {"land": "US"}}],
        "match.land",
        'cannot match "land"; allowed: carrier, ',
    ),
    ("PUT", "carriers/rules", [{"outcome": "SPAM", "match": {"to": 5}}], "match.to", "must be text"),
    ("PUT", "carriers/rules", [{"outcome": "SPAM", "match": {"channel": "fax"}}], "match.channel", "must be one of"),
    ("PUT", "carriers/rules", [{"outcome": "SPAM", "probability": 2}], "probability", "from 0 to 1"),
    ("PUT", "carriers/rules", [{"outcome": "SPAM", "times": -1}], "times", "at least 0"),
    ("PUT", "carriers/rules", [{"outcome": "SPAM", "times": 1.5}], "times", "a whole number"),
    ("PUT", "carriers/rules", [{"outcome": "SPAM", "delay_seconds": 1e99}], "delay_seconds", "from 0"),
    ("GET", "clock?limit=few", None, "limit", "a whole number"),
    ("GET", "clock?at=1", None, "at", 'unknown query parameter "at"; allowed: limit'),
    ("POST", "clock", {"mode": "fast"}, "mode", "frozen, running, stepping"),
    ("POST", "clock", {"mode": []}, "mode", "frozen, running, stepping"),
    ("POST", "clock", {"speed": 0}, "speed", "above 0"),
    ("POST", "clock", {"speed": 1e9}, "speed", "from 0 to 1000000"),
    ("POST", "clock", '{"speed": Infinity}', "speed", "from 0 to 1000000"),
    ("POST", "clock", '{"speed": NaN}', "speed", "from 0 to 1000000"),
    ("POST", "clock", {"advance_seconds": -1}, "advance_seconds", "from 0"),
    ("POST", "clock", {"advance_seconds": 1e12}, "advance_seconds", "from 0"),
    ("POST", "clock", {"advance_seconds": "1h"}, "advance_seconds", "from 0"),
    ("POST", "clock", {"advance_to": "2000-01-01"}, "advance_to", "time cannot run backwards: it is 20"),
    ("POST", "clock", {"advance_to": "9999-01-01"}, "advance_to", "ends with the year 8999"),
    ("POST", "clock", {"advance_to": "8999-12-31", "advance_seconds": 86400}, "advance_to", "ends with the year 8999"),
    ("POST", "clock", {"advance_to": 5}, "advance_to", "such as 2026-03-01T12:00:00Z"),
    (
        "POST",
        "clock",
        {"advance": 5},
        "advance",
        'unknown field "advance"; allowed: mode, speed, advance_seconds, advance_to',
    ),
    ("POST", "clock", {"mode": "frozen", "speed": -1}, "speed", "from 0"),
    ("POST", "clock", "{mode: frozen}", None, "the body is not JSON"),
    ("POST", "clock", "5", None, "must be a JSON object, not 5"),
    ("POST", "clock", TOO_DEEP, None, "the body is not JSON"),
    ("POST", "settle", {"within_seconds": "1"}, "within_seconds", "from 0"),
    ("POST", "settle", {"within": 1}, "within", 'unknown field "within"; allowed: within_seconds'),
    ("GET", "account?account=me", None, "account", "12 digits"),
    ("GET", "account?region=US", None, "region", "us-east-1"),
    ("GET", "account?tier=SANDBOX", None, "tier", 'unknown query parameter "tier"; allowed: account, region'),
    ("PUT", "account", {"tier": "sandbox"}, "tier", "PRODUCTION, SANDBOX"),
    ("PUT", "account", {"tier": None}, "tier", "PRODUCTION, SANDBOX"),
    ("PUT", "account", {"enabled": "yes"}, "enabled", "true or false"),
    ("PUT", "account", {"tier": "SANDBOX", "limits": 1}, "limits", 'unknown field "limits"; allowed: tier, enabled, '),
    ("PUT", "account", {"command": "reset"}, "command", 'unknown field "command"; allowed: tier, enabled, '),
    ("PUT", "account?account=1", {"tier": "SANDBOX"}, "account", "12 digits"),
    ("PUT", "faults", {}, None, "the faults must be a list"),
    ("PUT", "faults", [5], None, "fault 1: expected an object, not 5"),
    ("PUT", "faults", [{"times": 1}], "error", "fault 1: error is required"),
    ("PUT", "faults", [{"error": "503"}, {"error": "Throttling"}], "error", "fault 2: error must be"),
    ("PUT", "faults", [{"error": 200}], "error", "from 400 to 599"),
    ("PUT", "faults", [{"error": "5\u00b20"}], "error", "from 400 to 599"),
    ("PUT", "faults", [{"error": "503", "operation": "send_text_message"}], "operation", "write it as SendTextMessage"),
    ("PUT", "faults", [{"error": "503", "operation": []}], "operation", "must be text"),
    ("PUT", "faults", [{"error": "503", "service": "s3"}], "service", "pinpoint-sms-voice-v2"),
    ("PUT", "faults", [{"error": "Throttling", "service": "webhook"}], "error", "from 400 to 599; not"),
    (
        "PUT",
        "faults",
        [{"error": "503", "service": "webhook", "operation": "GET"}],
        "operation",
        'webhook is only called by POST, not "GET"',
    ),
    (
        "PUT",
        "faults",
        [{"error": "503", "service": "sns", "operation": "CreateTopic"}],
        "operation",
        'sns is only called by PublishBatch, not "CreateTopic"',
    ),
    ("PUT", "faults", [{"error": "NoSuchError", "service": "sns"}], "error", "NotFoundException"),
    ("PUT", "faults", [{"error": "503", "probability": -0.1}], "probability", "from 0 to 1"),
    ("PUT", "faults", [{"error": "503", "times": "often"}], "times", "a whole number"),
    ("PUT", "faults", [{"error": "503", "latency_seconds": 1e6}], "latency_seconds", "from 0 to 3600"),
    ("PUT", "faults", [{"error": "503", "reason": "ANY"}], "reason", "503 does not have a Reason"),
    ("PUT", "faults", [{"error": "ConflictException", "reason": "ANY"}], "reason", "must be one of"),
    ("PUT", "faults", [{"error": "503", "chance": 1}], "chance", 'fault 1: unknown field "chance"; allowed: error, '),
    ("GET", "events?limit=0", None, "limit", "at least 1"),
    ("GET", "events?after=x", None, "after", "a whole number"),
    ("GET", "events?type=x", None, "type", 'unknown query parameter "type"; allowed: message_id, '),
    ("GET", "events?account=x", None, "account", "12 digits"),
    ("GET", "costs?month=2026-03", None, "month", 'unknown query parameter "month"; allowed: account, region'),
    ("GET", "numbers?account=me", None, "account", "12 digits"),
    ("GET", "verification-codes?number=1", None, "number", 'unknown query parameter "number"; allowed: to, account, region'),
    ("GET", "carriers/rules?limit=1", None, "limit", 'unknown query parameter "limit"; allowed: none'),
    ("POST", "settle?within_seconds=1", None, "within_seconds", 'unknown query parameter "within_seconds"; allowed: none'),
    ("POST", "reset", {"aws": "yes"}, "aws", "true or false"),
    ("POST", "reset", {"all": True}, "all", 'unknown field "all"; allowed: aws'),
]


def snapshot(get):
    """All that a tester can have set."""
    world = [get(path) for path in ("messages", "carriers/rules", "faults", "account", f"handsets/{HANDSET}", "clock")]
    return json.dumps(world)


@pytest.mark.parametrize(("method", "path", "body", "field", "error"), MISTAKES)
def test_mistake_is_told_and_changes_nothing(sms_server, raw, get, method, path, body, field, error):
    """What makes no sense is answered 400, with a sentence that says what would do and the member that it is about."""
    sms_server.emulator.clock.freeze()
    before = snapshot(get)

    status, content_type, text = raw(method, path, body if isinstance(body, str | None) else json.dumps(body))

    assert (400, "application/json") == (status, content_type), text
    answer = json.loads(text)
    assert {"error", "field"} == set(answer)
    assert field == answer["field"], answer["error"]
    assert error in answer["error"]
    assert before == snapshot(get)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nothing", 404),
        ("GET", "messages/", 404),
        ("GET", "ui/../control.py", 404),
        ("GET", "ui/%2e%2e/control.py", 404),
        ("POST", "messages", 405),
        ("DELETE", "clock", 405),
        ("PATCH", "account", 405),
        ("GET", "settle", 405),
    ],
)
def test_what_is_not_there(ask, method, path, status):
    """A path or a method that does not exist is told in JSON."""
    assert status == ask(method, path)[0]


def test_body_that_is_no_text(raw):
    """Bytes that are no UTF-8 are told in JSON."""
    status, content_type, text = raw("POST", "clock", b'{"mode": "\xff"}')

    assert (400, "application/json") == (status, content_type)
    assert "the body is not UTF-8" in json.loads(text)["error"]


def test_bug_is_told_without_a_traceback(sms_server, ask, monkeypatch):
    """A bug of ours is answered 500 in JSON, and nothing of the code is shown."""
    monkeypatch.setattr(sms_server.emulator.engine, "control", lambda *_, **__: 1 / 0)

    status, answer = ask("GET", "clock")

    assert 500 == status
    assert {"error", "field"} == set(answer)
    assert "Traceback" not in answer["error"]
    assert "ZeroDivisionError" not in answer["error"]


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", None])
def test_content_type_does_not_matter(sms_server, get, content_type):
    """A body is JSON whatever it is declared as, since `curl -d` declares a form."""
    connection = http.client.HTTPConnection(urlsplit(sms_server.endpoint_url).netloc, timeout=20)
    headers = {} if content_type is None else {"Content-Type": content_type}

    connection.request("POST", "/_emulator/clock", '{"mode": "frozen"}', headers)
    connection.getresponse().read()
    connection.close()

    assert "frozen" == get("clock")["mode"]


def test_front_door(sms_server):
    """The address itself leads a browser to the page."""
    connection = http.client.HTTPConnection(urlsplit(sms_server.endpoint_url).netloc, timeout=20)
    connection.request("GET", "/")
    answer = connection.getresponse()
    answer.read()
    connection.request("GET", answer.headers["Location"])
    page = connection.getresponse()

    assert (302, "/_emulator/") == (answer.status, answer.headers["Location"])
    assert (200, True) == (page.status, page.read().lower().startswith(b"<!doctype html>"))
    connection.close()
