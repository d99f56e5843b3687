"""Assertions about what was sent and reported; their errors say what was expected, and list what there is instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emulator.messaging.state.messages import Message

LISTED_MAX = 10
"""How many messages or events an error lists: the newest."""


def assert_sent(search: Callable[..., list[Message]], count: int | None, filters: Mapping[str, Any]) -> Message:
    """
    Assert that messages that match were sent, and return the newest.

    Args:
        search: returns the messages that match filters, oldest first.
        count: how many there must be; None for at least one.
        filters: what they must match.

    Raises:
        AssertionError: there are none, or another number of them; the error lists what was sent.
    """
    __tracebackhide__ = True
    found = search(**{"direction": "outbound", **filters})
    if found and count in (None, len(found)):
        return found[-1]
    wanted = "a message" if count is None else f"{count} message{'' if count == 1 else 's'}"
    but = f"{len(found)} match" if found else "none matches"
    sent = search(direction="outbound")
    seen = f"sent were:{_listed(map(repr, sent))}" if sent else "nothing was sent"
    raise AssertionError(f"expected {wanted} with {_shown(filters)}, but {but}; {seen}")


def assert_nothing_sent(search: Callable[..., list[Message]], filters: Mapping[str, Any]) -> None:
    """
    Assert that no message that matches was sent.

    Raises:
        AssertionError: there is one; the error lists them.
    """
    __tracebackhide__ = True
    found = search(**{"direction": "outbound", **filters})
    if found:
        raise AssertionError(f"expected no message, but {len(found)} match:{_listed(map(repr, found))}")


def assert_delivered(search: Callable[..., list[dict[str, Any]]], filters: Mapping[str, Any]) -> dict[str, Any]:
    """
    Assert that an event reached a destination, and return its newest record.

    Raises:
        AssertionError: none has; the error lists the events that match, or all, and where they are.
    """
    __tracebackhide__ = True
    found = search(**filters)
    for event in reversed(found):
        if any(each["status"] == "DELIVERED" for each in event["deliveries"]):
            record: dict[str, Any] = event["record"]
            return record
    rows = found or search()
    seen = (f"{e['event_type']} {e['message_id']}: {_fate(e['deliveries'])}" for e in rows)
    which = "those that match are" if found else "none was made; made were" if rows else "no event was made"
    raise AssertionError(f"expected a delivered event with {_shown(filters)}, but {which}:{_listed(seen)}")


def _shown(filters: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in filters.items()) or "anything"


def _fate(deliveries: list[dict[str, Any]]) -> str:
    """Say what became of the deliveries of an event."""
    shown = (f"{each['destination']} {each['status']} {each['error'] or ''}".rstrip() for each in deliveries)
    return ", ".join(shown) or "no destination matches it"


def _listed(lines: Any) -> str:
    rows = list(lines)
    more = [f"… {len(rows) - LISTED_MAX} more"] if len(rows) > LISTED_MAX else []
    return "".join(f"\n  {row}" for row in (*more, *rows[-LISTED_MAX:]))
