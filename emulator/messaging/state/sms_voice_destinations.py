"""The event destinations of `sms-voice`: those of its configuration sets, and those of a whole account."""

from __future__ import annotations

from emulator.kernel.dataclass import dataclass

EVENT_OF_STATUS = {
    "INITIATED": "INITIATED_CALL",
    "RINGING": "RINGING",
    "ANSWERED": "ANSWERED",
    "COMPLETED": "COMPLETED_CALL",
    "BUSY": "BUSY",
    "FAILED": "FAILED",
    "TTL_EXPIRED": "FAILED",
    "NO_ANSWER": "NO_ANSWER",
}
"""The event type by the status of a call; an expired call has none of its own in this API."""

SUCCESS, FAILURE = "TEXT_SUCCESS", "TEXT_FAILURE"
"""The guide's event types: a text was delivered, or ended in any other status."""
TARGETS = ("TopicArn", "QueueArn", "FunctionArn", "DeliveryStreamArn", "LogGroupArn", "Url")
"""The members in which the sinks name their target."""


@dataclass(slots=True)
class EventDestination:
    """A destination of the events of a configuration set or a whole account; the sinks by their wire names."""

    name: str
    enabled: bool
    matching_event_types: list[str]
    sinks: dict[str, dict[str, str]]
