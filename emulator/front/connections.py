"""Connections: uvicorn's HTTP protocol, with limits of size and time for what a client has yet to send."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES_MAX = 64 * 1024
"""Of the request line and all headers together."""
HEAD_SECONDS_MAX = 10.0
"""From the first byte of a request, or from the connection, to the end of the headers."""
BODY_PAUSE_SECONDS_MAX = 20.0
"""Between two pieces of a body."""
BODY_SECONDS_MAX = 300.0
"""From the end of the headers to the end of the body."""
HTTP2_UPGRADE = re.compile(rb"\r\nupgrade:[ \t]*h2c[ \t]*(?=\r\n|\Z)", re.IGNORECASE)
"""The offer of HTTP/2 that Java's HttpClient makes in its first request. The parser would take the body for HTTP/2."""


class LimitedProtocol(HttpToolsProtocol):
    """A connection that is closed when its client does not go on with its request."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._deadline: float | None = None
        """When the client must have gone on, by the loop's clock; None if it is the server's turn."""
        self._timer: asyncio.TimerHandle | None = None
        """Looks at the deadline. One for many requests: making and cancelling costs as much as parsing."""
        self._in_head = True
        self._head_bytes = 0
        self._piece_bytes = self._read_bytes = 0
        """Of what was read last, and of all that was read since the head began, with what came in one piece with it."""
        self._body_ends_by = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expect the first request."""
        super().connection_made(transport)
        self._expect_within(HEAD_SECONDS_MAX)

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect nothing more."""
        self._expect_nothing()
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Refuse a head that is too large, and parse the rest."""
        was_in_head = self._in_head
        self._piece_bytes = len(data)
        self._read_bytes += self._piece_bytes
        if was_in_head and b"h2c" in data:
            head, end, body = data.partition(b"\r\n\r\n")
            data = HTTP2_UPGRADE.sub(b"", head) + end + body
        self._head_bytes += len(data) if was_in_head else 0
        super().data_received(data)
        if was_in_head and self._in_head and self._head_bytes > HEAD_BYTES_MAX and not self.transport.is_closing():
            self._refuse("431 Request Header Fields Too Large", f"the headers are larger than {HEAD_BYTES_MAX} bytes")

    def on_message_begin(self) -> None:
        """Expect the headers."""
        super().on_message_begin()
        self._in_head, self._read_bytes = True, self._piece_bytes
        self._expect_within(HEAD_SECONDS_MAX)

    def on_headers_complete(self) -> None:
        """Expect the body."""
        self._in_head, self._head_bytes = False, 0
        # To add up each head would take longer than to parse it. What was read is at least as much.
        if self._read_bytes > HEAD_BYTES_MAX and self._head_size() > HEAD_BYTES_MAX:
            self._refuse("431 Request Header Fields Too Large", f"the headers are larger than {HEAD_BYTES_MAX} bytes")
            return
        self._body_ends_by = self.loop.time() + BODY_SECONDS_MAX
        self._expect_within(BODY_PAUSE_SECONDS_MAX)
        self.start_request()

    def _head_size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def start_request(self) -> None:
        """Have the request answered whose headers have been parsed."""
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Expect the next piece."""
        self._expect_within(min(BODY_PAUSE_SECONDS_MAX, self._body_ends_by - self.loop.time()))
        if self.cycle is not None:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Expect nothing: it is the server's turn. uvicorn times the pause between requests."""
        self._in_head, self._head_bytes = True, 0
        self._expect_nothing()
        if self.cycle is not None:
            super().on_message_complete()
            if self.cycle.response_complete:
                # It was answered before its end, when uvicorn's timer for the next request was cancelled by the rest.
                self._expect_within(HEAD_SECONDS_MAX)

    def expect_next_request(self) -> None:
        """Expect another request, on a connection whose requests have all been answered."""
        self._in_head, self._head_bytes = True, 0
        self._expect_within(self.timeout_keep_alive)

    def _expect_within(self, seconds: float) -> None:
        self._deadline = self.loop.time() + seconds
        if self._timer is None or self._timer.when() > self._deadline:
            self._wait_until(self._deadline)

    def _expect_nothing(self) -> None:
        self._deadline = None

    def _wait_until(self, moment: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.loop.call_at(moment, self._check_deadline)

    def _check_deadline(self) -> None:
        self._timer = None
        if self._deadline is not None and self._deadline > self.loop.time():
            self._wait_until(self._deadline)
        elif self._deadline is not None:
            self._give_up()

    def _give_up(self) -> None:
        self._deadline = None
        if self.flow.read_paused:
            # The client may have sent all of it: it waits for an earlier answer, or for this body to be read.
            self._expect_within(BODY_PAUSE_SECONDS_MAX)
        elif self._in_head and not self._head_bytes:
            self.transport.close()
        elif not self.transport.is_closing():
            self._refuse("408 Request Timeout", "the rest of the request did not come in time")

    def _refuse(self, status: str, sentence: str) -> None:
        """Answer, unless an answer has begun, and close."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete or not cycle.response_started:
            body = json.dumps({"message": sentence, "error": sentence, "field": None}).encode()
            head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            self.transport.write(f"{head}Connection: close\r\n\r\n".encode() + body)
        self.transport.close()
