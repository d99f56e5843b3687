"""
Commands: one function each, described once.

`@command("PUT /handsets/{number}")` gives a function its route. Its parameters are annotated with the types in
`parsing`. What a request may contain, the OpenAPI description and the names that Python callers use all follow from
them. A command whose first parameter is `world` or `engine` runs with the lock held, once what is due has run; one that
is declared `unlocked` takes the engine and its lock itself.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial
from importlib import import_module
from pkgutil import iter_modules
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from emulator.control.errors import InvalidArgument
from emulator.control.parsing import Parser, quoted
from emulator.engine import Engine
from emulator.wire.errors import LimitExceededException

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])
Answer = TypeVar("Answer")

BASE = "/_emulator"
"""The prefix of all routes, except those that begin with an underscore themselves."""
BODY_METHODS = frozenset({"POST", "PUT"})


@dataclass(frozen=True, slots=True)
class File:
    """An answer that is not JSON; `trusted` if the emulator itself made the content."""

    body: bytes
    content_type: str
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a command: `location` is path, query, body (a field of it), header, or whole (the body)."""

    name: str
    location: str
    required: bool
    nullable: bool
    parser: Parser
    type: Any


@dataclass(frozen=True)
class Command:
    """
    A function with its description.

    Attributes:
        function: executes the command.
        route: method and path; None for a command that is only available in Python.
        fields: a TypedDict of further parameters, which the function takes as keywords.
        query: the names of the parameters that are in the query although the method has a body.
        body: the name of the parameter that is the whole body.
        status: the HTTP status of success.
        unlocked: the function takes the engine, and its lock itself.
    """

    function: Callable[..., Any]
    route: str | None
    fields: Any
    query: tuple[str, ...]
    body: str | None
    status: int
    unlocked: bool

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.function.__name__

    @property
    def method(self) -> str:
        """The HTTP method."""
        return (self.route or "").partition(" ")[0]

    @property
    def path(self) -> str:
        """The full path of the route."""
        path = (self.route or "").partition(" ")[2]
        return path if path.startswith("/_") else BASE + path

    @cached_property
    def hints(self) -> dict[str, Any]:
        """The annotations of the function and of its `fields`."""
        hints = get_type_hints(self.function, include_extras=True)
        return hints | (get_type_hints(self.fields, include_extras=True) if self.fields is not None else {})

    @property
    def returns(self) -> Any:
        """The type of the answer."""
        return self.hints["return"]

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters, by their name in requests."""
        target, *own = inspect.signature(self.function).parameters.values()
        assert target.name in ("world", "engine"), f"{self.name} must take a world or an engine first"
        named = [each for each in own if each.kind is each.KEYWORD_ONLY]
        found = {each.name: self._parameter(each.name, each.default is each.empty, each.default is None) for each in named}
        return found | {name: self._parameter(name) for name in (self.fields.__annotations__ if self.fields else ())}

    def _parameter(self, name: str, required: bool = False, nullable: bool = False) -> Parameter:
        hint = self.hints[name]
        parser = next((each for each in _metadata(hint) if isinstance(each, Parser)), None)
        assert parser is not None, f"{self.name}: {name} has no parser"
        location = "body" if self.method in BODY_METHODS else "query"
        if f"{{{name}}}" in (self.route or "") or f"{{path:{name}}}" in (self.route or ""):
            location = "path"
        elif name == self.body:
            location = "whole"
        elif name == "content_type":
            location = "header"
        elif name in self.query:
            location = "query"
        return Parameter(name, location, required, nullable, parser, hint)

    @property
    def takes_world(self) -> bool:
        """True if the first parameter of the function is the world rather than the engine."""
        return next(iter(inspect.signature(self.function).parameters)) == "world"

    def read_query(self, query: Mapping[str, str]) -> dict[str, str]:
        """
        Return the parameters of a query.

        Raises:
            InvalidArgument: the command has no such query parameter.
        """
        allowed = [each.name for each in self.parameters.values() if each.location == "query"]
        for name in query:
            if name not in allowed:
                known = ", ".join(allowed) or "none"
                raise InvalidArgument(f"unknown query parameter {quoted(name)}; allowed: {known}", name)
        return dict(query)

    def parse(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """
        Return the parsed arguments; None counts as left out where it is not a value.

        Raises:
            InvalidArgument: an argument is unknown, missing or not valid.
        """
        parsed = {}
        for name, value in arguments.items():
            parameter = self.parameters.get(name)
            if parameter is None:
                known = ", ".join(each for each in self.parameters) or "none"
                raise InvalidArgument(f"unknown field {quoted(name)}; allowed: {known}", name)
            if value is not None or not parameter.nullable:
                parsed[name] = parameter.parser.parse(value, name)
        for name, parameter in self.parameters.items():
            if parameter.required and name not in arguments:
                raise InvalidArgument(f"{name} is required", name)
        return parsed


def _metadata(hint: Any) -> tuple[Any, ...]:
    """Return the annotations of a type, including one that is followed by `| None`."""
    if get_origin(hint) is Annotated:
        return tuple(hint.__metadata__)
    return tuple(each for part in get_args(hint) for each in _metadata(part))


def command(
    route: str | None = None,
    /,
    *,
    fields: Any = None,
    query: tuple[str, ...] = ("account", "region"),
    body: str | None = None,
    status: int = 200,
    unlocked: bool = False,
) -> Callable[[FunctionT], FunctionT]:
    """Declare a function as a command; `Command` documents the arguments."""

    def mark(function: FunctionT) -> FunctionT:
        vars(function)["command"] = Command(function, route, fields, query, body, status, unlocked)
        return function

    return mark


@cache
def commands() -> dict[str, Command]:
    """Return all commands of this package by name."""
    package = import_module(__package__ or "")
    found: dict[str, Command] = {}
    for info in iter_modules(package.__path__, f"{package.__name__}."):
        for member in vars(import_module(info.name)).values():
            declared = vars(member).get("command") if inspect.isfunction(member) else None
            if declared is not None and member.__module__ == info.name:
                found[declared.name] = declared
    return found


def execute(engine: Engine, name: str, arguments: Mapping[str, Any]) -> Any:
    """
    Execute a control command.

    Raises:
        InvalidArgument: an argument is not valid; nothing has changed.
        NotFound: an argument names something that does not exist.
    """
    known = commands()[name]
    if known.unlocked:
        return known.function(engine, **known.parse(arguments))
    run = runner(engine, name, arguments)
    try:
        return (engine.query if known.method == "GET" else engine.command)(name, arguments, run)
    except LimitExceededException as error:
        raise InvalidArgument(error.message) from error


STEPS: dict[str, Callable[..., Any]] = {}
"""By name: the parts of unlocked commands that change something."""


def step(function: FunctionT) -> FunctionT:
    """Declare a function as a part of an unlocked command: it changes something, with the lock held."""
    STEPS[function.__name__] = function
    return function


def run_step(engine: Engine, function: Callable[..., Answer], *, enter: bool = False, **arguments: Any) -> Answer:
    """
    Run a step, with the lock held.

    Args:
        engine: the engine, which is the step's first argument.
        function: the step.
        enter: run what is due first, and deliver it.
        arguments: the other arguments: what a snapshot can hold.
    """
    run = engine.command if enter else engine.step
    return run(function.__name__, arguments, lambda: function(engine, **arguments))


def runner(engine: Engine, name: str, arguments: Mapping[str, Any]) -> Callable[[], Any]:
    """
    Return what executes a command or step, for the engine to run.

    Raises:
        InvalidArgument: an argument is not valid.
    """
    known = commands().get(name)
    if known is None:
        return partial(STEPS[name], engine, **arguments)
    values = known.parse(arguments)
    return lambda: known.function(engine.world if known.takes_world else engine, **values)
