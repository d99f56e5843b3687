"""
Meta's template library: approved texts that an account takes over under a name of its own.

The texts are ours, in the form of Meta's. Source of the members: the service model
"""

from __future__ import annotations

from collections.abc import Callable

from emulator.kernel.tables import load_table
from emulator.messaging.state.whatsapp import Document
from emulator.messaging.whatsapp.errors import InvalidParametersException, ResourceNotFoundException


def library() -> list[Document]:
    """Return the library templates, as ListWhatsAppTemplateLibrary shows them."""
    rows: list[Document] = load_table("messaging/whatsapp/data/template_library.json")["templates"]
    return rows


FILTERS: dict[str, Callable[[Document, str], bool]] = {
    "searchKey": lambda row, value: value.lower() in f"{row['templateName']} {row['templateBody']}".lower(),
    "topic": lambda row, value: bool(row["templateTopic"] == value),
    "usecase": lambda row, value: bool(row["templateUseCase"] == value),
    "industry": lambda row, value: value in row["templateIndustry"],
    "language": lambda row, value: bool(row["templateLanguage"] == value),
}


def search(filters: dict[str, str]) -> list[Document]:
    """
    Return the library templates that match every filter.

    Raises:
        InvalidParametersException: a filter is unknown.
    """
    for name in filters:
        if name not in FILTERS:
            raise InvalidParametersException(f"Unknown filter {name}; filters: {', '.join(FILTERS)}")
    return [row for row in library() if all(FILTERS[name](row, value) for name, value in filters.items())]


def definition_from(wanted: Document) -> Document:
    """
    Return the definition of a template that is made from the library.

    Raises:
        ResourceNotFoundException: the library has no such template in that language.
        InvalidParametersException: the category is another one, or the inputs of a button are missing.
    """
    name, language = wanted["libraryTemplateName"], wanted["templateLanguage"]
    row = next((each for each in library() if each["templateName"] == name and each["templateLanguage"] == language), None)
    if row is None:
        raise ResourceNotFoundException(f"Library template not found: {name} in {language}")
    if wanted["templateCategory"] != row["templateCategory"]:
        raise InvalidParametersException(f"The category of {name} is {row['templateCategory']}")
    inputs = wanted.get("libraryTemplateBodyInputs") or {}
    body: Document = {
        "type": "BODY",
        "text": row["templateBody"],
        "example": {"body_text": [row["templateBodyExampleParams"]]},
    }
    components = [body]
    if row["templateCategory"] == "AUTHENTICATION":
        advice = inputs.get("addSecurityRecommendation", False)
        components = [{"type": "BODY", "add_security_recommendation": advice}]
        if "codeExpirationMinutes" in inputs:
            components.append({"type": "FOOTER", "code_expiration_minutes": inputs["codeExpirationMinutes"]})
    if "templateHeader" in row:
        components.insert(0, {"type": "HEADER", "format": "TEXT", "text": row["templateHeader"]})
    given = wanted.get("libraryTemplateButtonInputs") or []
    buttons = [
        _button(button, given[index] if index < len(given) else {}) for index, button in enumerate(row["templateButtons"])
    ]
    components.append({"type": "BUTTONS", "buttons": buttons})
    return {
        "name": wanted["templateName"],
        "language": language,
        "category": row["templateCategory"],
        "components": components,
    }


def _button(button: Document, given: Document) -> Document:
    """Return a button with what the account says of it; inputs are matched by their place."""
    kind = button["type"]
    if kind == "URL":
        url = given.get("url") or {}
        if "base_url" not in url:
            raise InvalidParametersException(f"The button {button['text']} needs url.base_url")
        base, suffix = url["base_url"], url.get("url_suffix_example")
        example = {"example": [suffix]} if suffix and "{{1}}" in base else {}
        return {"type": kind, "text": button["text"], "url": base, **example}
    if kind == "PHONE_NUMBER":
        if not given.get("phoneNumber"):
            raise InvalidParametersException(f"The button {button['text']} needs phoneNumber")
        return {"type": kind, "text": button["text"], "phone_number": given["phoneNumber"]}
    if kind == "OTP":
        return {"type": kind, "otp_type": given.get("otpType") or button["otpType"]}
    return {"type": kind, "text": button["text"]}
