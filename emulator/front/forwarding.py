"""
One of several servers of one state: what changes something goes to the one that leads.

A follower answers reads of the control API from its own copy, once that has everything which was acknowledged before. On
a stepping clock, where a read moves time, those go to the leader too.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from emulator.front.acknowledging import STATUS_PATHS, unavailable
from emulator.front.at_once import Answer, DirectApplication
from emulator.front.bodies import read_body, replay
from emulator.front.guard import CONTROL_PATHS, Refusal, send_response
from emulator.journal.errors import JournalUnavailable
from emulator.journal.postgres import PostgresStore
from emulator.journal.replica import Replica
from emulator.wire.http import Request, Response

if TYPE_CHECKING:
    from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, HTTPScope

    from emulator.journal.engine import JournalledEngine

THREADS = 64
"""Requests that are passed on at a time."""
LEADER_SECONDS_MAX = 5.0
"""How long a request waits for a process that leads."""
RETRY_SECONDS = 0.05
ANSWER_SECONDS_MAX = 120.0
"""How long the leader may take to answer; a call that waits for a message may wait for a minute."""
CATCH_UP_SECONDS_MAX = 10.0
"""How long a read waits for what was acknowledged before it; then it shows what there is."""
PASSED_ON = b"x-sms-voice-emulator-passed-on"
HOP_HEADERS = frozenset({"connection", "keep-alive", "transfer-encoding", "te", "upgrade", "date"})
STATIC = ("/_emulator/ui/", "/_emulator/docs", "/_emulator/openapi.json")


@dataclass
class Call:
    """A request on its way to the leader."""

    address: str
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    connection: http.client.HTTPConnection | None = None

    def cancel(self) -> None:
        """Wait for its answer no more."""
        found = None if self.connection is None else self.connection.sock
        if found is not None:
            with contextlib.suppress(OSError):
                found.shutdown(socket.SHUT_RDWR)

    def lost(self, error: Exception) -> Response:
        """Return the answer if the connection was lost."""
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in self.headers]
        scope = {"path": self.target.partition("?")[0], "headers": encoded}
        return unavailable(scope, JournalUnavailable(f"the connection to the leader was lost: {type(error).__name__}"))


class Forwarding:
    """
    An ASGI application around two others.

    Args:
        leading: answers if this process leads.
        following: answers what can be answered from a copy.
        engine: the engine of both.
        replica: says who leads.
        store: the journal.
    """

    def __init__(
        self,
        leading: DirectApplication,
        following: ASGI3Application,
        engine: JournalledEngine,
        replica: Replica,
        store: PostgresStore,
    ) -> None:
        self._leading = leading
        self._following = following
        self._engine = engine
        self._replica = replica
        self._store = store
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="emulator-forward")
        self._connections = threading.local()

    async def __call__(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answer one request, or have the leader answer it."""
        if self._replica.leads:
            await self._leading(scope, receive, send)
        elif self._is_local(scope):
            await self._catch_up(scope)
            await self._following(scope, receive, send)
        else:
            await self._forward(scope, receive, send)

    def answer_at_once(self, request: Request) -> Answer:
        """Have a request answered if this process leads."""
        return self._leading.answer_at_once(request) if self._replica.leads else None

    def _is_local(self, scope: Any) -> bool:
        path = scope["path"]
        if path in STATUS_PATHS or path.startswith(STATIC):
            return True
        is_read = path.startswith(CONTROL_PATHS) and scope["method"] in ("GET", "HEAD")
        return is_read and self._engine.mode == "running"

    async def _catch_up(self, scope: Any) -> None:
        if scope["path"] in STATUS_PATHS or scope["path"].startswith(STATIC):
            return
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._threads, self.wait_for_last)

    def wait_for_last(self) -> None:
        """Wait until this process has what was acknowledged before."""
        # The first try may be made with a connection that has been lost, after which there is a new one.
        for _ in range(2):
            with contextlib.suppress(JournalUnavailable):
                self._replica.wait_for(self._store.last_position(), CATCH_UP_SECONDS_MAX)
                return

    async def _forward(self, scope: Any, receive: Any, send: Any) -> None:
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        if any(name == PASSED_ON for name, _ in scope["headers"]):
            # Whoever passed it on takes this process for the leader; soon it will know better.
            await send_response(send, unavailable(scope, JournalUnavailable("this process does not lead")))
            return
        size_max = self._engine.world.settings.body_bytes_max
        body = await read_body(dict(headers), receive, size_max)
        if body is None:
            return
        if len(body) > size_max:
            sentence = f"the request body is larger than {size_max} bytes"
            await send_response(send, Refusal(413, "RequestEntityTooLarge", sentence).response())
            return
        target = scope["raw_path"].decode("latin-1")
        if scope["query_string"]:
            target += "?" + scope["query_string"].decode("latin-1")
        gives_up_at = time.monotonic() + LEADER_SECONDS_MAX
        loop = asyncio.get_running_loop()
        while True:
            if self._replica.leads:
                await self._leading(scope, replay(body, receive), send)
                return
            address = self._replica.leader_address
            call = Call(address, scope["method"], target, headers, body)
            asked = loop.run_in_executor(self._threads, self._ask, call)
            while not (await asyncio.wait({asked}, timeout=RETRY_SECONDS))[0]:
                if self._replica.leads or self._replica.leader_address != address:
                    # It may hang, and somebody else leads.
                    call.cancel()
            response = await asked
            if response is not None:
                await send_response(send, response)
                return
            if time.monotonic() >= gives_up_at:
                await send_response(send, unavailable(scope, JournalUnavailable("no process leads at the moment")))
                return
            await asyncio.sleep(RETRY_SECONDS)

    def _ask(self, call: Call) -> Response | None:
        """Return the leader's answer; None if it has certainly not got the request."""
        if not call.address:
            return None
        kept: dict[str, http.client.HTTPConnection] = vars(self._connections)
        connection = kept.pop(call.address, None) or _connect(call.address)
        if connection is None:
            return None
        call.connection = connection
        try:
            connection.putrequest(call.method, call.target, skip_host=True, skip_accept_encoding=True)
            for name, value in call.headers:
                if name not in HOP_HEADERS and name != "content-length":
                    connection.putheader(name, value.encode("latin-1"))
            connection.putheader("Content-Length", str(len(call.body)))
            connection.putheader(PASSED_ON.decode(), "1")
            connection.endheaders(call.body)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            # It may have been carried out: the caller decides whether to try again.
            return call.lost(error)
        kept[call.address] = connection
        if answer.status == 503 and answer.getheader("Retry-After") and not self._is_leading(call.address):
            return None
        own = {name: value for name, value in answer.getheaders() if name.lower() not in HOP_HEADERS}
        return Response(answer.status, own, content)

    def _is_leading(self, address: str) -> bool:
        return self._replica.leader_address == address


def _connect(address: str) -> http.client.HTTPConnection | None:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=ANSWER_SECONDS_MAX)
    try:
        connection.connect()
    except OSError:
        return None
    return connection
