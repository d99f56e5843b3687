"""
Snapshots: objects as JSON and back, with shared references and the order of dicts preserved.

`encode` accepts data only: plain values, containers, times, bytes, and this package's dataclasses, stored by name. An
object that has functions or locks besides its data is `Snapshotable`: it is not recreated, but names the attributes
that a snapshot holds, and restores them in place.

Each JSON object is one node, `{kind: content}`. An object that occurs again is written as `{"ref": id}`, and its first
node has that `id`.
"""

from __future__ import annotations

import sys
from base64 import b64decode, b64encode
from collections import deque
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, ClassVar, TypeVar, get_origin, get_type_hints

from emulator.kernel.typecheck import Check, check_of

PACKAGE = __name__.partition(".")[0]
PLAIN = (type(None), bool, int, str)
"""Types that JSON itself has. Not float: many programs write 1.0 as 1."""
MICROSECOND = timedelta(microseconds=1)

ValueT = TypeVar("ValueT")
Node = Any
"""A plain value, or the JSON object that represents any other value."""


class BrokenSnapshot(ValueError):
    """The snapshot is malformed, or was made by another version."""


class Snapshotable:
    """An object whose snapshot holds the attributes listed in SNAPSHOT_FIELDS, or all of them if the list is empty."""

    __slots__ = ()
    SNAPSHOT_FIELDS: ClassVar[tuple[str, ...]] = ()

    def snapshot(self) -> Any:
        """Return what a snapshot holds of this object."""
        return {name: to_snapshot(getattr(self, name)) for name in self.SNAPSHOT_FIELDS or vars(self)}

    def restore(self, state: Any) -> None:
        """Restore this object to the state in a snapshot."""
        kind: Any = type(self)
        checks = _checks(kind)
        for name in self.SNAPSHOT_FIELDS or vars(self):
            present = getattr(self, name)
            if isinstance(present, Snapshotable):
                present.restore(state[name])
                continue
            if name in checks and not checks[name](state[name]):
                raise TypeError(f"{kind.__name__}.{name} cannot be {state[name]!r:.60}")
            if isinstance(present, dict | list | set):
                _refill(present, state[name])
            else:
                if present is not None and type(state[name]) is not type(present):
                    raise TypeError(f"{kind.__name__}.{name} cannot be {state[name]!r:.60}")
                setattr(self, name, state[name])


@cache
def _checks(kind: Any) -> dict[str, Check]:
    """Return a check for each annotated attribute of a class."""
    return {name: check_of(hint) for name, hint in get_type_hints(kind).items() if get_origin(hint) is not ClassVar}


def to_snapshot(value: Any) -> Any:
    """Return what a snapshot holds of a value: `value.snapshot()` if it is Snapshotable, else the value itself."""
    if isinstance(value, Snapshotable):
        return value.snapshot()
    if isinstance(value, dict) and any(isinstance(item, Snapshotable) for item in value.values()):
        return {name: to_snapshot(item) for name, item in value.items()}
    return value


def _refill(present: Any, state: Any) -> None:
    """Replace the content in place, since others may hold the same container, or a bound method of it."""
    if isinstance(present, dict) and any(isinstance(item, Snapshotable) for item in present.values()):
        for name, item in present.items():
            item.restore(state[name])
        return
    if type(state) is not type(present):
        raise TypeError(f"expected a {type(present).__name__}, not a {type(state).__name__}")
    present.clear()
    if isinstance(present, list):
        present.extend(state)
    else:
        present.update(state)


# --- Encoding ---------------------------------------------------------------------------------------------------------


def encode(value: Any) -> Node:
    """
    Return the value as JSON.

    Raises:
        TypeError: it contains something that is not data.
    """
    return _Encoder().encode(value)


class _Encoder:
    def __init__(self) -> None:
        self._seen: dict[int, tuple[Any, dict[str, Node]]] = {}
        """By identity: each object (kept alive, so that its identity stays unique) and its node."""
        self._ids = 0

    def encode(self, value: Any) -> Node:
        kind = type(value)
        if kind in PLAIN:
            return value
        if kind in TO_TEXT:
            name, write, _ = TO_TEXT[kind]
            return {name: write(value)}
        if _is_immutable(kind):
            # Written out each time: whether two immutable values are one object is unobservable, and varies between Pythons.
            return self._encode_content(kind, value)
        known = self._seen.get(id(value))
        if known is not None:
            return {"ref": self._id_of(known[1])}
        node: dict[str, Node] = {}
        self._seen[id(value)] = (value, node)
        node.update(self._encode_content(kind, value))
        return node

    def _id_of(self, node: dict[str, Node]) -> int:
        if "id" not in node:
            self._ids += 1
            node["id"] = self._ids
        return int(node["id"])

    def _encode_content(self, kind: type, value: Any) -> dict[str, Node]:
        if kind is dict:
            return {"dict": [[self.encode(key), self.encode(item)] for key, item in value.items()]}
        if kind in (set, frozenset):
            return {kind.__name__: [self.encode(item) for item in sorted(value)]}
        if kind is deque:
            return {"deque": [self.encode(item) for item in value], "length_max": value.maxlen}
        if kind in (list, tuple):
            return {kind.__name__: [self.encode(item) for item in value]}
        if is_dataclass(kind) and not issubclass(kind, Snapshotable) and _find(_name(kind)) is kind:
            return {
                "type": _name(kind),
                "members": {field.name: self.encode(getattr(value, field.name)) for field in fields(kind)},
            }
        raise TypeError(f"{kind.__module__}.{kind.__qualname__} cannot be in a snapshot: {value!r}")


def _is_immutable(kind: type) -> bool:
    if is_dataclass(kind):
        return bool(kind.__dataclass_params__.frozen)  # type: ignore[attr-defined]
    return kind in (tuple, frozenset)


def _name(kind: type) -> str:
    return f"{kind.__module__.removeprefix(f'{PACKAGE}.')}.{kind.__qualname__}"


def _find(name: str) -> type | None:
    """Return this package's dataclass with that name. Nothing is imported to find it."""
    module, _, kind = name.rpartition(".")
    found = vars(sys.modules.get(f"{PACKAGE}.{module}", object)).get(kind)
    return found if isinstance(found, type) and is_dataclass(found) and _name(found) == name else None


TO_TEXT: dict[type, tuple[str, Callable[[Any], Any], Callable[[Any], Any]]] = {
    float: ("float", repr, float),
    bytes: ("bytes", lambda value: b64encode(value).decode(), lambda text: b64decode(text, validate=True)),
    datetime: ("time", datetime.isoformat, datetime.fromisoformat),
    timedelta: ("microseconds", lambda value: value // MICROSECOND, lambda count: MICROSECOND * count),
}
"""By type: the kind of its node, the function that writes it, and the function that reads it."""
READ = {name: read for name, _, read in TO_TEXT.values()}


# --- Decoding ---------------------------------------------------------------------------------------------------------


def decode(node: Node) -> Any:
    """
    Return the value that was encoded.

    Raises:
        BrokenSnapshot: the node is not one that `encode` makes.
    """
    try:
        return _Decoder().decode(node)
    except (TypeError, ValueError, LookupError, AttributeError, StopIteration, OverflowError, RecursionError) as error:
        raise BrokenSnapshot(f"{type(error).__name__}: {error}") from error


class _Decoder:
    def __init__(self) -> None:
        self._seen: dict[int, Any] = {}

    def decode(self, node: Node) -> Any:
        if type(node) in PLAIN:
            return node
        identity = node.get("id")
        kind = next(name for name in node if name in KINDS)
        if kind == "ref":
            return self._seen[node["ref"]]
        if kind in READ:
            return READ[kind](node[kind])
        if kind in ("tuple", "set", "frozenset"):
            return self._register(identity, CONTAINERS[kind](self.decode(item) for item in node[kind]))
        if kind == "type":
            return self._decode_dataclass(identity, node)
        # Registered before its content is decoded, since a container may contain itself.
        found: Any = self._register(identity, deque(maxlen=node["length_max"]) if kind == "deque" else CONTAINERS[kind]())
        if kind == "dict":
            found.update((self.decode(key), self.decode(item)) for key, item in node["dict"])
        else:
            found.extend(self.decode(item) for item in node[kind])
        return found

    def _register(self, identity: int | None, value: ValueT) -> ValueT:
        if identity is not None:
            self._seen[identity] = value
        return value

    def _decode_dataclass(self, identity: int | None, node: dict[str, Node]) -> Any:
        name, members = node["type"], node["members"]
        kind = _find(name)
        if kind is None:
            raise ValueError(f"unknown type {name}")
        names = [field.name for field in fields(kind)]
        if sorted(names) != sorted(members):
            raise ValueError(f"{name} has the fields {', '.join(names)}, not {', '.join(members)}")
        found: object = self._register(identity, object.__new__(kind))
        checks = _checks(kind)
        for member in names:
            value = self.decode(members[member])
            if member in checks and not checks[member](value):
                raise TypeError(f"{name}.{member} cannot be {value!r:.60}")
            object.__setattr__(found, member, value)
        return found


CONTAINERS: dict[str, Callable[..., Any]] = {"dict": dict, "list": list, "tuple": tuple, "set": set, "frozenset": frozenset}
KINDS = frozenset({*READ, *CONTAINERS, "deque", "type", "ref"})
"""The kinds of nodes; the other fields of a node add to its kind."""
