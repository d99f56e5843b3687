"""
The request log: the latest calls to AWS APIs, the refused ones too, and those that moto answered.

It belongs to the engine rather than to the world: durations are measured, so that two runs of one story differ in it.
What is kept is bounded in number and in size. Bodies are kept as they were sent, and decoded when somebody reads them.
"""

from __future__ import annotations

import json
import re
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from emulator.kernel.dataclass import dataclass

BODY_BYTES_MAX = 16 * 1024
"""A request or response that is larger is not kept, only its size."""

MESSAGE_ID = re.compile(rb'"[Mm]essageId":\s*"([\w-]+)"|<MessageId>([\w-]+)</MessageId>')
COUNTS_MAX = 2000
"""How many combinations are counted by themselves: the paths of other services are without end."""

Body = bytes | Mapping[str, Any]
"""JSON as text, or its members."""


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """
    One call to an AWS API.

    Attributes:
        number: counts the requests since the start, from 1.
        at: the virtual time.
        service: botocore's name of the service, or the signing name if moto answered.
        operation: the name of the operation; the method and path where the request does not name one.
        error: the error code on the wire; None if the call succeeded.
        reason: the error's Reason, if it has one.
        hint: what AWS does not say, in plain English.
        duration_ms: how long the answer took, in milliseconds of the wall clock.
        answered_by: `emulator`, or `moto`.
    """

    number: int
    request_id: str
    at: datetime
    service: str
    operation: str
    account: str
    region: str
    status: int
    error: str | None
    reason: str | None
    hint: str | None
    duration_ms: float
    answered_by: str
    request: Body | None
    response: Body | None

    @property
    def refused(self) -> bool:
        """True if the call failed."""
        return self.status >= 400

    @property
    def message_id(self) -> str | None:
        """The id of the message that the call made, if it made one."""
        if self.refused or not isinstance(self.response, bytes):
            return None
        found = MESSAGE_ID.search(self.response)
        return (found[1] or found[2]).decode() if found else None

    @property
    def destination(self) -> str | None:
        """The number that a message was for, if the request names one."""
        if not isinstance(self.request, Mapping):
            return None
        value = self.request.get("DestinationPhoneNumber") or self.request.get("PhoneNumber")
        return value if isinstance(value, str) else None


class RequestLog:
    """The latest requests, oldest first; `listeners` are called with each new one, and must return at once."""

    def __init__(self) -> None:
        self._requests: deque[LoggedRequest] = deque(maxlen=0)
        self._lock = threading.Lock()
        self._count = 0
        self.counts: Counter[tuple[str, str, str]] = Counter()
        """How many requests there were since the start, by service, operation and error."""
        self.listeners: list[Callable[[LoggedRequest], None]] = []

    def __iter__(self) -> Iterator[LoggedRequest]:
        # A copy, since another thread may be adding.
        return iter(tuple(self._requests))

    def __len__(self) -> int:
        return len(self._requests)

    def add(self, *, request: Body | None, response: Body | None, request_bytes: int = 0, **fields: Any) -> LoggedRequest:
        """
        Keep a request.

        Args:
            request: its members, or its body.
            response: the answer's.
            request_bytes: the size of the request, if `request` is a mapping.
            fields: the other attributes of `LoggedRequest` except its number.
        """
        with self._lock:
            return self._add(request, response, request_bytes, fields)

    def _add(self, request: Body | None, response: Body | None, request_bytes: int, fields: dict[str, Any]) -> LoggedRequest:
        self._count += 1
        entry = LoggedRequest(
            number=self._count, request=_bounded(request, request_bytes), response=_bounded(response, 0), **fields
        )
        self._requests.append(entry)
        counted = (entry.service, entry.operation, entry.error or "")
        if len(self.counts) >= COUNTS_MAX and counted not in self.counts:
            counted = ("other", "other", "")
        self.counts[counted] += 1
        for listener in self.listeners:
            listener(entry)
        return entry

    def clear(self, kept: int, requests: Iterable[LoggedRequest] = ()) -> None:
        """Forget every request but these, and keep that many from now on."""
        self._requests = deque(requests, maxlen=kept)


def _bounded(body: Body | None, size: int) -> Body | None:
    size = len(body) if isinstance(body, bytes) else size
    return {"NotKept": f"{size} bytes"} if size > BODY_BYTES_MAX else body


def decoded(body: Body | None) -> Any:
    """Return a body as JSON; text that is not JSON as text."""
    if not isinstance(body, bytes):
        return body
    text = body.decode("utf-8", "replace")
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text
