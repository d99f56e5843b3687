"""
What users do in WhatsApp: they write, send files, tap, react; what comes in opens the window.

Source: Meta, webhooks; data/message_types.json
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from emulator.messaging.context import Context
from emulator.messaging.facts import MessageAccepted, MessageChanged
from emulator.messaging.state.content import UNICODE, Content, Extras
from emulator.messaging.state.media import Media
from emulator.messaging.state.messages import Message, Origin
from emulator.messaging.state.whatsapp import (
    RECEIVED_MEDIA_LIFE,
    WINDOW,
    Document,
    WhatsAppContent,
    WhatsAppNumber,
)
from emulator.messaging.whatsapp import conversation, ids, media, pricing
from emulator.messaging.whatsapp.errors import MetaError
from emulator.messaging.whatsapp.fields import Field, check_fields, items, objects, text
from emulator.messaging.whatsapp.payloads import MEDIA_KINDS, readable_text
from emulator.telecom.numbering import country_of

PERMISSION_LIFE = timedelta(days=7)
"""How long a user's permission to call lasts, unless it is permanent. Source: Meta, "Obtain user call permissions"."""
UNSUPPORTED = {
    "code": 131051,
    "title": "Message type unknown",
    "message": "Message type unknown",
    "error_data": {"details": "Message type is currently not supported."},
}
TOO_LARGE = 131052
SYSTEM = frozenset({"system"})
"""Types that no user has written: they come without a contact and open no window."""

INBOUND_TYPES: dict[str, tuple[Field, ...]] = {
    "text": (*objects("text"), text("text.body")),
    **{kind: (*objects(kind), text(f"{kind}.data"), text(f"{kind}.mime_type")) for kind in MEDIA_KINDS},
    "location": (
        *objects("location"),
        Field("location.latitude", "number", True, -90, 90),
        Field("location.longitude", "number", True, -180, 180),
    ),
    "contacts": (items("contacts", 1, 257), *objects("contacts[].name")),
    "reaction": (*objects("reaction"), text("reaction.message_id")),
    "interactive": (*objects("interactive"), text("interactive.type")),
    "button": (*objects("button"), text("button.payload"), text("button.text")),
    "order": (*objects("order"), text("order.catalog_id"), items("order.product_items", 1, 1000)),
    "system": (*objects("system"), text("system.type")),
    "unsupported": (),
    "edit": (*objects("edit"), text("edit.original_message_id")),
    "revoke": (*objects("revoke"), text("revoke.original_message_id")),
}
"""By type: what the webhook's message needs; a file is given by its `data` (base64) and gets its id here."""
FURTHER_MEMBERS = frozenset({"context", "referral", "identity", "errors"})


def receive(ctx: Context, number: WhatsAppNumber, user: str, message: Document) -> Message:
    """
    Process a message from a user, given as the webhook shows it, but for its sender, id and time.

    Raises:
        MetaError: it is not one of the Cloud API's inbound kinds.
    """
    kind = message.get("type")
    if kind not in INBOUND_TYPES:
        raise MetaError(100, f"type must be one of {', '.join(INBOUND_TYPES)}")
    unknown = set(message) - {"type", kind} - FURTHER_MEMBERS
    if unknown:
        raise MetaError(100, f"unknown field {sorted(unknown)[0]}")
    check_fields(message, INBOUND_TYPES[kind])
    shown, files = _with_files(ctx, number, str(kind), message)
    if kind == "unsupported" and "errors" not in shown:
        shown["errors"] = [UNSUPPORTED]
    if kind == "system":
        _follow_number(number, user, shown["system"])
    else:
        _open_window(ctx, number, user, "referral" in shown)
    _note_permission(ctx, number, user, shown)
    _change_earlier(ctx, user, shown)
    return _record(ctx, number, user, shown, files)


def _with_files(ctx: Context, number: WhatsAppNumber, kind: str, message: Document) -> tuple[Document, tuple[Media, ...]]:
    """Return the message as the webhook shows it, its file stored at Meta."""
    if kind not in MEDIA_KINDS:
        return dict(message), ()
    given = dict(message[kind])
    try:
        content = base64.b64decode(given.pop("data"), validate=True)
    except ValueError as error:
        raise MetaError(100, f"{kind}.data is not base64") from error
    content_type = given.pop("mime_type")
    stored = media.store(ctx, number, content_type, content, RECEIVED_MEDIA_LIFE)
    sha256 = base64.b64encode(hashlib.sha256(content).digest()).decode()
    named = {name: given.pop(name) for name in ("caption", "filename") if name in given}
    file: Document = {**named, "mime_type": content_type, "sha256": sha256, "id": stored.media_id}
    if kind == "audio":
        file["voice"] = bool(given.pop("voice", False))
    elif kind == "sticker":
        file["animated"] = bool(given.pop("animated", False))
    if given:
        raise MetaError(100, f"unknown field {kind}.{sorted(given)[0]}")
    shown = {**message, kind: file}
    if stored.size > media.BYTES_MAX:
        shown["errors"] = [MetaError(TOO_LARGE).as_webhook()]
    return shown, (Media(stored.media_id, content_type, stored.size, content),)


def _open_window(ctx: Context, number: WhatsAppNumber, user: str, by_advertisement: bool) -> None:
    contact = number.contact(user)
    contact.window_ends = ctx.now + WINDOW
    if by_advertisement:
        contact.from_advertisement = ctx.now


def open_window(ctx: Context, number: WhatsAppNumber, user: str) -> None:
    """Open the window of a user, or start it again, as a call does."""
    _open_window(ctx, number, user, by_advertisement=False)


def _follow_number(number: WhatsAppNumber, user: str, system: Document) -> None:
    """Keep a user's window when the user changes the number."""
    if system.get("type") == "user_changed_number" and "wa_id" in system and user in number.contacts:
        number.contacts[f"+{system['wa_id']}"] = number.contacts.pop(user)


def _note_permission(ctx: Context, number: WhatsAppNumber, user: str, shown: Document) -> None:
    """Note a user's answer to a request for calls, and add when it expires."""
    interactive = shown.get("interactive")
    if not isinstance(interactive, dict) or interactive.get("type") != "call_permission_reply":
        return
    answer = interactive.get("call_permission_reply")
    if not isinstance(answer, dict):
        return
    permission = number.contact(user).calls
    permission.granted = answer.get("response") == "accept"
    permission.is_permanent = permission.granted and answer.get("is_permanent") is True
    permission.expires_at = None
    if permission.granted and not permission.is_permanent:
        permission.expires_at = ctx.now + PERMISSION_LIFE
        expires = answer.get("expiration_timestamp", int(permission.expires_at.timestamp()))
        ordered = {"response": "accept", "expiration_timestamp": expires}
        shown["interactive"] = {**interactive, "call_permission_reply": ordered | answer}


def revoke_calls(ctx: Context, number: WhatsAppNumber, user: str) -> None:
    """Revoke a user's permission to call, which Meta reports as an answer that the user has not given."""
    permission = number.contact(user).calls
    permission.granted = permission.is_permanent = False
    permission.expires_at, permission.unanswered = None, 0
    reply = {"response": "reject", "response_source": "automatic"}
    interactive = {"type": "call_permission_reply", "call_permission_reply": reply}
    _record(ctx, number, user, {"type": "interactive", "interactive": interactive}, ())


def _change_earlier(ctx: Context, user: str, shown: Document) -> None:
    """Change the message that is edited, deleted or reacted to, if it is still kept."""
    kind = shown["type"]
    if kind == "reaction":
        conversation.react(ctx, user, "user", shown["reaction"])
    if kind not in ("edit", "revoke"):
        return
    message = conversation.find(ctx, user, shown[kind]["original_message_id"])
    if message is None or message.whatsapp is None or message.direction != "inbound":
        return
    if kind == "revoke":
        message.whatsapp.is_deleted = True
    else:
        new = shown["edit"].get("message")
        message.whatsapp.edited = readable_text(new, str(new.get("type", "text"))) if isinstance(new, dict) else None
    ctx.emit(MessageChanged(message))


def profile_name(ctx: Context, user: str) -> str:
    """Return the name of a user's profile; the digits of the number if the handset has none."""
    handset = ctx.world.handsets.get(user)
    return (handset.whatsapp_name if handset is not None else None) or user.removeprefix("+")


def _record(ctx: Context, number: WhatsAppNumber, user: str, shown: Document, files: tuple[Media, ...]) -> Message:
    seeds = ctx.world.seeds
    wamid = ids.new_wamid(seeds, user.removeprefix("+"), ids.INBOUND)
    content = WhatsAppContent(wamid, number, user, str(shown["type"]), shown, profile_name=profile_name(ctx, user))
    context = shown.get("context")
    content.quoted = conversation.quote(ctx, user, context.get("id")) if isinstance(context, dict) else None
    message = Message(
        message_id=seeds.uuid("inbound", version=5),
        account=ctx.account,
        region=ctx.region,
        channel="whatsapp",
        direction="inbound",
        origin=Origin(user, "HANDSET", number.arn, "phone-number-id"),
        to=number.phone_number,
        country=country_of(user),
        content=Content(_body(shown), UNICODE, 1, Extras(files, whatsapp=content)),
        operation="ReceiveWhatsAppMessage",
        requested_at=ctx.now,
        status="RECEIVED",
        charge=pricing.inbound_charge(),
        final=True,
    )
    message.add_status("RECEIVED", ctx.now, None, True)
    ctx.store.add_message(message)
    ctx.world.inbox.add(message)
    ctx.emit(MessageAccepted(message))
    return message


def _reply_title(shown: Document) -> str:
    reply: Any = shown["interactive"].get(shown["interactive"].get("type"))
    return str(reply.get("title") or reply.get("body") or reply.get("response") or "") if isinstance(reply, dict) else ""


BODIES: dict[str, Callable[[Document], str]] = {
    "interactive": _reply_title,
    "button": lambda shown: str(shown["button"]["text"]),
    "contacts": lambda shown: ", ".join(str(each["name"].get("formatted_name", "")) for each in shown["contacts"]),
    "system": lambda shown: str(shown["system"].get("body", "")),
    "order": lambda shown: str(shown["order"].get("text", "")),
}


def _body(shown: Document) -> str:
    kind = str(shown["type"])
    return BODIES[kind](shown) if kind in BODIES else readable_text(shown, kind)


def reply_context(message: Message) -> Document:
    """Return the `context` of an answer to a message of the business."""
    content = message.whatsapp
    assert content is not None
    return {"from": content.number.digits, "id": content.wamid}
