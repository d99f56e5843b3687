"""The unit of work: facts are collected in a block, and published once it has succeeded."""

from __future__ import annotations

from types import TracebackType
from typing import TypeVar

from emulator.kernel.bus import Bus

Self = TypeVar("Self", bound="Transaction")


class Transaction:
    """
    A block whose facts are published when it ends, and dropped when it raises.

    A nested transaction adds to the facts of the outer one, which publishes them all; an error inside it drops only the
    facts of the nested block.
    """

    __slots__ = ("_bus", "_mark", "facts")

    def __init__(self, bus: Bus, outer: Transaction | None = None) -> None:
        self._bus = bus if outer is None else None
        self.facts: list[object] = [] if outer is None else outer.facts
        self._mark = len(self.facts)

    def emit(self, fact: object) -> None:
        """Add a fact, to be published when the transaction succeeds."""
        self.facts.append(fact)

    def __enter__(self: Self) -> Self:
        """Enter the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Publish the facts, or drop them."""
        if kind is not None:
            del self.facts[self._mark :]
        elif self._bus is not None and self.facts:
            self._bus.publish_all(self.facts)
