"""The inbox as the tester asks for it: the messages of all accounts, searched, shown and deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from emulator.services.sms_voice_v2.settings import load_data
from emulator.services.sms_voice_v2.state.media import Media
from emulator.services.sms_voice_v2.state.messages import Message
from emulator.telecom.handsets import MessageFilter
from emulator.tester.errors import BadCommand, UnknownThing
from emulator.tester.events import list_events
from emulator.tester.readers import CHANNELS, ROWS_LIMIT, any_number, check_scope, one_of, quoted, read_time, whole
from emulator.tester.views import message_view

if TYPE_CHECKING:
    from emulator.engine import Emulator

FILTER_NAMES = {"from": "sender", "from_": "sender"}
FILTERS = tuple("from" if name == "sender" else name for name in MessageFilter.__dataclass_fields__)


@cache
def _statuses() -> frozenset[str]:
    described = {entry["status"] for entry in load_data("event_types.json")["event_types"].values()}
    return frozenset({"ACCEPTED", "RECEIVED"} | described - {None})


CHOICES: dict[str, Callable[[], Iterable[str]]] = {
    "channel": lambda: CHANNELS,
    "direction": lambda: ("inbound", "outbound"),
    "status": _statuses,
}
"""Filters that know what they may be asked for, so that a typo is told and not waited for."""


def read_filter(filters: Mapping[str, Any]) -> MessageFilter:
    """A filter by the control API's names; numbers may lack their plus, as URLs lose it."""
    members: dict[str, Any] = {}
    for name, value in filters.items():
        if name not in (*FILTERS, "from_"):
            raise BadCommand(f"there is no filter {name}; there are {', '.join(FILTERS)}", name)
        member = FILTER_NAMES.get(name, name)
        if member in ("since", "before"):
            value = read_time(value, name)
        elif member in ("to", "sender"):
            value = any_number(value)
        elif member in CHOICES:
            value = one_of(value, CHOICES[member](), name)
        elif member in ("account", "region"):
            check_scope(**{member: value})
        members[member] = value
    return MessageFilter(**members)


def find_messages(emulator: Emulator, /, *, after: Any = None, **filters: Any) -> list[Message]:
    """The messages that fit, oldest first; `after` leaves out all up to that message."""
    inbox = emulator.world.inbox
    found: list[Message] = list(inbox.search(read_filter(filters)))  # type: ignore[arg-type]
    if after is None:
        return found
    ids = list(inbox.messages)
    if after not in inbox.messages:
        raise BadCommand(f"there is no message {quoted(after)} to go on after", "after")
    later = set(ids[ids.index(after) + 1 :])
    return [message for message in found if message.message_id in later]


def search_messages(emulator: Emulator, /, *, limit: Any = ROWS_LIMIT, after: Any = None, **filters: Any) -> dict[str, Any]:
    """A page of messages; `after` is the cursor of the page before."""
    count = whole(limit, "limit", 1)
    found = find_messages(emulator, after=after, **filters)
    page = found[:count]
    return {
        "messages": [message_view(message) for message in page],
        "next": page[-1].message_id if len(found) > count else None,
    }


def show_message(emulator: Emulator, *, message_id: str) -> dict[str, Any]:
    """One message, with the event records made of it."""
    message = emulator.world.inbox.messages.get(message_id)
    if message is None:
        raise UnknownThing(f"no message {message_id}")
    events = list_events(emulator, message_id=message_id, limit=1000)["events"]
    return message_view(message) | {"events": events}  # type: ignore[arg-type]


def show_media(emulator: Emulator, *, message_id: str, place: Any) -> Media:
    """A file that a message carried."""
    message = emulator.world.inbox.messages.get(message_id)
    files: tuple[Media, ...] = getattr(message, "media", ())
    if whole(place, "place") >= len(files):
        raise UnknownThing(f"no file {place} in a message {message_id}")
    return files[whole(place, "place")]


def delete_messages(emulator: Emulator, /, **filters: Any) -> dict[str, int]:
    """Empty the inbox, or take out of it what fits."""
    found = find_messages(emulator, **filters)
    for message in found:
        emulator.world.inbox.remove(message)
    emulator.tell("deleted", {"deleted": len(found)})
    return {"deleted": len(found)}


COMMANDS: tuple[Callable[..., Any], ...] = (
    find_messages,
    search_messages,
    show_message,
    show_media,
    delete_messages,
)
