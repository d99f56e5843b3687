"""What users do with WhatsApp messages on their phones: edit and delete their own, react to others, read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

from emulator.control.command import command
from emulator.control.errors import InvalidArgument, NotFound
from emulator.control.parsing import FilledText, PhoneNumber, Text
from emulator.control.whatsapp import InboundView, open_number, receive_from
from emulator.messaging.state.messages import Message
from emulator.messaging.state.whatsapp import Document, WhatsAppContent
from emulator.messaging.whatsapp import sending
from emulator.services.social.service import service as social
from emulator.telecom.handsets import ARRIVED
from emulator.world import World


class ReadView(TypedDict):
    """The messages that were read now."""

    message_ids: list[str]


def _is_own(message: Message, content: WhatsAppContent) -> bool:
    return message.direction == "inbound" and content.kind not in ("edit", "revoke", "reaction") and not content.is_deleted


def _has_arrived(message: Message, content: WhatsAppContent) -> bool:
    return message.direction == "outbound" and content.kind != "reaction" and message.status in ARRIVED


def _find(
    world: World, number: str, message_id: str | None, wanted: Callable[[Message, WhatsAppContent], bool], what: str
) -> tuple[Message, WhatsAppContent]:
    """Return the newest WhatsApp message of a phone that is wanted, or the one that is named by its id or Meta's."""
    for message in reversed(world.inbox.by_handset.get(number, {}).values()):
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
