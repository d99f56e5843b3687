"""Conversion of times and blobs from text on the wire to Python values, once validation has accepted the text."""

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
    Return a function that converts a valid value to Python types, or None if such values need no conversion.

    Times and blobs are decoded; nulls and unknown members of structures are left out.
    """
    return _compile_convert(shape, {})


def _compile_convert(shape: Shape, compiled: dict[str, Convert]) -> Convert | None:
    if shape.type_name == "timestamp":
        return parse_time
    if shape.type_name == "blob":
        return base64.b64decode
    if isinstance(shape, ListShape):
        convert_item = _compile_convert(shape.member, compiled)
        return convert_item and (lambda value: [convert_item(item) for item in value])
    if isinstance(shape, MapShape):
        convert_value = _compile_convert(shape.value, compiled)
        return convert_value and (lambda value: {key: convert_value(item) for key, item in value.items()})
    return _convert_structure(shape, compiled) if isinstance(shape, StructureShape) else None


def _convert_structure(shape: StructureShape, compiled: dict[str, Convert]) -> Convert:
    # A shape may contain itself: the placeholder is replaced once the function exists.
    if shape.name in compiled:
        name = shape.name
        return lambda value: compiled[name](value)
    compiled[shape.name] = dict
    converts = {name: _compile_convert(member, compiled) for name, member in shape.members.items()}

    def convert(value: dict[str, Any]) -> dict[str, Any]:
        return {
            name: convert_member(member) if (convert_member := converts[name]) else member
            for name, member in value.items()
            if member is not None and name in converts
        }

    compiled[shape.name] = convert
    return convert


def parse_time(value: float | str) -> datetime:
    """
    Parse epoch seconds, ISO 8601 or, as in a header, RFC 822; a time without a zone is UTC.

    Raises:
        SerializationException: the value is none of these, or outside the calendar.
    """
    try:
        moment = _parse_time(value) if isinstance(value, str) else datetime.fromtimestamp(value, timezone.utc)
        return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    except (ValueError, OverflowError, OSError) as error:
        raise SerializationException(f"{value!r} is not a valid timestamp") from error


def _parse_time(text: str) -> datetime:
    if text[:3].isalpha():
        return parsedate_to_datetime(text)
    if text.replace(".", "", 1).isdigit():
        return datetime.fromtimestamp(float(text), timezone.utc)
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
