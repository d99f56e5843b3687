"""
A message made from a template: whether its parameters are those that the template asks for, and the text that is shown.

Source: Meta, template messages and error codes; details as seen in issues of programs that use them
"""

from __future__ import annotations

from typing import Any

from emulator.messaging.state.whatsapp import Document, WhatsAppTemplate
from emulator.messaging.whatsapp.errors import MetaError
from emulator.messaging.whatsapp.fields import BAD_VALUE, INVALID, MISSING
from emulator.messaging.whatsapp.template_rules import BODY_MAX, PLACEHOLDER, placeholders

COUNT_MISMATCH = 132000
TEXT_TOO_LONG = 132005
FORMAT_MISMATCH = 132012
INVALID_TEXT = 132018
CODE_MAX = 15
PAYLOAD_MAX = 256
TEXT_PARAMETERS = ("text", "currency", "date_time")
SPACES_MAX = 4


def check_parameters(template: WhatsAppTemplate, sent: Document) -> None:
    """
    Check the components of a message against its template.

    Raises:
        MetaError: 132000, 132005, 132012, 132018, 131008, 131009 or 100.
    """
    components = sent.get("components") or []
    if not all(isinstance(part, dict) and isinstance(part.get("parameters", []), list) for part in components):
        raise MetaError(INVALID, "Param template.components must be a list of objects with parameters.")
    _check_parts(template.components, components, template.parameter_format)
    shown = rendered(template, sent)
    if len(shown) > BODY_MAX:
        raise MetaError(TEXT_TOO_LONG, f"body: the text has {len(shown)} characters, more than {BODY_MAX}")


def _check_parts(defined: list[Document], sent: list[Document], parameter_format: str) -> None:
    parts = {str(part.get("type", "")).upper(): part for part in defined}
    for part in sent:
        kind = str(part.get("type", "")).lower()
        if kind not in ("header", "body", "button", "carousel", "limited_time_offer"):
            raise MetaError(INVALID, f"Param template.components.type is not valid: {kind}")
    _check_header(parts.get("HEADER"), given_for(sent, "header"), parameter_format)
    _check_texts("body", (parts.get("BODY") or {}).get("text", ""), given_for(sent, "body"), parameter_format)
    buttons = [part for part in sent if str(part.get("type", "")).lower() == "button"]
    _check_buttons((parts.get("BUTTONS") or {}).get("buttons", []), buttons)
    if "CAROUSEL" in parts:
        _check_cards(parts["CAROUSEL"]["cards"], sent, parameter_format)
    if "LIMITED_TIME_OFFER" in parts and not given_for(sent, "limited_time_offer"):
        raise MetaError(MISSING, "limited_time_offer: the parameter expiration_time_ms is required.")


def given_for(sent: list[Document], kind: str) -> list[Any]:
    """Return the parameters that a message gives for the component of this type."""
    found: list[Any] = next((part.get("parameters", []) for part in sent if str(part.get("type")).lower() == kind), [])
    return found


def _check_header(defined: Document | None, given: list[Any], parameter_format: str) -> None:
    shown = str((defined or {}).get("format", "TEXT")).upper()
    if shown == "TEXT":
        _check_texts("header", (defined or {}).get("text", ""), given, parameter_format)
        return
    received = str(given[0].get("type", "UNKNOWN")) if given and isinstance(given[0], dict) else "UNKNOWN"
    if received.upper() != shown:
        raise MetaError(FORMAT_MISMATCH, f"header: Format mismatch, expected {shown}, received {received.upper()}")
    if len(given) != 1:
        raise MetaError(COUNT_MISMATCH, _count("header", len(given), 1))
    value = given[0].get(received)
    if not isinstance(value, dict):
        raise MetaError(MISSING, f"Parameter '{received}' is mandatory for component parameter type '{received}'")


def _count(place: str, given: int, expected: int) -> str:
    return f"{place}: number of localizable_params ({given}) does not match the expected number of params ({expected})"


def _check_texts(place: str, text: str, given: list[Any], parameter_format: str) -> None:
    names = placeholders(text)
    if len(given) != len(names):
        raise MetaError(COUNT_MISMATCH, _count(place, len(given), len(names)))
    for parameter in given:
        if not isinstance(parameter, dict) or parameter.get("type") not in TEXT_PARAMETERS:
            received = parameter.get("type") if isinstance(parameter, dict) else parameter
            raise MetaError(FORMAT_MISMATCH, f"{place}: Format mismatch, expected TEXT, received {str(received).upper()}")
        _check_text(place, parameter)
    if parameter_format == "NAMED" and {parameter.get("parameter_name") for parameter in given} != set(names):
        raise MetaError(INVALID, f"{place}: Parameter name is missing or empty, or not one of {', '.join(names)}")


def _check_text(place: str, parameter: Document) -> None:
    kind = parameter["type"]
    value = parameter.get(kind)
    if kind != "text":
        if not isinstance(value, dict) or not value.get("fallback_value"):
            raise MetaError(INVALID, f"Parameter '{kind}' is mandatory for component parameter type '{kind}'")
        return
    if not isinstance(value, str) or not value:
        raise MetaError(INVALID, "Parameter 'text' is mandatory for component parameter type 'text'")
    if "\n" in value or "\t" in value or " " * (SPACES_MAX + 1) in value:
        raise MetaError(INVALID_TEXT, f"{place}: Param text cannot have new-line/tab characters or more than 4 spaces")


def _check_buttons(defined: list[Document], sent: list[Document]) -> None:
    by_index: dict[int, Document] = {}
    for part in sent:
        place = str(part.get("index", ""))
        if not place.isdecimal() or int(place) >= len(defined):
            raise MetaError(BAD_VALUE, f"button: Param index is not valid: {place}")
        by_index[int(place)] = part
    for index, button in enumerate(defined):
        kind = str(button.get("type", "")).upper()
        given = by_index.get(index)
        needs = kind in ("OTP", "COPY_CODE") or (kind == "URL" and bool(placeholders(str(button.get("url", "")))))
        if needs and (given is None or not given.get("parameters")):
            name = "Url" if kind in ("URL", "OTP") else "Copy code"
            raise MetaError(MISSING, f"Button at index {index} of type {name} requires a parameter")
        if given is not None:
            _check_button(kind, given, index)


SUB_TYPES = {"OTP": "url", "URL": "url", "QUICK_REPLY": "quick_reply", "COPY_CODE": "copy_code", "FLOW": "flow"}


def _check_button(kind: str, given: Document, index: int) -> None:
    expected = SUB_TYPES.get(kind, kind.lower())
    if str(given.get("sub_type", "")).lower() != expected:
        raise MetaError(FORMAT_MISMATCH, f"button: Button at index {index} is of sub_type {expected}")
    for parameter in given.get("parameters") or ():
        if not isinstance(parameter, dict):
            raise MetaError(INVALID, f"button: the parameters of index {index} must be objects")
        if kind == "OTP" and len(str(parameter.get("text", ""))) > CODE_MAX:
            raise MetaError(INVALID, f"button: a code has at most {CODE_MAX} characters")
        if kind == "COPY_CODE" and not 0 < len(str(parameter.get("coupon_code", ""))) <= CODE_MAX:
            raise MetaError(INVALID, f"button: coupon_code must have 1 to {CODE_MAX} characters")
        if len(str(parameter.get("payload", ""))) > PAYLOAD_MAX:
            raise MetaError(INVALID, f"button: payload has at most {PAYLOAD_MAX} characters")


def _check_cards(cards: list[Document], sent: list[Document], parameter_format: str) -> None:
    given = next((part.get("cards") for part in sent if str(part.get("type")).lower() == "carousel"), None)
    if not isinstance(given, list) or len(given) != len(cards):
        raise MetaError(COUNT_MISMATCH, _count("carousel", len(given) if isinstance(given, list) else 0, len(cards)))
    for card, sent_card in zip(cards, given, strict=True):
        parts = sent_card.get("components") if isinstance(sent_card, dict) else None
        if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
            raise MetaError(INVALID, "carousel: each card needs components")
        _check_parts(card["components"], parts, parameter_format)


def rendered(template: WhatsAppTemplate, sent: Document) -> str:
    """Return the body as the user reads it."""
    body = str((template.component("BODY") or {}).get("text", ""))
    return filled(body, given_for(sent.get("components") or [], "body"))


def filled(text: str, given: list[Any]) -> str:
    """Return the text of a component with its parameters in place of the placeholders."""
    names = placeholders(text)
    values: dict[str, str] = {}
    for place, parameter in enumerate(given):
        if isinstance(parameter, dict):
            name = parameter.get("parameter_name") or (names[place] if place < len(names) else "")
            value = parameter.get(str(parameter.get("type")))
            values[str(name)] = str(value.get("fallback_value") if isinstance(value, dict) else value)
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def quick_replies(template: WhatsAppTemplate, sent: Document) -> list[Document]:
    """Return the webhook's `button` of every quick reply: its text, and the payload that was sent, or the text again."""
    payloads = {
        str(part.get("index")): str(parameter["payload"])
        for part in sent.get("components") or []
        if str(part.get("sub_type", "")).lower() == "quick_reply"
        for parameter in part.get("parameters") or ()
        if isinstance(parameter, dict) and "payload" in parameter
    }
    return [
        {"payload": payloads.get(str(index), button["text"]), "text": button["text"]}
        for index, button in enumerate(template.buttons)
        if str(button.get("type", "")).upper() == "QUICK_REPLY"
    ]
