"""What a phone shows of a message of a business: header, body, footer and buttons, whatever its kind."""

from __future__ import annotations

from typing import Any

from emulator.messaging.state.whatsapp import Document, WhatsAppTemplate
from emulator.messaging.whatsapp.template_messages import filled, given_for, rendered
from emulator.messaging.whatsapp.template_rules import PLACEHOLDER

COPY_CODE, URL, QUICK_REPLY = "copy_code", "url", "quick_reply"


def template_shown(template: WhatsAppTemplate, sent: Document) -> Document:
    """Return what is shown of a message that was made from a template."""
    components = sent.get("components") or []
    shown: Document = {"body": rendered(template, sent)}
    header = template.component("HEADER")
    if header is not None:
        kind = str(header.get("format", "TEXT")).lower()
        given = given_for(components, "header")
        text = {"text": filled(str(header.get("text", "")), given)} if kind == "text" else {}
        shown["header"] = {"type": kind, **text}
    footer = template.component("FOOTER")
    if footer is not None and "text" in footer:
        shown["footer"] = footer["text"]
    buttons = [_template_button(button, index, components) for index, button in enumerate(template.buttons)]
    return shown | ({"buttons": buttons} if buttons else {})


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
    return shown | ({"buttons": buttons} if buttons else {})


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
