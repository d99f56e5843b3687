"""The context passed to a handler: the caller's account and region, their state, the world, and a place to emit facts."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from emulator.kernel.bus import Bus
from emulator.kernel.clock import Clock
from emulator.kernel.dataclass import dataclass
from emulator.kernel.ports import Inputs, ObjectWrite
from emulator.kernel.seeds import Seeds
from emulator.kernel.transaction import Transaction


class WireWorld(Protocol):
    """What this layer needs of the `World`."""

    clock: Clock
    seeds: Seeds
    bus: Bus


StoreT = TypeVar("StoreT")
WorldT = TypeVar("WorldT", bound=WireWorld)


@dataclass(frozen=True, slots=True)
class IdempotentResponse:
    """The first response to a ClientToken."""

    request: str
    answer: dict[str, Any]
    forgotten_at: datetime


@dataclass(frozen=True, slots=True)
class PageCursor:
    """
    Where a NextToken continues.

    Attributes:
        request: what is listed.
        start: the place of the next row when the token was made.
        total: the number of rows then.
        before: the keys of the last rows before it.
        behind: the keys of the first rows from it on.
    """

    request: str
    start: int
    total: int
    before: tuple[str, ...]
    behind: tuple[str, ...]


@dataclass(slots=True)
class RequestState:
    """What is remembered of an account's requests to one service: responses by ClientToken, and open pages by NextToken."""

    answers: dict[str, IdempotentResponse] = field(default_factory=dict)
    pages: dict[str, PageCursor] = field(default_factory=dict)


NO_INPUTS: Inputs = {}


class Context(Transaction, Generic[StoreT, WorldT]):
    """
    The unit of work of one request, command or timer, for one account and region.

    Attributes:
        world: the world it belongs to.
        account: the caller's account id.
        region: the caller's region.
        store: the state of that account and region.
        request_state: what is remembered of that account's requests.
        request_id: the id of the request; empty outside a request.
        inputs: what the operation declared to read from other AWS services, read before the lock was taken.
        outputs: what the operation, declared to write, has written to S3 after it has succeeded, without the lock.
    """

    __slots__ = ("account", "inputs", "outputs", "region", "request_id", "request_state", "store", "world")

    def __init__(
        self,
        world: WorldT,
        account: str,
        region: str,
        store: StoreT,
        request_state: RequestState,
        *,
        request_id: str = "",
        inputs: Inputs = NO_INPUTS,
        outer: Transaction | None = None,
    ) -> None:
        Transaction.__init__(self, world.bus, outer)
        self.world = world
        self.account = account
        self.region = region
        self.store = store
        self.request_state = request_state
        self.request_id = request_id
        self.inputs = inputs
        self.outputs: list[ObjectWrite] = []

    @property
    def now(self) -> datetime:
        """The virtual time."""
        return self.world.clock.now
