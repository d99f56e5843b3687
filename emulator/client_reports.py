"""The part of the Python control API that reports: event records, AWS calls, consent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator import assertions
from emulator.control.parsing import INTEGER_MAX


class EventsClient:
    """Event records."""

    def __init__(self, control: Callable[..., Any]) -> None:
        self._control = control

    def records(self, **filters: Any) -> list[dict[str, Any]]:
        """Return the event records that were made; filters: message_id, event_type, destination."""
        found = self._control("list_events", limit=INTEGER_MAX, **filters)["events"]
        return [event["record"] for event in found]

    def deliveries(self, **filters: Any) -> list[dict[str, Any]]:
        """Return the deliveries of those records and their status; the filters are those of `records`."""
        found = self._control("list_events", limit=INTEGER_MAX, **filters)["events"]
        return [delivery for event in found for delivery in event["deliveries"]]

    def assert_delivered(self, event_type: str | None = None, **filters: Any) -> dict[str, Any]:
        """Assert that an event reached a destination, and return its newest record; the filters are those of `records`."""
        __tracebackhide__ = True
        wanted = {"event_type": event_type} | filters if event_type else filters
        return assertions.assert_delivered(self._all, wanted)

    def _all(self, **filters: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._control("list_events", limit=INTEGER_MAX, **filters)["events"]
        return found


class RequestsClient:
    """The latest calls to AWS APIs."""

    def __init__(self, control: Callable[..., Any]) -> None:
        self._control = control

    def all(self, **filters: Any) -> list[dict[str, Any]]:
        """Return the calls that match, newest first; filters: service, operation, account, region, refused, error, since."""
        found: list[dict[str, Any]] = self._control("list_requests", limit=INTEGER_MAX, **filters)["requests"]
        return found

    def refused(self, **filters: Any) -> list[dict[str, Any]]:
        """Return the calls that were refused, newest first, each with a `hint`."""
        return self.all(refused=True, **filters)


class ConsentClient:
    """The audit trail of opt-outs and opt-ins."""

    def __init__(self, control: Callable[..., Any]) -> None:
        self._control = control

    def records(self, **filters: Any) -> list[dict[str, Any]]:
        """Return every change, oldest first; filters: number, action, cause, account, region, since, before."""
        found: list[dict[str, Any]] = self._control("list_consent", **filters)["records"]
        return found
