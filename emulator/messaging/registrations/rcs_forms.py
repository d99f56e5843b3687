"""
The automatic checks of an RCS agent's form: contacts, keyword answers, images, colour.

Source: rcs-agents.html for the requirements, rcs-compliance-denial-reasons.html for the reasons
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.messaging.context import Context
from emulator.messaging.rcs.launches import LAUNCH_REGISTRATION
from emulator.messaging.registrations.forms import Definition, form_of
from emulator.messaging.sending import routing
from emulator.messaging.state.registrations import DeniedReason, Registration, RegistrationAttachment
from emulator.telecom import pictures

CONTACTS = (
    ("agentDetails.contactPhoneNumber", "agentDetails.contactPhoneLabel"),
    ("agentDetails.contactEmailAddress", "agentDetails.contactEmailLabel"),
    ("agentDetails.contactWebsite", "agentDetails.contactWebsiteLabel"),
)
KEYWORD_ANSWERS = {"complianceKeywords.helpResponse": "HELP", "complianceKeywords.stopResponse": "STOP"}
COLOUR = "agentDetails.accentColor"
CONTRAST_MIN = 4.5
"""The minimum contrast to white. AWS names the reason; the figure is that of RCS for Business, agent information"""


def check(ctx: Context, registration: Registration) -> list[DeniedReason]:
    """Return the reasons to deny the form of an RCS agent; none for any other form."""
    if not registration.registration_type.endswith(LAUNCH_REGISTRATION):
        return []
    return [
        *_contact(registration),
        *_keyword_answers(ctx, registration),
        *_pictures(ctx, registration),
        *_colour(registration),
    ]


def _contact(registration: Registration) -> Iterator[DeniedReason]:
    """Deny an agent without any complete contact."""
    values = registration.current.values
    if not any(all(path in values for path in pair) for pair in CONTACTS):
        sentence = "A phone number, an email address or a website is required, with its label"
        yield DeniedReason("CONTACT_DETAILS_MISSING", sentence)


def _keyword_answers(ctx: Context, registration: Registration) -> Iterator[DeniedReason]:
    """Deny answers to HELP and STOP that differ from those of the agent."""
    for path, word in KEYWORD_ANSWERS.items():
        value = registration.current.values.get(path)
        for association in registration.associated("rcs-agent") if value is not None else ():
            agent = ctx.store.rcs_agents.get(association.resource_arn)
            answer = routing.settings_holder(ctx, agent).keywords.by_word[word].keyword_message
            if value is not None and value.text_value != answer:
                yield DeniedReason("INVALID_FIELD_VALUE", f"Must be the agent's answer to {word}: {answer}", path)


def _pictures(ctx: Context, registration: Registration) -> Iterator[DeniedReason]:
    """Deny a logo or banner whose type, size or dimensions the form does not allow."""
    for path, definition in form_of(registration.registration_type).fields.items():
        value = registration.current.values.get(path)
        if value is None or "picture_validation" not in definition:
            continue
        picture = ctx.store.registration_attachments.get(value.registration_attachment_id or "")
        fault = _fault(definition["picture_validation"], picture)
        if fault is not None:
            yield DeniedReason(*fault, path)


def _fault(rule: Definition, picture: RegistrationAttachment) -> tuple[str, str] | None:
    body = picture.body or b""
    if picture.content_type not in rule["ContentTypes"]:
        return "IMAGE_FORMAT_INVALID", f"Must be one of {', '.join(rule['ContentTypes'])}"
    if len(body) > rule["MaxBytes"]:
        return "IMAGE_SIZE_EXCEEDED", f"Must have at most {rule['MaxBytes']} bytes"
    if pictures.dimensions(body) != (rule["Width"], rule["Height"]):
        return "IMAGE_RESOLUTION_INVALID", f"Must have {rule['Width']} by {rule['Height']} pixels"
    return None


def _colour(registration: Registration) -> Iterator[DeniedReason]:
    """Deny a colour on which white text cannot be read."""
    value = registration.current.values.get(COLOUR)
    if value is not None and value.text_value is not None and _contrast_to_white(value.text_value) < CONTRAST_MIN:
        sentence = f"The contrast of {value.text_value} to white must be at least {CONTRAST_MIN}"
        yield DeniedReason("ACCENT_COLOR_CONTRAST_INSUFFICIENT", sentence, COLOUR)


def _contrast_to_white(colour: str) -> float:
    """Return the contrast of `#RRGGBB` to white, from 1 to 21. Source: Web Content Accessibility Guidelines"""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
