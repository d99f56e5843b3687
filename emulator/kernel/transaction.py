"""The unit of work: facts are collected while something is done, and published once it has succeeded."""

from __future__ import annotations

from types import TracebackType
from typing import TypeVar

from emulator.kernel.bus import Bus

Self = TypeVar("Self", bound="Transaction")


class Transaction:
    """
    A block whose facts are published when it ends, and dropped when it raises.

    A nested transaction shares the list of facts of the outer one, which publishes them all; a refusal inside it drops
    only what the nested block emitted.
    """

    __slots__ = ("_bus", "_mark", "facts")

    def __init__(self, bus: Bus, outer: Transaction | None = None) -> None:
        self._bus = bus if outer is None else None
        self.facts: list[object] = [] if outer is None else outer.facts
        self._mark = len(self.facts)

    def emit(self, fact: object) -> None:
        """Add a fact; it is published when the transaction has succeeded."""
        self.facts.append(fact)

    def __enter__(self: Self) -> Self:
        """Open the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Publish the facts, or drop them."""
        if kind is not None:
            del self.facts[self._mark :]
        elif self._bus is not None and self.facts:
            self._bus.publish_all(self.facts)
