"""
Rendering of a handler's result, member by member of the output shape.

A result is a dataclass, a mapping with wire names, or a tuple of those; each member is read from the first part of the
tuple that has it. Absent members and None are left out. The functions are compiled once for each shape.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from botocore import xform_name
from botocore.model import ListShape, MapShape, Shape, StructureShape

Render = Callable[[Any], Any]

MISSING = object()


def read_member(source: Any, wire_name: str, attribute: str) -> Any:
    """Return the member from a result; None if no part of it has the member."""
    if type(source) is tuple:
        for part in source:
            found = _read(part, wire_name, attribute)
            if found is not MISSING:
                return found
        return None
    found = _read(source, wire_name, attribute)
    return None if found is MISSING else found


def _read(source: Any, wire_name: str, attribute: str) -> Any:
    if isinstance(source, dict):
        return source.get(wire_name, MISSING)
    return getattr(source, attribute, MISSING)


def epoch_seconds(moment: datetime) -> float:
    """Return seconds since 1970 with a fraction: the format of times in a body unless the model names another."""
    return round(moment.timestamp(), 3)


def iso_8601(moment: datetime) -> str:
    """Format a time as some REST services do in a body."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def rfc_822(moment: datetime) -> str:
    """Format a time as in a header."""
    return format_datetime(moment, usegmt=True)


TIME_WRITERS: dict[str, Callable[[datetime], Any]] = {"unixTimestamp": epoch_seconds, "iso8601": iso_8601, "rfc822": rfc_822}
"""By the model's name for the format."""


def compile_render(shape: Shape) -> Render:
    """Return a function that turns a handler's result into what `json.dumps` accepts."""
    return _compile(shape, {})


def _compile(shape: Shape, compiled: dict[str, Render]) -> Render:
    if isinstance(shape, StructureShape):
        if shape.name in compiled:
            name = shape.name
            return lambda source: compiled[name](source)
        compiled[shape.name] = lambda source: None
        compiled[shape.name] = _render_structure(shape, compiled)
        return compiled[shape.name]
    if isinstance(shape, ListShape):
        member = _compile(shape.member, compiled)
        return lambda source: [member(item) for item in source]
    if isinstance(shape, MapShape):
        value = _compile(shape.value, compiled)
        return lambda source: {key: value(item) for key, item in source.items()}
    if shape.type_name == "timestamp":
        usual = "rfc822" if shape.serialization.get("location") == "header" else "unixTimestamp"
        return TIME_WRITERS[shape.serialization.get("timestampFormat", usual)]
    if shape.type_name == "blob":
        return lambda source: base64.b64encode(source).decode("ascii")
    return lambda source: source


def _render_structure(shape: StructureShape, compiled: dict[str, Render]) -> Render:
    members = [
        (name, member.serialization.get("name", name), xform_name(name), _compile(member, compiled))
        for name, member in shape.members.items()
    ]

    def render(source: Any) -> dict[str, Any]:
        answer = {}
        for name, wire_name, attribute, render_member in members:
            value = source.get(name) if type(source) is dict else read_member(source, name, attribute)
            if value is not None:
                answer[wire_name] = render_member(value)
        return answer

    return render
