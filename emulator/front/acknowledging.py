"""
Nothing is answered before what it is about is written.

With a journal, each answer waits for the commit of all entries that were made before it. If they cannot be written, the
caller gets a 503, which every AWS SDK tries again.
"""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import TYPE_CHECKING, Any

from emulator.front.at_once import Answer, AsgiApplication, Deferred, DirectApplication
from emulator.front.guard import CONTROL_PATHS, answer_later, send_response
from emulator.journal.errors import JournalUnavailable
from emulator.journal.journal import WRITE_SECONDS_MAX, Journal
from emulator.wire.http import Request, Response

if TYPE_CHECKING:
    from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope

STATUS_PATHS = frozenset({"/_emulator/health", "/_emulator/metrics"})
"""Paths that are answered even if the journal cannot be written."""
RETRY_AFTER_SECONDS = "1"
DEFERRED_SECONDS_MAX = 1.0
"""How long a response of the short way waits for the journal before ASGI takes over."""


class Acknowledging:
    """An ASGI application around another one."""

    def __init__(self, application: DirectApplication, journal: Journal) -> None:
        self._application = application
        self._journal = journal
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._deferred: list[tuple[int, Deferred]] = []
        """Responses of the short way, by the entry that must be written first."""
        self._is_to_flush = False
        self._timer: asyncio.TimerHandle | None = None
        journal.listeners.append(self._wake)

    async def __call__(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answer one request."""
        journal = self._journal
        if scope["path"] in STATUS_PATHS:
            await self._application(scope, receive, send)
            return
        if journal.failure is not None:
            await send_response(send, unavailable(scope, journal.failure))
            return
        refused = False

        async def send_acknowledged(message: Any) -> None:
            nonlocal refused
            if journal.durable < journal.position and not refused:
                try:
                    await self._written(journal.position)
                except JournalUnavailable as error:
                    if message["type"] != "http.response.start":
                        raise
                    refused = True
                    await send_response(send, unavailable(scope, error))
            if not refused:
                await send(message)

        try:
            await self._application(scope, receive, send_acknowledged)
        except JournalUnavailable as error:
            await send_response(send, unavailable(scope, error))

    def answer_at_once(self, request: Request) -> Answer:
        """Have a request answered; what the answer is about must be written before it is sent."""
        journal = self._journal
        if journal.failure is not None:
            return None
        try:
            answer = self._application.answer_at_once(request)
        except JournalUnavailable as error:
            return partial(_refuse, error)
        if answer is None or isinstance(answer, Deferred) or journal.durable >= journal.position:
            return answer
        if not isinstance(answer, Response):
            return partial(self._when_written, journal.position, answer)
        application = partial(self._when_written, journal.position, answer_later(answer))
        return self._defer(journal.position, Deferred(answer, application))

    def _defer(self, position: int, deferred: Deferred) -> Deferred:
        loop = self._loop = self._loop or asyncio.get_running_loop()
        self._deferred.append((position, deferred))
        if not self._is_to_flush:
            # All that other connections have sent is handled first, so that one commit serves it.
            self._is_to_flush = True
            loop.call_soon(self._flush)
        if self._timer is None:
            self._timer = loop.call_later(DEFERRED_SECONDS_MAX, self._hand_over)
        return deferred

    def _flush(self) -> None:
        self._is_to_flush = False
        self._journal.write_here()
        self._release()

    def _hand_over(self) -> None:
        """Leave what has not been written yet to ASGI, which waits with a limit."""
        self._timer = None
        deferred, self._deferred = self._deferred, []
        for _, each in deferred:
            if each.finish is not None:
                each.finish(False)

    async def _when_written(self, position: int, send_answer: AsgiApplication, scope: Any, receive: Any, send: Any) -> None:
        try:
            await self._written(position)
        except JournalUnavailable as error:
            send_answer = partial(_refuse, error)
        await send_answer(scope, receive, send)

    async def _written(self, position: int) -> None:
        self._journal.write_here()
        self._loop = self._loop or asyncio.get_running_loop()
        future = self._loop.create_future()
        self._waiting.append((position, future))
        # It may have been written just before.
        self._release()
        timer = self._loop.call_later(WRITE_SECONDS_MAX, self._give_up, future)
        try:
            await future
        finally:
            timer.cancel()

    def _give_up(self, future: asyncio.Future[None]) -> None:
        if not future.done():
            future.set_exception(JournalUnavailable(f"{self._journal.store.where} does not answer"))

    def _wake(self) -> None:
        is_awaited = self._waiting or self._deferred
        if is_awaited and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._release)

    def _release(self) -> None:
        journal, left = self._journal, []
        for position, future in self._waiting:
            if future.done():
                continue
            if position <= journal.durable:
                future.set_result(None)
            elif journal.failure is not None:
                future.set_exception(journal.failure)
            else:
                left.append((position, future))
        self._waiting = left
        deferred, self._deferred = self._deferred, []
        for position, each in deferred:
            if position > journal.durable and journal.failure is None:
                self._deferred.append((position, each))
            elif each.finish is not None:
                each.finish(position <= journal.durable)


async def _refuse(error: JournalUnavailable, scope: Any, receive: Any, send: Any) -> None:
    await send_response(send, unavailable(scope, error))


def unavailable(scope: Any, error: Exception) -> Response:
    """Return the answer if something cannot be acknowledged now."""
    headers = {"Content-Type": "application/json", "Retry-After": RETRY_AFTER_SECONDS}
    if scope["path"].startswith(CONTROL_PATHS):
        return Response(503, headers, json.dumps({"error": str(error), "field": None}).encode())
    if any(name == b"x-amz-target" for name, _ in scope["headers"]):
        body = json.dumps({"__type": "ServiceUnavailableException", "message": str(error)}).encode()
        return Response(503, {**headers, "x-amzn-ErrorType": "ServiceUnavailableException"}, body)
    # Of an answer without a body, every SDK goes by the status.
    return Response(503, headers)
