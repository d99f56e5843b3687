"""
The query protocol: parameters of a form or of the URL in, XML out. SNS speaks it.

Nested members are dotted names: a list's items are `Name.member.1`, a map's entries `Name.entry.1.key` and
`Name.entry.1.value`, unless the model names them otherwise. Source: Smithy, "AWS Query protocol".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any
from xml.sax.saxutils import escape

from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape

from emulator.wire.errors import ProtocolError, ServiceError
from emulator.wire.http import Request, Response, read_parameters
from emulator.wire.models import error_statuses
from emulator.wire.render import iso_8601

Tree = dict[str, Any]
"""Parameters by the parts of their dotted names; a parameter's own value stands under VALUE."""
VALUE = "."
"""No part of a name can be this."""
ITEM, ENTRY, KEY, ENTRY_VALUE = "member", "entry", "key", "value"
"""The names of items and entries where the model has no others."""
BOOLEANS = {"true": True, "false": False}
PROTOCOL_ERRORS = {"InvalidSignatureException": "SignatureDoesNotMatch", "SerializationException": "MalformedInput"}
"""The codes that errors of the protocol itself have here. Source: AWS, "Common Errors" of the query APIs"""
INTEGERS = frozenset({"integer", "long", "short", "byte"})
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document can hold. Source: XML 1.0, production Char"""


class MissingAction(ProtocolError):
    """The request has no Action."""


class InvalidAction(ProtocolError):
    """The service has no such action."""


class Query:
    """The query protocol for one service."""

    def __init__(self, model: ServiceModel, namespace: str) -> None:
        self.model = model
        self.operation_names = frozenset(model.operation_names)
        self.xml_namespace = model.metadata["xmlNamespace"]
        self.statuses = error_statuses(model)
        self.errors = {shape.name: shape.metadata.get("error", {}) for shape in model.error_shapes}

    def operation_named(self, request: Request) -> str | None:
        """Return the Action, as far as it is known without the body."""
        name = read_parameters(request).get("Action")
        return name if name in self.operation_names else None

    def decode(self, request: Request) -> tuple[str, dict[str, Any]]:
        """
        Return the operation and its members.

        Raises:
            MissingAction: If the request names no action.
            InvalidAction: If the service has none by that name.
        """
        parameters = read_parameters(request)
        name = parameters.get("Action")
        if not name:
            raise MissingAction("The request must contain the parameter Action")
        if name not in self.operation_names:
            raise InvalidAction(f"The action {name} is not valid for this web service.")
        shape = self.model.operation_model(name).input_shape
        return name, {} if shape is None else _read(shape, _tree(parameters)) or {}

    def encode(self, answer: dict[str, Any], operation: OperationModel, request_id: str) -> Response:
        """Return the answer of an operation."""
        shape, result = operation.output_shape, ""
        if shape is not None:
            wrapper = shape.serialization.get("resultWrapper", f"{operation.name}Result")
            result = _element(wrapper, _write(shape, answer))
        metadata = _element("ResponseMetadata", _element("RequestId", request_id))
        return self._xml(200, f"{operation.name}Response", result + metadata, request_id)

    def encode_error(self, error: ServiceError, request_id: str) -> Response:
        """Return a refusal: the code that the model gives the error, and its further members beside the message."""
        status = error.status or self.statuses.get(error.code, 400)
        code = PROTOCOL_ERRORS.get(error.code) or self.errors.get(error.code, {}).get("code", error.code)
        members = {"Type": "Receiver" if status >= 500 else "Sender", "Code": code, "Message": error.message}
        members |= {name: str(value) for name, value in error.members.items()}
        inner = "".join(_element(name, _text(value)) for name, value in members.items())
        return self._xml(status, "ErrorResponse", _element("Error", inner) + _element("RequestId", request_id), request_id)

    def _xml(self, status: int, root: str, content: str, request_id: str) -> Response:
        body = f'<{root} xmlns="{self.xml_namespace}">{content}</{root}>'
        return Response(status, {"Content-Type": "text/xml", "x-amzn-RequestId": request_id}, body.encode())


# --- In ---------------------------------------------------------------------------------------------------------------


def _tree(parameters: Mapping[str, str]) -> Tree:
    tree: Tree = {}
    for name, value in parameters.items():
        node = tree
        for part in name.split("."):
            node = node.setdefault(part, {})
        node[VALUE] = value
    return tree


def _read(shape: Shape, node: Tree | None) -> Any:
    """Return the value of a shape, as JSON would have it; None if no parameter names it."""
    if node is None:
        return None
    if isinstance(shape, StructureShape):
        members = {name: _read(member, node.get(_name(member, name))) for name, member in shape.members.items()}
        return {name: value for name, value in members.items() if value is not None}
    if isinstance(shape, ListShape):
        items = node if shape.serialization.get("flattened") else node.get(_name(shape.member, ITEM), {})
        return [_read(shape.member, item) for item in _in_order(items)]
    if isinstance(shape, MapShape):
        entries = node if shape.serialization.get("flattened") else node.get(ENTRY, {})
        key, value = _name(shape.key, KEY), _name(shape.value, ENTRY_VALUE)
        # An entry without any parameter of its value has one without members.
        read = ((_read(shape.key, entry.get(key)), _read(shape.value, entry.get(value, {}))) for entry in _in_order(entries))
        return {name: found for name, found in read if name is not None}
    return _read_scalar(shape, node.get(VALUE))


def _read_scalar(shape: Shape, text: str | None) -> Any:
    # A value that cannot be read stays text, which the validation then refuses.
    if text is None:
        return None
    if shape.type_name == "boolean":
        return BOOLEANS.get(text, text)
    if shape.type_name in INTEGERS and re.fullmatch("-?[0-9]{1,18}", text):
        return int(text)
    return text


def _in_order(items: Tree) -> list[Tree]:
    """Return the items of a list by their numbers, whatever numbers are left out."""
    # Compared as text: a number of thousands of digits is one too.
    numbers = {name: name.lstrip("0") for name in items if name.isascii() and name.isdigit()}
    return [items[name] for name in sorted(numbers, key=lambda name: (len(numbers[name]), numbers[name]))]


def _name(shape: Shape, usual: str) -> str:
    name: str = shape.serialization.get("name", usual)
    return name


# --- Out --------------------------------------------------------------------------------------------------------------


def _write(shape: Shape, value: Any) -> str:
    if isinstance(shape, StructureShape):
        named = ((_name(member, name), member) for name, member in shape.members.items())
        return "".join(_element(name, _write(member, value[name])) for name, member in named if name in value)
    if isinstance(shape, ListShape):
        return "".join(_element(_name(shape.member, ITEM), _write(shape.member, item)) for item in value)
    if isinstance(shape, MapShape):
        names = _name(shape.key, KEY), _name(shape.value, ENTRY_VALUE)
        return "".join(
            _element(ENTRY, _element(names[0], _text(key)) + _element(names[1], _write(shape.value, item)))
            for key, item in value.items()
        )
    if shape.type_name == "timestamp":
        return iso_8601(datetime.fromtimestamp(value, timezone.utc))
    if shape.type_name == "boolean":
        return "true" if value else "false"
    return _text(str(value))


def _text(value: str) -> str:
    return escape(NOT_IN_XML.sub("?", value))


def _element(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>"
