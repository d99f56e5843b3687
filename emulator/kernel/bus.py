"""The event bus: subscribers are called in the publisher's thread, in the order in which they subscribed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

Fact = TypeVar("Fact")
Subscription = tuple[type[Any], Callable[[Any], None]]
"""A type of fact, and the function that is called with each fact of that type."""


class Bus:
    """An event bus that finds subscribers by the exact type of a fact."""

    def __init__(self) -> None:
        self._subscribers: defaultdict[type, list[Callable[[Any], None]]] = defaultdict(list)
        self._deferred: list[Callable[[], None]] = []

    def subscribe(self, kind: type[Fact], function: Callable[[Fact], None]) -> None:
        """Call `function` with every fact of this type that is published from now on."""
        self._subscribers[kind].append(function)

    def defer(self, subscribe: Callable[[], None]) -> None:
        """Have `subscribe` called before the first fact is published: what it imports is not needed earlier."""
        self._deferred.append(subscribe)

    def publish(self, fact: object) -> None:
        """Call every subscriber of the fact's type, in the order in which they subscribed."""
        while self._deferred:
            self._deferred.pop(0)()
        for function in self._subscribers.get(type(fact), ()):
            function(fact)

    def publish_all(self, facts: Iterable[object]) -> None:
        """Publish several facts, one after the other."""
        for fact in facts:
            self.publish(fact)
