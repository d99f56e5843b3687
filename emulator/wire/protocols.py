"""
AWS JSON and REST-JSON: which operation a request is for, its members in and its answer out.

Both decode to the members under their wire names, before validation; times and blobs become Python values only after it
(`conversion.compile_convert`), when their text is known to be good.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl, unquote

import orjson
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape

from emulator.wire.errors import SerializationException, ServiceError, UnknownOperationException
from emulator.wire.http import Request, Response
from emulator.wire.models import error_statuses
from emulator.wire.query import Query

if TYPE_CHECKING:
    from werkzeug.routing import Map


class WireProtocol(Protocol):
    """One AWS protocol for one service."""

    def operation_named(self, request: Request) -> str | None:
        """The operation that a request is for, of which the body need not be there yet; None when it names none."""
        ...

    def decode(self, request: Request) -> tuple[str, dict[str, Any]]:
        """The operation's name and the members of the request, by wire name."""
        ...

    def encode(self, answer: dict[str, Any], operation: OperationModel, request_id: str) -> Response:
        """The answer of an operation."""
        ...

    def encode_error(self, error: ServiceError, request_id: str) -> Response:
        """A refusal."""
        ...


def protocol_of(model: ServiceModel, namespace: str) -> WireProtocol:
    """The protocol that the model names."""
    if model.metadata["protocol"] == "rest-json":
        return RestJson(model, namespace)
    if model.metadata["protocol"] == "query":
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
        """By the target's last part."""
        return request.headers.get("x-amz-target", "").rpartition(".")[2] or None

    def decode(self, request: Request) -> tuple[str, dict[str, Any]]:
        """
        Raises:
            UnknownOperationException: the method is not POST, or the target names no operation of the model.
            SerializationException: the body is not JSON, no JSON object, or not declared as AWS JSON.
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
        """The answer of an operation."""
        headers = {"Content-Type": self.content_type, "x-amzn-RequestId": request_id}
        return Response(200, headers, orjson.dumps(answer))

    def encode_error(self, error: ServiceError, request_id: str) -> Response:
        """A refusal: the error's name in `__type`, its members beside `Message`."""
        body = {"__type": f"{error.namespace or self.namespace}#{error.code}", "Message": error.message, **error.members}
        headers = {"Content-Type": self.content_type, "x-amzn-RequestId": request_id}
        return Response(error.status or self.statuses.get(error.code, 400), headers, orjson.dumps(body))


class RestJson:
    """REST-JSON: the operation by method and path, members in path, query, headers and body."""

    def __init__(self, model: ServiceModel, namespace: str) -> None:
        self.model = model
        self.namespace = namespace
        self.statuses = error_statuses(model)

    @cached_property
    def routes(self) -> Map:
        """Method and path of every operation; `{label+}` takes the rest of the path."""
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
        """Whether the path is one of this service's, whatever the method."""
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
        """By method and path."""
        from werkzeug.exceptions import HTTPException

        try:
            return self._match(request)[0]
        except HTTPException:
            return None

    def decode(self, request: Request) -> tuple[str, dict[str, Any]]:
        """
        Raises:
            UnknownOperationException: no operation has this method and path.
            SerializationException: the body or a member cannot be read.
        """
        from werkzeug.exceptions import HTTPException

        try:
            name, labels = self._match(request)
        except HTTPException as error:
            raise UnknownOperationException(f"No operation for {request.method} {request.path}") from error
        shape = self.model.operation_model(name).input_shape
        return name, {} if shape is None else self._decode_members(shape, request, labels)

    def _decode_members(self, shape: StructureShape, request: Request, labels: Mapping[str, Any]) -> dict[str, Any]:
        payload = shape.serialization.get("payload")
        query: dict[str, list[str]] = {}
        for key, value in parse_qsl(request.query, keep_blank_values=True):
            query.setdefault(key, []).append(value)
        body = read_object(request.body) if self._has_json_body(shape, payload) and request.body else {}
        members: dict[str, Any] = {}
        for name, member in shape.members.items():
            location = member.serialization.get("location")
            wire_name = member.serialization.get("name", name)
            found: Any = None
            if location == "uri":
                found = _read_text(member, unquote(labels[_label(wire_name)]))
            elif location == "querystring":
                found = _read_query(member, query, wire_name)
            elif location == "header":
                found = _read_text(member, request.headers.get(wire_name.lower()))
            elif location == "headers":
                found = _read_prefixed(request.headers, wire_name.lower())
            elif name == payload:
                found = self._read_payload(member, request, body)
            elif payload is None:
                found = _rename(member, body.get(wire_name))
            if found is not None:
                members[name] = found
        return members

    @staticmethod
    def _has_json_body(shape: StructureShape, payload: str | None) -> bool:
        return payload is None or isinstance(shape.members[payload], StructureShape)

    @staticmethod
    def _read_payload(member: Shape, request: Request, body: dict[str, Any]) -> Any:
        if not request.body:
            return None
        if isinstance(member, StructureShape):
            return _rename(member, body)
        if member.type_name == "blob":
            return base64.b64encode(request.body).decode()
        return request.body.decode("utf-8", "replace")

    def encode(self, answer: dict[str, Any], operation: OperationModel, request_id: str) -> Response:
        """The answer of an operation."""
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
        """A refusal: the error's name in a header."""
        status = error.status or self.statuses.get(error.code, 400)
        if isinstance(error, UnknownOperationException):
            status = 404
        headers = {"Content-Type": "application/json", "x-amzn-RequestId": request_id, "x-amzn-ErrorType": error.code}
        body = {"message": error.message, **error.members}
        if "Message" in body:
            body.pop("message")
        return Response(status, headers, orjson.dumps(body))


def _label(name: str) -> str:
    return name.replace("-", "_DASH_")


def _restore_dashes(path: str) -> str:
    # A label may hold a dash, a werkzeug variable may not; elsewhere in the path the dash must come back.
    pieces = path.split("<")
    restored = [pieces[0].replace("_DASH_", "-")]
    for piece in pieces[1:]:
        variable, _, rest = piece.partition(">")
        restored.append(f"{variable}>{rest.replace('_DASH_', '-')}")
    return "<".join(restored)


def read_object(body: bytes) -> dict[str, Any]:
    """
    The JSON object in a body; an empty body is an empty object.

    Raises:
        SerializationException: it is not JSON, no object, or has text that no UTF-8 can hold.
    """
    if not body:
        return {}
    try:
        found = orjson.loads(body)
    except ValueError as error:
        raise SerializationException(f"The request body is not valid JSON: {error}") from error
    if type(found) is not dict:
        raise SerializationException("The request body must be a JSON object")
    return found


def _read_text(member: Shape, text: Any) -> Any:
    """A path, query or header value as the JSON type that its shape wants."""
    if text is None:
        return None
    try:
        if member.type_name in ("integer", "long", "short", "byte"):
            return int(text)
        if member.type_name in ("float", "double"):
            return float(text)
    except ValueError as error:
        raise SerializationException(f"{text!r} is no {member.type_name}") from error
    if member.type_name == "boolean":
        return {"true": True, "false": False}.get(str(text).lower(), text)
    return text


def _read_query(member: Shape, query: dict[str, list[str]], wire_name: str) -> Any:
    if isinstance(member, MapShape):
        is_list = isinstance(member.value, ListShape)
        return {key: values if is_list else values[-1] for key, values in query.items()} or None
    values = query.get(wire_name)
    if values is None:
        return None
    if isinstance(member, ListShape):
        return [_read_text(member.member, value) for value in values]
    return _read_text(member, values[-1])


def _read_prefixed(headers: Mapping[str, str], prefix: str) -> dict[str, str] | None:
    return {key[len(prefix) :]: value for key, value in headers.items() if key.startswith(prefix)} or None


def _rename(shape: Shape, value: Any) -> Any:
    """A body value with its members under the model's names instead of their location names."""
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
