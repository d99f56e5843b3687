"""Event destinations of `sms-voice`: of its configuration sets, and of a whole account."""

from __future__ import annotations

from dataclasses import dataclass

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
"""The event type of a call's status; a call that expires has none of its own here."""

SUCCESS, FAILURE = "TEXT_SUCCESS", "TEXT_FAILURE"
"""The guide's event types: a text was delivered, or ended in any other way."""
TARGETS = ("TopicArn", "QueueArn", "FunctionArn", "DeliveryStreamArn", "LogGroupArn", "Url")
"""The members in which sinks name their target."""


@dataclass(slots=True)
class EventDestination:
    """Where the events of a set, or of the whole account, go; the sinks under their wire names."""

    name: str
    enabled: bool
    matching_event_types: list[str]
    sinks: dict[str, dict[str, str]]
