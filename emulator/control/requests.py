"""The request log: the latest calls to AWS APIs, with hints about the refused ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypedDict
from urllib.parse import urlencode

from botocore.serialize import create_serializer

from emulator.control.command import command
from emulator.control.errors import InvalidArgument, NotFound
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
from emulator.wire.http import Request
from emulator.wire.protocols import Json10
from emulator.wire.service import Service
from emulator.world import SERVICES


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
    """A request with its parameters and its answer; `repeatable` if it can be made again."""

    request: Any
    response: Any
    repeatable: bool


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
    details: Any = request_view(entry) | {
        "request": decoded(entry.request),
        "response": decoded(entry.response),
        "repeatable": _service_of(entry) is not None,
    }
    shown: RequestDetails = details
    return shown


def _service_of(entry: LoggedRequest) -> Service[Any, Any] | None:
    """Return the service that can answer a request again; None if another has answered it, or not all of it was kept."""
    if entry.answered_by != "emulator" or not isinstance(entry.request, Mapping) or entry.request.keys() == {"NotKept"}:
        return None
    known = (service for service in SERVICES if service.name == entry.service)
    return next((service for service in known if entry.operation in service.model.operation_names), None)


@command("POST /requests/{request_id}/repeat", unlocked=True)
def repeat_request(engine: Engine, *, request_id: Text) -> RequestDetails:
    """Make a call to an AWS API again, with the same parameters for the same account and region, and show its answer."""
    entry = next((each for each in engine.requests if each.request_id == request_id), None)
    if entry is None:
        raise NotFound(f"no request {request_id} is kept")
    service = _service_of(entry)
    if service is None:
        raise InvalidArgument("only requests that the emulator itself has answered, and kept, can be repeated", "request_id")
    credential = f"{entry.account}/20260101/{entry.region}/{service.signing_name}/aws4_request"
    authorization = f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=repeated"
    engine.handle(_encoded(service, entry, authorization))
    return _details(list(engine.requests)[-1])


def _encoded(service: Service[Any, Any], entry: LoggedRequest, authorization: str) -> Request:
    """
    Return the HTTP request that a client makes of the parameters of a logged one.

    Raises:
        InvalidArgument: no client can: a parameter that belongs in the path is missing, or one is of another type.
    """
    members: Any = entry.request
    headers = {"authorization": authorization}
    protocol = service.protocol
    if isinstance(protocol, Json10):
        # Its bodies are the parameters as JSON, so that unknown ones and wrong ones are sent again as they were.
        headers |= {"x-amz-target": protocol.prefix + entry.operation, "content-type": protocol.content_type}
        return Request("POST", "/", headers, json.dumps(members).encode())
    serializer = create_serializer(service.model.metadata["protocol"], include_validation=False)
    try:
        made = serializer.serialize_to_request(members, service.model.operation_model(entry.operation))
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        sentence = "no client of AWS can send its parameters again: one is missing, or of another type"
        raise InvalidArgument(sentence, "request_id") from error
    headers |= {name.lower(): str(value) for name, value in made["headers"].items()}
    body = made["body"].encode() if isinstance(made["body"], str) else made["body"]
    return Request(made["method"], made["url_path"], headers, body, urlencode(made["query_string"], doseq=True))
