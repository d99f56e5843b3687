"""
`dataclass`: the standard library's decorator at a fraction of its cost.

The standard one compiles up to six methods for each class, and matches each annotation against several patterns. This one
compiles `__init__` when the first instance is made, and shares the rest: with almost two hundred dataclasses, that is most
of what a first answer takes. `frozen` is held by mypy, not at run time, so that an instance is made at the speed of one that
is not frozen. There are no `ClassVar`s and no `InitVar`s, and only the options that the package uses.
"""

from __future__ import annotations

import abc
import dataclasses
from collections.abc import Callable
from copy import copy
from operator import attrgetter
from reprlib import recursive_repr
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any


@dataclasses.dataclass(init=False, repr=False, eq=False)
class _Standard:
    """A class of the standard decorator: its parameters differ between versions of Python, and are copied from it."""

    kind: Any


def _params(frozen: bool) -> Any:
    params: Any = copy(vars(_Standard)["__dataclass_params__"])
    params.frozen = frozen
    return params


_PARAMS = {frozen: _params(frozen) for frozen in (False, True)}
_FIELD_TYPE = vars(_Standard)["__dataclass_fields__"]["kind"]._field_type
"""The marker by which `dataclasses.fields` recognizes a field."""


def _dataclass(
    kind: type | None = None,
    /,
    *,
    frozen: bool = False,
    eq: bool = True,
    repr: bool = True,  # noqa: A002 - the name that the standard decorator has
    slots: bool = False,
    kw_only: bool = False,
) -> Any:
    """Do what `dataclasses.dataclass` does."""

    def process(kind: Any) -> Any:
        fields = _fields_of(kind, kw_only)
        kind.__dataclass_fields__, kind.__dataclass_params__ = fields, _PARAMS[frozen]
        _set(kind, "__match_args__", tuple(each.name for each in fields.values() if each.init and not each.kw_only))
        made: Any = _with_slots(kind, fields) if slots else kind
        _set(made, "__init__", _first_init(made))
        if repr:
            _set(made, "__repr__", _repr)
        if eq:
            key = _key([each.name for each in fields.values() if each.compare])
            _set(made, "__eq__", _eq(key))
            _set(made, "__hash__", (lambda self: hash(key(self))) if frozen else None)
        return abc.update_abstractmethods(made)

    return process if kind is None else process(kind)


def _fields_of(kind: Any, kw_only: bool) -> dict[str, Any]:
    """Return the fields of a class, those of its bases first, and leave their defaults in their place."""
    found: dict[str, Any] = {}
    for base in reversed(kind.__mro__[1:]):
        found.update(getattr(base, "__dataclass_fields__", {}))
    for name, hint in kind.__annotations__.items():
        if "ClassVar" in str(hint) or "InitVar" in str(hint):
            raise TypeError(f"{kind.__qualname__}.{name} would be a field: use the standard library's decorator")
        default = getattr(kind, name, dataclasses.MISSING)
        if isinstance(default, dataclasses.Field):
            each: Any = default
            if each.default is dataclasses.MISSING:
                delattr(kind, name)
            else:
                setattr(kind, name, each.default)
        else:
            has_none = isinstance(default, MemberDescriptorType)  # the slot of a base
            each = dataclasses.field(default=dataclasses.MISSING if has_none else default)
        if type(each.default).__hash__ is None:
            raise ValueError(f"mutable default {each.default!r} of {name}: use default_factory")
        each.name, each.type, each._field_type = name, hint, _FIELD_TYPE
        if each.kw_only is dataclasses.MISSING:
            each.kw_only = kw_only
        found[name] = each
    return found


def _with_slots(kind: Any, fields: dict[str, Any]) -> Any:
    """Return the class anew, since slots cannot be added to one that exists."""
    taken = {slot for base in kind.__mro__[1:] for slot in vars(base).get("__slots__", ())}
    members = {name: value for name, value in vars(kind).items() if name not in fields}
    members.pop("__dict__", None)
    members.pop("__weakref__", None)
    members["__slots__"] = tuple(name for name in fields if name not in taken)
    made = type(kind)(kind.__name__, kind.__bases__, members)
    made.__qualname__ = kind.__qualname__
    return made


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
