"""Whether a value is of an annotated type, contents of containers included; of an object, its class is asked."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

Check = Callable[[Any], bool]
COLLECTIONS = (list, set, frozenset, deque)


@cache
def check_of(hint: Any) -> Check:
    """Return a function that says whether a value is of the type; True for a type that cannot be checked."""
    arguments: tuple[Any, ...] = get_args(hint)
    origin: Any = get_origin(hint)
    if origin is Annotated:
        return check_of(arguments[0])
    if origin is Literal:
        return lambda value: value in arguments
    if origin in (Union, UnionType):
        return _any_of([check_of(each) for each in arguments])
    if origin is tuple:
        return _tuple_of(arguments)
    if origin in COLLECTIONS:
        return _collection_of(origin, check_of(arguments[0]))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping_of(check_of(arguments[0]), check_of(arguments[1]))
    return _instance_of(hint if origin is None else origin)


def _any_of(checks: list[Check]) -> Check:
    return lambda value: any(check(value) for check in checks)


def _tuple_of(arguments: tuple[Any, ...]) -> Check:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return _collection_of(tuple, check_of(arguments[0]))
    checks = [check_of(each) for each in arguments]
    return lambda value: (
        type(value) is tuple
        and len(value) == len(checks)
        and all(check(item) for check, item in zip(checks, value, strict=True))
    )


def _collection_of(kind: Any, check: Check) -> Check:
    return lambda value: isinstance(value, kind) and all(check(item) for item in value)


def _mapping_of(key: Check, item: Check) -> Check:
    return lambda value: isinstance(value, dict) and all(key(name) and item(each) for name, each in value.items())


def _instance_of(kind: Any) -> Check:
    if kind in (None, NoneType):
        return lambda value: value is None
    if kind is int:
        return lambda value: type(value) is int
    if kind is float:
        return lambda value: type(value) in (int, float) and value == value
    if kind is Any or not isinstance(kind, type) or getattr(kind, "_is_protocol", False):
        return lambda value: True
    return lambda value: isinstance(value, kind)
