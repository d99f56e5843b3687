"""HTTP requests and responses, as the front ends and the engine exchange them; they are never modified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

ATTEMPTS_MAX = 10
WAIT_MAX = timedelta(seconds=20)
"""The longest time that the AWS SDKs wait before they try again."""


@dataclass(slots=True)
class Request:
    """An HTTP request; header names are in lower case, `path` and `query` as they were sent, still percent-encoded."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    query: str = ""


@dataclass(slots=True)
class Response:
    """An HTTP response; the front end waits `delay_seconds` before it sends it."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay_seconds: float = 0.0


def client_wait(request: Request) -> timedelta:
    """Return how long a throttled client waits at most: 1, 2, 4 … seconds, by the attempt that its header names."""
    # Such as `attempt=2; max=5`; a client that sends no such header may not try again, but time passes for it too.
    attempt = request.headers.get("amz-sdk-request", "").partition("attempt=")[2].partition(";")[0]
    tried = min(int(attempt), ATTEMPTS_MAX) if attempt.isdecimal() and int(attempt) else 1
    return min(timedelta(seconds=2 ** (tried - 1)), WAIT_MAX)
