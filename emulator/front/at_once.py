"""Types of the short way, by which plain requests are answered where they are parsed; see `direct`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeAlias

from emulator.kernel.dataclass import dataclass
from emulator.wire.http import Request, Response

AsgiApplication: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass(slots=True)
class Deferred:
    """
    A response that may be sent soon.

    Attributes:
        response: the response.
        application: the ASGI application that waits until it may be sent, and sends it or what has to be sent instead.
        finish: called with True when the response may be sent, with False if the application has to go on; None if nobody
            waits for it.
    """

    response: Response
    application: AsgiApplication
    finish: Callable[[bool], None] | None = None


Answer: TypeAlias = Response | Deferred | AsgiApplication | None
"""
A response, now or soon, or the application that sends it; None if nothing has been done, and the request must go through
ASGI.
"""


class DirectApplication(Protocol):
    """An ASGI application that has the short way too."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        ...

    def answer_at_once(self, request: Request) -> Answer:
        """Answer a POST to `/` if that needs nothing that only ASGI has."""
        ...
