"""
Records on their way out: at least once, in order for each target, in batches, outside the world's lock.

Each target has a queue and a time of its own. What is embedded in this process is called by whoever delivers, one target
after the other; a webhook, a function or another endpoint may take long, so a thread calls it, and nobody else waits for
it beyond a stated time.

A failing target is retried with exponential back-off on the virtual clock, and everything for it waits behind the record
that failed, so that nothing overtakes. What a target has refused for good is kept as dead, and can be sent again. A
delivery that fails is news for the tester, never an error of the call that caused it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import field, replace
from datetime import timedelta
from itertools import islice
from operator import attrgetter
from typing import Any

from emulator.kernel.compact import compact
from emulator.kernel.dataclass import dataclass
from emulator.kernel.ports import AwsPorts, Errors
from emulator.kernel.snapshots import Snapshotable
from emulator.reporting.delivery import Batch, Delivery, ListedDelivery, failed, shared
from emulator.reporting.targets import SENDERS, Target

log = logging.getLogger("emulator")

BATCH = 10
"""SNS and EventBridge take ten entries at a time."""
BATCH_BYTES = 256 * 1024
"""And this much, the entries together."""
FIRST_BACKOFF = timedelta(seconds=1)
ATTEMPTS_MAX = 10
"""A target rests 1, 2, 4 … seconds; after the tenth refusal what waits for it is dead."""


FaultHook = Callable[[str, str, str], None]
"""Raises if the tester wants calls of (service, operation) to fail."""


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


LOOK_SECONDS = {"webhook": 0.5, "lambda": 10.0}
"""By kind of target that is outside this process: how long whoever has caused a call waits for its end."""
REMOTE_SECONDS = 0.5
"""The same for every other target on another endpoint."""
THREADS_MAX = 32
"""How many targets outside this process are called at a time; others wait for their turn."""
QUEUE_MAX = 100_000
"""Records that wait for one target; one more is dead at once."""


WAITING_MAX = 500_000
"""Records that wait for all targets together; likewise."""
TARGETS_MAX = 10_000
"""Targets for which records wait; likewise. As many are remembered by how often they were called."""
NO_QUEUE = Queue()
"""Stands for that of a target for which nothing waits."""


def send_batch(outbox: Outbox, aws: AwsPorts, target: Target) -> bool:
    """Call a target with what waits for it; returns whether more can be sent."""
    batch = outbox.begin(target)
    return batch is not None and outbox.end(batch, batch.send(aws))


class Outbox(Snapshotable):
    """Deliveries that wait, and the latest that were made."""

    SNAPSHOT_FIELDS = ("_by_message", "waiting", "dead", "_queues", "_calls", "_number", "_backoffs")

    _by_message: dict[str, tuple[ListedDelivery, ...]]
    waiting: int
    dead: int
    _queues: dict[Target, Queue]
    _calls: dict[Target, int]
    _number: int
    _backoffs: list[Backoff]

    def __init__(self, raise_injected_fault: FaultHook, kept: int) -> None:
        self._by_message = {}
        self.waiting = 0
        """How many records have yet to be delivered, including those whose target is backing off."""
        self.dead = 0
        """How many records were given up."""
        self._kept = kept
        self._raise_fault = raise_injected_fault
        self._queues: dict[Target, Queue] = {}
        self._lock = threading.Lock()
        self._sending_here = threading.Lock()
        self._calls: dict[Target, int] = {}
        self._number = 0
        self._threads: dict[Target, threading.Event] = {}
        """Targets that a thread is calling, each with an event that is set when it has ended."""
        self._backoffs = []
        self.send_batch = send_batch
        self.stopped = False
        """Set when nothing more is to be sent."""

    # --- Records --------------------------------------------------------------------------------------------------

    def put(self, *deliveries: Delivery) -> None:
        """Have records of one message, one at least, sent with the next batch."""
        with self._lock:
            self._record(deliveries)
            for delivery in deliveries:
                queue = self._queues.get(delivery.target, NO_QUEUE)
                refusal = self._refusal(queue)
                if refusal is not None:
                    self._give_up(delivery, refusal)
                    continue
                self.waiting += 1
                if queue is NO_QUEUE:
                    queue = self._queues[delivery.target] = Queue()
                queue.waiting.append(delivery)

    def _refusal(self, queue: Queue) -> str | None:
        """Return which limit a queue that gets one more record would exceed."""
        if len(queue.waiting) >= QUEUE_MAX:
            return f"more than {QUEUE_MAX} records wait for this target"
        if self.waiting >= WAITING_MAX:
            return f"more than {WAITING_MAX} records wait for all targets"
        if queue is NO_QUEUE and len(self._queues) >= TARGETS_MAX:
            return f"records wait for more than {TARGETS_MAX} targets"
        return None

    def record(self, delivery: Delivery) -> None:
        """List a delivery that is not made."""
        with self._lock:
            self._record((delivery,))

    def _give_up(self, delivery: Delivery, error: str) -> None:
        self._number += 1
        self.dead += 1
        delivery.give_up(error, self._number)

    def _record(self, deliveries: tuple[Delivery, ...]) -> None:
        message_id = deliveries[0].message_id
        # Tuples: a list that grows takes twice as much memory.
        self._by_message[message_id] = self._by_message.get(message_id, ()) + deliveries
        if len(self._by_message) > self._kept:
            self._forget(next(iter(self._by_message)))

    def forget(self, message_id: str) -> None:
        """Drop the deliveries of a message from the list; those that wait are still made."""
        with self._lock:
            self._forget(message_id)

    def _forget(self, message_id: str) -> None:
        dropped = self._by_message.pop(message_id, ())
        self.dead -= sum(delivery.status == "DEAD" for delivery in dropped)

    def compact(self) -> None:
        """Free the memory of messages that have been dropped."""
        with self._lock:
            compact(self._by_message)

    def of_message(self, message_id: str) -> tuple[ListedDelivery, ...]:
        """Return the deliveries of a message or registration, in order."""
        with self._lock:
            return self._by_message.get(message_id, ())

    @property
    def log(self) -> list[ListedDelivery]:
        """All deliveries that are listed: message by message, those of each in order."""
        with self._lock:
            return [delivery for of_message in self._by_message.values() for delivery in of_message]

    @property
    def undelivered(self) -> int:
        """How many records have not reached their target: those that wait, and the dead."""
        return self.waiting + self.dead

    def is_backing_off(self) -> bool:
        """Return True if any target is left alone for a while."""
        with self._lock:
            return any(queue.backing_off for queue in self._queues.values())

    def end_backoff(self, target: Target) -> None:
        """Have a target tried again."""
        with self._lock:
            # One that was loaded with a state may have gone with it.
            self._queues.get(target, Queue()).backing_off = False

    def redrive(self, deliveries: Iterable[Delivery]) -> int:
        """Send dead records again, in the order in which they were given up. Returns how many."""
        with self._lock:
            dead = sorted((each for each in deliveries if each.status == "DEAD"), key=attrgetter("number"))
            for delivery in dead:
                delivery.status, delivery.attempts = "PENDING", 0
                self._queues.setdefault(delivery.target, Queue()).waiting.append(delivery)
            self.waiting += len(dead)
            self.dead -= len(dead)
        return len(dead)

    def snapshot(self) -> Any:
        """Return what a snapshot holds of the outbox: copies, since another thread may be delivering."""
        with self._lock:
            return {
                "_by_message": dict(self._by_message),
                "waiting": self.waiting,
                "dead": self.dead,
                "_queues": {target: replace(queue, waiting=deque(queue.waiting)) for target, queue in self._queues.items()},
                "_calls": dict(self._calls),
                "_number": self._number,
                "_backoffs": [*self._backoffs],
            }

    def restore(self, state: Any) -> None:
        """Restore the outbox to the state in a snapshot."""
        super().restore(state)
        for message_id, found in self._by_message.items():
            self._by_message[message_id] = tuple([shared(each) for each in found])

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let no delivery begin or end meanwhile."""
        with self._lock:
            yield

    # --- Sending --------------------------------------------------------------------------------------------------

    def drain(self, aws: AwsPorts, *, remote: bool = False, seconds: float | None = None) -> list[Backoff]:
        """
        Send all that waits; returns which targets are to be left alone for a while.

        Two callers never overtake each other. A target outside this process is called by a thread, for which this call
        waits only if it has started it.

        Args:
            aws: the other AWS services.
            remote: whether all of them are outside this process.
            seconds: how long this call may take; by default as long as LOOK_SECONDS says of each kind of target that it
                starts a thread for.
        """
        started = [self._start(aws, target) for target in self._due(outside=True, remote=remote)]
        ends_by = None if seconds is None else time.monotonic() + seconds
        # Whoever finds another caller at it has its records delivered too: that one sends until nothing waits.
        if self._sending_here.acquire(timeout=-1 if seconds is None else seconds):
            try:
                for target in self._due(outside=False, remote=remote):
                    self._drain_target(aws, target, ends_by)
            finally:
                self._sending_here.release()
        # Functions that are subscribed to a topic which has got something just now.
        started += [self._start(aws, target) for target in self._due(outside=True, remote=remote)]
        began = time.monotonic()
        for target, ended in filter(None, started):
            limit = began + self._look_seconds(target)
            ended.wait(max(0.0, (limit if ends_by is None else min(limit, ends_by)) - time.monotonic()))
        return self.take_backoffs()

    def wait(self, seconds: float) -> bool:
        """Wait until no thread is calling a target, for that long at most; returns whether none is."""
        ends_by = time.monotonic() + seconds
        with self._lock:
            threads = tuple(self._threads.values())
        return all(ended.wait(max(0.0, ends_by - time.monotonic())) for ended in threads)

    def take_backoffs(self) -> list[Backoff]:
        """Return which targets have failed since this was last asked."""
        with self._lock:
            taken, self._backoffs = self._backoffs, []
        return taken

    @staticmethod
    def _look_seconds(target: Target) -> float:
        return LOOK_SECONDS.get(target.kind, REMOTE_SECONDS)

    def _due(self, *, outside: bool, remote: bool) -> list[Target]:
        with self._lock:
            return [
                target
                for target, queue in self._queues.items()
                if queue.waiting
                and not queue.backing_off
                and target not in self._threads
                and outside == (remote or target.kind in LOOK_SECONDS)
            ]

    def _start(self, aws: AwsPorts, target: Target) -> tuple[Target, threading.Event] | None:
        """Have a thread call a target, unless one does or too many are at work."""
        ended = threading.Event()
        with self._lock:
            if target in self._threads or len(self._threads) >= THREADS_MAX or self.stopped:
                return None
            self._threads[target] = ended

        def call() -> None:
            try:
                self._drain_target(aws, target, None)
            finally:
                with self._lock:
                    del self._threads[target]
                ended.set()

        threading.Thread(target=call, name=f"emulator-deliver-{target.kind}", daemon=True).start()
        return target, ended

    def _drain_target(self, aws: AwsPorts, target: Target, ends_by: float | None) -> None:
        while not self.stopped and (ends_by is None or time.monotonic() < ends_by):
            if not self.send_batch(self, aws, target):
                return

    def first(self, target: Target, count: int) -> list[Delivery]:
        """Return the first records that wait for a target."""
        with self._lock:
            return list(islice(self._queues.get(target, NO_QUEUE).waiting, count))

    def begin(self, target: Target) -> Batch | None:
        """Begin a call of a target; None if nothing waits for it."""
        with self._lock:
            deliveries = self._next_batch(self._queues.get(target, NO_QUEUE))
            if not deliveries:
                return None
            call = self._count_call(target)
            service, operation, _ = SENDERS[target.kind]
            try:
                self._raise_fault(service, operation, f"delivery/{target.kind}/{target.arn}/{call}")
            except Exception as error:
                return Batch(target, deliveries, failed(error, deliveries))
            return Batch(target, deliveries)

    def end(self, batch: Batch, errors: Errors) -> bool:
        """Take the outcome of a call; returns whether the target can be called again."""
        with self._lock:
            queue, deliveries = self._queues[batch.target], batch.deliveries
            # A record stays in its queue until its target has it.
            sent = next((index for index, error in enumerate(errors) if error), len(deliveries))
            self.waiting -= sent
            for delivery in deliveries[:sent]:
                queue.waiting.popleft()
                self._keep_delivered(delivery)
            if sent < len(deliveries):
                # Everything behind the refused one is sent again, even what got through: at least once, and in order.
                self._refuse(batch.target, queue, deliveries[sent:], errors[sent] or "")
                return False
            queue.refusals = 0
            if not queue.waiting:
                del self._queues[batch.target]
            return True

    def _keep_delivered(self, delivery: Delivery) -> None:
        kept, of_message = delivery.delivered(), self._by_message.get(delivery.message_id)
        if of_message is not None and kept is not delivery:
            self._by_message[delivery.message_id] = tuple([kept if each is delivery else each for each in of_message])

    def _count_call(self, target: Target) -> int:
        """Return how often a target has been called, this time included."""
        calls = self._calls[target] = self._calls.pop(target, 0) + 1
        if len(self._calls) > TARGETS_MAX:
            del self._calls[next(iter(self._calls))]
        return calls

    @staticmethod
    def _next_batch(queue: Queue) -> list[Delivery]:
        batch: list[Delivery] = []
        size = 0
        for delivery in islice(queue.waiting, BATCH):
            size += len(delivery.body.encode())
            if batch and size > BATCH_BYTES:
                break
            batch.append(delivery)
        return batch

    def _refuse(self, target: Target, queue: Queue, refused: list[Delivery], error: str) -> None:
        queue.refusals += 1
        for delivery in refused:
            delivery.status, delivery.error = "FAILED", error
            delivery.attempts += 1
        if queue.refusals == 1:
            log.warning("Events for %s cannot be delivered: %s", target.arn, error)
        if queue.refusals >= ATTEMPTS_MAX:
            self.waiting -= len(queue.waiting)
            for delivery in queue.waiting:
                self._give_up(delivery, error)
            queue.waiting.clear()
            del self._queues[target]
            return
        queue.backing_off = True
        self._backoffs.append(Backoff(target, FIRST_BACKOFF * 2 ** (queue.refusals - 1)))
