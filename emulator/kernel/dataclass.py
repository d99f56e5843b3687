"""
`dataclass`: the standard library's decorator at a fraction of its cost.

The standard one compiles up to six methods for each class. This one compiles `__init__` when the first instance is made,
and shares the rest: with almost two hundred dataclasses, that is most of what a first answer takes. `frozen` is held by
mypy, not at run time, so that an instance is made at the speed of one that is not frozen. There are no `InitVar`s.
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
        made: Any = dataclasses.dataclass(init=False, repr=False, eq=False, **options)(kind)
        _set(made, "__init__", _first_init(made))
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


def _first_init(kind: type) -> Callable[..., None]:
    """Return the `__init__` of the first instance, which compiles the one of the others."""

    def init(self: Any, *values: Any, **named: Any) -> None:
        compiled = _compile_init(kind)
        kind.__init__ = compiled  # type: ignore[misc]
        compiled(self, *values, **named)

    return init


def _compile_init(kind: Any) -> Callable[..., None]:
    parameters: tuple[list[str], list[str]] = ["self"], []
    body: list[str] = []
    names: dict[str, Any] = {"MISSING": dataclasses.MISSING}
    for each in dataclasses.fields(kind):
        name = each.name
        has_factory = each.default_factory is not dataclasses.MISSING
        has_default = each.default is not dataclasses.MISSING
        names[f"default_{name}"] = each.default_factory if has_factory else each.default
        if not each.init:
            if has_factory or has_default:
                body.append(f"self.{name} = default_{name}{'()' if has_factory else ''}")
            continue
        default = " = MISSING" if has_factory else f" = default_{name}" if has_default else ""
        parameters[bool(each.kw_only)].append(name + default)
        body.append(
            f"self.{name} = default_{name}() if {name} is MISSING else {name}" if has_factory else f"self.{name} = {name}"
        )
    if hasattr(kind, "__post_init__"):
        body.append("self.__post_init__()")
    positional, keywords = parameters
    head = ", ".join([*positional, *(["*", *keywords] if keywords else [])])
    exec(f"def __init__({head}):\n  " + "\n  ".join(body or ["pass"]), names)
    init: Callable[..., None] = names["__init__"]
    init.__qualname__ = f"{kind.__qualname__}.__init__"
    return init


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
