"""
A service: its model, the functions that handle its operations, and what all operations have in common.

An operation is one function, named as botocore names the method. Its keyword parameters are the request's members in
snake case; ClientToken, NextToken and MaxResults never reach it. It returns state, which is rendered by the output
shape.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from functools import cached_property
from hashlib import blake2b
from importlib import import_module
from pkgutil import walk_packages
from typing import Any, Generic, TypeVar, overload

from botocore import xform_name
from botocore.model import OperationModel, ServiceModel, StructureShape

from emulator.kernel.dataclass import dataclass
from emulator.kernel.ports import Read
from emulator.wire.context import Context, IdempotentResponse, StoreT, WorldT
from emulator.wire.conversion import compile_convert
from emulator.wire.errors import NotImplementedYet, ServiceError
from emulator.wire.http import Request
from emulator.wire.models import load_model, load_paginators
from emulator.wire.paging import PAGE_SIZE_DEFAULT, Key, cut_page, key_of_shape
from emulator.wire.protocols import WireProtocol, protocol_of
from emulator.wire.render import Render, compile_render, read_member
from emulator.wire.validation import BrokenConstraint, Constraints, without_nulls

CLIENT_TOKEN_LIFETIME = timedelta(hours=24)
"""How long a ClientToken is remembered. # unverified: AWS names no window for this API"""

ANSWERS_MAX = 10_000
"""How many of these answers are kept for one account and region; the oldest is dropped first."""

HandlerT = TypeVar("HandlerT", bound=Callable[..., Any])
Reads = Callable[[Any, dict[str, Any]], Iterable[Read]]
"""From the world and a request's members (by wire name), returns what the operation reads from other AWS services."""


@dataclass(frozen=True, slots=True)
class OperationOptions:
    """The options given to the `operation` decorator."""

    reads: Reads | None = None
    deferrable: bool = False
    writes: bool = False


@overload
def operation(handler: HandlerT, /) -> HandlerT: ...


@overload
def operation(
    *, reads: Reads | None = None, deferrable: bool = False, writes: bool = False
) -> Callable[[HandlerT], HandlerT]: ...


def operation(handler: Any = None, /, *, reads: Reads | None = None, deferrable: bool = False, writes: bool = False) -> Any:
    """
    Declare a function as the handler of the operation that botocore calls by its name.

    Args:
        handler: the function, when the decorator is used without arguments.
        reads: returns what the operation reads from other AWS services (S3 objects, existence of targets). It is read before
            the lock is taken, and is available in `ctx.inputs`.
        deferrable: the operation cannot observe the effect of deferrable timers, so they need not run before it.
        writes: the operation puts into `ctx.outputs` what is to be written outside once it has succeeded.
    """

    def mark(function: HandlerT) -> HandlerT:
        vars(function)["operation_options"] = OperationOptions(reads, deferrable, writes)
        return function

    return mark if handler is None else mark(handler)


def reaction(event_type: type) -> Callable[[HandlerT], HandlerT]:
    """Declare that a function is called with (ctx, event) whenever a timer or fact of that type is published."""

    def mark(function: HandlerT) -> HandlerT:
        vars(function)["reacts_to"] = event_type
        return function

    return mark


def functions_of(name: str) -> Iterator[Callable[..., Any]]:
    """Yield the functions of a module; those built from a table are listed in its OPERATIONS."""
    module = import_module(name)
    for member in (*vars(module).values(), *getattr(module, "OPERATIONS", ())):
        if inspect.isfunction(member) and member.__module__ == name:
            yield member


class Component(Generic[StoreT, WorldT]):
    """
    A part of the world: state for each account and region, and the functions of a package that act on it.

    Args:
        name: its name in the world.
        new_store: creates the state of one account and region.
        package: every module in it is loaded; functions decorated with `operation` or `reaction` belong to the component.
    """

    def __init__(self, name: str, new_store: Callable[[WorldT, str, str], StoreT], package: str) -> None:
        self.name = name
        self.new_store = new_store
        self.package = package

    @property
    def stores_name(self) -> str:
        """The name under which the world keeps its stores."""
        return self.name

    @cached_property
    def modules(self) -> list[str]:
        """The names of the package and of its modules."""
        path = import_module(self.package).__path__
        return [self.package, *(found.name for found in walk_packages(path, f"{self.package}."))]

    @cached_property
    def functions(self) -> list[Callable[..., Any]]:
        """The functions of the package, module by module."""
        return [each for name in self.modules for each in functions_of(name)]

    @cached_property
    def reactions(self) -> list[tuple[type, Callable[..., None]]]:
        """The types of timers and facts, each with the function to call for it."""
        return [(vars(each)["reacts_to"], each) for each in self.functions if "reacts_to" in vars(each)]


class Operation:
    """One modelled operation with its handler; everything about it is read from the model once."""

    def __init__(self, model: OperationModel, handler: Callable[..., Any] | None, paginator: dict[str, Any]):
        shape = model.input_shape or StructureShape("Empty", {"type": "structure", "members": {}})
        self.model = model
        self.name: str = model.name
        self.handler = handler
        options = vars(handler)["operation_options"] if handler else OperationOptions()
        self.reads: Reads | None = options.reads
        self.deferrable: bool = options.deferrable
        self.writes: bool = options.writes
        self.constraints = Constraints(shape)
        self.render: Render = compile_render(model.output_shape) if model.output_shape else lambda _: {}
        tokens = [name for name, member in shape.members.items() if member.metadata.get("idempotencyToken")]
        self.client_token = tokens[0] if tokens else None
        self.paginator = paginator
        self.framework_members = {self.client_token} if tokens else set()
        rows = model.output_shape.members.get(paginator["result_key"]) if paginator and model.output_shape else None
        self.key_of_row: Key = key_of_shape(rows)
        if paginator:
            self.framework_members |= {paginator["input_token"], paginator.get("limit_key")}
        self.parameters = {
            name: (xform_name(name), compile_convert(member))
            for name, member in shape.members.items()
            if name not in self.framework_members
        }
        """
        By wire name: the handler's parameter, and the function that converts its value, or None if none is needed.
        """

    def arguments(self, members: dict[str, Any]) -> dict[str, Any]:
        """
        Return the handler's keyword arguments: known members that are not null, nested ones too; times and blobs
        converted.
        """
        parameters, arguments = self.parameters, {}
        for name, value in members.items():
            if value is not None and name in parameters:
                parameter, convert = parameters[name]
                arguments[parameter] = value if convert is None else convert(value)
        return arguments

    def fingerprint(self, members: dict[str, Any]) -> str:
        """Return a hash that identifies the request, without the members that only the framework uses."""
        known = without_nulls(self.constraints.shape, members)
        rest = {name: value for name, value in known.items() if name not in self.framework_members}
        text = json.dumps([self.name, rest], sort_keys=True)
        return blake2b(text.encode(), digest_size=16).hexdigest()


class Service(Component[StoreT, WorldT]):
    """
    An AWS API.

    Args:
        name: botocore's name of the service.
        new_store: creates the state of one account and region; unused if the service works on the stores of `stores_of`.
        package: contains the operations.
        stores_of: the component whose stores the service works on; its own by default.
        signing_name: the service's name in a credential scope.
        target_prefix: the part of X-Amz-Target before the operation's name. The model has this and the signing name too, but
            requests to other services should not have to wait until the model is loaded.
        namespace: the part of an error's `__type` before the `#`.
        refusal: makes the error for broken constraints.
        token_refusal: makes the error for an invalid NextToken.
        reuse_refusal: makes the error for a ClientToken that is used again with other parameters.
        write_refusal: makes the error for an object that could not be written, of what kept it from its place.
        throttle: is called first, with (ctx, operation name); raises an error to reject the request.
        operation_names: the operations of the model that this service has, if the rest of the API is moto's.
        owns: returns True for a request that this service answers, if the rest of the API is moto's; called with whole
            requests, unsigned ones too.
    """

    def __init__(
        self,
        name: str,
        new_store: Callable[[WorldT, str, str], StoreT],
        package: str,
        *,
        signing_name: str,
        stores_of: Component[StoreT, WorldT] | None = None,
        target_prefix: str | None = None,
        namespace: str = "",
        refusal: Callable[[list[BrokenConstraint]], ServiceError],
        token_refusal: Callable[[str], ServiceError],
        reuse_refusal: Callable[[str], ServiceError],
        write_refusal: Callable[[str], ServiceError] | None = None,
        throttle: Callable[[Context[StoreT, WorldT], str], None] = lambda ctx, name: None,
        operation_names: frozenset[str] | None = None,
        owns: Callable[[Request], bool] | None = None,
    ) -> None:
        super().__init__(name, new_store, package)
        self.signing_name = signing_name
        self.stores_of = stores_of
        self.target_prefix = target_prefix
        self.namespace = namespace
        self.refusal = refusal
        self.token_refusal = token_refusal
        self.reuse_refusal = reuse_refusal
        self.write_refusal = write_refusal
        self.throttle = throttle
        self.owns = owns
        self._operation_names = operation_names
        self._operations: dict[str, Operation] = {}

    @property
    def stores_name(self) -> str:
        """The name under which the world keeps its stores."""
        return self.name if self.stores_of is None else self.stores_of.name

    def find_handler(self, method: str) -> Callable[..., Any] | None:
        """Return the handler of an operation, by botocore's name for the method; no more modules are loaded than needed."""
        # Most are in the module of the resource that they name, as describe_phone_numbers is in phone_numbers.
        likely = sorted(self.modules, key=lambda name: name.rpartition(".")[2].rstrip("s") not in method)
        functions = (each for name in likely for each in functions_of(name))
        return next((each for each in functions if each.__name__ == method and "operation_options" in vars(each)), None)

    @cached_property
    def handlers(self) -> dict[str, Callable[..., Any]]:
        """The handler of each operation, by botocore's name for the method."""
        return {each.__name__: each for each in self.functions if "operation_options" in vars(each)}

    @cached_property
    def model(self) -> ServiceModel:
        """The service's model; loading it takes a few milliseconds."""
        return load_model(self.name)

    @cached_property
    def operation_names(self) -> list[str]:
        """The operations of the model that are answered here, by their wire names."""
        return [
            name for name in self.model.operation_names if self._operation_names is None or name in self._operation_names
        ]

    @cached_property
    def protocol(self) -> WireProtocol:
        """The protocol that the model names."""
        return protocol_of(self.model, self.namespace)

    @cached_property
    def paginators(self) -> dict[str, dict[str, Any]]:
        """The paginators that belong to the model."""
        return load_paginators(self.name)

    def has(self, name: str) -> bool:
        """Return whether the model has an operation of this wire name."""
        # The model has a list of a hundred names, which takes longer to search than an operation to be found.
        return name in self._operations or name in self.model.operation_names

    def find(self, name: str) -> Operation:
        """Return the operation by its wire name; it is compiled on first use."""
        operation = self._operations.get(name)
        if operation is None:
            model = self.model.operation_model(name)
            handler = self.find_handler(xform_name(name))
            paginator = self.paginators.get(name, {})
            operation = self._operations[name] = Operation(model, handler, paginator)
        return operation

    def coverage(self) -> dict[str, bool]:
        """Return every modelled operation, and whether it has a handler."""
        return {name: xform_name(name) in self.handlers for name in self.operation_names}

    def check(self, operation: Operation, members: dict[str, Any]) -> None:
        """
        Validate a request's members.

        Raises:
            ServiceError: the service's error for broken constraints.
            SerializationException: the JSON type of a value differs from the model.
        """
        if not operation.constraints.is_valid(members):
            raise self.refusal(operation.constraints.errors(members))

    def call(self, ctx: Context[StoreT, WorldT], operation: Operation, members: dict[str, Any]) -> dict[str, Any]:
        """
        Run the operation and render its response: the remembered one of its ClientToken, the next page, or the
        handler's result.
        """
        if operation.handler is None:
            raise NotImplementedYet(f"{self.name} {operation.name} is not implemented by the emulator yet")
        token = members.get(operation.client_token) if operation.client_token else None
        if token is not None:
            return self._call_once(ctx, operation, members, token)
        if operation.paginator:
            return self._call_page(ctx, operation, members)
        return operation.render(operation.handler(ctx, **operation.arguments(members)))  # type: ignore[no-any-return]

    def _call_once(
        self, ctx: Context[StoreT, WorldT], operation: Operation, members: dict[str, Any], token: str
    ) -> dict[str, Any]:
        answers = ctx.request_state.answers
        request = operation.fingerprint(members)
        token_of_operation = f"{operation.name}/{token}"
        known = answers.get(token_of_operation)
        if known is not None and known.forgotten_at > ctx.now:
            if known.request != request:
                raise self.reuse_refusal(token)
            return known.answer
        assert operation.handler is not None
        answer: dict[str, Any] = operation.render(operation.handler(ctx, **operation.arguments(members)))
        # They are in chronological order, so the oldest come first.
        while answers and answers[oldest := next(iter(answers))].forgotten_at <= ctx.now:
            del answers[oldest]
        if len(answers) >= ANSWERS_MAX:
            del answers[next(iter(answers))]
        answers[token_of_operation] = IdempotentResponse(request, answer, ctx.now + CLIENT_TOKEN_LIFETIME)
        return answer

    def _call_page(self, ctx: Context[StoreT, WorldT], operation: Operation, members: dict[str, Any]) -> dict[str, Any]:
        names = operation.paginator
        token = members.get(names["input_token"])
        request = operation.fingerprint(members)
        pages = ctx.request_state.pages
        assert operation.handler is not None
        # The handler runs for every page, because the response's other members must be on each of them.
        result = operation.handler(ctx, **operation.arguments(members))
        result_key = names["result_key"]
        cursor = None if token is None else pages.get(token)
        if token is not None and (cursor is None or cursor.request != request):
            raise self.token_refusal(token)
        found = read_member(result, result_key, xform_name(result_key))
        # A list of state is cut as it is: copying it for each page would cost by the list.
        listed = found if isinstance(found, Sequence) else list(found)
        size = self._page_size(operation, members)
        rows, following = cut_page(ctx, request, listed, cursor, size, operation.key_of_row)
        answer: dict[str, Any] = {result_key: rows}
        if following is not None:
            answer[names["output_token"]] = following
        parts = result if isinstance(result, tuple) else (result,)
        return operation.render((answer, *parts))  # type: ignore[no-any-return]

    @staticmethod
    def _page_size(operation: Operation, members: dict[str, Any]) -> int:
        limit_key = operation.paginator.get("limit_key")
        requested = members.get(limit_key) if limit_key else None
        if requested is not None:
            return int(requested)
        shape = operation.model.input_shape
        size_max = shape.members[limit_key].metadata.get("max") if shape and limit_key else None
        return min(PAGE_SIZE_DEFAULT, size_max or PAGE_SIZE_DEFAULT)


def parameters(handler: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """Return a handler's parameters, without its context."""
    return dict(list(inspect.signature(handler).parameters.items())[1:])
