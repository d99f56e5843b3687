"""A record for a target, and the records of one call of it."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TypeAlias

from emulator.kernel.dataclass import dataclass
from emulator.kernel.ports import AwsPorts, Errors, FunctionCall
from emulator.reporting.targets import SENDERS, Target, target_of

SUBSCRIPTION = "topic subscription"
DELIVERED_CACHED = 1024
INBOUND = "INBOUND"
"""The event type of a reply in the delivery log; AWS has no name for it."""


@dataclass(slots=True)
class Delivery:
    """One record for one target; `status` is PENDING, DELIVERED, FAILED (it will be tried again) or DEAD."""

    target: Target
    message_id: str
    event_type: str
    destination: str
    body: str
    status: str = "PENDING"
    error: str | None = None
    attempts: int = 0
    number: int = 0
    """For a dead record: its place in the order in which the outbox gave them up."""

    @classmethod
    def of_call(cls, call: FunctionCall) -> Delivery:
        """Return the delivery to a function that a topic calls; of a message, if what it publishes names one."""
        try:
            published = json.loads(call.message)
            message_id = published.get("inboundMessageId") or published["messageId"]
        except (ValueError, LookupError, AttributeError):
            message_id = f"topic/{call.function}"
        target = target_of("lambda", call.account, call.region, call.function)
        return cls(target, str(message_id), "NOTIFICATION", SUBSCRIPTION, call.message)

    def give_up(self, error: str, number: int) -> None:
        """Note why it is not sent any more."""
        self.status, self.error, self.number = "DEAD", error, number

    def delivered(self) -> ListedDelivery:
        """
        Return what is kept of it once the target has it.

        A reply is kept as it was sent, since its text depends on the route. The text of any other record is made from the
        message when it is read.
        """
        if self.event_type != INBOUND:
            return delivered(self.target, self.event_type, self.destination, self.attempts + 1)
        self.status, self.error = "DELIVERED", None
        self.attempts += 1
        return self


@dataclass(frozen=True, slots=True)
class Delivered:
    """A record that has been delivered, without its message and text."""

    target: Target
    event_type: str
    destination: str
    attempts: int

    @property
    def status(self) -> str:
        """As that of a `Delivery`."""
        return "DELIVERED"

    @property
    def error(self) -> str | None:
        """As that of a `Delivery`."""
        return None


delivered = lru_cache(maxsize=DELIVERED_CACHED)(Delivered)
"""Returns the same object for the same attributes: it stands for thousands of deliveries."""
ListedDelivery: TypeAlias = Delivery | Delivered


def shared(listed: ListedDelivery) -> ListedDelivery:
    """Return an equal delivery: the one object that stands for it, if there is one."""
    if isinstance(listed, Delivery):
        return listed
    to = listed.target
    target = target_of(to.kind, to.account, to.region, to.arn)
    return delivered(target, listed.event_type, listed.destination, listed.attempts)


@dataclass(frozen=True, slots=True)
class Batch:
    """The records of one call of a target; `errors` if it is to fail without being made."""

    target: Target
    deliveries: list[Delivery]
    errors: Errors | None = None

    def send(self, aws: AwsPorts) -> Errors:
        """Call the target; return its error for each record."""
        if self.errors is not None:
            return self.errors
        try:
            return SENDERS[self.target.kind][2](aws, self.target, [delivery.body for delivery in self.deliveries])
        except Exception as error:  # whatever the other side does wrong is its own failure, and will be tried again
            return failed(error, self.deliveries)


def failed(error: Exception, deliveries: list[Delivery]) -> Errors:
    """Return the same error for each record."""
    return [f"{type(error).__name__}: {error}"] * len(deliveries)
