"""Times and blobs: text on the wire, values of their own in Python; read after validation, when their text is good."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from emulator.wire.errors import SerializationException

Convert = Callable[[Any], Any]


def compile_convert(shape: Shape) -> Convert | None:
    """
    A function that makes Python's values of a good value: times and blobs read, nulls and unknown members of structures
    left out. None when the value is as good as it came.
    """
    return _compile_convert(shape, {})


def _compile_convert(shape: Shape, made: dict[str, Convert]) -> Convert | None:
    if shape.type_name == "timestamp":
        return read_time
    if shape.type_name == "blob":
        return base64.b64decode
    if isinstance(shape, ListShape):
        convert_item = _compile_convert(shape.member, made)
        return convert_item and (lambda value: [convert_item(item) for item in value])
    if isinstance(shape, MapShape):
        convert_value = _compile_convert(shape.value, made)
        return convert_value and (lambda value: {key: convert_value(item) for key, item in value.items()})
    return _convert_structure(shape, made) if isinstance(shape, StructureShape) else None


def _convert_structure(shape: StructureShape, made: dict[str, Convert]) -> Convert:
    # A shape may hold itself: the placeholder is bound once the function exists.
    if shape.name in made:
        name = shape.name
        return lambda value: made[name](value)
    made[shape.name] = dict
    converts = {name: _compile_convert(member, made) for name, member in shape.members.items()}

    def convert(value: dict[str, Any]) -> dict[str, Any]:
        return {
            name: convert_member(member) if (convert_member := converts[name]) else member
            for name, member in value.items()
            if member is not None and name in converts
        }

    made[shape.name] = convert
    return convert


def read_time(value: float | str) -> datetime:
    """
    Epoch seconds, ISO 8601 or, as in a header, RFC 822; without a zone it is UTC.

    Raises:
        SerializationException: it is none of them, or outside the calendar.
    """
    try:
        moment = _read_time(value) if isinstance(value, str) else datetime.fromtimestamp(value, timezone.utc)
        return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    except (ValueError, OverflowError, OSError) as error:
        raise SerializationException(f"{value!r} is no time") from error


def _read_time(text: str) -> datetime:
    if text[:3].isalpha():
        return parsedate_to_datetime(text)
    if text.replace(".", "", 1).isdigit():
        return datetime.fromtimestamp(float(text), timezone.utc)
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
