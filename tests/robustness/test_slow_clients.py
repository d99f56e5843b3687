"""Clients that wait, or do not go on: they hold no thread, and everybody else is answered."""

import http.client
import json
import threading

import pytest

from emulator.front import connections, live

LEASE = {
    "IsoCountryCode": "US",
    "MessageType": "TRANSACTIONAL",
    "NumberCapabilities": ["SMS"],
    "NumberType": "TEN_DLC",
}
HEALTH = "/_emulator/health"
CLIENTS = 60
"""More than there are threads for the control API."""


@pytest.fixture
def impatient(monkeypatch):
    """Servers whose patience is short, so that tests need none."""
    for name in ("HEAD_SECONDS_MAX", "BODY_PAUSE_SECONDS_MAX", "BODY_SECONDS_MAX"):
        monkeypatch.setattr(connections, name, 0.2)


def test_waiting_calls_hold_no_thread(serve, call, aws):
    """While more calls wait than there are threads, commands are answered, and a message ends all of them."""
    server = serve()
    answers = []

    def wait():
        answers.append(call(server, "GET", "/_emulator/messages/wait?to=%2B12065550100&timeout=20"))

    threads = [threading.Thread(target=wait) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()

    assert 200 == call(server, "GET", HEALTH)[0]
    assert 200 == call(server, "GET", "/_emulator/clock")[0]
    assert 200 == aws(server, "RequestPhoneNumber", LEASE)[0]
    assert 200 == aws(server, "SendTextMessage", {"DestinationPhoneNumber": "+12065550100", "MessageBody": "Hi"})[0]
    for thread in threads:
        thread.join()
    assert [200] * CLIENTS == [status for status, _ in answers]


def test_a_wait_ends_in_time(serve, call):
    """408 says what the inbox holds; an unknown filter is refused at once."""
    server = serve()

    status, body = call(server, "GET", "/_emulator/messages/wait?to=%2B12065550100&timeout=0.1")
    assert 408 == status
    assert "0 of 1 messages" in json.loads(body)["error"]
    status, body = call(server, "GET", "/_emulator/messages/wait?wat=1")
    assert (400, "wat") == (status, json.loads(body)["field"])


def test_the_end_of_the_server_ends_what_waits(serve, call):
    """A call that waits is answered when the server is closed."""
    server = serve()
    answers = []
    thread = threading.Thread(
        target=lambda: answers.append(call(server, "GET", "/_emulator/messages/wait?to=%2B12065550100&timeout=60"))
    )
    thread.start()
    while not server.emulator.engine.wakers:
        assert thread.is_alive()

    server.close()
    thread.join(10)

    assert not thread.is_alive()


@pytest.mark.parametrize(
    "sent",
    [
        b"PUT /_emulator/faults HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n[",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{",
        b"PUT /bucket/key HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{",
        b"GET /_emulator/health HTTP/1.1\r\nHost: local",
        b"GET /_emu",
    ],
)
def test_half_a_request_holds_nobody_up(serve, call, half_open, impatient, sent):
    """Others are answered meanwhile, and the connection is closed with a reason after a stated time."""
    server = serve()
    halves = [half_open(server, sent) for _ in range(CLIENTS)]

    assert 200 == call(server, "GET", "/_emulator/clock")[0]
    for half in halves:
        assert half.recv(1000).startswith(b"HTTP/1.1 408 ")
        assert b"" == half.recv(1000)


def test_a_connection_without_a_request_is_closed(serve, half_open, impatient):
    """Nothing is answered to nothing."""
    assert b"" == half_open(serve(), b"").recv(1000)


def test_a_slow_but_steady_client_is_served(serve, half_open):
    """A body in small pieces is read to its end."""
    body = b'{"within_seconds": 1}'
    connection = half_open(serve(), b"POST /_emulator/settle HTTP/1.1\r\nHost: localhost\r\nContent-Length: 21\r\n\r\n")
    for place in range(len(body)):
        connection.sendall(body[place : place + 1])

    assert connection.recv(1000).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "head",
    [
        b"GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
        b"GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
        b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 70_000,
    ],
)
def test_a_head_has_an_end(serve, half_open, head):
    """Headers beyond the limit are refused, whether or not they end."""
    assert half_open(serve(), head).recv(1000).startswith(b"HTTP/1.1 431 ")


def test_a_head_that_came_with_another_request_has_an_end(serve, half_open):
    """The beginning of a head counts that was read along with the request before it."""
    first = b"GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\n"
    beginning, rest = b"X: " + b"x" * 60_000, b"x" * 10_000 + b"\r\n\r\n"
    connection = half_open(serve(), first + b"\r\n" + first + beginning)
    assert connection.recv(1000).startswith(b"HTTP/1.1 200 ")

    connection.sendall(rest)

    received = b""
    while piece := connection.recv(10_000):
        received += piece
    assert b"HTTP/1.1 431 " in received


@pytest.mark.parametrize("path", ["/_emulator/state", "/_emulator/faults", "/bucket/key", "/_emulator/calls/x/audio"])
def test_a_body_has_an_end(serve, half_open, path):
    """413 before a byte of the body is read, when its length says that it is too large."""
    server = serve(config={"limits": {"body_bytes_max": 1000}})

    declared = half_open(server, f"PUT {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000000\r\n\r\n".encode())
    assert declared.recv(1000).startswith(b"HTTP/1.1 413 ")

    chunk = b"800\r\n" + b" " * 0x800 + b"\r\n"
    head = f"PUT {path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    assert half_open(server, head + chunk).recv(1000).startswith(b"HTTP/1.1 413 ")


def test_a_listener_that_does_not_read_is_let_go(serve, half_open, call, monkeypatch):
    """A stream whose listener falls behind is ended, and keeps no more than so many events."""
    monkeypatch.setattr(live, "STREAM_EVENTS_MAX", 5)
    server = serve()
    half_open(server, b"GET /_emulator/stream HTTP/1.1\r\nHost: localhost\r\n\r\n").recv(1000)
    while not server.emulator.engine.listeners:
        assert 200 == call(server, "GET", HEALTH)[0]

    for _ in range(200):
        for _ in range(200):
            server.emulator.engine.publish_to_stream("clock", {"x": "y" * 10_000})
        if not server.emulator.engine.listeners:
            break
        call(server, "GET", HEALTH)

    assert [] == server.emulator.engine.listeners


@pytest.mark.parametrize("upgrade", ["Upgrade: h2c", "upgrade:h2c"])
def test_the_offer_of_http2_is_declined(serve, half_open, upgrade):
    """A request with Java's offer of HTTP/2 is answered by HTTP/1.1, with its body read; so is the next one."""
    body = b'{"advance_seconds": 1}'
    head = f"POST /_emulator/clock HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
    offer = f"Connection: Upgrade, HTTP2-Settings\r\n{upgrade}\r\nHTTP2-Settings: AAEAAEAA\r\n"
    connection = half_open(serve(), f"{head}{offer}\r\n".encode())

    for _ in range(2):
        connection.sendall(body)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert (200, "frozen") == (answer.status, json.load(answer)["mode"])
        connection.sendall(f"{head}\r\n".encode())
