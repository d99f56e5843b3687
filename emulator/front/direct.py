"""
A short way for plain requests: answered where they are parsed, without ASGI.

A request is plain if a program has sent it as a POST to `/`, all of it is there once it has been read from the socket,
and its answer waits for nothing but the journal. Anything else goes through ASGI. Each application on the way has an
`answer_at_once` beside its `__call__`, and the same rules hold in both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from emulator.front.at_once import Answer, AsgiApplication, Deferred
from emulator.front.connections import LimitedProtocol
from emulator.front.guard import answer_later
from emulator.wire.http import Request, Response


class DirectProtocol(LimitedProtocol):
    """
    A connection whose plain requests are answered at once.

    Args:
        arguments: those of uvicorn.
        answer_at_once: answers a request.
        named: those of uvicorn.
    """

    def __init__(self, *arguments: Any, answer_at_once: Callable[[Request], Answer], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._answer_at_once = answer_at_once
        self._plain: dict[str, str] | None = None
        """The headers of a request that is plain so far, while it is parsed."""
        self._plain_body = b""
        self._is_alone = True
        """True if the last data from the socket belongs to a single request."""
        self._deferred: Deferred | None = None
        """The answer to the last request, if it may not be sent yet."""

    def data_received(self, data: bytes) -> None:
        """Parse and answer; a request whose body is still to come goes through ASGI."""
        if self._deferred is not None:
            # uvicorn answers one request after the other.
            self._finish(False)
        self._is_alone = data.count(b" HTTP/1.") == 1
        super().data_received(data)
        if self._plain is not None and self._deferred is None:
            self._leave_to(self.app)

    def connection_lost(self, exc: Exception | None) -> None:
        """Send nothing more."""
        if self._deferred is not None:
            self._deferred.finish = None
            self._deferred = None
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Close the connection once what was asked is answered."""
        if self._deferred is not None:
            self._finish(False)
        super().shutdown()

    def start_request(self) -> None:
        """Wait for the end of a request that is plain so far."""
        self._plain, self._plain_body = self._read_plain(), b""
        if self._plain is None:
            super().start_request()

    def on_body(self, body: bytes) -> None:
        """Keep a part of the body."""
        if self._plain is None:
            super().on_body(body)
        else:
            self._plain_body += body

    def on_message_complete(self) -> None:
        """Answer a plain request."""
        if self._plain is None:
            super().on_message_complete()
            return
        answer = self._answer(Request("POST", "/", self._plain, self._plain_body))
        if isinstance(answer, Response):
            self._send(answer)
        elif isinstance(answer, Deferred) and self._is_alone:
            self._deferred, answer.finish = answer, self._finish
            self._expect_nothing()
        else:
            self._go_on_with(answer.application if isinstance(answer, Deferred) else answer or self.app)

    def _finish(self, is_written: bool) -> None:
        """Send the deferred answer, or leave it to ASGI."""
        deferred, self._deferred = self._deferred, None
        if deferred is None:
            return
        deferred.finish = None
        if self.transport.is_closing():
            return
        if is_written:
            self._send(deferred.response)
        else:
            self._go_on_with(deferred.application)

    def _send(self, response: Response) -> None:
        if not _is_plain(response):
            self._go_on_with(answer_later(response))
            return
        self._plain = None
        self.expect_next_request()
        self._write(response)

    def _go_on_with(self, application: AsgiApplication) -> None:
        """Have an ASGI application answer the request, all of which is there."""
        self._leave_to(application)
        super().on_message_complete()

    def _read_plain(self) -> dict[str, str] | None:
        """Return the headers; None if the request is not plain."""
        is_first = self.cycle is None or self.cycle.response_complete
        if not is_first or self.url != b"/" or self.parser.get_method() != b"POST" or self.expect_100_continue:
            return None
        if self.parser.should_upgrade() or not self.parser.should_keep_alive() or self.parser.get_http_version() != "1.1":
            return None
        if self.flow.write_paused or self.transport.is_closing():
            return None
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in self.headers}
        # The guard looks at each of several headers of one name. Chunks may be followed by more headers.
        return headers if len(headers) == len(self.headers) and "transfer-encoding" not in headers else None

    def _answer(self, request: Request) -> Answer:
        try:
            return self._answer_at_once(request)
        except Exception as error:  # what is raised here would be an error of the parser
            return _raising(error)

    def _leave_to(self, application: AsgiApplication) -> None:
        """Have an ASGI application go on with the request; those that come after it will wait for its answer."""
        self._plain = None
        if not self.transport.is_closing():
            # uvicorn has no other way to say by which application a request is answered.
            usual, self.app = self.app, application
            super().start_request()
            self.app = usual
            super().on_body(self._plain_body)

    def _write(self, response: Response) -> None:
        """Write a response as uvicorn does, but in one piece."""
        lines = [STATUS_LINE[response.status]]
        for name, value in self.server_state.default_headers:
            lines += (name, b": ", value, b"\r\n")
        for key, text in response.headers.items():
            lines += (key.lower().encode("latin-1"), b": ", text.encode("latin-1"), b"\r\n")
        lines += (b"content-length: %d\r\n\r\n" % len(response.body), response.body)
        self.transport.write(b"".join(lines))
        self.server_state.total_requests += 1


def _is_plain(response: Response) -> bool:
    """Return True if no header could be taken for more than one; uvicorn refuses what could."""
    text = "".join(response.headers.values())
    return text.isascii() and text.isprintable()


def _raising(error: Exception) -> AsgiApplication:
    async def fail(scope: Any, receive: Any, send: Any) -> None:
        raise error

    return fail
