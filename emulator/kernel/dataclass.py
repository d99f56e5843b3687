"""
`dataclass`: the standard library's decorator at a fraction of its cost.

The standard one compiles up to six methods for each class. This one has it compile `__init__`, and shares the rest: with
almost two hundred dataclasses, that is most of what a first answer takes. `frozen` is held by mypy, not at run time, so
that an instance is made at the speed of one that is not frozen.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any


def _dataclass(kind: type | None = None, /, *, frozen: bool = False, eq: bool = True, **options: bool) -> Any:
    """Do what `dataclasses.dataclass` does; `options` are its others."""
    has_repr = options.pop("repr", True)

    def process(kind: type) -> Any:
        made: Any = dataclasses.dataclass(repr=False, eq=False, **options)(kind)
        made.__dataclass_params__.frozen = frozen
        if has_repr:
            _set(made, "__repr__", _repr)
        if eq:
            key = _key([each.name for each in dataclasses.fields(made) if each.compare])
            _set(made, "__eq__", _eq(key))
            _set(made, "__hash__", (lambda self: hash(key(self))) if frozen else None)
        return made

    return process if kind is None else process(kind)


def _set(kind: type, name: str, value: Any) -> None:
    """Set a method, unless the class defines it itself."""
    if name not in vars(kind):
        setattr(kind, name, value)


def _key(names: list[str]) -> Callable[[Any], Any]:
    """Return the function from an instance to what it is compared by."""
    return attrgetter(*names) if names else lambda self: ()


def _eq(key: Callable[[Any], Any]) -> Callable[[Any, object], bool]:
    def eq(self: Any, other: object) -> bool:
        return key(self) == key(other) if type(other) is type(self) else NotImplemented

    return eq


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (f"{each.name}={getattr(self, each.name)!r}" for each in dataclasses.fields(self) if each.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    dataclass = _dataclass
