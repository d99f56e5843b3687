"""
Records on their way out: at least once, in order for each target, in batches, outside the world's lock.

A target that fails rests for a while on the virtual clock, and everything for it waits behind the record that failed, so
that nothing overtakes. What a target has refused for good is kept as dead, and can be sent again. A delivery that fails is
news for the tester, never an error of the call that caused it.
"""

from __future__ import annotations

import gzip
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from emulator.kernel.ports import AwsPorts, Errors
from emulator.kernel.snapshots import Snapshotable

log = logging.getLogger("emulator")

BATCH = 10
"""SNS and EventBridge take ten entries at a time."""
BATCH_BYTES = 256 * 1024
"""And this much, the entries together."""
FIRST_BACKOFF = timedelta(seconds=1)
ATTEMPTS_MAX = 10
"""A target rests 1, 2, 4 … seconds; after the tenth refusal what waits for it is dead."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where records go: `kind` is one of SENDERS, `arn` the target's ARN, name or URL."""

    kind: str
    account: str
    region: str
    arn: str


FaultHook = Callable[[str, str, str], None]
"""Raises if the tester wants calls of (service, operation) to fail."""


@dataclass(slots=True)
class Delivery:
    """One record for one target; `status` is PENDING, DELIVERED, FAILED (it will be tried again) or DEAD."""

    kind: str
    account: str
    region: str
    message_id: str
    event_type: str
    destination: str
    target_arn: str
    body: str
    status: str = "PENDING"
    error: str | None = None
    attempts: int = 0

    @property
    def target(self) -> Target:
        """Whose queue it waits in."""
        return Target(self.kind, self.account, self.region, self.target_arn)


@dataclass(slots=True)
class Queue:
    """What waits for one target."""

    waiting: deque[Delivery] = field(default_factory=deque)
    backing_off: bool = False
    refusals: int = 0


@dataclass(frozen=True, slots=True)
class Backoff:
    """A target is to be left alone for that long."""

    target: Target
    length: timedelta


@dataclass(frozen=True, slots=True)
class BackoffElapsed:
    """Timed: a target is tried again."""

    target: Target


def _put_report(aws: AwsPorts, to: Target, body: str) -> str | None:
    """Put a file, compressed the same way every time, into S3."""
    return aws.write(to.account, to.region, to.arn, gzip.compress(body.encode(), mtime=0), "application/gzip")


SENDERS: dict[str, tuple[str, str, Callable[[AwsPorts, Target, list[str]], Errors]]] = {
    "sns": ("sns", "PublishBatch", lambda aws, to, bodies: aws.publish(to.account, to.arn, bodies)),
    "logs": ("logs", "PutLogEvents", lambda aws, to, bodies: aws.put_log_events(to.account, to.arn, bodies)),
    "sns-logs": ("logs", "PutLogEvents", lambda aws, to, bodies: aws.put_delivery_logs(to.account, to.arn, bodies)),
    "usage-report": ("s3", "PutObject", lambda aws, to, bodies: [_put_report(aws, to, body) for body in bodies]),
    "firehose": ("firehose", "PutRecordBatch", lambda aws, to, bodies: aws.put_records(to.account, to.arn, bodies)),
    "kinesis": ("kinesis", "PutRecords", lambda aws, to, bodies: aws.put_stream_records(to.account, to.arn, bodies)),
    "sqs": ("sqs", "SendMessageBatch", lambda aws, to, bodies: aws.send_messages(to.account, to.arn, bodies)),
    "lambda": ("lambda", "Invoke", lambda aws, to, bodies: aws.invoke(to.account, to.region, to.arn, bodies)),
    "webhook": ("webhook", "POST", lambda aws, to, bodies: aws.post(to.arn, bodies)),
    "dynamodb": ("dynamodb", "PutItem", lambda aws, to, bodies: aws.put_items(to.account, to.region, to.arn, bodies)),
    "events": ("events", "PutEvents", lambda aws, to, bodies: aws.put_events(to.account, to.region, bodies)),
}
"""For each kind: the service and operation that a fault names, and the call."""


CALLS_BACK = frozenset({"lambda", "webhook"})
"""What is called may call AWS itself, on this very endpoint, before it has ended."""


class Outbox(Snapshotable):
    """Deliveries that wait, and all that were made."""

    SNAPSHOT_FIELDS = ("log", "waiting", "_queues", "_calls")

    def __init__(self, raise_injected_fault: FaultHook) -> None:
        self.log: list[Delivery] = []
        self.waiting = 0
        """How many records are on their way, those included whose target rests."""
        self._raise_fault = raise_injected_fault
        self._queues: dict[Target, Queue] = {}
        self._lock = threading.Lock()
        self._draining = threading.Lock()
        self._calls = 0
        self.called = False
        """Whether a function or webhook is being called, which must not wait for its own end when it looks."""

    def put(self, delivery: Delivery) -> None:
        """Have the record sent with the next batch."""
        with self._lock:
            self.waiting += 1
            self.log.append(delivery)
            queue = self._queues.get(delivery.target)
            if queue is None:
                queue = self._queues[delivery.target] = Queue()
            queue.waiting.append(delivery)

    def is_backing_off(self) -> bool:
        """Whether any target is left alone for a while."""
        with self._lock:
            return any(queue.backing_off for queue in self._queues.values())

    def end_backoff(self, target: Target) -> None:
        """A target has rested."""
        with self._lock:
            self._queues[target].backing_off = False

    def redrive(self, deliveries: Iterable[Delivery]) -> int:
        """Send dead records again. Returns how many."""
        count = 0
        with self._lock:
            for delivery in deliveries:
                if delivery.status == "DEAD":
                    delivery.status, delivery.attempts = "PENDING", 0
                    self._queues[delivery.target].waiting.append(delivery)
                    self.waiting += 1
                    count += 1
        return count

    def drain(self, aws: AwsPorts) -> list[Backoff]:
        """Send all that waits; returns which targets are to rest. Two callers never overtake each other."""
        rests: list[Backoff] = []
        if self.called:
            return rests
        with self._draining:
            with self._lock:
                targets = [target for target, queue in self._queues.items() if queue.waiting and not queue.backing_off]
            for target in targets:
                rest = self._drain_target(aws, target)
                if rest is not None:
                    rests.append(rest)
        return rests

    def _drain_target(self, aws: AwsPorts, target: Target) -> Backoff | None:
        queue = self._queues[target]
        while True:
            with self._lock:
                batch = self._next_batch(queue)
            if not batch:
                return None
            errors = self._send(aws, target, batch)
            with self._lock:
                sent = next((index for index, error in enumerate(errors) if error), len(batch))
                self.waiting -= sent
                for delivery in batch[:sent]:
                    delivery.status, delivery.error = "DELIVERED", None
                    delivery.attempts += 1
                if sent < len(batch):
                    # All behind the refused one goes again, even what got through: at least once, and in order.
                    return self._refuse(target, queue, batch[sent:], errors[sent] or "")
                queue.refusals = 0

    @staticmethod
    def _next_batch(queue: Queue) -> list[Delivery]:
        batch: list[Delivery] = []
        size = 0
        while queue.waiting and len(batch) < BATCH:
            size += len(queue.waiting[0].body.encode())
            if batch and size > BATCH_BYTES:
                break
            batch.append(queue.waiting.popleft())
        return batch

    def _send(self, aws: AwsPorts, target: Target, batch: list[Delivery]) -> Errors:
        service, operation, send = SENDERS[target.kind]
        self._calls += 1
        self.called = target.kind in CALLS_BACK
        try:
            self._raise_fault(service, operation, f"delivery/{self._calls}")
            return send(aws, target, [delivery.body for delivery in batch])
        except Exception as error:  # whatever the other side does wrong is its own failure, and will be tried again
            return [f"{type(error).__name__}: {error}"] * len(batch)
        finally:
            self.called = False

    def _refuse(self, target: Target, queue: Queue, refused: list[Delivery], error: str) -> Backoff | None:
        queue.refusals += 1
        dead = queue.refusals >= ATTEMPTS_MAX
        for delivery in refused:
            delivery.status, delivery.error = ("DEAD" if dead else "FAILED"), error
            delivery.attempts += 1
        if queue.refusals == 1:
            log.warning("Events for %s cannot be delivered: %s", target.arn, error)
        queue.waiting.extendleft(reversed(refused))
        if dead:
            self.waiting -= len(queue.waiting)
            for delivery in queue.waiting:
                delivery.status, delivery.error = "DEAD", error
            queue.waiting.clear()
            queue.refusals = 0
            return None
        queue.backing_off = True
        return Backoff(target, FIRST_BACKOFF * 2 ** (queue.refusals - 1))
