"""
Fields of a JSON document, described by a table and checked one after the other.

A path such as `interactive.action.buttons[].reply.id` names a field; what is required is required only where the object
that holds it is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from emulator.kernel.dataclass import dataclass
from emulator.messaging.whatsapp.errors import MetaError

INVALID = 100
MISSING = 131008
BAD_VALUE = 131009

KINDS: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "flag": (bool,),
    "number": (int, float),
    "list": (list,),
    "object": (dict,),
}
UNITS = {"text": " characters long", "list": " items long"}
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Field:
    """
    One field.

    Attributes:
        path: where it stands.
        kind: text, flag, number, list or object.
        required: whether it must be there.
        least: the smallest number, or the fewest characters (code points) or items.
        most: the largest number, or the most characters or items.
        choices: the values that are allowed; all by default.
    """

    path: str
    kind: str = "text"
    required: bool = False
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()


def text(path: str, most: int | None = None, *, least: int = 1, choices: tuple[str, ...] = ()) -> Field:
    """Return a required text of `least` to `most` characters."""
    return Field(path, "text", True, least, most, choices)


def optional(path: str, most: int | None = None, *, choices: tuple[str, ...] = ()) -> Field:
    """Return an optional text of at most so many characters."""
    return Field(path, "text", False, None, most, choices)


def items(path: str, least: int, most: int) -> Field:
    """Return a required list of so many items."""
    return Field(path, "list", True, least, most)


def objects(*paths: str) -> tuple[Field, ...]:
    """Return required objects."""
    return tuple(Field(path, "object", True) for path in paths)


def check_fields(document: dict[str, Any], fields: Iterable[Field]) -> None:
    """
    Check a document; the first field that is wrong decides.

    Raises:
        MetaError: 131008 for a missing field, 100 for a wrong type or size, 131009 for a value that is not allowed.
    """
    for field in fields:
        for place, value in values_at(document, field.path):
            _check(field, place, value)


def values_at(document: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield each place that a path names with the value there, which is absent if only the last step leads nowhere."""
    yield from _walk(document, path.split("."), "")


def _walk(value: Any, steps: list[str], place: str) -> Iterator[tuple[str, Any]]:
    name, rest = steps[0].removesuffix("[]"), steps[1:]
    here = f"{place}.{name}" if place else name
    found = value.get(name, _ABSENT) if isinstance(value, dict) else _ABSENT
    if not steps[0].endswith("[]"):
        if rest and found is not _ABSENT:
            yield from _walk(found, rest, here)
        elif not rest:
            yield here, found
        return
    for index, item in enumerate(found if isinstance(found, list) else ()):
        if rest:
            yield from _walk(item, rest, f"{here}[{index}]")
        else:
            yield f"{here}[{index}]", item


def _check(field: Field, place: str, value: Any) -> None:
    if value is _ABSENT or value is None:
        if field.required:
            raise MetaError(MISSING, f"The parameter {place} is required.")
        return
    if not isinstance(value, KINDS[field.kind]) or (field.kind == "number" and isinstance(value, bool)):
        raise MetaError(INVALID, f"Param {place} must be of type {field.kind}.")
    if field.choices and value not in field.choices:
        raise MetaError(BAD_VALUE, f"Param {place} must be one of {{{', '.join(field.choices)}}}.")
    size: Any = value
    if field.kind != "number":
        size = len(size) if field.kind in UNITS else 0
    unit = UNITS.get(field.kind, "")
    if field.most is not None and size > field.most:
        raise MetaError(INVALID, f"Param {place} must be at most {field.most}{unit}.")
    if field.least is not None and size < field.least:
        code = MISSING if field.kind == "text" else INVALID
        raise MetaError(code, f"Param {place} must be at least {field.least}{unit}.")
