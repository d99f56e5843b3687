"""Handsets and their users: what they received, what they write, how they behave."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any, TypedDict

from emulator.control import calls, whatsapp
from emulator.control.command import command
from emulator.control.errors import InvalidArgument, NotFound
from emulator.control.parsing import (
    ROWS_LIMIT,
    Account,
    AnyNumber,
    FilledText,
    Flag,
    Identity,
    Limit,
    OptionalText,
    Parser,
    PhoneNumber,
    Region,
    Seconds,
    Text,
    choice,
    parse_choice,
    parse_phone_number,
    quoted,
)
from emulator.control.search import is_failed
from emulator.control.views import HandsetView, MessageView, handset_view, message_view
from emulator.engine import Engine
from emulator.messaging.receiving import inbound
from emulator.messaging.receiving.texts import Received
from emulator.messaging.state.messages import Message
from emulator.telecom.carriers import ALL_OUTCOMES, ANSWERS, WAIT
from emulator.telecom.handsets import Handset
from emulator.world import World


def _outcome(value: Any, name: str) -> str | None:
    return None if value is None else parse_choice(value, ALL_OUTCOMES, name)


def _no_media(value: Any, name: str) -> None:
    if value:
        raise InvalidArgument("a handset cannot send media: AWS does not support two-way MMS", name)


def _numbers(value: Any, name: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise InvalidArgument(f"{name} must be a list of phone numbers, not {quoted(value)}", name)
    return tuple(parse_phone_number(number, name) for number in value)


class Behaviour(TypedDict, total=False):
    """The settings that a handset has."""

    outcome: Annotated[str | None, Parser(_outcome, {"enum": [*sorted(ALL_OUTCOMES), None]})]
    description: OptionalText
    delay_seconds: Seconds
    answers: Annotated[str, choice(*ANSWERS, WAIT)]
    presses: Annotated[tuple[str, ...], Parser(calls.parse_each_digits, {"type": "array", "items": calls.DIGITS_SCHEMA})]
    says: OptionalText
    carrier: OptionalText
    rcs: Flag
    reads_rcs: Flag
    whatsapp: Flag
    reads_whatsapp: Flag
    whatsapp_name: OptionalText
    whatsapp_marketing: Flag
    whatsapp_error: whatsapp.ErrorCode
    whatsapp_blocks: Annotated[tuple[str, ...], Parser(_numbers, {"type": "array", "items": {"type": "string"}})]


class HandsetRow(TypedDict):
    """A handset with its newest message, how many messages to it are unread, and how many of those have failed."""

    number: str
    last: MessageView
    unread: int
    failed: int


class HandsetPage(TypedDict):
    """Handsets, and the cursor for the next page."""

    handsets: list[HandsetRow]
    next: str | None


class MarkedRead(TypedDict):
    """How many messages were unread."""

    read: int


class Conversation(TypedDict):
    """Messages of a handset, oldest first, and the cursor for the previous page."""

    messages: list[MessageView]
    previous: str | None


class ReceivedView(TypedDict):
    """The result of a text from a handset."""

    inbound_message_id: str
    keyword: str | None
    action: str | None
    reply: str | None


def received_view(received: Received) -> ReceivedView:
    """Return the result of a text from a handset."""
    return {
        "inbound_message_id": received.inbound_message_id,
        "keyword": received.keyword,
        "action": received.action,
        "reply": received.reply,
    }


@command("GET /handsets", unlocked=True)
def list_handsets(
    engine: Engine, *, contains: Text | None = None, limit: Limit = ROWS_LIMIT, after: AnyNumber | None = None
) -> HandsetPage:
    """
    List the handsets that have messages, latest message first, each with its newest one.

    With `contains`, list only those with a message that has the text in its body, numbers, status or id, ignoring case.
    `after` is the cursor of the previous page.
    """
    newest: dict[str, Message] = {}
    numbers: list[str] = []
    is_reached = after is None
    # The world is locked only while references are copied: there may be many messages, and requests should not wait.
    for message in reversed(engine.look(lambda world: list(world.inbox.messages.values()))):
        number = message.to if message.direction == "outbound" else message.sender
        if number in newest or (contains and not _mentions(message, contains.casefold())):
            continue
        newest[number] = message
        if is_reached:
            numbers.append(number)
        is_reached = is_reached or number == after
        if len(numbers) > limit:
            break
    if not is_reached:
        raise InvalidArgument(f"unknown cursor {quoted(after)}", "after")
    page = numbers[:limit]
    return {
        "handsets": engine.look(lambda world: [_row(world, number, newest[number]) for number in page]),
        "next": page[-1] if len(numbers) > limit else None,
    }


def _row(world: World, number: str, last: Message) -> HandsetRow:
    unread = world.inbox.unread.of(number)
    failed = sum(is_failed(message) for message in unread)
    return {"number": number, "last": message_view(last), "unread": len(unread), "failed": failed}


def _mentions(message: Message, text: str) -> bool:
    fields = (message.body, message.to, message.sender, message.status, message.message_id)
    return any(text in field.casefold() for field in fields)


@command("GET /handsets/{number}/messages")
def show_conversation(
    world: World, *, number: AnyNumber, limit: Limit = ROWS_LIMIT, before: Text | None = None
) -> Conversation:
    """Show the messages to and from a handset, oldest first: the newest page, or the one `before` a message."""
    newest_first = world.inbox.by_handset.newest_first(number)
    if before is not None and not any(message.message_id == before for message in newest_first):
        raise InvalidArgument(f"unknown cursor {quoted(before)}", "before")
    page = list(islice(newest_first, limit + 1))
    shown = page[:limit][::-1]
    return {
        "messages": [message_view(message) for message in shown],
        "previous": shown[0].message_id if len(page) > limit else None,
    }


@command("POST /handsets/{number}/read")
def mark_read(engine: Engine, *, number: AnyNumber) -> MarkedRead:
    """Mark the messages to a handset as read: they no longer count as unread on the page."""
    count = engine.world.inbox.mark_read(number)
    if count:
        engine.publish_to_stream("read", {"number": number})
    return {"read": count}


@command("POST /handsets/{number}/messages", status=201)
def receive_message(
    world: World,
    *,
    number: PhoneNumber,
    body: FilledText,
    to: Identity | None = None,
    media: Annotated[Any, Parser(_no_media, {})] = None,
    account: Account | None = None,
    region: Region | None = None,
) -> ReceivedView:
    """Send a text from a handset to a number, short code or agent of an account; to the latest sender by default."""
    target = to or world.inbox.last_sender_to(number)
    if target is None:
        raise InvalidArgument(f"nothing was sent to {number} yet; name the number to write to as `to`", "to")
    received = inbound.deliver_inbound(world, number, target, body, account=account, region=region)
    if received is None:
        owner = "no account" if account is None else f"account {account}"
        raise NotFound(
            f"{owner} has the number {target}" if account is None else f"{owner} does not have the number {target}"
        )
    return received_view(received)


@command("GET /handsets/{number}")
def show_handset(world: World, *, number: PhoneNumber) -> HandsetView:
    """Show how a handset behaves."""
    return handset_view(world.handsets.get(number) or Handset(number))


@command("PUT /handsets/{number}", fields=Behaviour)
def change_handset(world: World, *, number: PhoneNumber, **behaviour: Any) -> HandsetView:
    """Change how a handset behaves; fields that are left out keep their value."""
    old = world.handsets.get(number) or Handset(number)
    fields = {name: getattr(old, name) for name in Handset.__dataclass_fields__}
    for name, value in behaviour.items():
        fields["delay" if name == "delay_seconds" else name] = value
    world.handsets[number] = Handset(**fields)
    if old.whatsapp_marketing != fields["whatsapp_marketing"]:
        whatsapp.report_marketing(world, number, accepts=fields["whatsapp_marketing"])
    return handset_view(world.handsets[number])


@command()
def list_arrived(world: World, *, number: PhoneNumber) -> list[Message]:
    """Return the messages that have reached a handset, oldest first."""
    return list(world.inbox.arrived(number))
