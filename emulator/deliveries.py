"""Deliveries to the other AWS services, without the engine's lock: their targets may be slow."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from emulator.aws import EmbeddedAws
from emulator.kernel.ports import ObjectWrite
from emulator.reporting.outbox import Backoff, BackoffElapsed
from emulator.world import World

OUTBOX_FULL = 10_000
"""Deliveries that may wait on a stepping clock before a request delivers them, though it cannot see them."""
FULL_SECONDS_MAX = 1.0
"""How long such a request delivers at most."""
DELIVERY_SECONDS_MAX = 20.0
"""How long one round of deliveries takes at most; what is left then goes with the next."""


class Deliveries:
    """The part of the engine that empties the outbox."""

    world: World
    aws: EmbeddedAws
    lock: threading.RLock

    def __init__(self) -> None:
        self.delivering = threading.RLock()

    def deliver(self, *, metrics: bool = True, seconds: float = DELIVERY_SECONDS_MAX) -> None:
        """Deliver what waits in the outbox, and metrics, for `seconds` at most, without the lock: targets may be slow."""
        world = self.world
        with self.aws.calling_moto():
            self._schedule(world, world.outbox.drain(self.aws, remote=self.aws.endpoint_url is not None, seconds=seconds))
        if metrics and self.delivering.acquire(timeout=seconds):
            try:
                with self.aws.calling_moto():
                    self._flush_metrics(world)
            finally:
                self.delivering.release()

    def _flush_metrics(self, world: World) -> None:
        world.metrics.flush(self.aws, world.clock.now)

    def wait_for_deliveries(self, seconds: float) -> None:
        """Wait for the calls that are being made to targets outside this process, for `seconds` at most."""
        world = self.world
        world.outbox.wait(seconds)
        self._schedule(world, world.outbox.take_backoffs())

    def _schedule(self, world: World, backoffs: list[Backoff]) -> None:
        if backoffs:
            with self.lock:
                for backoff in backoffs:
                    world.clock.schedule(backoff.length, BackoffElapsed(backoff.target))

    def stop_delivering(self) -> int:
        """Deliver nothing more; returns how many records have not reached their target."""
        outbox = self.world.outbox
        outbox.stopped = True
        return outbox.undelivered

    def write_objects(self, account: str, region: str, outputs: Sequence[ObjectWrite]) -> str | None:
        """Write objects to S3, without the lock; return the error of the first that could not be written, or None."""
        return self.aws.write_all(account, region, outputs)
