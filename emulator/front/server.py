"""
One endpoint for everything: our services by the `Engine`, `/_emulator` by the control API, all else by moto.

uvicorn reads requests from the socket. Those for our services are handled in its event loop, since they never block;
Flask and moto run in threads. Two more threads serve a running clock: one runs what is due, one delivers the outbox.
"""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import uvicorn

from emulator.control.clock import show_clock
from emulator.emulator import Emulator
from emulator.engine import Engine
from emulator.wire.credentials import DEFAULT_ACCOUNT, read_scope
from emulator.wire.http import Request, Response

if TYPE_CHECKING:
    from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, HTTPScope

log = logging.getLogger("emulator")

TICK_SECONDS = 0.02
"""How often the threads of a running clock check for work."""
THREADS = 32
"""Requests to the control API, and to moto, that are handled at a time; each call that waits occupies one."""
STREAM_KEEPALIVE_SECONDS = 15.0
"""How often an idle event stream sends the time."""
CLOSING_SECONDS_MAX = 1
METRICS_EVERY_SECONDS = 1.0
"""How often a running clock sends its metrics; a request to CloudWatch has them sent first."""
BACKLOG = 128


class Application:
    """The ASGI application."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._streams: list[Callable[[], None]] = []

    def close(self) -> None:
        """End whatever would wait for ever: the event streams, and calls that wait for a message."""
        self.engine.closing.set()
        for end in tuple(self._streams):
            end()

    def join(self) -> None:
        """Wait until the threads of Flask and moto have ended."""
        for name in ("control", "aws"):
            if name in vars(self):
                vars(self)[name].executor.shutdown()

    @cached_property
    def control(self) -> ASGI3Application:
        """The control API; Flask is imported on the first request to it."""
        from a2wsgi import WSGIMiddleware

        from emulator.front.control_http import create_app

        return WSGIMiddleware(create_app(self.engine), workers=THREADS)  # type: ignore[arg-type, return-value]

    @cached_property
    def aws(self) -> ASGI3Application:
        """All other AWS services; moto is imported on the first request to one."""
        from a2wsgi import WSGIMiddleware

        from emulator.front.other_aws import OtherAws

        return WSGIMiddleware(OtherAws(self.engine, self.engine.aws.wsgi()), workers=THREADS)  # type: ignore[arg-type, return-value]

    async def __call__(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answer one request."""
        path = scope["path"]
        if path.startswith(("/_emulator", "/_aws/")):
            if path == "/_emulator/stream":
                await self._stream(receive, send)
            else:
                await self.control(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        head = Request(
            scope["method"], scope["raw_path"].decode("latin-1"), headers, b"", scope["query_string"].decode("latin-1")
        )
        if self.engine.service_for(head) is None:
            await self._pass_on(head, scope, receive, send)
            return
        body = await self._read_body(receive)
        if body is None:
            return
        if self.engine.reads_s3(head):
            response = await asyncio.to_thread(self._handle, head, body)
        else:
            response = self._handle(head, body)
        if response.delay_seconds:
            await asyncio.sleep(response.delay_seconds)
        await _send(send, response)

    async def _read_body(self, receive: ASGIReceiveCallable) -> bytes | None:
        """Return the body, or enough of it to show that it is too large; None if the client disconnected before its end."""
        body = bytearray()
        while len(body) <= self.engine.world.settings.request_body_bytes_max:
            message: Any = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        return bytes(body)

    def _handle(self, head: Request, body: bytes) -> Response:
        try:
            return self.engine.handle(Request(head.method, head.path, head.headers, body, head.query))
        except Exception:
            request_id, response = self.engine.failure(head)
            log.exception("Request %s failed: %s %s", request_id, head.method, head.headers.get("x-amz-target", head.path))
            return response

    async def _pass_on(self, head: Request, scope: HTTPScope, receive: Any, send: Any) -> None:
        if head.method == "GET" and head.path == "/" and "authorization" not in head.headers and not head.query:
            await _send(send, Response(302, {"Location": "/_emulator/"}))
            return
        caller = read_scope(head)
        if caller.signing_name == "sns":
            body = await self._read_body(receive)
            if body is None:
                return
            if self.engine.handles(replace(head, body=body)):
                await _send(send, self._handle(head, body))
                return
            receive = _replay(body, receive)
        if caller.account != DEFAULT_ACCOUNT:
            scope["headers"] = [*scope["headers"], (b"x-moto-account-id", caller.account.encode())]
        if self.engine.mode != "running":
            await asyncio.to_thread(self.engine.run_due_and_deliver)
        elif caller.signing_name == "monitoring":
            await asyncio.to_thread(self.engine.deliver)
        # The first call imports moto, which is slow: other requests need not wait for it.
        aws = await asyncio.to_thread(getattr, self, "aws") if "aws" not in vars(self) else self.aws
        await aws(scope, receive, send)

    def _show_clock(self) -> dict[str, Any]:
        return dict(self.engine.control(lambda: show_clock(self.engine, limit=0)))

    async def _stream(self, receive: Any, send: Any) -> None:
        """Send server-sent events until the listener disconnects."""
        loop = asyncio.get_running_loop()
        events: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()

        def listen(kind: str, body: dict[str, Any]) -> None:
            loop.call_soon_threadsafe(events.put_nowait, (kind, body))

        def end() -> None:
            loop.call_soon_threadsafe(gone.cancel)

        headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        gone = asyncio.ensure_future(_disconnected(receive))
        self._listen(listen)
        self._streams.append(end)
        try:
            event: tuple[str, dict[str, Any]] | None = None
            while not gone.done():
                kind, body = event or ("clock", await asyncio.to_thread(self._show_clock))
                text = f"event: {kind}\ndata: {json.dumps(body, ensure_ascii=False)}\n\n"
                await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
                following = asyncio.ensure_future(events.get())
                done, _ = await asyncio.wait(
                    {following, gone}, timeout=STREAM_KEEPALIVE_SECONDS, return_when="FIRST_COMPLETED"
                )
                event = following.result() if following in done else None
                following.cancel()
            await send({"type": "http.response.body", "body": b""})
        finally:
            self._streams.remove(end)
            self._listen(listen, False)
            gone.cancel()

    def _listen(self, listener: Callable[[str, dict[str, Any]], None], wanted: bool = True) -> None:
        # A new list, since another thread may be iterating over the old one.
        others = [other for other in self.engine.listeners if other != listener]
        self.engine.listeners = [*others, listener] if wanted else others


def _replay(body: bytes, receive: Any) -> Any:
    """Return a receive function that first returns a body that was already read."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Any:
        return messages.pop() if messages else await receive()

    return again


async def _disconnected(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: Any, response: Response) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]
    headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})


class Server:
    """
    Serve an Emulator on a socket, in threads of this process.

    Args:
        emulator: the emulator to serve.
        host: the address to listen on.
        port: the port to listen on; 0 picks a free one.

    Raises:
        OSError: the port is in use, or the host is not an address of this machine.
    """

    def __init__(self, emulator: Emulator, host: str = "127.0.0.1", port: int = 0) -> None:
        self.emulator = emulator
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # asyncio disables Nagle's algorithm only if the protocol is given.
        self._socket = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((host, port))
            self._socket.listen(BACKLOG)
        except OSError as error:
            self._socket.close()
            raise OSError(error.errno, f"cannot listen on {host} port {port}: {error.strerror}") from error
        self.host, self.port = host, int(self._socket.getsockname()[1])
        emulator.engine.aws.served_at = self.endpoint_url
        self._application = Application(emulator.engine)
        config = uvicorn.Config(
            self._application,
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=CLOSING_SECONDS_MAX,
        )
        self._server = uvicorn.Server(config)
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []

    @property
    def endpoint_url(self) -> str:
        """The value of `endpoint_url` for clients."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def start(self) -> Server:
        """Serve until `close`."""
        for name, target in (("serve", self._serve), ("clock", self._pump), ("deliver", self._deliver)):
            thread = threading.Thread(target=target, name=f"emulator-{name}", daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def close(self) -> None:
        """Stop serving, and wait for all threads to end."""
        self._stopped.set()
        self._application.close()
        self._server.should_exit = True
        for thread in self._threads:
            thread.join()
        self._application.join()
        self._socket.close()

    def _serve(self) -> None:
        self._server.run(sockets=[self._socket])

    def _pump(self) -> None:
        engine = self.emulator.engine
        while not self._stopped.wait(TICK_SECONDS):
            with engine.lock, _logged("The clock"):
                if engine.mode == "running":
                    engine.run_due()
                    engine.changed.notify_all()

    def _deliver(self) -> None:
        engine = self.emulator.engine
        next_flush = time.monotonic()
        while not self._stopped.wait(TICK_SECONDS):
            now = time.monotonic()
            if engine.mode == "running":
                with _logged("Delivery"):
                    engine.deliver(metrics=now >= next_flush)
            if now >= next_flush:
                next_flush = now + METRICS_EVERY_SECONDS


@contextmanager
def _logged(what: str) -> Iterator[None]:
    """Log an exception, so that a bug in one round does not end the thread."""
    try:
        yield
    except Exception:
        log.exception("%s failed", what)
