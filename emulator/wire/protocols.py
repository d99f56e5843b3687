"""
AWS JSON and REST-JSON: the operation that a request names, its decoded members, and the encoded response.

Both decode members under their wire names, before validation. Times and blobs become Python values only after it
(`conversion.compile_convert`), when their text is known to be valid.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qs, unquote

import orjson
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape

from emulator.kernel.dataclass import dataclass
from emulator.wire.errors import SerializationException, ServiceError, UnknownOperationException
from emulator.wire.http import Request, Response
from emulator.wire.models import error_statuses

if TYPE_CHECKING:
    from werkzeug.routing import Map


DEPTH_MAX = 100
"""Levels of objects and arrays in a body, a bound of our own: no shape of the models needs more than a dozen."""
INTEGER_DIGITS_MAX = 20
"""A 64-bit integer with its sign."""
Scalar = str | int | float | bool | None
"""The value of a member in a path, query or header."""


class WireProtocol(Protocol):
    """One AWS protocol for one service."""

    def operation_named(self, request: Request) -> str | None:
        """Return the operation that a request is for, from all but its body; None if it names none."""
        ...

    def decode(self, request: Request) -> tuple[str, dict[str, Any]]:
        """Return the operation's name, and the members of the request by wire name."""
        ...

    def encode(self, answer: dict[str, Any], operation: OperationModel, request_id: str) -> Response:
        """Return the response to an operation."""
        ...

    def encode_error(self, error: ServiceError, request_id: str) -> Response:
        """Return the response for an error."""
        ...


def protocol_of(model: ServiceModel, namespace: str) -> WireProtocol:
    """Return the protocol that the model names."""
    if model.metadata["protocol"] == "rest-json":
        return RestJson(model, namespace)
    if model.metadata["protocol"] == "query":
        from emulator.wire.query import Query  # of SNS alone; not needed for a first answer

        return Query(model, namespace)
    return Json10(model, namespace)


class Json10:
    """AWS JSON 1.0 and 1.1: POST to /, the operation in X-Amz-Target."""

    def __init__(self, model: ServiceModel, namespace: str) -> None:
        self.content_type = f"application/x-amz-json-{model.metadata.get('jsonVersion', '1.0')}"
        self.prefix = model.metadata["targetPrefix"] + "."
        self.operation_names = frozenset(model.operation_names)
        self.statuses = error_statuses(model)
        self.namespace = namespace

    def operation_named(self, request: Request) -> str | None:
        """Return the last part of the target."""
        return request.headers.get("x-amz-target", "").rpartition(".")[2] or None

    def decode(self, request: Request) -> tuple[str, dict[str, Any]]:
        """
        Return the operation's name, and the members of the request by wire name.

        Raises:
            UnknownOperationException: the method is not POST, or the target is not an operation of the model.
            SerializationException: the body is not a JSON object, or its content type is not AWS JSON.
        """
        if request.method != "POST":
            raise UnknownOperationException(f"{request.method} is not supported; use POST")
        target = request.headers.get("x-amz-target", "")
        name = target.removeprefix(self.prefix)
        if not target:
            raise UnknownOperationException("The request has no X-Amz-Target header")
        if name == target or name not in self.operation_names:
            raise UnknownOperationException(f"The requested operation is unknown: {target}")
        content_type = request.headers.get("content-type", "")
        if content_type != self.content_type and content_type.partition(";")[0].strip().lower() != self.content_type:
            raise SerializationException(f"Content-Type must be {self.content_type}, but is {content_type!r}")
        return name, read_object(request.body)

    def encode(self, answer: dict[str, Any], operation: OperationModel, request_id: str) -> Response:
        """Return the response to an operation."""
        headers = {"Content-Type": self.content_type, "x-amzn-RequestId": request_id}
        return Response(200, headers, orjson.dumps(answer))

    def encode_error(self, error: ServiceError, request_id: str) -> Response:
        """Return the response for an error: its code in `__type`, its members beside `Message`."""
        body = {"__type": f"{error.namespace or self.namespace}#{error.code}", "Message": error.message, **error.members}
        headers = {"Content-Type": self.content_type, "x-amzn-RequestId": request_id}
        return Response(error.status or self.statuses.get(error.code, 400), headers, orjson.dumps(body))


class RestJson:
    """REST-JSON: the operation by method and path, members in the path, query, headers and body."""

    def __init__(self, model: ServiceModel, namespace: str) -> None:
        self.model = model
        self.namespace = namespace
        self.statuses = error_statuses(model)

    @cached_property
    def routes(self) -> Map:
        """The method and path of every operation; `{label+}` matches the rest of the path."""
        from werkzeug.routing import Map, Rule

        rules = []
        for name in self.model.operation_names:
            http = self.model.operation_model(name).http
            path = http["requestUri"].partition("?")[0]
            path = path.replace("<", "").replace("-", "_DASH_")
            path = path.replace("+}", ":path}")
            for label in (part.partition("}")[0] for part in path.split("{")[1:]):
                plain, _, kind = label.partition(":")
                converter = f"{kind}:" if kind else ""
                path = path.replace("{" + label + "}", f"<{converter}{plain}>")
            rules.append(Rule(_restore_dashes(path), methods=[http["method"]], endpoint=name))
        return Map(rules, strict_slashes=False, merge_slashes=False)

    def matches(self, request: Request) -> bool:
        """Return whether the path belongs to this service, whatever the method."""
        from werkzeug.exceptions import HTTPException, MethodNotAllowed

        try:
            self._match(request)
        except MethodNotAllowed:
            return True
        except HTTPException:
            return False
        return True

    def _match(self, request: Request) -> tuple[str, Mapping[str, Any]]:
        adapter = self.routes.bind("localhost")
        found: tuple[str, Mapping[str, Any]] = adapter.match(request.path, method=request.method)
        return found

    def operation_named(self, request: Request) -> str | None:
        """Return the operation with this method and path."""
        from werkzeug.exceptions import HTTPException

        try:
            return self._match(request)[0]
        except HTTPException:
            return None

    def decode(self, request: Request) -> tuple[str, dict[str, Any]]:
        """
        Return the operation's name, and the members of the request by wire name.

        Raises:
            UnknownOperationException: no operation has this method and path.
            SerializationException: the body or a member cannot be decoded.
        """
        from werkzeug.exceptions import HTTPException

        try:
            name, labels = self._match(request)
        except HTTPException as error:
            raise UnknownOperationException(f"No operation for {request.method} {request.path}") from error
        shape = self.model.operation_model(name).input_shape
        return name, {} if shape is None else self._decode_members(shape, request, labels)

    @staticmethod
    def _decode_members(shape: StructureShape, request: Request, labels: Mapping[str, Any]) -> dict[str, Any]:
        payload = shape.serialization.get("payload")
        has_json_body = payload is None or isinstance(shape.members[payload], StructureShape)
        parts = RequestParts(
            request=request,
            labels=labels,
            query=parse_qs(request.query, keep_blank_values=True),
            body=read_object(request.body) if has_json_body else {},
        )
        members: dict[str, Any] = {}
        for name, member in shape.members.items():
            unlocated = "body" if payload is None else "payload" if name == payload else None
            read = READERS.get(member.serialization.get("location") or unlocated)
            found = None if read is None else read(member, member.serialization.get("name", name), parts)
            if found is not None:
                members[name] = found
        return members

    def encode(self, answer: dict[str, Any], operation: OperationModel, request_id: str) -> Response:
        """Return the response to an operation."""
        headers = {"Content-Type": "application/json", "x-amzn-RequestId": request_id}
        status = int(operation.http.get("responseCode", 200))
        body: Any = dict(answer)
        shape = operation.output_shape
        if shape is not None:
            for name, member in shape.members.items():
                location = member.serialization.get("location")
                wire_name = member.serialization.get("name", name)
                if location and wire_name in body:
                    value = body.pop(wire_name)
                    if location == "statusCode":
                        status = value
                    elif location == "header":
                        headers[wire_name] = str(value).lower() if value is True or value is False else str(value)
            payload = shape.serialization.get("payload")
            if payload:
                member = shape.members[payload]
                body = body.get(member.serialization.get("name", payload), {})
                if member.type_name == "blob":
                    headers["Content-Type"] = "application/octet-stream"
                    return Response(status, headers, base64.b64decode(body or ""))
        if isinstance(body, str):
            return Response(status, headers, body.encode())
        return Response(status, headers, b"" if status == 204 else orjson.dumps(body))

    def encode_error(self, error: ServiceError, request_id: str) -> Response:
        """Return the response for an error: its code in a header."""
        status = error.status or self.statuses.get(error.code, 400)
        if isinstance(error, UnknownOperationException):
            status = 404
        headers = {"Content-Type": "application/json", "x-amzn-RequestId": request_id, "x-amzn-ErrorType": error.code}
        body = {"message": error.message, **error.members}
        if "Message" in body:
            body.pop("message")
        return Response(status, headers, orjson.dumps(body))


@dataclass(frozen=True, slots=True)
class RequestParts:
    """The parts of a REST request from which members are read; `body` is empty unless it is a JSON object."""

    request: Request
    labels: Mapping[str, Any]
    query: dict[str, list[str]]
    body: dict[str, Any]


def _label(name: str) -> str:
    return name.replace("-", "_DASH_")


def _restore_dashes(path: str) -> str:
    # A label may contain a dash, a werkzeug variable may not; elsewhere in the path dashes must be restored.
    pieces = path.split("<")
    restored = [pieces[0].replace("_DASH_", "-")]
    for piece in pieces[1:]:
        variable, _, rest = piece.partition(">")
        restored.append(f"{variable}>{rest.replace('_DASH_', '-')}")
    return "<".join(restored)


def read_object(body: bytes) -> dict[str, Any]:
    """
    Return the JSON object in a body; an empty body is an empty object.

    Raises:
        SerializationException: the body is not a JSON object, or contains text that UTF-8 cannot encode.
    """
    if not body:
        return {}
    try:
        found = orjson.loads(body)
    except ValueError as error:
        raise SerializationException(f"The request body is not valid JSON: {error}") from error
    if type(found) is not dict:
        raise SerializationException("The request body must be a JSON object")
    if body.count(b"{") + body.count(b"[") > DEPTH_MAX and _depth(found) > DEPTH_MAX:
        raise SerializationException(f"The request body is nested more than {DEPTH_MAX} levels deep")
    return found


def _depth(value: Any) -> int:
    """Return how deep a JSON value is nested, without recursion: it may be deeper than Python's stack."""
    depth, level = 0, [value]
    while level and depth <= DEPTH_MAX:
        depth += 1
        inner = (item.values() if type(item) is dict else item for item in level if type(item) in (dict, list))
        level = [item for items in inner for item in items if type(item) in (dict, list)]
    return depth


def _read_text(member: Shape, text: str | None) -> Scalar:
    """Convert a path, query or header value to the JSON type of its shape."""
    if text is None:
        return None
    try:
        if member.type_name in ("integer", "long", "short", "byte"):
            if len(text) > INTEGER_DIGITS_MAX:
                raise SerializationException(f"a {member.type_name} has at most {INTEGER_DIGITS_MAX} digits")
            return int(text)
        if member.type_name in ("float", "double"):
            return float(text)
    except ValueError as error:
        raise SerializationException(f"{text!r} is not a valid {member.type_name}") from error
    if member.type_name == "boolean":
        return {"true": True, "false": False}.get(text.lower(), text)
    return text


def _read_label(member: Shape, wire_name: str, parts: RequestParts) -> Scalar:
    return _read_text(member, unquote(parts.labels[_label(wire_name)]))


def _read_query(member: Shape, wire_name: str, parts: RequestParts) -> dict[str, Any] | list[Scalar] | Scalar:
    if isinstance(member, MapShape):
        is_list = isinstance(member.value, ListShape)
        return {key: values if is_list else values[-1] for key, values in parts.query.items()} or None
    values = parts.query.get(wire_name)
    if values is None:
        return None
    if isinstance(member, ListShape):
        return [_read_text(member.member, value) for value in values]
    return _read_text(member, values[-1])


def _read_header(member: Shape, wire_name: str, parts: RequestParts) -> Scalar:
    return _read_text(member, parts.request.headers.get(wire_name.lower()))


def _read_headers(member: Shape, wire_name: str, parts: RequestParts) -> dict[str, str] | None:
    prefix = wire_name.lower()
    return {key[len(prefix) :]: value for key, value in parts.request.headers.items() if key.startswith(prefix)} or None


def _read_payload(member: Shape, wire_name: str, parts: RequestParts) -> Any:
    body = parts.request.body
    if not body:
        return None
    if isinstance(member, StructureShape):
        return _rename(member, parts.body)
    if member.type_name == "blob":
        return base64.b64encode(body).decode()
    return body.decode("utf-8", "replace")


def _read_body(member: Shape, wire_name: str, parts: RequestParts) -> Any:
    return _rename(member, parts.body.get(wire_name))


def _rename(shape: Shape, value: Any) -> Any:
    """Return a body value with its members under the model's names instead of their location names."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        renamed = {}
        for name, member in shape.members.items():
            wire_name = member.serialization.get("name", name)
            if wire_name in value:
                renamed[name] = _rename(member, value[wire_name])
        return renamed
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_rename(shape.member, item) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: _rename(shape.value, item) for key, item in value.items()}
    return value


READERS: dict[str | None, Callable[[Shape, str, RequestParts], Any]] = {
    "uri": _read_label,
    "querystring": _read_query,
    "header": _read_header,
    "headers": _read_headers,
    "payload": _read_payload,
    "body": _read_body,
}
"""By location: reads a member, by its shape and wire name; None if the request does not have it."""
