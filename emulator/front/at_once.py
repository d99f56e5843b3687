"""The types of the short way: what answers a plain request where it is parsed, see `direct`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeAlias

from emulator.wire.http import Request, Response

AsgiApplication: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]
Answer: TypeAlias = Response | AsgiApplication | None
"""
A response, or the application that sends it when it may be sent; None if nothing has been done, and the request must go
through ASGI.
"""


class DirectApplication(Protocol):
    """An ASGI application that has the short way too."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        ...

    def answer_at_once(self, request: Request) -> Answer:
        """Answer a POST to `/` if that needs nothing that only ASGI has."""
        ...
