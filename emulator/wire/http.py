"""HTTP requests and responses, as the front ends and the engine exchange them; they are never modified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from urllib.parse import parse_qsl

from emulator.kernel.dataclass import dataclass


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


def read_parameters(request: Request) -> dict[str, str]:
    """Return the parameters of the URL and of a form in the body; the body's count where both name one."""
    pairs = parse_qsl(request.query, keep_blank_values=True)
    if request.body:
        pairs += parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    return dict(pairs)
