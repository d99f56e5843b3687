"""
Garbage collection in a process that does nothing but serve.

Python looks through all objects now and then, and nothing else happens meanwhile: with a hundred thousand messages for
more than a second. What has been kept for long is therefore taken out of its sight, a part at a time. What is then dropped
is freed all the same, as nothing of it refers back to itself; what a reset leaves behind is collected at once.
"""

from __future__ import annotations

import gc
import threading
from typing import Any

from emulator.engine import Engine

LOOK_EVERY_SECONDS = 1.0
OBJECTS_MAX = 100_000
"""How many old objects are looked through at most: that takes some tens of milliseconds."""
OLD = 2
"""Python's number of the oldest generation."""


class Collector:
    """Keeps the old objects few; `look` is to be called now and then."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._world: Any = engine.world

    def look(self) -> None:
        """Collect what a reset has left, or take the old objects out of sight if there are many."""
        if self._engine.world is not self._world:
            self._world = self._engine.world
            gc.unfreeze()
        elif len(gc.get_objects(generation=OLD)) <= OBJECTS_MAX:
            return
        gc.collect()
        gc.freeze()


def start_collector(engine: Engine) -> None:
    """Look for as long as the process lives."""
    collector = Collector(engine)
    never = threading.Event()

    def run() -> None:
        while not never.wait(LOOK_EVERY_SECONDS):
            collector.look()

    threading.Thread(target=run, name="emulator-garbage", daemon=True).start()
