"""
One endpoint for everything: our services by the `Engine`, `/_emulator` by the control API, all else by moto.

uvicorn reads requests from the socket. Those for our services are handled in its event loop, since they never block;
Flask and moto run in threads. Two more threads serve a running clock: one runs what is due, one delivers the outbox.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import uvicorn

from emulator.access import Access
from emulator.emulator import Emulator
from emulator.engine import Engine, utc_now
from emulator.front.acknowledging import Acknowledging
from emulator.front.at_once import Answer
from emulator.front.bodies import read_body, replay
from emulator.front.direct import DirectProtocol
from emulator.front.guard import CONTROL_PATHS, Guard, Refusal, answer_later, is_loopback, send_in_time, send_response
from emulator.front.live import Live
from emulator.front.other_aws import OtherAws, log_other
from emulator.front.refusals import encode_refusal
from emulator.journal.aws_calls import JournalledAws, answer_plain
from emulator.journal.engine import JournalledEngine
from emulator.journal.errors import JournalUnavailable
from emulator.services.cognito_codes.interception import is_intercepted
from emulator.wire.credentials import DEFAULT_ACCOUNT, Scope, read_scope
from emulator.wire.errors import ServiceError
from emulator.wire.http import Request, Response
from emulator.wire.signatures import verify

if TYPE_CHECKING:
    from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, HTTPScope

log = logging.getLogger("emulator")

TICK_SECONDS = 0.02
"""How often the threads of a running clock check for work."""
PAUSE_SECONDS_MIN = 0.005
"""The shortest pause of the clock's thread: each time it runs, requests wait for it."""
THREADS = 32
"""Requests to the control API, and to moto, that are handled at a time; each call that waits occupies one."""
GRACE_SECONDS_MAX = 1
"""How long open requests have to end when the server closes."""
CLOSING_SECONDS_MAX = 4.0
"""How long the closing of the server takes at most."""
METRICS_EVERY_SECONDS = 1.0
"""How often a running clock sends its metrics; a request to CloudWatch has them sent first."""
BACKLOG = 128
THIS_MACHINE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}
"""For an address that stands for every interface, one that a client can use."""
SHORT_PATHS = frozenset({"sns", "sqs"})
"""By their signing names: the services whose plain calls need not go through moto's server."""


Wrap = Callable[[Any, Any], Any]


"""From an ASGI application that acknowledges nothing before it is written, and one that does, makes the one to serve."""


class Application:
    """The ASGI application."""

    def __init__(self, engine: Engine, access: Access) -> None:
        self.engine = engine
        self._access = access
        self._live = Live(engine)
        self._journalled = engine if isinstance(engine, JournalledEngine) and engine.journal is not None else None

    def close_streams(self) -> None:
        """End the event streams that it serves, which would wait for ever."""
        self._live.close()

    def join(self, seconds: float) -> None:
        """Wait for the threads of Flask and moto to end, for that long at most."""
        ends_by = time.monotonic() + seconds
        for name in ("control", "aws"):
            if name in vars(self):
                executor = vars(self)[name].executor
                executor.shutdown(wait=False, cancel_futures=True)
                for thread in tuple(executor._threads):
                    thread.join(max(0.0, ends_by - time.monotonic()))

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

        application = self.engine.aws.wsgi()
        if self._journalled is not None:
            application = JournalledAws(self._journalled, application)
        return WSGIMiddleware(OtherAws(self.engine, application), workers=THREADS)  # type: ignore[arg-type, return-value]

    def _answer_plain(self, target: str, caller: Scope, body: bytes) -> tuple[dict[str, str], bytes] | None:
        with self.engine.aws.calling_moto():
            if self._journalled is not None:
                return answer_plain(self._journalled, target, caller.account, caller.region, body)
            return self.engine.aws.answer_plain(target, caller.account, caller.region, body)

    async def __call__(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answer one request."""
        is_control = scope["path"].startswith(("/_emulator", "/_aws/"))
        if is_control and await self._live.answer(scope, receive, send):
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        head = Request(
            scope["method"], scope["raw_path"].decode("latin-1"), headers, b"", scope["query_string"].decode("latin-1")
        )
        is_ours = not is_control and self.engine.service_for(head) is not None
        settings = self.engine.world.settings
        size_max = settings.request_body_bytes_max if is_ours else settings.body_bytes_max
        # Read here, whatever it is for: a client that sends slowly occupies no thread.
        body = await read_body(head.headers, receive, size_max)
        if body is None:
            return
        refusal = None if is_control else self._refuse_signature(replace(head, body=body), size_max)
        if refusal is not None:
            await send_response(send, refusal)
        elif is_ours:
            await self._answer(replace(head, body=body), send)
        elif len(body) > size_max:
            sentence = f"the request body is larger than {size_max} bytes"
            await send_response(send, Refusal(413, "RequestEntityTooLarge", sentence).response())
        elif is_control:
            await self.control(scope, replay(body, receive), send)
        else:
            await self._pass_on(replace(head, body=body), scope, receive, send)

    def _refuse_signature(self, request: Request, size_max: int) -> Response | None:
        """Return AWS's error for a request that is not signed as it must be."""
        is_page = request.path.startswith(CONTROL_PATHS) or (request.path, request.method) == ("/", "GET")
        if not self._access.require_signature or is_page or len(request.body) > size_max:
            return None
        try:
            verify(request, self._access.keys, utc_now())
        except ServiceError as error:
            return encode_refusal(self.engine.service_for(request), request, error)
        return None

    def answer_at_once(self, request: Request) -> Answer:
        """Answer a request for one of our services, if that waits for nothing."""
        engine = self.engine
        if self._access.require_signature or len(request.body) > engine.world.settings.body_bytes_max:
            return None
        if engine.service_for(request) is None or engine.reads_s3(request):
            return None
        response = self._handle(request)
        return answer_later(response) if response.delay_seconds else response

    async def _answer(self, request: Request, send: ASGISendCallable) -> None:
        if self.engine.reads_s3(request):
            response = await asyncio.to_thread(self._handle, request)
        else:
            response = self._handle(request)
        await send_in_time(send, response)

    def _handle(self, request: Request) -> Response:
        try:
            return self.engine.handle(request)
        except JournalUnavailable:
            raise
        except Exception:
            request_id, response = self.engine.failure(request)
            asked = request.headers.get("x-amz-target", request.path)
            log.exception("Request %s failed: %s %s", request_id, request.method, asked)
            return response

    async def _pass_on(self, request: Request, scope: HTTPScope, receive: Any, send: Any) -> None:
        if request.method == "GET" and request.path == "/" and "authorization" not in request.headers and not request.query:
            await send_response(send, Response(302, {"Location": "/_emulator/"}))
            return
        caller = read_scope(request)
        if caller.signing_name in ("sns", "") and self.engine.handles(request):
            # The body told that it is about phones.
            await self._answer(request, send)
            return
        if is_intercepted(request, self.engine.settings):
            # moto answers in between, which may take long.
            await send_response(send, await asyncio.to_thread(self._handle, request))
            return
        if caller.account != DEFAULT_ACCOUNT:
            scope["headers"] = [*scope["headers"], (b"x-moto-account-id", caller.account.encode())]
        if self.engine.mode != "running":
            await asyncio.to_thread(self.engine.run_due_and_deliver)
        elif caller.signing_name == "monitoring":
            await asyncio.to_thread(self.engine.deliver)
        if caller.signing_name in SHORT_PATHS and "aws" in vars(self):
            started, target = time.perf_counter(), request.headers.get("x-amz-target", "")
            plain = self._answer_plain(target, caller, request.body)
            if plain is not None:
                answer = Response(200, *plain)
                # A consumer that polls an empty queue would drive all else out of the log.
                if answer.body or not target.endswith("ReceiveMessage"):
                    log_other(self.engine, started, request, answer)
                await send_response(send, answer)
                return
        # The first call imports moto, which is slow: other requests need not wait for it.
        aws = await asyncio.to_thread(getattr, self, "aws") if "aws" not in vars(self) else self.aws
        await aws(scope, replay(request.body, receive), send)


class Listener:
    """
    Answer requests to an Emulator on a socket, in a thread of this process.

    Args:
        emulator: the emulator to serve.
        host: the address to listen on.
        port: the port to listen on; 0 picks a free one.
        wrap: returns what is served, by what acknowledges nothing before it is written, and what need not.

    Raises:
        OSError: the port is in use, or the host is not an address of this machine.
    """

    def __init__(self, emulator: Emulator, host: str = "127.0.0.1", port: int = 0, wrap: Wrap | None = None) -> None:
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
        self.application = Application(emulator.engine, emulator.access)
        served: Any = self.application
        journal = getattr(emulator.engine, "journal", None)
        if journal is not None:
            acknowledging = Acknowledging(served, journal)
            served = acknowledging if wrap is None else wrap(acknowledging, served)
        guard = Guard(served, emulator.access, host)
        config = uvicorn.Config(
            guard,
            loop="asyncio",
            http=partial(DirectProtocol, answer_at_once=guard.answer_at_once),  # type: ignore[arg-type]
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS_MAX,
        )
        self._server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self._serve, name="emulator-serve", daemon=True)

    @property
    def endpoint_url(self) -> str:
        """The value of `endpoint_url` for clients."""
        host = THIS_MACHINE.get(self.host, self.host)
        host = f"[{host}]" if ":" in host else host
        return f"http://{host}:{self.port}"

    def end(self) -> None:
        """Have the thread end, which closes the socket."""
        self._server.should_exit = True

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def _serve(self) -> None:
        self._server.run(sockets=[self._socket])


@contextmanager
def endpoint_of(emulator: Emulator) -> Iterator[str]:
    """Serve an emulator of this process on loopback for the block, and give the address."""
    listener = Listener(emulator)
    listener.thread.start()
    try:
        yield listener.endpoint_url
    finally:
        listener.application.close_streams()
        listener.end()
        listener.thread.join(CLOSING_SECONDS_MAX)
        listener.application.join(0)
        listener.close()


class Server:
    """
    Serve an Emulator on a socket, in threads of this process.

    Args:
        emulator: the emulator to serve.
        host: the address to listen on.
        port: the port to listen on; 0 picks a free one.
        wrap: returns what is served, by what acknowledges nothing before it is written, and what need not.

    Raises:
        OSError: the port is in use, or the host is not an address of this machine.
    """

    def __init__(self, emulator: Emulator, host: str = "127.0.0.1", port: int = 0, wrap: Wrap | None = None) -> None:
        self.emulator = emulator
        self._listener = Listener(emulator, host, port, wrap)
        self.host, self.port = host, self._listener.port
        emulator.engine.aws.served_at = self.endpoint_url
        if emulator.access.lambda_execution is None and not is_loopback(host):
            emulator.engine.aws.lambda_execution = False
        self._stopped = threading.Event()
        self._deliver_now = threading.Event()
        """Set when something may have come into the outbox."""
        self._threads: list[threading.Thread] = []

    @property
    def endpoint_url(self) -> str:
        """The value of `endpoint_url` for clients."""
        return self._listener.endpoint_url

    def start(self) -> Server:
        """Serve until `close`."""
        pumps = (("clock", self._pump), ("deliver", self._deliver))
        self._threads = [
            self._listener.thread,
            *(threading.Thread(target=target, name=f"emulator-{name}", daemon=True) for name, target in pumps),
        ]
        for thread in self._threads:
            thread.start()
        return self

    def close(self) -> None:
        """Stop serving. Waits for the threads to end, for CLOSING_SECONDS_MAX at most; what is slow ends by itself."""
        self._stopped.set()
        self._deliver_now.set()
        self.emulator.engine.stop_delivering()
        self.emulator.engine.closing.set()
        self._listener.application.close_streams()
        self._listener.end()
        ends_by = time.monotonic() + CLOSING_SECONDS_MAX
        for thread in self._threads:
            thread.join(max(0.0, ends_by - time.monotonic()))
        self._listener.application.join(max(0.0, ends_by - time.monotonic()))
        self._listener.close()

    def _pump(self) -> None:
        engine = self.emulator.engine
        pause = TICK_SECONDS
        while not self._stopped.wait(pause):
            pause = TICK_SECONDS
            with engine.lock, _logged("The clock"):
                if engine.tick() and engine.world.outbox.waiting:
                    self._deliver_now.set()
                if engine.mode == "running":
                    pause = max(PAUSE_SECONDS_MIN, min(TICK_SECONDS, engine.seconds_until_due()))

    def _deliver(self) -> None:
        engine = self.emulator.engine
        next_flush = time.monotonic()
        while not self._stopped.is_set():
            self._deliver_now.wait(TICK_SECONDS)
            self._deliver_now.clear()
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
