"""The request log: the latest calls to AWS APIs, with hints about the refused ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypedDict

from emulator.control.command import command
from emulator.control.errors import InvalidArgument
from emulator.control.parsing import (
    ROWS_LIMIT,
    Account,
    AnyNumber,
    Flag,
    Limit,
    Region,
    Text,
    Time,
    normalize_number,
    quoted,
)
from emulator.control.views import RequestView, request_view
from emulator.engine import Engine
from emulator.request_log import LoggedRequest, decoded


class RequestFilters(TypedDict, total=False):
    """What the requests can be searched by."""

    service: Text
    operation: Text
    account: Account
    region: Region
    refused: Flag
    error: Text
    since: Time
    to: AnyNumber
    message_id: Text
    request_id: Text
    contains: Text


def _contains(entry: LoggedRequest, text: str) -> bool:
    fields = (entry.operation, entry.service, entry.error, entry.reason, entry.hint, entry.request_id)
    body = json.dumps(decoded(entry.request), ensure_ascii=False, default=str)
    return any(text.casefold() in (field or "").casefold() for field in (*fields, body))


TESTS: Mapping[str, Callable[[LoggedRequest, Any], bool]] = {
    "since": lambda entry, since: entry.at >= since,
    "to": lambda entry, number: entry.destination is not None and normalize_number(entry.destination) == number,
    "contains": _contains,
}
"""How filters are applied, apart from those that name an attribute to be equal."""


def _fits(entry: LoggedRequest, filters: Mapping[str, Any]) -> bool:
    return all(
        TESTS[name](entry, value) if name in TESTS else getattr(entry, name) == value for name, value in filters.items()
    )


class RequestDetails(RequestView):
    """A request with its parameters and its answer."""

    request: Any
    response: Any


class RequestPage(TypedDict):
    """Requests, newest first, and the cursor for the next page."""

    requests: list[RequestDetails]
    next: str | None


@command("GET /requests", fields=RequestFilters)
def list_requests(engine: Engine, *, limit: Limit = ROWS_LIMIT, after: Text | None = None, **filters: Any) -> RequestPage:
    """
    List the latest calls to AWS APIs, newest first; `after` is the cursor of the previous page.

    `hint` says in plain English what AWS's answer does not. `contains` looks in operation, error, hint and request.
    """
    found = [entry for entry in reversed(list(engine.requests)) if _fits(entry, filters)]
    if after is not None:
        if not after.isdecimal():
            raise InvalidArgument(f"unknown cursor {quoted(after)}", "after")
        found = [entry for entry in found if entry.number < int(after)]
    page = found[:limit]
    return {
        "requests": [_details(entry) for entry in page],
        "next": str(page[-1].number) if len(found) > limit else None,
    }


def _details(entry: LoggedRequest) -> RequestDetails:
    details: Any = request_view(entry) | {"request": decoded(entry.request), "response": decoded(entry.response)}
    shown: RequestDetails = details
    return shown
