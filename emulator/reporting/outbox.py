"""
Records on their way out: kept in order for each target, sent in batches, outside the world's lock.

A delivery that fails is news for the tester, never an error of the call that caused it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from emulator.kernel.ports import Topics

BATCH = 10
"""SNS takes ten messages, and 256 KiB, in one PublishBatch."""
BATCH_BYTES = 256 * 1024


@dataclass(slots=True)
class Delivery:
    """One record for one target; `status` is PENDING, DELIVERED or FAILED, and `error` says why it failed."""

    account: str
    region: str
    message_id: str
    event_type: str
    destination: str
    target_arn: str
    body: str
    status: str = "PENDING"
    error: str | None = None


class Outbox:
    """Deliveries that wait, and all that were made."""

    def __init__(self) -> None:
        self.waiting: deque[Delivery] = deque()
        self.log: list[Delivery] = []
        self._draining = threading.Lock()

    def put(self, delivery: Delivery) -> None:
        """Have the record sent with the next batch."""
        self.log.append(delivery)
        self.waiting.append(delivery)

    def drain(self, topics: Topics) -> int:
        """Send all that waits; returns how much was tried. Two callers never overtake each other."""
        tried = 0
        with self._draining:
            while self.waiting:
                for target, batch in self._batches():
                    errors = topics.publish(batch[0].account, target, [delivery.body for delivery in batch])
                    for delivery, error in zip(batch, errors, strict=True):
                        delivery.status, delivery.error = ("FAILED", error) if error else ("DELIVERED", None)
                    tried += len(batch)
        return tried

    def _batches(self) -> Iterator[tuple[str, list[Delivery]]]:
        """All that waits now, by target, each in order and no batch too large."""
        by_target: dict[tuple[str, str], list[Delivery]] = {}
        for _ in range(len(self.waiting)):
            delivery = self.waiting.popleft()
            by_target.setdefault((delivery.account, delivery.target_arn), []).append(delivery)
        for (_, target), deliveries in by_target.items():
            batch: list[Delivery] = []
            size = 0
            for delivery in deliveries:
                if batch and (len(batch) == BATCH or size + len(delivery.body.encode()) > BATCH_BYTES):
                    yield target, batch
                    batch, size = [], 0
                batch.append(delivery)
                size += len(delivery.body.encode())
            yield target, batch
