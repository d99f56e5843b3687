"""
The rules of a template's definition.

What Meta refuses comes back as InvalidParametersException with Meta's code and title in its sentence.
Sources: Meta, template creation errors; the user guide; pywa's limits
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from emulator.messaging.state.whatsapp import Document
from emulator.messaging.whatsapp.errors import MetaError
from emulator.messaging.whatsapp.fields import INVALID

CATEGORIES = ("MARKETING", "UTILITY", "AUTHENTICATION")
FORMATS = ("POSITIONAL", "NAMED")
HEADER_FORMATS = ("TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION", "GIF", "PRODUCT")
MEDIA_FORMATS = frozenset({"IMAGE", "VIDEO", "DOCUMENT", "GIF"})
COMPONENTS = ("HEADER", "BODY", "FOOTER", "BUTTONS", "CAROUSEL", "LIMITED_TIME_OFFER")
BUTTON_LIMITS = {
    "QUICK_REPLY": 10,
    "URL": 2,
    "PHONE_NUMBER": 1,
    "COPY_CODE": 1,
    "FLOW": 1,
    "CATALOG": 1,
    "MPM": 1,
    "SPM": 1,
    "OTP": 1,
    "VOICE_CALL": 1,
    "CALL_PERMISSION_REQUEST": 1,
}
"""How many buttons of each type a template may have."""
BUTTONS_MAX = 10
OTP_TYPES = ("COPY_CODE", "ONE_TAP", "ZERO_TAP")
BODY_MAX, HEADER_MAX, FOOTER_MAX = 1024, 60, 60
BUTTON_TEXT_MAX = 25
URL_MAX = 2000
CARDS_MAX = 10
OFFER_TEXT_MAX = 16
EXPIRY_MINUTES = (1, 90)
WORDS_PER_PLACEHOLDER = 2
"""How many words a body needs for each placeholder, at least. # unverified: Meta says "too many", not how many"""
PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
NAME = re.compile(r"[a-z0-9_]{1,512}")
LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2,4})?")

CHARACTER_LIMIT = 2388040
HEADER_FORMAT = 2388047
BODY_FORMAT = 2388072
FOOTER_FORMAT = 2388073
TOO_MANY_PLACEHOLDERS = 2388293
PLACEHOLDER_AT_EDGE = 2388299


def placeholders(text: str) -> list[str]:
    """Return the names of the placeholders of a text, in order, each once."""
    return list(dict.fromkeys(PLACEHOLDER.findall(text)))


def check_definition(definition: Document) -> None:
    """
    Check the definition of a template.

    Raises:
        MetaError: the first rule that it breaks.
    """
    if not NAME.fullmatch(str(definition.get("name", ""))):
        raise MetaError(INVALID, "name must be lower-case letters, digits and underscores")
    if not LANGUAGE.fullmatch(str(definition.get("language", ""))):
        raise MetaError(INVALID, f"language is not supported: {definition.get('language')}")
    if definition.get("category") not in CATEGORIES:
        raise MetaError(INVALID, f"category must be one of {{{', '.join(CATEGORIES)}}}")
    parameter_format = str(definition.get("parameter_format", FORMATS[0])).upper()
    if parameter_format not in FORMATS:
        raise MetaError(INVALID, f"parameter_format must be one of {{{', '.join(FORMATS)}}}")
    check_components(definition.get("components"), definition["category"], parameter_format)


def check_components(components: Any, category: str, parameter_format: str) -> None:
    """
    Check the components of a template.

    Raises:
        MetaError: the first rule that they break.
    """
    if not isinstance(components, list) or not all(isinstance(part, dict) for part in components):
        raise MetaError(INVALID, "components must be a list of objects")
    kinds = Counter(str(part.get("type", "")).upper() for part in components)
    for kind, count in kinds.items():
        if kind not in COMPONENTS:
            raise MetaError(INVALID, f"unknown component type: {kind}")
        if count > 1:
            raise MetaError(INVALID, f"there is more than one {kind}")
    if "BODY" not in kinds:
        raise MetaError(BODY_FORMAT, "a template needs a BODY")
    if category == "AUTHENTICATION":
        _check_authentication(components)
        return
    for part in components:
        CHECKS[str(part["type"]).upper()](part, parameter_format)


def _text(part: Document, code: int, most: int, name: str = "text") -> str:
    value = part.get(name)
    if not isinstance(value, str) or not value:
        raise MetaError(code, f"{part.get('type')} needs a {name}")
    if len(value) > most:
        raise MetaError(CHARACTER_LIMIT, f"the {name} of {part.get('type')} has more than {most} characters")
    return value


def _check_placeholders(part: Document, value: str, code: int, parameter_format: str, example: str) -> None:
    """Check that placeholders follow the format, and that each has an example."""
    names = placeholders(value)
    if not names:
        return
    if parameter_format == "POSITIONAL" and names != [str(place) for place in range(1, len(names) + 1)]:
        raise MetaError(code, "positional placeholders must be {{1}}, {{2}} and so on, without gaps")
    if parameter_format == "NAMED" and any(name.isdigit() for name in names):
        raise MetaError(code, "named placeholders must not be numbers")
    given = _examples(part, example, parameter_format)
    if len(given) != len(names):
        raise MetaError(code, f"{len(names)} placeholders need as many examples, not {len(given)}")


def _examples(part: Document, name: str, parameter_format: str) -> list[Any]:
    example = part.get("example")
    if not isinstance(example, dict):
        return []
    if parameter_format == "NAMED":
        found = example.get(f"{name}_named_params")
        return found if isinstance(found, list) else []
    found = example.get(name)
    if name == "body_text" and isinstance(found, list) and found and isinstance(found[0], list):
        found = found[0]
    return found if isinstance(found, list) else []


def _check_body(part: Document, parameter_format: str) -> None:
    text = _text(part, BODY_FORMAT, BODY_MAX).strip()
    edges = [PLACEHOLDER.match(text), re.search(PLACEHOLDER.pattern + r"[\W_]?$", text)]
    if any(edges):
        raise MetaError(PLACEHOLDER_AT_EDGE, "the body must not begin or end with a placeholder")
    if re.search(r"\}\}\s*\{\{", text):
        raise MetaError(BODY_FORMAT, "two placeholders stand next to each other")
    _check_placeholders(part, text, BODY_FORMAT, parameter_format, "body_text")
    words = len(PLACEHOLDER.sub(" ", text).split())
    if words < WORDS_PER_PLACEHOLDER * len(placeholders(text)):
        raise MetaError(TOO_MANY_PLACEHOLDERS, "the body has too many placeholders for its length")


def _check_header(part: Document, parameter_format: str) -> None:
    shown = str(part.get("format", "")).upper()
    if shown not in HEADER_FORMATS:
        raise MetaError(HEADER_FORMAT, f"format must be one of {{{', '.join(HEADER_FORMATS)}}}")
    if shown == "TEXT":
        text = _text(part, HEADER_FORMAT, HEADER_MAX)
        if len(placeholders(text)) > 1:
            raise MetaError(HEADER_FORMAT, "a header has one placeholder at most")
        _check_placeholders(part, text, HEADER_FORMAT, parameter_format, "header_text")
    elif shown in MEDIA_FORMATS and not (part.get("example") or {}).get("header_handle"):
        raise MetaError(HEADER_FORMAT, "a header with a file needs example.header_handle")


def _check_footer(part: Document, parameter_format: str) -> None:
    if placeholders(_text(part, FOOTER_FORMAT, FOOTER_MAX)):
        raise MetaError(FOOTER_FORMAT, "a footer has no placeholders")


def _check_buttons(part: Document, parameter_format: str) -> None:
    buttons = part.get("buttons")
    if not isinstance(buttons, list) or not buttons or not all(isinstance(button, dict) for button in buttons):
        raise MetaError(INVALID, "buttons must be a list of objects")
    if len(buttons) > BUTTONS_MAX:
        raise MetaError(INVALID, f"a template has at most {BUTTONS_MAX} buttons")
    kinds = [str(button.get("type", "")).upper() for button in buttons]
    for kind, count in Counter(kinds).items():
        if kind not in BUTTON_LIMITS:
            raise MetaError(INVALID, f"unknown button type: {kind}")
        if count > BUTTON_LIMITS[kind]:
            raise MetaError(INVALID, f"a template has at most {BUTTON_LIMITS[kind]} buttons of type {kind}")
    is_quick = [kind == "QUICK_REPLY" for kind in kinds]
    if sum(first != second for first, second in pairwise(is_quick)) > 1:
        raise MetaError(INVALID, "quick replies must stand together")
    for kind, button in zip(kinds, buttons, strict=True):
        _check_button(kind, button)


def _check_button(kind: str, button: Document) -> None:
    if kind in ("QUICK_REPLY", "URL", "PHONE_NUMBER", "FLOW"):
        _text(button, INVALID, BUTTON_TEXT_MAX)
    if kind == "URL":
        url = _text(button, INVALID, URL_MAX, "url")
        names = placeholders(url)
        if len(names) > 1 or (names and not PLACEHOLDER.search(url[-len(names[0]) - 4 :])):
            raise MetaError(INVALID, "a URL has one placeholder at most, at its end")
        if names and not button.get("example"):
            raise MetaError(INVALID, "a URL with a placeholder needs an example")
    elif kind == "PHONE_NUMBER":
        _text(button, INVALID, 20, "phone_number")
    elif kind == "FLOW" and not any(button.get(name) for name in ("flow_id", "flow_name", "flow_json")):
        raise MetaError(INVALID, "a FLOW button needs flow_id, flow_name or flow_json")


def _check_authentication(components: list[Document]) -> None:
    for part in components:
        kind = str(part["type"]).upper()
        if kind not in ("BODY", "FOOTER", "BUTTONS"):
            raise MetaError(INVALID, f"an AUTHENTICATION template has no {kind}")
        least, most = EXPIRY_MINUTES
        minutes = part.get("code_expiration_minutes", least)
        if kind == "FOOTER" and not (isinstance(minutes, int) and least <= minutes <= most):
            raise MetaError(INVALID, f"code_expiration_minutes must be {least} to {most}")
        if kind != "BUTTONS" and part.get("text"):
            raise MetaError(INVALID, f"the text of {kind} is fixed in an AUTHENTICATION template")
    buttons = next((part.get("buttons") for part in components if str(part["type"]).upper() == "BUTTONS"), None)
    if not isinstance(buttons, list) or len(buttons) != 1 or str(buttons[0].get("type", "")).upper() != "OTP":
        raise MetaError(INVALID, "an AUTHENTICATION template needs one OTP button")
    if str(buttons[0].get("otp_type", "")).upper() not in OTP_TYPES:
        raise MetaError(INVALID, f"otp_type must be one of {{{', '.join(OTP_TYPES)}}}")


def _check_carousel(part: Document, parameter_format: str) -> None:
    cards = part.get("cards")
    if not isinstance(cards, list) or not 0 < len(cards) <= CARDS_MAX:
        raise MetaError(INVALID, f"a carousel has 1 to {CARDS_MAX} cards")
    for card in cards:
        parts = card.get("components") if isinstance(card, dict) else None
        if not isinstance(parts, list) or not all(isinstance(each, dict) for each in parts):
            raise MetaError(INVALID, "a card needs components")
        for each in parts:
            kind = str(each.get("type", "")).upper()
            if kind not in ("HEADER", "BODY", "BUTTONS"):
                raise MetaError(INVALID, f"a card has no {kind}")
            CHECKS[kind](each, parameter_format)


def _check_offer(part: Document, parameter_format: str) -> None:
    offer = part.get("limited_time_offer")
    _text(offer if isinstance(offer, dict) else {}, INVALID, OFFER_TEXT_MAX)


CHECKS: dict[str, Callable[[Document, str], None]] = {
    "HEADER": _check_header,
    "BODY": _check_body,
    "FOOTER": _check_footer,
    "BUTTONS": _check_buttons,
    "CAROUSEL": _check_carousel,
    "LIMITED_TIME_OFFER": _check_offer,
}
