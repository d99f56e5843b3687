"""
Snapshots: the whole state in one file, written and read faster than one could take it apart object by object.

A snapshot is a header, a line of JSON, and a pickle of each part of the state. In a pickle a type of ours is known by
the name of its class, whatever module it is in, and nothing is loaded but those types and plain data. Where the fields
of a type have changed since, its objects pass through `migrations`.
"""

from __future__ import annotations

import io
import json
import pickle
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from hashlib import blake2b
from typing import Any

from emulator.journal.errors import JournalBroken, JournalError
from emulator.journal.migrations import RENAMED, SCHEMA, migrate

PACKAGE = __name__.partition(".")[0]
PART_BYTES = 1 << 20
PLAIN = {
    ("builtins", "set"),
    ("builtins", "frozenset"),
    ("builtins", "bytearray"),
    ("builtins", "complex"),
    ("collections", "deque"),
    ("collections", "OrderedDict"),
    ("collections", "Counter"),
    ("datetime", "datetime"),
    ("datetime", "date"),
    ("datetime", "timedelta"),
    ("datetime", "timezone"),
    ("decimal", "Decimal"),
}
"""What a pickle may name besides our own types."""


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """
    What is known of a snapshot without reading it.

    Attributes:
        position: the entry after which it was taken.
        check: the check of that entry, in hexadecimal.
        created: when, by the wall clock, in ISO 8601.
        version: of the program.
        size: in bytes.
        digest: of all its bytes, in hexadecimal.
    """

    position: int
    check: str
    created: str
    version: str
    size: int = 0
    digest: str = ""


class SnapshotUnreadable(JournalError):
    """The snapshot is damaged, or from a newer version."""


# --- Writing ----------------------------------------------------------------------------------------------------------


def write(state: Mapping[str, Any], parts: Mapping[str, bytes], about: Mapping[str, Any]) -> Iterator[bytes]:
    """
    Yield the bytes of a snapshot.

    Args:
        state: what is ours.
        parts: what others have made bytes of already, by name.
        about: what the header says besides the schema.
    """
    own = pickle.dumps(dict(state), protocol=5)
    layout = {name: _layout(kind) for name, kind in _types().items()}
    header = {
        "schema": SCHEMA,
        **about,
        "layout": layout,
        "parts": {"state": len(own)} | {k: len(v) for k, v in parts.items()},
    }
    yield from _pieces(json.dumps(header).encode() + b"\n", own, *parts.values())


def _pieces(*contents: bytes) -> Iterator[bytes]:
    packer = zlib.compressobj(1)
    for content in contents:
        for start in range(0, len(content), PART_BYTES):
            piece = packer.compress(content[start : start + PART_BYTES])
            if piece:
                yield piece
    yield packer.flush()


# --- Reading ----------------------------------------------------------------------------------------------------------


def read(pieces: Iterable[bytes], digest: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, bytes]]:
    """
    Return a snapshot's header, what is ours, and the other parts.

    Raises:
        SnapshotUnreadable: it is damaged, or this program is too old for it.
    """
    summed = blake2b(digest_size=16)
    unpacker, content = zlib.decompressobj(), bytearray()
    try:
        for piece in pieces:
            summed.update(piece)
            content += unpacker.decompress(piece)
    except zlib.error as error:
        raise SnapshotUnreadable(f"it is damaged: {error}") from error
    if summed.hexdigest() != digest:
        raise SnapshotUnreadable("it is damaged: its digest does not match")
    line, _, rest = bytes(content).partition(b"\n")
    header = json.loads(line)
    if header["schema"] > SCHEMA:
        raise SnapshotUnreadable(
            f"it was written by version {header.get('version')}, which is newer than this program (schema"
            f" {header['schema']}, not {SCHEMA}): upgrade this program"
        )
    parts, start = {}, 0
    for name, length in header["parts"].items():
        parts[name] = rest[start : start + length]
        start += length
    own = parts.pop("state")
    try:
        return header, _Reader(io.BytesIO(own), header["schema"], header["layout"]).load(), parts
    except (pickle.UnpicklingError, ValueError, TypeError, LookupError, AttributeError, EOFError) as error:
        raise SnapshotUnreadable(f"{type(error).__name__}: {error}") from error


class _Reader(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, schema: int, layout: Mapping[str, Any]) -> None:
        super().__init__(file)
        self._schema, self._layout = schema, layout

    def find_class(self, module: str, name: str) -> Any:
        if module.partition(".")[0] == PACKAGE:
            written = f"{module.removeprefix(PACKAGE)[1:]}.{name}"
            kind = find_type(written)
            if kind is None:
                raise pickle.UnpicklingError(f"unknown type {written}")
            layout = self._layout.get(written)
            if self._schema == SCHEMA and layout == _layout(kind):
                return kind
            return _upgrading(kind, name, tuple((layout or {}).get("fields", ())), self._schema)
        if (module, name) in PLAIN:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"unknown type {module}.{name}")


@cache
def _layout(kind: type) -> dict[str, Any]:
    """Return what the pickle of an object depends on: its fields, and whether their values are written as a list."""
    return {"fields": [field.name for field in fields(kind)], "as_list": hasattr(kind, "__setstate__")}


@cache
def _upgrading(kind: type, name: str, layout: tuple[str, ...], schema: int) -> type:
    """Return a class whose objects become ones of `kind` as soon as they have got their fields."""

    def set_state(self: Any, state: Any) -> None:
        given: dict[str, Any] = {}
        if isinstance(state, list):
            given = dict(zip(layout, state, strict=True))
        else:
            for each in state if isinstance(state, tuple) else (state,):
                given |= each or {}
        given = migrate(name, given, schema)
        for field in fields(kind):
            if field.name not in given:
                if field.default is not MISSING:
                    given[field.name] = field.default
                elif field.default_factory is not MISSING:
                    given[field.name] = field.default_factory()
                else:
                    raise ValueError(f"{name} of an older version lacks {field.name}, and no migration adds it")
        unknown = given.keys() - {field.name for field in fields(kind)} - _other_attributes(kind)
        if unknown:
            raise ValueError(f"{name} has no field {', '.join(sorted(unknown))} any more, and no migration drops it")
        for each, value in given.items():
            object.__setattr__(self, each, value)
        object.__setattr__(self, "__class__", kind)

    slots = {} if "__dict__" in dir(kind) else {"__slots__": ()}
    return type(kind.__name__, (kind,), {**slots, "__setstate__": set_state})


def _other_attributes(kind: type) -> set[str]:
    """Return the names of what a class keeps on its objects besides fields: cached properties."""
    return {name for each in kind.__mro__ for name, value in vars(each).items() if type(value).__name__ == "cached_property"}


_seen: set[str] = set()
_known: dict[str, type] = {}


def _types() -> dict[str, type]:
    """Return the dataclasses of this package by module and name. Nothing is imported to find them."""
    for name, module in tuple(sys.modules.items()):
        if name.partition(".")[0] == PACKAGE and name not in _seen:
            _seen.add(name)
            for kind in tuple(vars(module).values()):
                if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == name:
                    _known[f"{name.removeprefix(PACKAGE)[1:]}.{kind.__qualname__}"] = kind
    return _known


def find_type(written: str) -> Any:
    """Return the type that a snapshot names by module and name; where its module has changed, that of the same name."""
    types = _types()
    written = RENAMED.get(written, written)
    if written in types:
        return types[written]
    named = [kind for kind in types.values() if kind.__qualname__ == written.rpartition(".")[2]]
    return named[0] if len(named) == 1 else None


def check(pieces: Iterable[bytes], digest: str, where: str) -> None:
    """
    Read a snapshot without loading it.

    Raises:
        JournalBroken: it is damaged.
    """
    summed = blake2b(digest_size=16)
    for piece in pieces:
        summed.update(piece)
    if summed.hexdigest() != digest:
        raise JournalBroken(where, None, "its digest does not match")
