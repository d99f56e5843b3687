"""Act as a WhatsApp user: edit and delete own messages, react to others, read them, and take calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypedDict

from emulator.control.command import command
from emulator.control.errors import InvalidArgument, NotFound
from emulator.control.parsing import FilledText, PhoneNumber, Text
from emulator.control.views import iso
from emulator.control.whatsapp import CallView, InboundView, open_number, receive_from
from emulator.messaging.receiving.inbound import stores_of
from emulator.messaging.state.messages import Message
from emulator.messaging.state.whatsapp import Document, WhatsAppCall, WhatsAppContent, WhatsAppNumber
from emulator.messaging.store import MessagingStore
from emulator.messaging.whatsapp import accounts, calls, sending
from emulator.services.social.service import service as social
from emulator.telecom.handsets import ARRIVED
from emulator.world import World


class ReadView(TypedDict):
    """The messages that were read now."""

    message_ids: list[str]


class PhoneCallView(TypedDict):
    """A call that rings or goes on; `from_user` says whether the user has called."""

    call_id: str
    status: str
    from_user: bool


class BusinessView(TypedDict):
    """A business that a phone can write to; until `window_ends` the business may write freely, null if it may not."""

    phone_number: str
    phone_number_id: str
    display_name: str
    account: str
    region: str
    window_ends: str | None
    calls: list[PhoneCallView]


class BusinessesView(TypedDict):
    """The businesses that a phone can write to."""

    businesses: list[BusinessView]


def _business_view(store: MessagingStore, row: WhatsAppNumber, user: str, now: datetime) -> BusinessView:
    contact = row.contacts.get(user)
    ends = contact.window_ends if contact is not None and row.window_is_open(user, now) else None
    going_on = [call for call in row.calls.values() if call.user == user and call.status != calls.ENDED]
    return {
        "phone_number": row.phone_number,
        "phone_number_id": row.phone_number_id,
        "display_name": row.display_phone_number_name,
        "account": store.account,
        "region": store.region,
        "window_ends": None if ends is None else iso(ends),
        "calls": [{"call_id": call.call_id, "status": call.status, "from_user": call.from_user} for call in going_on],
    }


@command("GET /handsets/{number}/whatsapp")
def list_businesses(world: World, *, number: PhoneNumber) -> BusinessesView:
    """List the businesses that a phone can write to by WhatsApp, with the window of each and the calls that go on."""
    now = world.clock.now
    found = [
        _business_view(store, row, number, now)
        for store in stores_of(world, None, None)
        for _, row in accounts.numbers_of(store)
        if row.is_registered
    ]
    return {"businesses": found}


def _is_own(message: Message, content: WhatsAppContent) -> bool:
    return message.direction == "inbound" and content.kind not in ("edit", "revoke", "reaction") and not content.is_deleted


def _has_arrived(message: Message, content: WhatsAppContent) -> bool:
    return message.direction == "outbound" and content.kind != "reaction" and message.status in ARRIVED


def _find(
    world: World, number: str, message_id: str | None, wanted: Callable[[Message, WhatsAppContent], bool], what: str
) -> tuple[Message, WhatsAppContent]:
    """Return the newest WhatsApp message of a phone that is wanted, or the one that is named by its id or Meta's."""
    for message in world.inbox.by_handset.newest_first(number):
        content = message.whatsapp
        if content is None or message_id not in (None, message.message_id, content.wamid):
            continue
        if wanted(message, content):
            return message, content
    raise NotFound(f"{number} has no WhatsApp message {'' if message_id is None else f'{message_id} '}{what}")


def _answer(world: World, number: str, content: WhatsAppContent, answer: Document) -> InboundView:
    transaction, _, row = open_number(world, content.number.phone_number_id)
    return receive_from(transaction, row, number, answer)


@command("POST /handsets/{number}/whatsapp/edit", status=201)
def edit_whatsapp(world: World, *, number: PhoneNumber, body: FilledText, message_id: Text | None = None) -> InboundView:
    """Edit a text, or the caption of a file, that the user has sent: the newest one, unless one is named."""
    _, content = _find(world, number, message_id, _is_own, "that its user has sent")
    kind = content.kind
    if kind == "text":
        new: Document = {"type": "text", "text": {"body": body}}
    elif kind in ("image", "video", "document"):
        new = {"type": kind, kind: {**content.payload[kind], "caption": body}}
    else:
        raise InvalidArgument(f"a message of the type {kind} cannot be edited", "message_id")
    edit = {"original_message_id": content.wamid, "message": new}
    return _answer(world, number, content, {"type": "edit", "edit": edit})


@command("POST /handsets/{number}/whatsapp/delete", status=201)
def delete_whatsapp(world: World, *, number: PhoneNumber, message_id: Text | None = None) -> InboundView:
    """Delete for everyone a message that the user has sent: the newest one, unless one is named."""
    _, content = _find(world, number, message_id, _is_own, "that its user has sent")
    return _answer(world, number, content, {"type": "revoke", "revoke": {"original_message_id": content.wamid}})


@command("POST /handsets/{number}/whatsapp/react", status=201)
def react_by_whatsapp(world: World, *, number: PhoneNumber, emoji: Text, message_id: Text | None = None) -> InboundView:
    """React to a message of a business, the newest one unless one is named; an empty `emoji` takes the reaction back."""
    _, content = _find(world, number, message_id, _has_arrived, "of a business")
    reaction = {"message_id": content.wamid, **({"emoji": emoji} if emoji else {})}
    return _answer(world, number, content, {"type": "reaction", "reaction": reaction})


@command("POST /handsets/{number}/whatsapp/read")
def read_whatsapp(world: World, *, number: PhoneNumber, message_id: Text | None = None) -> ReadView:
    """Read what businesses have sent by WhatsApp: all that has arrived and was not read, or one message."""
    if message_id is not None:
        found = [_find(world, number, message_id, _has_arrived, "of a business")[0]]
    else:
        found = [message for message in world.inbox.arrived(number) if message.channel == "whatsapp"]
    unread = [message for message in found if message.status == "DELIVERED"]
    for message in unread:
        with world.transaction(social, message.account, message.region) as ctx:
            sending.read(ctx, message)
    return {"message_ids": [message.message_id for message in unread]}


def _find_call(world: World, user: str, call_id: str | None, *, rings: bool) -> tuple[WhatsAppNumber, WhatsAppCall]:
    """Return the newest call of a user that goes on, or the one that is named; `rings` takes only those to be answered."""
    numbers = [row for store in stores_of(world, None, None) for _, row in accounts.numbers_of(store)]
    found = [
        (row, call)
        for row in numbers
        for call in row.calls.values()
        if call.user == user and call.status != calls.ENDED and call_id in (None, call.call_id)
        if not rings or (call.status == calls.RINGING and not call.from_user)
    ]
    if not found:
        which = "" if call_id is None else f" {call_id}"
        raise NotFound(f"{user} has no WhatsApp call{which} that {'rings' if rings else 'goes on'}")
    return max(found, key=lambda pair: pair[1].started_at)


@command("POST /handsets/{number}/whatsapp-calls/answer")
def answer_whatsapp_call(world: World, *, number: PhoneNumber, call_id: Text | None = None) -> CallView:
    """Answer a call of a business that rings: the newest one, unless one is named."""
    row, call = _find_call(world, number, call_id, rings=True)
    transaction, account, row = open_number(world, row.phone_number_id)
    with transaction as ctx:
        calls.answer(ctx, account, row, call)
    return {"call_id": call.call_id, "status": call.status}


@command("POST /handsets/{number}/whatsapp-calls/hangup")
def hang_up_whatsapp_call(world: World, *, number: PhoneNumber, call_id: Text | None = None) -> CallView:
    """End a WhatsApp call as its user, or decline one that rings: the newest one, unless one is named."""
    row, call = _find_call(world, number, call_id, rings=False)
    transaction, account, row = open_number(world, row.phone_number_id)
    with transaction as ctx:
        calls.hang_up(ctx, account, row, call)
    return {"call_id": call.call_id, "status": call.status}
