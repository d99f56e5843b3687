"""
What the event loop answers of the control API itself, without a thread for each request: health, and all that takes long.

A stream and a call that waits for messages cost a coroutine each; the state of a large world is written by a process of
its own (see `exports`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from emulator.control.clock import show_clock
from emulator.control.command import commands
from emulator.control.errors import InvalidArgument, WaitTimeout
from emulator.control.health import show_health
from emulator.control.messages import WAIT_SECONDS, await_messages, find_messages
from emulator.control.views import message_view
from emulator.engine import Engine
from emulator.front.exports import send_state
from emulator.front.guard import send_response
from emulator.kernel.copies import CAN_FORK
from emulator.wire.http import Response

STREAM_KEEPALIVE_SECONDS = 15.0
"""How often an idle event stream sends the time."""
STREAM_EVENTS_MAX = 10_000
"""How far a listener may fall behind before its stream is ended."""
LOOK_AGAIN_SECONDS = 0.05
"""How soon after a change a waiting call looks for its messages; several changes are seen at once."""
LOOK_ANYWAY_SECONDS = 1.0
"""How often it looks without a change."""


class Live:
    """The requests that are answered here; `answer` says whether one is."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._endings: list[Callable[[], None]] = []
        self._routes: dict[tuple[str, str], Callable[[Any, Any, Any], Awaitable[None]]] = {
            ("GET", "/_emulator/health"): self._health,
            ("GET", "/_emulator/messages/wait"): self._wait,
            ("GET", "/_emulator/stream"): self._stream,
        }
        if CAN_FORK:
            self._routes["GET", "/_emulator/state"] = self._state

    async def answer(self, scope: Any, receive: Any, send: Any) -> bool:
        """Answer the request if it is one of these; returns whether it was."""
        route = self._routes.get((scope["method"], scope["path"]))
        if route is None:
            return False
        await route(scope, receive, send)
        return True

    def close(self) -> None:
        """End what waits. Called by another thread."""
        for end in tuple(self._endings):
            end()

    # --- Health ---------------------------------------------------------------------------------------------------

    async def _health(self, scope: Any, receive: Any, send: Any) -> None:
        # Without the world's lock: whatever holds it, the server is up.
        try:
            _read_query("show_health", scope)
        except InvalidArgument as error:
            await send_response(send, _json({"error": str(error), "field": error.field}, 400))
            return
        await send_response(send, _json(show_health(self._engine)))

    async def _state(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            _read_query("show_state", scope)
        except InvalidArgument as error:
            await send_response(send, _json({"error": str(error), "field": error.field}, 400))
            return
        await send_state(self._engine, send)

    # --- Waiting calls --------------------------------------------------------------------------------------------

    async def _wait(self, scope: Any, receive: Any, send: Any) -> None:
        gone = asyncio.ensure_future(_disconnected(receive))
        try:
            values = commands()["wait_for_messages"].parse(_read_query("wait_for_messages", scope))
            found = await self._find(gone, **values)
            await send_response(send, _json({"messages": [message_view(message) for message in found]}))
        except InvalidArgument as error:
            await send_response(send, _json({"error": str(error), "field": error.field}, 400))
        except WaitTimeout as error:
            await send_response(send, _json({"error": str(error), "field": None}, 408))
        finally:
            gone.cancel()

    async def _find(
        self, gone: asyncio.Future[Any], *, count: int = 1, timeout: float = WAIT_SECONDS, **filters: Any
    ) -> list[Any]:
        engine, loop = self._engine, asyncio.get_running_loop()
        changed = asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(changed.set)

        deadline = loop.time() + timeout
        engine.wakers.append(wake)
        self._endings.append(wake)
        try:
            while True:
                changed.clear()
                found = await asyncio.to_thread(engine.look, lambda world: find_messages(world, limit=count, **filters))
                left = deadline - loop.time()
                if len(found) >= count or left <= 0 or engine.closing.is_set() or gone.done():
                    break
                waiting: asyncio.Future[Any] = asyncio.ensure_future(changed.wait())
                await asyncio.wait({waiting, gone}, timeout=min(left, LOOK_ANYWAY_SECONDS), return_when="FIRST_COMPLETED")
                waiting.cancel()
                await asyncio.sleep(max(0.0, min(LOOK_AGAIN_SECONDS, deadline - loop.time())))
        finally:
            engine.wakers.remove(wake)
            self._endings.remove(wake)
        return await asyncio.to_thread(await_messages, engine, count=count, timeout=0.0, **filters)

    # --- The event stream -----------------------------------------------------------------------------------------

    def _show_clock(self) -> dict[str, Any]:
        return dict(self._engine.control(lambda: show_clock(self._engine, limit=0)))

    async def _stream(self, scope: Any, receive: Any, send: Any) -> None:
        """Send events until the listener disconnects, or has fallen too far behind."""
        loop = asyncio.get_running_loop()
        heard: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()

        def hear(kind: str, body: dict[str, Any]) -> None:
            if heard.qsize() < STREAM_EVENTS_MAX:
                heard.put_nowait((kind, body))
            else:
                gone.cancel()

        def listen(kind: str, body: dict[str, Any]) -> None:
            loop.call_soon_threadsafe(hear, kind, body)

        def end() -> None:
            loop.call_soon_threadsafe(gone.cancel)

        headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})

        def begin() -> dict[str, Any]:
            # What was due has run. Whoever has received the time, and then asks for a list, has no event to come of what
            # is in it already, and misses none.
            self._listen(listen)
            return dict(show_clock(self._engine, limit=0))

        gone = asyncio.ensure_future(_disconnected(receive))
        self._endings.append(end)
        try:
            clock = await asyncio.to_thread(self._engine.control, begin)
            event: tuple[str, dict[str, Any]] | None = ("clock", clock)
            while not gone.done():
                kind, body = event or ("clock", await asyncio.to_thread(self._show_clock))
                text = f"event: {kind}\ndata: {json.dumps(body, ensure_ascii=False)}\n\n"
                sending = asyncio.ensure_future(
                    send({"type": "http.response.body", "body": text.encode(), "more_body": True})
                )
                await asyncio.wait({sending, gone}, return_when="FIRST_COMPLETED")
                if not sending.done():
                    sending.cancel()
                    return
                following = asyncio.ensure_future(heard.get())
                done, _ = await asyncio.wait(
                    {following, gone}, timeout=STREAM_KEEPALIVE_SECONDS, return_when="FIRST_COMPLETED"
                )
                event = following.result() if following in done else None
                following.cancel()
            await send({"type": "http.response.body", "body": b""})
        finally:
            self._endings.remove(end)
            self._listen(listen, False)
            gone.cancel()

    def _listen(self, listener: Callable[[str, dict[str, Any]], None], wanted: bool = True) -> None:
        # A new list, since another thread may be iterating over the old one.
        others = [other for other in self._engine.listeners if other != listener]
        self._engine.listeners = [*others, listener] if wanted else others


def _read_query(name: str, scope: Any) -> dict[str, str]:
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return commands()[name].read_query(dict(reversed(pairs)))


def _json(body: Any, status: int = 200) -> Response:
    return Response(status, {"Content-Type": "application/json"}, json.dumps(body, ensure_ascii=False).encode() + b"\n")


async def _disconnected(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
