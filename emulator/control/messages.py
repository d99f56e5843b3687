"""The inbox: search, show, await and delete the messages of all accounts."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from itertools import islice
from typing import Annotated, Any, TypedDict

from emulator.control.command import File, command
from emulator.control.errors import InvalidArgument, NotFound, WaitTimeout
from emulator.control.events import EventRow, events_of
from emulator.control.parsing import (
    ROWS_LIMIT,
    Account,
    AnyNumber,
    Channel,
    Count,
    Direction,
    Limit,
    Parser,
    Region,
    Text,
    Time,
    parse_choice,
    parse_number,
    quoted,
)
from emulator.control.views import MessageView, message_view
from emulator.engine import Engine
from emulator.messaging.event_types import event_types
from emulator.messaging.state.messages import Message
from emulator.telecom.handsets import MessageFilter
from emulator.world import World

WAIT_SECONDS = 5.0
WAIT_SECONDS_MAX = 300
WAIT_STEP_SECONDS = 0.05
"""How often a waiting call checks again; a change wakes it at once."""
CODE = r"\d{4,8}"
"""The pattern of a one-time code."""


def _parse_wait(value: Any, name: str) -> float:
    """Parse a number of seconds, which a query has as text."""
    with suppress(TypeError, ValueError):
        value = float(value) if isinstance(value, str) else value
    return parse_number(value, name, WAIT_SECONDS_MAX)


WaitSeconds = Annotated[float, Parser(_parse_wait, {"type": "number", "minimum": 0, "maximum": WAIT_SECONDS_MAX})]


@cache
def _statuses() -> frozenset[str]:
    described = {entry["status"] for entry in event_types().values()}
    return frozenset({"ACCEPTED", "RECEIVED", "PLAYED"} | described - {None})


Status = Annotated[str, Parser(lambda value, name: parse_choice(value, _statuses(), name), {"type": "string"})]

MessageFilters = TypedDict(
    "MessageFilters",
    {
        "to": AnyNumber,
        "from": AnyNumber,
        "channel": Channel,
        "direction": Direction,
        "status": Status,
        "message_id": Text,
        "contains": Text,
        "since": Time,
        "before": Time,
        "digits": Text,
        "account": Account,
        "region": Region,
    },
    total=False,
)


class MessagePage(TypedDict):
    """Messages, newest last, and the cursor for the next page."""

    messages: list[MessageView]
    next: str | None


class MessageList(TypedDict):
    """Messages, newest last."""

    messages: list[MessageView]


class MessageDetails(MessageView, total=False):
    """A message with its event records."""

    events: list[EventRow]


class CodeFound(TypedDict):
    """A one-time code, and the message that it is in."""

    code: str
    message_id: str
    body: str


class Deleted(TypedDict):
    """How many were deleted."""

    deleted: int


def _filter(filters: dict[str, Any]) -> MessageFilter:
    names = {"from": "sender"}
    return MessageFilter(**{names.get(name, name): value for name, value in filters.items()})


@command(fields=MessageFilters)
def find_messages(world: World, *, after: Text | None = None, limit: Count | None = None, **filters: Any) -> list[Message]:
    """Return the messages that match, oldest first, the first `limit` of them; with `after`, only those after that one."""
    return list(islice(_search(world, after, filters), limit))


def _search(world: World, after: str | None, filters: dict[str, Any]) -> Iterator[Message]:
    if after is not None and after not in world.inbox.messages:
        raise InvalidArgument(f"unknown cursor {quoted(after)}", "after")
    return world.inbox.search(_filter(filters), after=after)


@command("GET /messages", fields=MessageFilters, unlocked=True)
def search_messages(engine: Engine, *, limit: Limit = ROWS_LIMIT, after: Text | None = None, **filters: Any) -> MessagePage:
    """Search the messages of all accounts; `after` is the cursor of the previous page."""
    # The world is locked only while references are copied: there may be many messages, and requests should not wait.
    found = list(islice(engine.look(lambda world: _search(world, after, filters)), limit + 1))
    page = found[:limit]
    return {
        "messages": [message_view(message) for message in page],
        "next": page[-1].message_id if len(found) > limit else None,
    }


@command("GET /messages/{message_id}")
def show_message(world: World, *, message_id: Text) -> MessageDetails:
    """Show one message, with its event records."""
    message = world.inbox.messages.get(message_id)
    if message is None:
        raise NotFound(f"no message {message_id}")
    details: Any = message_view(message) | {"events": events_of(world, message) if message.channel != "push" else []}
    shown: MessageDetails = details
    return shown


@command("GET /messages/wait", fields=MessageFilters, unlocked=True)
def wait_for_messages(
    engine: Engine,
    *,
    count: Limit = 1,
    timeout: WaitSeconds = WAIT_SECONDS,
    after: Text | None = None,
    **filters: Any,
) -> MessageList:
    """Wait until `count` messages match, for at most `timeout` seconds; 408 if there are fewer by then."""
    return {
        "messages": [
            message_view(message) for message in await_messages(engine, count=count, timeout=timeout, after=after, **filters)
        ]
    }


@command(fields=MessageFilters, unlocked=True)
def await_messages(
    engine: Engine, *, count: Limit = 1, timeout: WaitSeconds = 0.0, after: Text | None = None, **filters: Any
) -> list[Message]:
    """
    Return the first `count` messages that match, as soon as there are that many.

    `timeout` is in seconds of the wall clock, for messages that another thread has yet to send.

    Raises:
        WaitTimeout: there are fewer; the error lists the newest messages.
    """
    # No state depends on this clock, only when to give up.
    deadline = time.monotonic() + timeout
    while True:
        found = engine.control(lambda: find_messages(engine.world, after=after, **filters))
        if len(found) >= count:
            return found[:count]
        left = deadline - time.monotonic()
        if left <= 0 or engine.closing.is_set():
            break
        with engine.lock:
            engine.waiting += 1
            try:
                engine.changed.wait(min(left, WAIT_STEP_SECONDS))
            finally:
                engine.waiting -= 1
    wanted = ", ".join(f"{name}={value!r}" for name, value in filters.items()) or "anything"
    newest = engine.control(lambda: find_messages(engine.world))[-5:]
    held = [f"{m.sender} -> {m.to} {m.status}: {m.body!r}" for m in newest]
    raise WaitTimeout(f"{len(found)} of {count} messages with {wanted}; the inbox holds {held or 'nothing'}")


def code_in(message: Message, pattern: str) -> str | None:
    """Return the code in a message: the one that was made for it, whatever its characters, unless a pattern is given."""
    if pattern == CODE and message.code is not None:
        return message.code
    found = re.search(pattern, message.body)
    return found.group(0) if found else None


@command()
def find_code(world: World, *, to: AnyNumber, pattern: Text = CODE) -> str:
    """
    Return the newest one-time code that was sent to this number.

    Raises:
        NotFound: no message to it contains one.
    """
    for message in reversed(find_messages(world, to=to, direction="outbound")):
        code = code_in(message, pattern)
        if code is not None:
            return code
    raise NotFound(f"no message to {to} contains a code matching {pattern}")


@command("GET /messages/code", unlocked=True)
def wait_for_code(
    engine: Engine,
    *,
    to: AnyNumber,
    pattern: Text = CODE,
    timeout: WaitSeconds = WAIT_SECONDS,
    after: Text | None = None,
) -> CodeFound:
    """
    Wait until a message with a one-time code has been sent to this number, and return the newest code.

    `after` is the id of a message: only those after it count.
    """
    try:
        re.compile(pattern)
    except re.error as error:
        raise InvalidArgument(f"pattern must be a regular expression, not {quoted(pattern)}: {error}", "pattern") from error
    # No state depends on this clock, only when to give up.
    deadline = time.monotonic() + timeout
    filters: dict[str, Any] = {"to": to, "direction": "outbound", "after": after}
    while True:
        sent = engine.control(lambda: find_messages(engine.world, **filters))
        for message in reversed(sent):
            code = code_in(message, pattern)
            if code is not None:
                return {"code": code, "message_id": message.message_id, "body": message.body}
        left = max(0.0, deadline - time.monotonic())
        await_messages(engine, count=len(sent) + 1, timeout=left, **filters)


@command("GET /media/{message_id}/{place}")
def show_media(world: World, *, message_id: Text, place: Count) -> File:
    """Fetch a file that was part of a message."""
    message = world.inbox.messages.get(message_id)
    files = () if message is None else message.media
    if place >= len(files):
        raise NotFound(f"no file {place} in message {message_id}")
    return File(files[place].content, files[place].content_type)


@command("DELETE /messages", fields=MessageFilters)
def delete_messages(engine: Engine, **filters: Any) -> Deleted:
    """Delete the messages that match, or all, from the inbox; what was reported and charged remains."""
    found = find_messages(engine.world, **filters)
    for message in found:
        engine.world.inbox.remove(message)
    engine.publish_to_stream("deleted", {"deleted": len(found)})
    return {"deleted": len(found)}
