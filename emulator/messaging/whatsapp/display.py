"""What a phone shows of a message of a business: header, body, footer and buttons, whatever its kind."""

from __future__ import annotations

from typing import Any

from emulator.messaging.state.whatsapp import Document, WhatsAppTemplate
from emulator.messaging.whatsapp.template_messages import filled, given_for
from emulator.messaging.whatsapp.template_rules import PLACEHOLDER

COPY_CODE, URL, QUICK_REPLY = "copy_code", "url", "quick_reply"


def template_shown(template: WhatsAppTemplate, sent: Document) -> Document:
    """Return what is shown of a message that was made from a template."""
    return _components_shown(template.components, sent.get("components") or [])


def _components_shown(defined: list[Document], sent: list[Document]) -> Document:
    """Return what is shown of a template's components, or of those of a card, with what was sent for them."""
    parts = {str(part.get("type", "")).upper(): part for part in defined}
    shown: Document = {"body": filled(str(parts.get("BODY", {}).get("text", "")), given_for(sent, "body"))}
    if "HEADER" in parts:
        shown["header"] = _header(parts["HEADER"], given_for(sent, "header"))
    if "text" in parts.get("FOOTER", {}):
        shown["footer"] = parts["FOOTER"]["text"]
    buttons = parts.get("BUTTONS", {}).get("buttons", [])
    own = [part for part in sent if str(part.get("type", "")).lower() == "button"]
    if buttons:
        shown["buttons"] = [_template_button(button, index, own) for index, button in enumerate(buttons)]
    if "CAROUSEL" in parts:
        given: list[Document] = next((part["cards"] for part in sent if "cards" in part), [])
        pairs = zip(parts["CAROUSEL"]["cards"], given, strict=False)
        shown["cards"] = [_components_shown(card["components"], each["components"]) for card, each in pairs]
    return shown


def _header(defined: Document, given: list[Any]) -> Document:
    kind = str(defined.get("format", "TEXT")).lower()
    if kind == "text":
        return {"type": kind, "text": filled(str(defined.get("text", "")), given)}
    file = given[0].get(kind) if given and isinstance(given[0], dict) else None
    return {"type": kind} | ({kind: file} if isinstance(file, dict) else {})


def _template_button(button: Document, index: int, components: list[Document]) -> Document:
    kind = str(button.get("type", "")).lower()
    sent = next((part for part in components if str(part.get("index", "")) == str(index)), {})
    given = next((each for each in sent.get("parameters") or () if isinstance(each, dict)), {})
    text = str(button.get("text", ""))
    if kind == "otp":
        return {"type": COPY_CODE, "text": text or "Copy code", "code": str(given.get("text", ""))}
    if kind == COPY_CODE:
        return {"type": COPY_CODE, "text": text or "Copy code", "code": str(given.get("coupon_code", ""))}
    if kind == URL:
        address = PLACEHOLDER.sub(lambda found: str(given.get("text", "")), str(button.get("url", "")))
        return {"type": URL, "text": text, "url": address}
    return {"type": kind, "text": text} | {name: button[name] for name in ("phone_number",) if name in button}


def interactive_shown(interactive: Document) -> Document:
    """Return what is shown of an interactive message."""
    # Of kinds that have no such parts nothing is checked about them.
    body, header, footer = (_object(interactive.get(name)) for name in ("body", "header", "footer"))
    shown: Document = {"body": str(body.get("text", ""))}
    shown |= {"header": header} if header else {}
    shown |= {"footer": str(footer["text"])} if "text" in footer else {}
    buttons = _interactive_buttons(interactive["type"], interactive["action"])
    shown |= {"buttons": buttons} if buttons else {}
    if interactive["type"] == "carousel":
        shown["cards"] = [_card_shown(card) for card in interactive["action"]["cards"]]
    return shown


def card_replies(cards: list[Document]) -> list[Document]:
    """Return the quick replies of the cards of an interactive carousel: id and title."""
    buttons = [button for card in cards for button in card["action"].get("buttons") or () if isinstance(button, dict)]
    return [button["quick_reply"] for button in buttons if isinstance(button.get("quick_reply"), dict)]


def _card_shown(card: Document) -> Document:
    shown: Document = {"header": card["header"], "body": str(_object(card.get("body")).get("text", ""))}
    action = card["action"]
    buttons = [{"type": QUICK_REPLY, "text": str(reply.get("title", ""))} for reply in card_replies([card])]
    parameters = _object(action.get("parameters"))
    if "url" in parameters:
        buttons.append({"type": URL, "text": str(parameters.get("display_text", "")), "url": str(parameters["url"])})
    return shown | {"buttons": buttons}


def _object(value: Any) -> Document:
    return value if isinstance(value, dict) else {}


def _interactive_buttons(kind: str, action: Document) -> list[Document]:
    parameters = _object(action.get("parameters"))
    if kind == "button":
        return [{"type": QUICK_REPLY, "text": button["reply"]["title"]} for button in action["buttons"]]
    if kind == "list":
        return [{"type": "list", "text": action["button"], "sections": action["sections"]}]
    if kind == "cta_url":
        return [{"type": URL, "text": parameters["display_text"], "url": parameters["url"]}]
    if kind == "flow":
        return [{"type": "flow", "text": parameters["flow_cta"]}]
    if kind == "location_request_message":
        return [{"type": "send_location", "text": "Send location"}]
    if kind == "voice_call":
        return [{"type": "voice_call", "text": parameters.get("display_text", "Call on WhatsApp")}]
    return []
