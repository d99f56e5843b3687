"""
Snapshots: objects as JSON, and back again the same, shared references and the order of dicts included.

`encode` takes data apart: plain values, containers, times, bytes, and dataclasses of this package, each under its name;
nothing else can be in a snapshot. What has functions or locks besides its data is `Snapshotable`: it is not made anew, but says
what of it a snapshot holds, and takes that back.

Each JSON object is one node, `{kind: content}`. What is met a second time is `{"ref": id}`, and has that `id` where it
was met first.
"""

from __future__ import annotations

import sys
from base64 import b64decode, b64encode
from collections import deque
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

PACKAGE = __name__.partition(".")[0]
PLAIN = (type(None), bool, int, str)
"""What JSON has itself. A float is not among them: many programs write 1.0 as 1."""
MICROSECOND = timedelta(microseconds=1)

Node = Any
"""A plain value, or the JSON object that stands for any other."""


class BrokenSnapshot(ValueError):
    """A snapshot that is not one, or not of this version."""


class Snapshotable:
    """An object of which a snapshot holds the attributes that SNAPSHOT_FIELDS names; all of them where it names none."""

    __slots__ = ()
    SNAPSHOT_FIELDS: ClassVar[tuple[str, ...]] = ()

    def snapshot(self) -> Any:
        """What a snapshot holds of this object."""
        return {name: to_snapshot(getattr(self, name)) for name in self.SNAPSHOT_FIELDS or vars(self)}

    def restore(self, state: Any) -> None:
        """Become what the snapshot holds."""
        for name in self.SNAPSHOT_FIELDS or vars(self):
            present = getattr(self, name)
            if isinstance(present, Snapshotable):
                present.restore(state[name])
            elif isinstance(present, dict | list | set):
                _refill(present, state[name])
            else:
                setattr(self, name, state[name])


def to_snapshot(value: Any) -> Any:
    """What a snapshot holds of a value: what it says itself, where it is Snapshotable, or else the value."""
    if isinstance(value, Snapshotable):
        return value.snapshot()
    if isinstance(value, dict) and any(isinstance(item, Snapshotable) for item in value.values()):
        return {name: to_snapshot(item) for name, item in value.items()}
    return value


def _refill(present: Any, state: Any) -> None:
    """In place, since others may hold the same container, or a method of it."""
    if isinstance(present, dict) and any(isinstance(item, Snapshotable) for item in present.values()):
        for name, item in present.items():
            item.restore(state[name])
        return
    if type(state) is not type(present):
        raise TypeError(f"a {type(present).__name__} was kept, not a {type(state).__name__}")
    present.clear()
    if isinstance(present, list):
        present.extend(state)
    else:
        present.update(state)


# --- Taking apart -----------------------------------------------------------------------------------------------------


def encode(value: Any) -> Node:
    """
    The value as JSON.

    Raises:
        TypeError: it holds something that is no data.
    """
    return _Encoder().encode(value)


class _Encoder:
    def __init__(self) -> None:
        self._met: dict[int, tuple[Any, dict[str, Node]]] = {}
        """By identity, each object (so that it stays, and with it its identity) and its node."""
        self._ids = 0

    def encode(self, value: Any) -> Node:
        kind = type(value)
        if kind in PLAIN:
            return value
        if kind in TO_TEXT:
            name, write, _ = TO_TEXT[kind]
            return {name: write(value)}
        if _never_changes(kind):
            # Whether two of it are one and the same, nobody can tell, and Pythons differ in it.
            return self._take_apart(kind, value)
        known = self._met.get(id(value))
        if known is not None:
            return {"ref": self._id_of(known[1])}
        node: dict[str, Node] = {}
        self._met[id(value)] = (value, node)
        node.update(self._take_apart(kind, value))
        return node

    def _id_of(self, node: dict[str, Node]) -> int:
        if "id" not in node:
            self._ids += 1
            node["id"] = self._ids
        return int(node["id"])

    def _take_apart(self, kind: type, value: Any) -> dict[str, Node]:
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


def _never_changes(kind: type) -> bool:
    if is_dataclass(kind):
        return bool(kind.__dataclass_params__.frozen)  # type: ignore[attr-defined]
    return kind in (tuple, frozenset)


def _name(kind: type) -> str:
    return f"{kind.__module__.removeprefix(f'{PACKAGE}.')}.{kind.__qualname__}"


def _find(name: str) -> type | None:
    """The dataclass of this package by its name; nothing is imported for it."""
    module, _, kind = name.rpartition(".")
    found = vars(sys.modules.get(f"{PACKAGE}.{module}", object)).get(kind)
    return found if isinstance(found, type) and is_dataclass(found) and _name(found) == name else None


TO_TEXT: dict[type, tuple[str, Callable[[Any], Any], Callable[[Any], Any]]] = {
    float: ("float", repr, float),
    bytes: ("bytes", lambda value: b64encode(value).decode(), lambda text: b64decode(text, validate=True)),
    datetime: ("time", datetime.isoformat, datetime.fromisoformat),
    timedelta: ("microseconds", lambda value: value // MICROSECOND, lambda count: MICROSECOND * count),
}
"""By type: the kind of its node, what is written, and how that is read."""
READ = {name: read for name, _, read in TO_TEXT.values()}


# --- Putting together -------------------------------------------------------------------------------------------------


def decode(node: Node) -> Any:
    """
    What was encoded.

    Raises:
        BrokenSnapshot: the node is none that `encode` makes.
    """
    try:
        return _Decoder().decode(node)
    except (TypeError, ValueError, LookupError, AttributeError, StopIteration, OverflowError, RecursionError) as error:
        raise BrokenSnapshot(f"{type(error).__name__}: {error}") from error


class _Decoder:
    def __init__(self) -> None:
        self._met: dict[int, Any] = {}

    def decode(self, node: Node) -> Any:
        if type(node) in PLAIN:
            return node
        identity = node.get("id")
        kind = next(name for name in node if name in KINDS)
        if kind == "ref":
            return self._met[node["ref"]]
        if kind in READ:
            return READ[kind](node[kind])
        if kind in ("tuple", "set", "frozenset"):
            return self._meet(identity, CONTAINERS[kind](self.decode(item) for item in node[kind]))
        if kind == "type":
            return self._put_together(identity, node)
        # What may hold itself is known before its content is.
        found = self._meet(identity, deque(maxlen=node["length_max"]) if kind == "deque" else CONTAINERS[kind]())
        if kind == "dict":
            found.update((self.decode(key), self.decode(item)) for key, item in node["dict"])
        else:
            found.extend(self.decode(item) for item in node[kind])
        return found

    def _meet(self, identity: int | None, value: Any) -> Any:
        if identity is not None:
            self._met[identity] = value
        return value

    def _put_together(self, identity: int | None, node: dict[str, Node]) -> Any:
        name, members = node["type"], node["members"]
        kind = _find(name)
        if kind is None:
            raise ValueError(f"there is no {name} here")
        names = [field.name for field in fields(kind)]
        if sorted(names) != sorted(members):
            raise ValueError(f"a {name} has the members {', '.join(names)}, not {', '.join(members)}")
        found = self._meet(identity, object.__new__(kind))
        for member in names:
            object.__setattr__(found, member, self.decode(members[member]))
        return found


CONTAINERS: dict[str, Callable[..., Any]] = {"dict": dict, "list": list, "tuple": tuple, "set": set, "frozenset": frozenset}
KINDS = frozenset({*READ, *CONTAINERS, "deque", "type", "ref"})
"""What a node can be; its other members say more of it."""
