"""
A service: a model, the functions that answer its operations, and what every operation has in common.

An operation is one function named as botocore names it. Its keyword parameters are the request's members, in snake
case; ClientToken, NextToken and MaxResults never reach it. It returns state, which is rendered by the output shape.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import blake2b
from typing import Any, Generic, Protocol, TypeVar

from botocore import xform_name
from botocore.model import OperationModel, ServiceModel, StructureShape

from emulator.kernel.clock import Clock
from emulator.kernel.ports import StoredObject
from emulator.kernel.seeds import Seeds
from emulator.wire.conversion import compile_convert
from emulator.wire.errors import NotImplementedYet, ServiceError
from emulator.wire.models import load_model, load_paginators
from emulator.wire.protocols import WireProtocol, protocol_of
from emulator.wire.render import Render, compile_render, read_member
from emulator.wire.validation import BrokenConstraint, Constraints, without_nulls

CLIENT_TOKEN_LIFETIME = timedelta(hours=24)
"""How long a ClientToken is remembered. # unverified: AWS names no window for this API"""
PAGE_SIZE_DEFAULT = 100
"""Rows in a page when MaxResults is absent. # unverified"""
OPEN_PAGES_MAX = 1000
"""How many NextTokens of one account and region stay good at a time; the oldest is forgotten first."""

StoreT = TypeVar("StoreT")
WorldT = TypeVar("WorldT", bound="WireWorld")
HandlerT = TypeVar("HandlerT", bound=Callable[..., Any])


class WireWorld(Protocol):
    """What this layer asks of the world."""

    clock: Clock
    seeds: Seeds


@dataclass(slots=True)
class Ledger:
    """What the framework remembers for one account and region: answers by ClientToken, and open pages by NextToken."""

    answers: dict[str, RememberedAnswer] = field(default_factory=dict)
    pages: dict[str, OpenPage] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RememberedAnswer:
    """The first answer to a ClientToken."""

    request: str
    answer: dict[str, Any]
    forgotten_at: datetime


@dataclass(frozen=True, slots=True)
class OpenPage:
    """Where a NextToken goes on: the rows as they were at the first page, so that changes neither skip nor repeat one."""

    request: str
    rows: Sequence[Any]
    start: int


@dataclass(slots=True)
class Context(Generic[StoreT, WorldT]):
    """What a handler is given: the world, the caller's store, and a place to emit facts."""

    world: WorldT
    account: str
    region: str
    store: StoreT
    ledger: Ledger
    request_id: str = ""
    facts: list[object] = field(default_factory=list)
    objects: Mapping[str, StoredObject | None] = field(default_factory=dict)
    """The S3 objects that the request names, by URL, as they were read before the world was locked."""

    @property
    def now(self) -> datetime:
        """The time of the world."""
        return self.world.clock.now

    def emit(self, fact: object) -> None:
        """State a fact; it is published when the operation has succeeded."""
        self.facts.append(fact)


class Operation:
    """One modelled operation with its handler, everything about it read from the model once."""

    def __init__(self, model: OperationModel, handler: Callable[..., Any] | None, paginator: dict[str, Any]):
        shape = model.input_shape or StructureShape("Empty", {"type": "structure", "members": {}})
        self.model = model
        self.name: str = model.name
        self.handler = handler
        self.constraints = Constraints(shape)
        self.render: Render = compile_render(model.output_shape) if model.output_shape else lambda _: {}
        tokens = [name for name, member in shape.members.items() if member.metadata.get("idempotencyToken")]
        self.client_token = tokens[0] if tokens else None
        self.paginator = paginator
        self.framework_members = {self.client_token} if tokens else set()
        if paginator:
            self.framework_members |= {paginator["input_token"], paginator.get("limit_key")}
        self.parameters = {
            name: (xform_name(name), compile_convert(member))
            for name, member in shape.members.items()
            if name not in self.framework_members
        }
        """By wire name: the handler's parameter, and what makes its value of the one on the wire, if anything must."""

    def arguments(self, members: dict[str, Any]) -> dict[str, Any]:
        """The handler's keyword arguments: known members that are not null, nested ones too; times and blobs converted."""
        parameters, arguments = self.parameters, {}
        for name, value in members.items():
            if value is not None and name in parameters:
                parameter, convert = parameters[name]
                arguments[parameter] = value if convert is None else convert(value)
        return arguments

    def fingerprint(self, members: dict[str, Any]) -> str:
        """What identifies the request but for the framework's own members."""
        known = without_nulls(self.constraints.shape, members)
        rest = {name: value for name, value in known.items() if name not in self.framework_members}
        text = json.dumps([self.name, rest], sort_keys=True)
        return blake2b(text.encode(), digest_size=16).hexdigest()


class Service(Generic[StoreT, WorldT]):
    """
    An AWS API.

    Args:
        name: botocore's name of the service.
        new_store: makes the state of one account and region.
        signing_name: the service's name in a credential scope.
        target_prefix: what precedes the operation's name in X-Amz-Target. Both stand in the model too, but no request of
            another service should wait until that is read.
        namespace: what precedes `#` in the `__type` of an error.
        refusal: makes the error for broken constraints.
        token_refusal: makes the error for a bad NextToken.
        reuse_refusal: makes the error for a ClientToken that comes again with other parameters.
        admit: is asked first, with (context, operation name); it raises what keeps the request out.
    """

    def __init__(
        self,
        name: str,
        new_store: Callable[[WorldT, str, str], StoreT],
        *,
        signing_name: str,
        target_prefix: str | None = None,
        namespace: str = "",
        refusal: Callable[[list[BrokenConstraint]], ServiceError],
        token_refusal: Callable[[str], ServiceError],
        reuse_refusal: Callable[[str], ServiceError],
        admit: Callable[[Context[StoreT, WorldT], str], None] = lambda context, name: None,
    ) -> None:
        self.name = name
        self.signing_name = signing_name
        self.target_prefix = target_prefix
        self.new_store = new_store
        self.namespace = namespace
        self.refusal = refusal
        self.token_refusal = token_refusal
        self.reuse_refusal = reuse_refusal
        self.admit = admit
        self.handlers: dict[str, Callable[..., Any]] = {}
        self.reactions: list[tuple[type, Callable[..., None]]] = []
        self.object_urls: dict[str, Callable[[dict[str, Any]], Iterable[str]]] = {}
        """By operation: what its members name in S3, and the handler wants to read."""
        self.quiet: set[str] = set()
        """Operations that see nothing of what a clock calls quiet."""
        self._operations: dict[str, Operation] = {}

    def operation(self, handler: HandlerT) -> HandlerT:
        """Have the function answer the operation that botocore calls by its name."""
        self.handlers[handler.__name__] = handler
        return handler

    def when(self, event_type: type) -> Callable[[HandlerT], HandlerT]:
        """Have the function called with (context, event) when a timed event of that type falls due."""

        def register(function: HandlerT) -> HandlerT:
            self.reactions.append((event_type, function))
            return function

        return register

    @cached_property
    def model(self) -> ServiceModel:
        """The service's model; loading it takes some milliseconds."""
        return load_model(self.name)

    @cached_property
    def protocol(self) -> WireProtocol:
        """The protocol that the model names."""
        return protocol_of(self.model, self.namespace)

    @cached_property
    def paginators(self) -> dict[str, dict[str, Any]]:
        """The paginators beside the model."""
        return load_paginators(self.name)

    def find(self, name: str) -> Operation:
        """The operation by its wire name, compiled on first use."""
        operation = self._operations.get(name)
        if operation is None:
            model = self.model.operation_model(name)
            handler = self.handlers.get(xform_name(name))
            paginator = self.paginators.get(name, {})
            operation = self._operations[name] = Operation(model, handler, paginator)
        return operation

    def coverage(self) -> dict[str, bool]:
        """Every modelled operation, and whether it has a handler."""
        return {name: xform_name(name) in self.handlers for name in self.model.operation_names}

    def check(self, operation: Operation, members: dict[str, Any]) -> None:
        """
        Raises:
            ServiceError: the service's refusal of a broken constraint.
            SerializationException: a value of another JSON type.
        """
        if not operation.constraints.hold(members):
            raise self.refusal(operation.constraints.broken_by(members))

    def call(self, context: Context[StoreT, WorldT], operation: Operation, members: dict[str, Any]) -> dict[str, Any]:
        """Answer the operation: the remembered answer of its ClientToken, the next page, or the handler's result."""
        if operation.handler is None:
            raise NotImplementedYet(f"{self.name} {operation.name} is not implemented by the emulator yet")
        token = members.get(operation.client_token) if operation.client_token else None
        if token is not None:
            return self._call_once(context, operation, members, token)
        if operation.paginator:
            return self._call_page(context, operation, members)
        return operation.render(operation.handler(context, **operation.arguments(members)))  # type: ignore[no-any-return]

    def _call_once(
        self, context: Context[StoreT, WorldT], operation: Operation, members: dict[str, Any], token: str
    ) -> dict[str, Any]:
        answers = context.ledger.answers
        # Remembered in the order of time, so the oldest come first.
        while answers and answers[oldest := next(iter(answers))].forgotten_at <= context.now:
            del answers[oldest]
        request = operation.fingerprint(members)
        token_of_operation = f"{operation.name}/{token}"
        known = answers.get(token_of_operation)
        if known is not None:
            if known.request != request:
                raise self.reuse_refusal(token)
            return known.answer
        assert operation.handler is not None
        answer: dict[str, Any] = operation.render(operation.handler(context, **operation.arguments(members)))
        answers[token_of_operation] = RememberedAnswer(request, answer, context.now + CLIENT_TOKEN_LIFETIME)
        return answer

    def _call_page(self, context: Context[StoreT, WorldT], operation: Operation, members: dict[str, Any]) -> dict[str, Any]:
        names = operation.paginator
        token = members.get(names["input_token"])
        request = operation.fingerprint(members)
        pages = context.ledger.pages
        assert operation.handler is not None
        # The handler runs for every page: what the answer says beside its rows must be there each time.
        result = operation.handler(context, **operation.arguments(members))
        result_key = names["result_key"]
        if token is None:
            page = OpenPage(request, list(read_member(result, result_key, xform_name(result_key))), 0)
        else:
            found = pages.get(token)
            if found is None or found.request != request:
                raise self.token_refusal(token)
            page = found
        end = page.start + self._page_size(operation, members)
        answer: dict[str, Any] = {result_key: page.rows[page.start : end]}
        if end < len(page.rows):
            following = context.world.seeds.hex_id("page")
            pages[following] = OpenPage(request, page.rows, end)
            if len(pages) > OPEN_PAGES_MAX:
                del pages[next(iter(pages))]
            answer[names["output_token"]] = following
        parts = result if isinstance(result, tuple) else (result,)
        return operation.render((answer, *parts))  # type: ignore[no-any-return]

    @staticmethod
    def _page_size(operation: Operation, members: dict[str, Any]) -> int:
        limit_key = operation.paginator.get("limit_key")
        asked = members.get(limit_key) if limit_key else None
        if asked is not None:
            return int(asked)
        shape = operation.model.input_shape
        most = shape.members[limit_key].metadata.get("max") if shape and limit_key else None
        return min(PAGE_SIZE_DEFAULT, most or PAGE_SIZE_DEFAULT)


def parameters(handler: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """A handler's parameters after its context."""
    return dict(list(inspect.signature(handler).parameters.items())[1:])
