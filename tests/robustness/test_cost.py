"""
What work costs: by what is asked for, not by what is there; and nobody waits for somebody else's.

No test measures time. Work is counted in calls of Python functions, which are the same in every run; that something is not
waited for is shown by having it end only after what must not wait.
"""

import json
import sys
import threading

import pytest

from emulator import mock_sms
from emulator.aws import clients
from emulator.control import events
from emulator.front import exports
from emulator.kernel import copies
from emulator.testing import HANDSET, lease_number, send_text

LITTLE_MORE = 1.3
"""Work for a page, or a record, may grow by this factor when there is ten times as much."""
WAITS_AT_MOST = 20.0
LEASE = {
    "IsoCountryCode": "US",
    "MessageType": "TRANSACTIONAL",
    "NumberCapabilities": ["SMS"],
    "NumberType": "TEN_DLC",
}
TEXT = {"DestinationPhoneNumber": HANDSET, "MessageBody": "Hi"}


def calls_of(act):
    """Return how many Python functions something calls in this thread."""
    count = 0

    def notice(frame, event, argument):
        nonlocal count
        count += event == "call"

    sys.setprofile(notice)
    try:
        act()
    finally:
        sys.setprofile(None)
    return count


class TestRows:
    """Case D1: pages of numbers."""

    @pytest.fixture
    def sms(self):
        """An account that may have many."""
        with mock_sms(config={"limits": {"quotas": {"PHONE_NUMBERS_PER_ACCOUNT": 10_000}}}) as emulator:
            yield emulator

    def test_a_page_costs_by_the_page(self, sms, sms_client):
        """A page of ten times as many numbers costs what a page of the fewer ones does."""
        size, work = 5, []
        for more in (15, 150):
            for _ in range(more):
                lease_number(sms_client)
            first = sms_client.describe_phone_numbers(MaxResults=size)
            token = {"NextToken": first["NextToken"]}
            work.append(calls_of(lambda token=token: sms_client.describe_phone_numbers(MaxResults=size, **token)))

        assert work[1] <= work[0] * LITTLE_MORE


class TestHistory:
    """Cases D2 and D3: messages, and what is read of them."""

    @pytest.fixture
    def commands(self, sms, sms_client, number):
        """Gives the work of commands with some messages, and with ten times as many."""

        def measure(*asked):
            work = []
            for more in (60, 540):
                for place in range(more):
                    send_text(sms_client, f"{place}", f"+1425555{place % 1000:04d}", OriginationIdentity=number)
                sms.settle()
                work.append(
                    [calls_of(lambda name=name, fields=fields: sms.control(name, **fields)) for name, fields in asked]
                )
            return work

        return measure

    def test_a_page_costs_by_the_page(self, commands):
        """Of events, of messages, and of handsets."""
        few, many = commands(
            ("list_events", {"limit": 20}),
            ("list_events", {"limit": 20, "after": 50}),
            ("search_messages", {"limit": 20}),
            ("list_handsets", {"limit": 20}),
        )

        assert all(more <= less * LITTLE_MORE for less, more in zip(few, many, strict=True)), (few, many)

    def test_requests_go_on_while_events_are_read(self, serve, aws, call, monkeypatch):
        """The page is put together without the world's lock: it ends here only when a request has been answered."""
        server = serve()
        aws(server, "RequestPhoneNumber", LEASE)
        aws(server, "SendTextMessage", TEXT)
        call(server, "POST", "/_emulator/settle")
        reading, answered = threading.Event(), threading.Event()
        make = events._event_row

        def wait(*arguments):
            reading.set()
            assert answered.wait(WAITS_AT_MOST)
            return make(*arguments)

        monkeypatch.setattr(events, "_event_row", wait)
        page = in_thread(lambda: call(server, "GET", "/_emulator/events"))
        assert reading.wait(WAITS_AT_MOST)
        assert 200 == aws(server, "SendTextMessage", TEXT)[0]
        answered.set()

        assert 200 == page()[0]

    @pytest.mark.skipif(not copies.CAN_FORK, reason="the state is written by a copy of the process")
    def test_requests_go_on_while_the_state_is_written(self, serve, aws, call, monkeypatch, tmp_path):
        """The copy ends here only when a request has been answered, and has the state as it was when it was asked for."""
        server, answered = serve(), tmp_path / "answered"
        write = exports.state_of

        def wait(engine):
            while not answered.exists():
                threading.Event().wait(0.01)
            return write(engine)

        monkeypatch.setattr(exports, "state_of", wait)
        forked = threading.Event()
        fork = exports._fork

        def notice(*arguments):
            found = fork(*arguments)
            forked.set()
            return found

        monkeypatch.setattr(exports, "_fork", notice)
        before = server.emulator.state()["digest"]
        state = in_thread(lambda: call(server, "GET", "/_emulator/state"))
        assert forked.wait(WAITS_AT_MOST)
        assert 200 == aws(server, "RequestPhoneNumber", LEASE)[0]
        answered.touch()

        status, text = state()
        assert (200, before) == (status, json.loads(text)["digest"])


def in_thread(act):
    """Start something in a thread; gives a function that returns its result."""
    results = []
    thread = threading.Thread(target=lambda: results.append(act()))
    thread.start()

    def result():
        thread.join(WAITS_AT_MOST)
        return results[0]

    return result


class TestDeliveries:
    """Cases C1, C3 and C5: slow targets, unread queues, many clients."""

    def test_a_slow_webhook_of_version_1_delays_no_topic(self, sms, client, number, silent, topic_with_queue, serve, call):
        """Of 100 texts all records of the topic have arrived while the account's webhook still has its first."""
        server = serve(clock="stepping")
        credential = "AWS4-HMAC-SHA256 Credential=a/b/us-east-1/sms-voice/aws4_request, SignedHeaders=host, Signature=0"
        headers = {"Authorization": credential, "Content-Type": "application/json"}
        destination = {"Enabled": True, "MatchingEventTypes": ["TEXT_SUCCESS"], "WebhookDestination": {"Url": silent}}
        status, answer = call(
            server,
            "POST",
            "/v1/sms-voice/event-destinations",
            {"EventDestinationName": "hook", "EventDestination": destination},
            headers,
        )
        assert 200 == status, answer
        records = 100

        def aws(operation, **members):
            target = {"X-Amz-Target": f"PinpointSMSVoiceV2.{operation}", "Content-Type": "application/x-amz-json-1.0"}
            assert 200 == call(server, "POST", "/", members, target | {"Authorization": credential})[0]

        aws("RequestPhoneNumber", **LEASE)
        aws("CreateConfigurationSet", ConfigurationSetName="set")
        aws(
            "CreateEventDestination",
            ConfigurationSetName="set",
            EventDestinationName="topic",
            MatchingEventTypes=["TEXT_DELIVERED"],
            SnsDestination={"TopicArn": topic_with_queue[0]},
        )
        for place in range(records):
            aws("SendTextMessage", **TEXT | {"MessageBody": f"{place}"}, ConfigurationSetName="set")
        call(server, "GET", "/_emulator/messages")

        assert records == len(topic_with_queue[1]())
        assert server.emulator.world.outbox.waiting > 0

    def test_an_aws_elsewhere_that_is_silent_holds_up_no_send(self, serve, aws, silent, monkeypatch):
        """Texts are sent while the AWS of `aws_endpoint_url` has its first record; the call to it ends, and has failed."""
        monkeypatch.setattr(clients, "READ_SECONDS_MAX", 0.1)
        server = serve(clock="stepping", aws_endpoint_url=silent.removesuffix("/hook"))
        aws(server, "RequestPhoneNumber", LEASE)
        aws(server, "CreateConfigurationSet", {"ConfigurationSetName": "set"})
        destination = {"TopicArn": "arn:aws:sns:us-east-1:123456789012:elsewhere"}
        members = {"ConfigurationSetName": "set", "EventDestinationName": "topic", "SnsDestination": destination}
        assert 200 == aws(server, "CreateEventDestination", members | {"MatchingEventTypes": ["TEXT_DELIVERED"]})[0]

        for _ in range(20):
            assert 200 == aws(server, "SendTextMessage", TEXT | {"ConfigurationSetName": "set"})[0]

        outbox = server.emulator.world.outbox
        assert outbox.waiting > 0
        server.emulator.settle()
        assert {"DEAD"} == {delivery.status for delivery in outbox.log}
        assert "Read timeout" in outbox.log[0].error

    def test_a_record_costs_the_same_however_many_are_unread(self, sms, client, sms_client, number, event_set):
        """A queue that nobody reads may grow: the next record costs what the first one did."""
        work = []
        for more in (10, 90):
            for place in range(more):
                send_text(sms_client, f"{place}", OriginationIdentity=number, ConfigurationSetName=event_set)
            sms.settle()
            send_text(sms_client, "one more", OriginationIdentity=number, ConfigurationSetName=event_set)
            work.append(calls_of(sms.settle))

        assert work[1] <= work[0] * LITTLE_MORE

    def test_the_clock_is_advanced_while_many_send(self, serve, aws, call):
        """Clients that never stop sending keep nobody from moving the clock: they stop here when it has moved."""
        server, moved = serve(clock="running"), threading.Event()
        aws(server, "RequestPhoneNumber", LEASE)
        statuses = []

        def send():
            while not moved.is_set():
                statuses.append(aws(server, "SendTextMessage", TEXT)[0])

        threads = [threading.Thread(target=send) for _ in range(20)]
        for thread in threads:
            thread.start()
        for _ in range(3):
            assert 200 == call(server, "POST", "/_emulator/clock", {"advance_seconds": 60, "limit": 0})[0]
        moved.set()
        for thread in threads:
            thread.join()

        assert {200} == set(statuses)


def test_calls_are_counted():
    """The measure is one: a function that is called twice counts twice as much."""

    def once():
        return None

    assert calls_of(lambda: [once() for _ in range(200)]) - calls_of(lambda: [once() for _ in range(100)]) == 100
