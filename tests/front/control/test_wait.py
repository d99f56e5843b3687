"""The control API over HTTP: waiting for messages, and the event stream."""

import http.client
import json
import threading
from itertools import count, islice
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from emulator.control import messages
from emulator.testing import HANDSET


def bodies(answer):
    return [message["body"] for message in answer["messages"]]


class TestWait:
    """GET /_emulator/messages/wait."""

    def test_is_there_already(self, ask, send_text):
        """Messages that have arrived are answered at once, and no more than were asked for."""
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
        """When nothing has come in time, the error lists what there is instead."""
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
        """The stream begins with the time."""
        kind, clock = stream()

        assert ("clock", "stepping") == (kind, clock["mode"])

    def test_tells_a_message_and_its_way(self, stream, send_text, get):
        """The stream has a message when it is accepted, then each status with its event record."""
        stream()

        message_id = send_text("Hi 🎉")
        get("messages")

        told = list(islice((event for event in iter(stream, None) if event[0] != "request"), 5))
        assert ["message", "status", "event", "status", "event"] == [kind for kind, _ in told]
        assert {message_id} == {body["message_id"] for _, body in told}
        assert ("Hi 🎉", "ACCEPTED") == (told[0][1]["body"], told[0][1]["status"])
        assert "TEXT_DELIVERED" == told[4][1]["event_type"] == told[4][1]["record"]["eventType"]

    def test_tells_of_the_clock(self, stream, ask):
        """Every listener receives a change of the clock."""
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
