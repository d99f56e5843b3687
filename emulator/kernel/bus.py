"""The bus: who wants to hear of which kind of fact. In order, in the caller's thread."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

Fact = TypeVar("Fact")
Subscription = tuple[type[Any], Callable[[Any], None]]
"""A type of facts, and what is called with each of them."""


class Bus:
    """Subscribers by the exact type of a fact."""

    def __init__(self) -> None:
        self._subscribers: defaultdict[type, list[Callable[[Any], None]]] = defaultdict(list)

    def subscribe(self, kind: type[Fact], function: Callable[[Fact], None]) -> None:
        """Have `function` called with every later fact of that type."""
        self._subscribers[kind].append(function)

    def publish(self, fact: object) -> None:
        """Tell every subscriber, in the order in which they subscribed."""
        for function in self._subscribers.get(type(fact), ()):
            function(fact)

    def publish_all(self, facts: Iterable[object]) -> None:
        """Publish one after the other."""
        for fact in facts:
            self.publish(fact)
