"""
What Meta asks of a message: its type, the fields of each type, and their limits.

AWS passes a message on as it is; whatever is wrong with it comes back as a failed status, never as an error of the call.
Sources: data/message_types.json; Meta, send messages
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from emulator.kernel.tables import load_table
from emulator.messaging.state.whatsapp import Document
from emulator.messaging.whatsapp.errors import MetaError
from emulator.messaging.whatsapp.fields import (
    BAD_VALUE,
    INVALID,
    MISSING,
    Field,
    check_fields,
    items,
    objects,
    optional,
    text,
)

UNSUPPORTED_TYPE = 131051
MEDIA_KINDS = ("image", "audio", "video", "document", "sticker")
CAPTIONED = frozenset({"image", "video", "document"})
CAPTION_MAX = 1024
HEADER_MAX = FOOTER_MAX = 60
LIST_ROWS_MAX = 10
PRODUCTS_MAX = 30
CALLBACK_DATA_MAX = 512
NAME_PARTS = ("first_name", "last_name", "middle_name", "prefix", "suffix")


@cache
def message_types() -> dict[str, Any]:
    """Return the kinds of outbound messages by name, such as `text` or `interactive.button`."""
    return {row["name"]: row for row in load_table("messaging/whatsapp/data/message_types.json")["types"]}


COMMON = (
    text("messaging_product", choices=("whatsapp",)),
    optional("recipient_type", choices=("individual", "group")),
    optional("type"),
    optional("biz_opaque_callback_data", CALLBACK_DATA_MAX),
    optional("recipient_identity_key_hash"),
    Field("context", "object"),
    text("context.message_id"),
)


def _media(kind: str) -> tuple[Field, ...]:
    caption = (optional(f"{kind}.caption", CAPTION_MAX),) if kind in CAPTIONED else ()
    return (*objects(kind), optional(f"{kind}.id"), optional(f"{kind}.link"), *caption)


TYPES: dict[str, tuple[Field, ...]] = {
    "text": (*objects("text"), text("text.body", 4096), Field("text.preview_url", "flag")),
    "image": _media("image"),
    "audio": (*_media("audio"), Field("audio.voice", "flag")),
    "video": _media("video"),
    "document": (*_media("document"), optional("document.filename")),
    "sticker": _media("sticker"),
    "location": (
        *objects("location"),
        Field("location.latitude", "number", True, -90, 90),
        Field("location.longitude", "number", True, -180, 180),
        optional("location.name"),
        optional("location.address"),
    ),
    "contacts": (
        items("contacts", 1, 257),
        *objects("contacts[].name"),
        text("contacts[].name.formatted_name"),
    ),
    "reaction": (*objects("reaction"), text("reaction.message_id"), text("reaction.emoji", least=0)),
    "interactive": (*objects("interactive"), text("interactive.type")),
    "template": (
        *objects("template"),
        text("template.name", 512),
        *objects("template.language"),
        text("template.language.code"),
        optional("template.language.policy", choices=("deterministic",)),
        Field("template.components", "list"),
    ),
}
"""By type: its fields, in the order in which they are checked."""

BODY = (*objects("interactive.body"), text("interactive.body.text", 1024))
FOOTER = (Field("interactive.footer", "object"), text("interactive.footer.text", FOOTER_MAX))
ACTION = objects("interactive.action")
PARAMETERS = objects("interactive.action.parameters")


def _named(name: str) -> Field:
    return text("interactive.action.name", choices=(name,))


INTERACTIVE: dict[str, tuple[Field, ...]] = {
    "button": (
        *BODY,
        *FOOTER,
        *ACTION,
        items("interactive.action.buttons", 1, 3),
        text("interactive.action.buttons[].type", choices=("reply",)),
        *objects("interactive.action.buttons[].reply"),
        text("interactive.action.buttons[].reply.id", 256),
        text("interactive.action.buttons[].reply.title", 20),
    ),
    "list": (
        *objects("interactive.body"),
        text("interactive.body.text", 4096),
        *FOOTER,
        *ACTION,
        text("interactive.action.button", 20),
        items("interactive.action.sections", 1, 10),
        optional("interactive.action.sections[].title", 24),
        items("interactive.action.sections[].rows", 1, LIST_ROWS_MAX),
        text("interactive.action.sections[].rows[].id", 200),
        text("interactive.action.sections[].rows[].title", 24),
        optional("interactive.action.sections[].rows[].description", 72),
    ),
    "cta_url": (
        *BODY,
        *FOOTER,
        *ACTION,
        _named("cta_url"),
        *PARAMETERS,
        text("interactive.action.parameters.display_text", 20),
        text("interactive.action.parameters.url", 2000),
    ),
    "location_request_message": (*BODY, *ACTION, _named("send_location")),
    "flow": (
        *BODY,
        *FOOTER,
        *ACTION,
        _named("flow"),
        *PARAMETERS,
        text("interactive.action.parameters.flow_message_version", choices=("3",)),
        text("interactive.action.parameters.flow_cta", 30),
        optional("interactive.action.parameters.flow_id"),
        optional("interactive.action.parameters.flow_name"),
        optional("interactive.action.parameters.flow_token"),
        optional("interactive.action.parameters.mode", choices=("draft", "published")),
        optional("interactive.action.parameters.flow_action", choices=("navigate", "data_exchange")),
        Field("interactive.action.parameters.flow_action_payload", "object"),
    ),
    "product": (
        *FOOTER,
        *ACTION,
        text("interactive.action.catalog_id"),
        text("interactive.action.product_retailer_id"),
    ),
    "product_list": (
        *objects("interactive.header"),
        *BODY,
        *FOOTER,
        *ACTION,
        text("interactive.action.catalog_id"),
        items("interactive.action.sections", 1, 10),
        optional("interactive.action.sections[].title", 24),
        items("interactive.action.sections[].product_items", 1, PRODUCTS_MAX),
        text("interactive.action.sections[].product_items[].product_retailer_id"),
    ),
    "catalog_message": (*BODY, *FOOTER, *ACTION, _named("catalog_message")),
    "voice_call": (
        *BODY,
        *ACTION,
        _named("voice_call"),
        Field("interactive.action.parameters", "object"),
        optional("interactive.action.parameters.display_text", 20),
        Field("interactive.action.parameters.ttl_minutes", "number", False, 1, 43200),
    ),
    "call_permission_request": (*ACTION, _named("call_permission_request")),
    "address_message": (
        *BODY,
        *ACTION,
        _named("address_message"),
        *PARAMETERS,
        text("interactive.action.parameters.country", choices=("IN",)),
    ),
    "carousel": (
        *BODY,
        *ACTION,
        items("interactive.action.cards", 2, 10),
        *objects("interactive.action.cards[].header"),
        text("interactive.action.cards[].header.type", choices=("image", "video")),
        text("interactive.action.cards[].body.text", 160),
        *objects("interactive.action.cards[].action"),
    ),
}
"""By type of interactive message: its fields."""
HEADERS: dict[str, tuple[str, ...]] = {
    "button": ("text", "image", "video", "document"),
    "cta_url": ("text", "image", "video", "document"),
    "flow": ("text", "image", "video", "document"),
    "list": ("text",),
    "product_list": ("text",),
}
"""By type of interactive message: the headers that it may have."""


def check_payload(payload: Document) -> str:
    """
    Check a message, and return its kind: the type, with that of an interactive message behind a dot.

    Raises:
        MetaError: what Meta would refuse it for: 100, 131008, 131009 or 131051.
    """
    check_fields(payload, COMMON)
    kind = payload.get("type", "text")
    if kind not in TYPES:
        raise MetaError(UNSUPPORTED_TYPE, f"Unsupported message type: {kind}")
    check_fields(payload, TYPES[kind])
    if kind in MEDIA_KINDS:
        _check_media(payload[kind], kind)
    further = FURTHER.get(kind)
    if further is not None:
        further(payload)
    return f"interactive.{payload['interactive']['type']}" if kind == "interactive" else str(kind)


def _check_media(media: Document, place: str) -> None:
    has_id, has_link = bool(media.get("id")), bool(media.get("link"))
    if not has_id and not has_link:
        raise MetaError(MISSING, f"Either {place}.id or {place}.link is required.")
    if has_id and has_link:
        raise MetaError(INVALID, f"Only one of {place}.id and {place}.link is allowed.")
    if has_link and not str(media["link"]).startswith(("http://", "https://")):
        raise MetaError(BAD_VALUE, f"Param {place}.link is not a valid URL.")
    if place not in CAPTIONED and "caption" in media:
        raise MetaError(INVALID, f"Param {place}.caption is not allowed.")


def _check_contacts(payload: Document) -> None:
    for index, contact in enumerate(payload["contacts"]):
        if not any(contact["name"].get(part) for part in NAME_PARTS):
            raise MetaError(MISSING, f"contacts[{index}].name needs one of {', '.join(NAME_PARTS)}.")


def _check_reaction(payload: Document) -> None:
    if "context" in payload:
        raise MetaError(INVALID, "Param context is not allowed for a reaction.")


def _check_interactive(payload: Document) -> None:
    interactive = payload["interactive"]
    kind = interactive["type"]
    fields = INTERACTIVE.get(kind)
    if fields is None:
        raise MetaError(BAD_VALUE, f"Param interactive.type is not valid: {kind}")
    check_fields(payload, fields)
    if "header" in interactive:
        _check_header(interactive["header"], kind)
    further = FURTHER_INTERACTIVE.get(kind)
    if further is not None:
        further(interactive)


def _check_header(header: Any, kind: str) -> None:
    document = {"header": header}
    allowed = HEADERS.get(kind, ())
    if not allowed:
        raise MetaError(INVALID, f"Param interactive.header is not allowed for {kind}.")
    check_fields(document, (*objects("header"), text("header.type", choices=allowed)))
    shown = header["type"]
    if shown == "text":
        check_fields(document, (text("header.text", HEADER_MAX),))
        return
    check_fields(document, (*objects(f"header.{shown}"), optional(f"header.{shown}.id"), optional(f"header.{shown}.link")))
    _check_media(header[shown], shown)


def _check_buttons(interactive: Document) -> None:
    replies = [button["reply"] for button in interactive["action"]["buttons"]]
    for name in ("id", "title"):
        _check_unique([reply[name] for reply in replies], f"interactive.action.buttons[].reply.{name}")


def _check_unique(values: list[str], place: str) -> None:
    if len(set(values)) < len(values):
        raise MetaError(BAD_VALUE, f"The values of {place} must be unique.")


def _check_list(interactive: Document) -> None:
    sections = interactive["action"]["sections"]
    rows = [row for section in sections for row in section["rows"]]
    if len(rows) > LIST_ROWS_MAX:
        raise MetaError(INVALID, f"A list has at most {LIST_ROWS_MAX} rows in all its sections.")
    if len(sections) > 1 and not all(section.get("title") for section in sections):
        raise MetaError(MISSING, "Each of several sections needs a title.")
    _check_unique([row["id"] for row in rows], "interactive.action.sections[].rows[].id")


def _check_flow(interactive: Document) -> None:
    parameters = interactive["action"]["parameters"]
    if ("flow_id" in parameters) == ("flow_name" in parameters):
        raise MetaError(MISSING, "Exactly one of flow_id and flow_name is required.")
    if any(ord(character) > 0x2600 for character in parameters["flow_cta"]):
        raise MetaError(BAD_VALUE, "flow_cta must not contain emoji.")


def _check_product(interactive: Document) -> None:
    if "body" in interactive:
        check_fields({"interactive": interactive}, BODY)


def _check_products(interactive: Document) -> None:
    sections = interactive["action"]["sections"]
    if sum(len(section["product_items"]) for section in sections) > PRODUCTS_MAX:
        raise MetaError(INVALID, f"At most {PRODUCTS_MAX} products are allowed.")


FURTHER_INTERACTIVE: dict[str, Callable[[Document], None]] = {
    "button": _check_buttons,
    "list": _check_list,
    "flow": _check_flow,
    "product": _check_product,
    "product_list": _check_products,
}
FURTHER: dict[str, Callable[[Document], None]] = {
    "contacts": _check_contacts,
    "reaction": _check_reaction,
    "interactive": _check_interactive,
}
"""What a table of fields cannot say."""


def media_in(payload: Document, kind: str) -> list[tuple[str, Document]]:
    """Return the files that a message shows, each with its kind: that of a media message, of a header or of a card."""
    if kind in MEDIA_KINDS:
        return [(kind, payload[kind])]
    interactive = payload.get("interactive", {}) if kind.startswith("interactive.") else {}
    headers = [interactive.get("header", {})]
    if kind == "interactive.carousel":
        headers += [card["header"] for card in interactive["action"]["cards"]]
    found = [header for header in headers if header.get("type") in MEDIA_KINDS]
    if kind == "template":
        components = payload["template"].get("components") or []
        parameters = [each for part in components for each in part.get("parameters") or () if isinstance(each, dict)]
        found = [each for each in parameters if each.get("type") in MEDIA_KINDS]
    return [(each["type"], each[each["type"]]) for each in found if isinstance(each.get(each["type"]), dict)]


def readable_text(payload: Document, kind: str) -> str:
    """Return the text of a message as an inbox shows it; that of a template is made elsewhere."""
    name = kind.partition(".")[0]
    content = payload.get(name)
    if name == "text":
        return str(payload["text"]["body"])
    if name == "interactive":
        body = payload["interactive"].get("body")
        return str(body.get("text", "")) if isinstance(body, dict) else ""
    if name == "contacts":
        return ", ".join(str(contact["name"]["formatted_name"]) for contact in payload["contacts"])
    if not isinstance(content, dict):
        return ""
    wanted = ("caption", "emoji", "name", "address", "filename")
    return str(next((content[field] for field in wanted if content.get(field)), ""))
