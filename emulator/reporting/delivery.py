"""A record for a target, and the records of one call of it."""

from __future__ import annotations

import json

from emulator.kernel.dataclass import dataclass
from emulator.kernel.ports import AwsPorts, Errors, FunctionCall
from emulator.reporting.targets import SENDERS, Target, target_of

SUBSCRIPTION = "topic subscription"


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
    number: int = 0
    """The order in which the outbox took it."""

    @classmethod
    def of_call(cls, call: FunctionCall) -> Delivery:
        """Return the delivery to a function that a topic calls; of a message, if what it publishes names one."""
        try:
            published = json.loads(call.message)
            message_id = published.get("inboundMessageId") or published["messageId"]
        except (ValueError, LookupError, AttributeError):
            message_id = f"topic/{call.function}"
        return cls(
            "lambda", call.account, call.region, str(message_id), "NOTIFICATION", SUBSCRIPTION, call.function, call.message
        )

    @property
    def target(self) -> Target:
        """Whose queue it waits in."""
        return target_of(self.kind, self.account, self.region, self.target_arn)


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
