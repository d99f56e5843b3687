"""The short way of plain requests: answered where they are parsed, by the rules of the long way."""

import contextlib
import http.client
import json
import socket
import sqlite3
import threading
from urllib.parse import urlsplit

import pytest

from emulator.front import acknowledging
from emulator.front.keeping import open_folder
from emulator.front.server import Application
from emulator.journal.errors import JournalUnavailable
from emulator.wire.http import Response

LIST = {
    "Host": "localhost",
    "X-Amz-Target": "PinpointSMSVoiceV2.DescribeOptOutLists",
    "Content-Type": "application/x-amz-json-1.0",
    "Authorization": "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/sms-voice/aws4_request, Signature=0",
}
CREATE = LIST | {"X-Amz-Target": "PinpointSMSVoiceV2.CreateOptOutList"}
PUBLISH = {
    "Host": "localhost",
    "Content-Type": "application/x-www-form-urlencoded",
    "Authorization": LIST["Authorization"].replace("sms-voice", "sns"),
}
PUBLISHED = b"Action=Publish&PhoneNumber=%2B14255550100&Message=Hi"
KEY = {"access_key_id": "AKIATEST", "secret_access_key": "right"}
HEALTH = b"GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def post(headers, body, path="/", version="1.1", length=True):
    """The bytes of a request; headers are a mapping, or pairs."""
    pairs = headers.items() if isinstance(headers, dict) else headers
    lines = [f"POST {path} HTTP/{version}", *(f"{name}: {value}" for name, value in pairs)]
    lines += [f"Content-Length: {len(body)}"] if length else []
    return "\r\n".join([*lines, "", ""]).encode() + body


def create(name):
    """The bytes of a request that makes an opt-out list."""
    return post(CREATE, json.dumps({"OptOutListName": name}).encode())


class Client:
    """A connection; `answers(n)` reads so many answers, each as status, headers and body."""

    def __init__(self, server):
        address = urlsplit(server.endpoint_url)
        self.socket = socket.create_connection((address.hostname, address.port), timeout=20)
        self.file = self.socket.makefile("rb")
        self.send = self.socket.sendall

    def answers(self, count=1):
        """Read answers."""
        return [self._answer() for _ in range(count)]

    def _answer(self):
        status = int(self.file.readline().split()[1])
        headers = http.client.parse_headers(self.file)
        return status, headers, self.file.read(int(headers["Content-Length"]))

    def statuses(self, count=1):
        """Read answers, and give their statuses."""
        return [status for status, _, _ in self.answers(count)]

    def is_at_end(self):
        """Return whether the server has closed the connection, after all that was read."""
        return b"" == self.file.read(1)

    def close(self):
        """Close it."""
        self.file.close()
        self.socket.close()


@pytest.fixture
def connect():
    """Opens connections to a server."""
    opened = []

    def make(server):
        opened.append(Client(server))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


@pytest.fixture
def long_way(monkeypatch):
    """The paths of the requests that have gone through ASGI."""
    seen, answer = [], Application.__call__

    async def counted(self, scope, receive, send):
        seen.append(scope["path"])
        await answer(self, scope, receive, send)

    monkeypatch.setattr(Application, "__call__", counted)
    return seen


class TestWhichWay:
    """Plain requests go the short way, all others the long one, and the answers are the same."""

    @pytest.mark.parametrize(
        ("headers", "body", "status"),
        [
            (LIST, b"{}", 200),
            (LIST, b"{", 400),
            (LIST, b'{"OptOutListNames": ["nothing"]}', 400),
            (LIST | {"X-Amz-Target": "PinpointSMSVoiceV2.Nothing"}, b"{}", 400),
            (LIST | {"Host": "127.0.0.1:1"}, b"{}", 200),
            (PUBLISH, PUBLISHED, 200),
        ],
    )
    def test_plain(self, sms_server, connect, long_way, headers, body, status):
        """An operation of ours; chunks lead the same request the long way."""
        chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        client = connect(sms_server)

        client.send(post(headers, body))
        ((short, short_headers, short_body),) = client.answers()
        assert [] == long_way
        client.send(post(headers | {"Transfer-Encoding": "chunked"}, chunks, length=False))
        ((long, long_headers, long_body),) = client.answers()

        assert ["/"] == long_way
        assert status == short == long
        varying = ("x-amzn-requestid", "date")
        assert [pair for pair in short_headers.items() if pair[0] not in varying] == [
            pair for pair in long_headers.items() if pair[0] not in varying
        ]
        assert short_headers.keys() == long_headers.keys()
        assert short_body[:60] == long_body[:60]

    @pytest.mark.parametrize(
        "sent",
        [
            post(LIST | {"Expect": "100-continue"}, b"{}"),
            post(LIST | {"Origin": "http://localhost"}, b"{}"),
            post(LIST | {"Sec-Fetch-Site": "same-origin"}, b"{}"),
            post(LIST | {"User-Agent": "Mozilla/5.0"}, b"{}"),
            post([*LIST.items(), ("X-Twice", "1"), ("x-twice", "2")], b"{}"),
            post(LIST | {"Connection": "close"}, b"{}"),
            post(LIST | {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c"}, b"{}"),
            post(LIST, b"{}", version="1.0"),
            post(LIST, b"{}", path="/?"),
        ],
    )
    def test_not_plain(self, sms_server, connect, long_way, sent):
        """Whatever may need one of the rules that the short way does not have goes the long one, or past it."""
        client = connect(sms_server)

        client.send(sent)
        if b"Expect" in sent:
            assert CONTINUE == client.file.read(len(CONTINUE))

        assert [200] == client.statuses()
        assert ["/"] == long_way or b"h2c" in sent

    def test_signatures_are_verified_on_the_long_way(self, serve, connect, long_way):
        """A server that requires them refuses one that is wrong."""
        client = connect(serve(config={"access": {"require_signature": True, "keys": [KEY]}}))

        client.send(post(LIST, b"{}"))

        assert [403] == client.statuses()
        assert ["/"] == long_way

    @pytest.mark.parametrize(
        "headers",
        [
            LIST | {"Host": "evil.example"},
            LIST | {"Origin": "http://evil.example"},
            LIST | {"Sec-Fetch-Site": "cross-site"},
            [*LIST.items(), ("Host", "evil.example")],
            [("Host", "evil.example"), *LIST.items()],
            [*LIST.items(), ("Origin", "http://localhost"), ("Origin", "http://evil.example")],
        ],
    )
    def test_the_guard_refuses(self, serve, connect, headers):
        """A foreign page, and a foreign name for this machine, change nothing."""
        server = serve()
        client = connect(server)
        pairs = list(headers.items()) if isinstance(headers, dict) else headers
        changing = [(name, CREATE[name] if name == "X-Amz-Target" else value) for name, value in pairs]

        client.send(post(changing, b'{"OptOutListName": "mine"}'))

        assert client.statuses()[0] in (400, 403)
        assert 0 == len(server.emulator.engine.requests)


class TestOneConnection:
    """What comes on one connection, in whatever pieces and order."""

    def test_pipelined_requests_are_answered_in_order(self, sms_server, connect):
        """Answers come in the order of the requests, whichever way each of them goes."""
        client = connect(sms_server)

        client.send(create("a") + HEALTH + create("b") + create("c") + post(LIST, b"{}"))
        answers = client.answers(5)

        assert [200] * 5 == [status for status, _, _ in answers]
        bodies = [json.loads(body) for _, _, body in answers]
        assert ["a", None, "b", "c"] == [body.get("OptOutListName") for body in bodies[:4]]
        assert {"a", "b", "c"} <= {each["OptOutListName"] for each in bodies[4]["OptOutLists"]}

    def test_a_delayed_answer_holds_up_those_behind_it(self, serve, connect):
        """A fault's latency is waited for; requests that came after it on the connection are answered after it."""
        server = serve(clock="frozen")
        server.emulator.faults.add("ThrottlingException", times=1, latency_seconds=0.2)
        client, other = connect(server), connect(server)

        client.send(create("a") + create("b"))
        other.send(create("c"))

        assert [200] == other.statuses()
        assert [400, 200] == client.statuses(2)

    @pytest.mark.parametrize("step", [1, 50, 333])
    def test_a_slow_client_is_served(self, serve, connect, step):
        """A request in pieces is answered once, and so is the one behind it."""
        client = connect(serve())
        sent = create("a") + create("b")

        for place in range(0, len(sent), step):
            client.send(sent[place : place + step])

        assert ["a", "b"] == [json.loads(body)["OptOutListName"] for _, _, body in client.answers(2)]

    def test_a_broken_request_behind_a_plain_one(self, serve, connect):
        """What was well is answered, what is not HTTP is refused, and the connection is closed."""
        client = connect(serve())

        client.send(create("a") + b"nonsense\r\n\r\n")

        assert [200, 400] == client.statuses(2)
        assert client.is_at_end()

    def test_an_idle_connection_is_closed(self, serve, connect):
        """After the pause that uvicorn allows between two requests."""
        server = serve()
        server._listener._server.config.timeout_keep_alive = 0.2
        client = connect(server)
        for name in ("a", "b"):
            client.send(create(name))
            assert [200] == client.statuses()

        assert client.is_at_end()

    def test_the_end_of_the_server_closes_it(self, serve, connect):
        """A connection that waits for its next request holds nobody up."""
        server = serve()
        client = connect(server)
        client.send(create("a"))
        assert [200] == client.statuses()

        server.close()

        assert client.is_at_end()

    def test_a_bug_is_answered(self, serve, connect, monkeypatch, capfd):
        """An error on the short way is logged, and answered as one on the long way; the next request is served."""
        server = serve()
        client = connect(server)
        with monkeypatch.context() as broken:
            broken.setattr(server.emulator.engine, "reads_s3", lambda request: 1 / 0)
            client.send(create("a"))
            assert [500] == client.statuses()

        assert client.is_at_end()
        client = connect(server)
        client.send(create("a"))
        assert [200] == client.statuses()
        assert "ZeroDivisionError" in capfd.readouterr().err

    def test_a_header_that_would_be_two_is_refused(self, serve, connect, monkeypatch):
        """What uvicorn does not send is not sent on the short way either."""
        server = serve()
        answer = Response(200, {"Content-Type": "text/plain\r\nSet-Cookie: x"})
        monkeypatch.setattr(server.emulator.engine, "handle", lambda request: answer)
        client = connect(server)

        client.send(create("a"))

        assert client.is_at_end()


class TestJournal:
    """A server that keeps its state."""

    @pytest.fixture
    def kept(self, tmp_path, serve, monkeypatch):
        """A server with a journal; writing waits for an event."""
        emulator, keeper, _ = open_folder(tmp_path / "data", clock="stepping")
        may_write, append = threading.Event(), keeper.store.append

        def append_later(rows, *, wait=True):
            if not wait and not may_write.is_set():
                raise JournalUnavailable("somebody else writes")
            assert may_write.wait(20)
            append(rows)

        monkeypatch.setattr(keeper.store, "append", append_later)
        yield serve(emulator), keeper, may_write
        may_write.set()
        keeper.close()

    def test_an_answer_waits_until_its_entry_is_written(self, kept, connect):
        """Nothing is acknowledged before, and what is pipelined is answered in order."""
        server, keeper, may_write = kept
        client = connect(server)

        client.send(create("a") + create("b"))
        client.socket.settimeout(0.3)
        with pytest.raises(TimeoutError):
            client.socket.recv(1)
        assert "a" in server.emulator.engine.world.messaging_stores["123456789012", "us-east-1"].opt_out_lists
        may_write.set()
        client.socket.settimeout(20)

        answers = [json.loads(body)["OptOutListName"] for _, _, body in client.answers(2)]
        assert ["a", "b"] == answers
        assert keeper.journal.durable == keeper.journal.position

    @pytest.mark.parametrize("is_quick", [True, False])
    def test_a_client_that_asks_on_before_it_is_answered(self, kept, connect, is_quick):
        """It gets both answers in order, wherever the journal is written."""
        server, keeper, may_write = kept
        keeper.store.is_quick = is_quick
        client = connect(server)
        client.socket.settimeout(0.2)
        for name in ("a", "b"):
            client.send(create(name))
            with pytest.raises(TimeoutError):
                client.socket.recv(1)

        may_write.set()
        client.socket.settimeout(20)

        assert ["a", "b"] == [json.loads(body)["OptOutListName"] for _, _, body in client.answers(2)]

    def test_a_client_that_does_not_wait_for_its_answer(self, kept, connect):
        """What it asked for is done, and nobody else notices."""
        server, keeper, may_write = kept
        impatient, other = connect(server), connect(server)
        impatient.send(create("a"))
        impatient.socket.settimeout(0.2)
        with pytest.raises(TimeoutError):
            impatient.socket.recv(1)
        impatient.socket.close()

        may_write.set()
        other.send(create("b"))

        assert [200] == other.statuses()
        assert keeper.journal.durable == keeper.journal.position

    def test_a_database_that_another_program_has_locked(self, tmp_path, serve, connect):
        """The server goes on answering what needs no entry; the rest is answered once the lock is gone."""
        emulator, keeper, _ = open_folder(tmp_path / "data", clock="stepping")
        server = serve(emulator)
        asking, looking = connect(server), connect(server)
        with contextlib.closing(sqlite3.connect(keeper.store.where, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            asking.send(create("a"))
            looking.send(HEALTH)
            assert [200] == looking.statuses()
            other.execute("ROLLBACK")

        assert [200] == asking.statuses()
        keeper.close()

    def test_one_commit_serves_all_that_have_asked(self, tmp_path, serve, connect, monkeypatch):
        """Requests of several connections that are there at once are written together."""
        emulator, keeper, _ = open_folder(tmp_path / "data", clock="stepping")
        server, commits, append = serve(emulator), [], keeper.store.append
        clients = [connect(server) for _ in range(8)]
        monkeypatch.setattr(keeper.store, "append", lambda rows, **wait: (commits.append(len(rows)), append(rows, **wait)))
        with emulator.engine.lock:
            for place, client in enumerate(clients):
                client.send(create(f"list-{place}"))

        assert [[200]] * len(clients) == [client.statuses() for client in clients]
        keeper.close()
        assert len(clients) == sum(commits)
        assert len(commits) <= len(clients) // 2

    def test_what_takes_long_to_write_is_left_to_asgi(self, kept, connect, monkeypatch):
        """It waits there, with a limit."""
        monkeypatch.setattr(acknowledging, "DEFERRED_SECONDS_MAX", 0.01)
        monkeypatch.setattr(acknowledging, "WRITE_SECONDS_MAX", 0.1)
        server, _, may_write = kept
        client = connect(server)

        client.send(create("a"))

        ((status, _, body),) = client.answers()
        assert 503 == status
        assert "does not answer" in json.loads(body)["message"]
        may_write.set()

    def test_what_cannot_be_written_is_not_acknowledged(self, kept, connect, monkeypatch):
        """A 503, of a request that was carried out and of one that was not."""
        server, keeper, may_write = kept
        client = connect(server)

        def fail(rows, **wait):
            raise JournalUnavailable("the disk is full")

        monkeypatch.setattr(keeper.store, "append", fail)
        for name in ("a", "b"):
            client.send(create(name))
            ((status, headers, body),) = client.answers()

            assert (503, "1") == (status, headers["Retry-After"])
            assert "full" in json.loads(body)["message"]
        monkeypatch.undo()
        may_write.set()
