"""The bodies of requests: read up to a limit, and given on as if nobody had read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


async def read_body(headers: Mapping[str, str], receive: Any, size_max: int) -> bytes | None:
    """Return the body, or enough of it to show that it is too large; None if the client disconnected before its end."""
    length = headers.get("content-length", "")
    if length.isascii() and length.isdigit() and (len(length) > 15 or int(length) > size_max):
        return bytes(size_max + 1)
    body = bytearray()
    while len(body) <= size_max:
        message: Any = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return bytes(body)


def replay(body: bytes, receive: Any) -> Any:
    """Return a receive function that first returns a body that was already read."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Any:
        return messages.pop() if messages else await receive()

    return again
