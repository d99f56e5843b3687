"""What the messages of a conversation have to do with each other: answers quote, reactions stand below."""

from __future__ import annotations

from emulator.messaging.context import Context
from emulator.messaging.facts import MessageChanged
from emulator.messaging.state.messages import Message
from emulator.messaging.state.whatsapp import Document

QUOTED_MAX = 200
"""Characters of a quoted message that are kept. A limit of the emulator."""


def find(ctx: Context, user: str, wamid: object) -> Message | None:
    """Return the message between a user and any business that has this id of Meta; None if it is not kept."""
    for message in ctx.world.inbox.by_handset.newest_first(user):
        if message.whatsapp is not None and message.whatsapp.wamid == wamid:
            return message
    return None


def quote(ctx: Context, user: str, wamid: object) -> Document | None:
    """Return what an answer shows of the message that it answers: its id, direction, type and text."""
    found = find(ctx, user, wamid) if wamid else None
    if found is None or found.whatsapp is None:
        return None
    text = found.whatsapp.edited or found.body
    return {
        "message_id": found.message_id,
        "direction": found.direction,
        "type": found.whatsapp.kind,
        "body": text[:QUOTED_MAX],
    }


def react(ctx: Context, user: str, by: str, reaction: Document) -> None:
    """Put a reaction of the `business` or the `user` below its message; one without an emoji is taken back."""
    found = find(ctx, user, reaction.get("message_id"))
    if found is None or found.whatsapp is None:
        return
    emoji = reaction.get("emoji")
    if isinstance(emoji, str) and emoji:
        found.whatsapp.reactions[by] = emoji
    else:
        found.whatsapp.reactions.pop(by, None)
    ctx.emit(MessageChanged(found))
