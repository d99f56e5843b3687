"""
Compare what an emulator holds before and after each refusal: it must be the same.

Used by the tests' `conftest.py` and by `fuzz.py`.
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any
from weakref import WeakKeyDictionary

from emulator import hints
from emulator.control.errors import InvalidArgument, NotFound
from emulator.engine import Engine
from emulator.kernel.snapshots import encode
from emulator.wire.errors import ServiceError
from emulator.wire.retries import THROTTLED

NOT_COMPARED = ("seeds", "faults")
"""Ids are given away for refusals too, and an injected fault counts how often it was raised."""
RATES = ("rates", "windows")
"""What a store holds of the requests of the last second: AWS counts the refused ones too."""
WAIT_SECONDS_MAX = 1.0
"""How long threads that deliver to webhooks and the like are waited for: they change the world too."""
PLACES_SHOWN = 5
"""How many places that differ an error names."""
COMPARED_MAX = 100
"""Worlds with more messages are not compared: that takes long."""


class Changed(AssertionError):
    """A refusal has changed something."""


class Unchanged:
    """
    Raises `Changed` where a refused request or command has changed the world.

    Args:
        patch: sets an attribute of an object, like `setattr`.
        alone: whether nothing but requests and commands, one after the other, changes the worlds; that halves the work.
    """

    def __init__(self, patch: Callable[[Any, str, Any], None], *, alone: bool = False) -> None:
        self._alone = alone
        self.is_on = True
        """Whether it compares."""
        self.only: Engine | None = None
        """The engine whose worlds are compared; all by default."""
        self.refusals = 0
        """How many refusals were compared."""
        self._before: WeakKeyDictionary[Any, bytes] = WeakKeyDictionary()
        self._fresh: WeakKeyDictionary[Any, tuple[int, datetime]] = WeakKeyDictionary()
        """How many timers had fired, and the time, when a world was last compared, unless it may have changed since."""
        enter, run_due, control, log_call = Engine._enter, Engine.run_due, Engine.control, hints.log_call
        entering = False

        def entered(engine: Engine, **arguments: Any) -> None:
            nonlocal entering
            entering = True
            try:
                enter(engine, **arguments)
            finally:
                entering = False
            world = engine.world
            if (
                self.is_on
                and self.only in (None, engine)
                and self._fresh.pop(world, None) != (world.clock.fired, world.clock.now)
            ):
                self._before[world] = self.fingerprint(world)

        def ran(engine: Engine, **arguments: Any) -> None:
            fired = engine.world.clock.fired
            run_due(engine, **arguments)
            world = engine.world
            if not entering and world in self._before and world.clock.fired != fired:
                # A send through a pool sees what sends to a number need not: time went on before it was refused.
                self._before[world] = self.fingerprint(world)

        def controlled(engine: Engine, command: Callable[..., Any], **arguments: Any) -> Any:
            try:
                return control(engine, command, **arguments)
            except (InvalidArgument, NotFound, ServiceError) as error:
                with engine.lock:
                    if self.is_on and self.only in (None, engine) and engine.mode != "running":
                        self._compare(engine.world, self._before[engine.world], f"{error!r} of a command")
                raise

        def logged(log: Any, world: Any, *others: Any) -> Any:
            error = others[-1]
            if self.is_on and error is not None and error.code not in THROTTLED and world in self._before:
                self._compare(world, self._before[world], f"{error.code} of {others[2]}")
            return log_call(log, world, *others)

        patch(Engine, "_enter", entered)
        patch(Engine, "run_due", ran)
        patch(Engine, "control", controlled)
        patch(hints, "log_call", logged)

    def _compare(self, world: Any, before: bytes, what: str) -> None:
        after = self.fingerprint(world)
        if not before or not after:
            return
        self.refusals += 1
        # The same state may have other bytes where two parts of it are one object.
        if before != after and encode(pickle.loads(before)) != encode(pickle.loads(after)):
            places = ", ".join(islice(differences(pickle.loads(before), pickle.loads(after)), PLACES_SHOWN))
            raise Changed(f"{what} has changed something: {places}")
        if self._alone:
            self._fresh[world] = world.clock.fired, world.clock.now

    @staticmethod
    def fingerprint(world: Any) -> bytes:
        """Return the bytes of all that a world holds; none if it has many messages, or if threads are delivering."""
        if len(world.inbox.messages) > COMPARED_MAX or not world.outbox.wait(WAIT_SECONDS_MAX):
            return b""
        state = {name: each for name, each in world.snapshot().items() if name not in NOT_COMPARED}
        # Numbers of timers are given away like ids.
        state["clock"] = {name: each for name, each in state["clock"].items() if name != "_sequence"}
        state["stores"] = {
            name: {scope: _without_rates(store) for scope, store in stores.items()}
            for name, stores in state["stores"].items()
        }
        return pickle.dumps(state, pickle.HIGHEST_PROTOCOL)


def differences(before: Any, after: Any, place: str = "") -> Iterator[str]:
    """Yield the places at which two states differ."""
    if type(before) is not type(after):
        yield f"{place} {type(before).__name__} → {type(after).__name__}"
    elif isinstance(before, dict):
        for key in {**before, **after}:
            if key in before and key in after:
                yield from differences(before[key], after[key], f"{place}/{key}")
            else:
                yield f"{place}/{key} {'removed' if key in before else 'added'}"
    elif isinstance(before, list | tuple | deque):
        if len(before) != len(after):
            yield f"{place} {len(before)} → {len(after)} items"
        for number, (one, other) in enumerate(zip(before, after, strict=False)):
            yield from differences(one, other, f"{place}[{number}]")
    elif isinstance(before, set | frozenset) or not _members(before):
        if before != after:
            yield f"{place} {before!r} → {after!r}"[:200]
    else:
        yield from differences(_members(before), _members(after), place)


def _members(value: Any) -> dict[str, Any]:
    slots = [name for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
    return getattr(value, "__dict__", {}) | {name: getattr(value, name) for name in slots if hasattr(value, name)}


def _without_rates(store: Any) -> Any:
    return {name: each for name, each in store.items() if name not in RATES} if isinstance(store, dict) else store
