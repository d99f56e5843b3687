"""
Direct Send: business-initiated messages for which Meta makes the template, because they name their category.

Source: Meta, Direct Send (2026-07): request syntax, supported message types, time to live, errors
"""

from __future__ import annotations

import hashlib
import re

from emulator.messaging.context import Context
from emulator.messaging.state.whatsapp import Document, WhatsAppAccount, WhatsAppTemplate
from emulator.messaging.whatsapp.accounts import meta_id
from emulator.messaging.whatsapp.errors import MetaError
from emulator.messaging.whatsapp.fields import INVALID, Field, check_fields, text
from emulator.messaging.whatsapp.payloads import readable_text
from emulator.messaging.whatsapp.templates import APPROVED, AUTO_GENERATED

VIOLATIONS = 131064
KINDS = {
    "utility": frozenset({"text", "interactive.button", "interactive.cta_url", "interactive.voice_call"}),
    "authentication": frozenset({"text"}),
}
"""By category: the kinds of message that may name it."""
TTL_MIN = 30
TTL_MAX = {"utility": 43200, "authentication": 900}
"""By category: the longest time to live in seconds."""
BODY_MAX = 1024
GENERATED_MAX = 250
"""Generated templates that an account keeps; the oldest is dropped first. A limit of the emulator."""


def check_direct_send(account: WhatsAppAccount, payload: Document, kind: str) -> str | None:
    """
    Return the category that a message names; None if it names none.

    Raises:
        MetaError: 100 or 131008 if the account or the message does not qualify, 131064 if Meta has blocked Direct Send.
    """
    category = payload.get("category")
    if category is None:
        if "ttl_seconds" in payload:
            raise MetaError(INVALID, "ttl_seconds is only allowed with category.")
        return None
    check_fields(payload, (text("category", choices=tuple(KINDS)),))
    if not account.direct_send:
        raise MetaError(INVALID, "Direct Send isn't enabled for this account.")
    if account.direct_send_enforcement_status is not None:
        raise MetaError(VIOLATIONS)
    if kind not in KINDS[category]:
        raise MetaError(INVALID, f"{kind} cannot be sent with the category {category}.")
    check_fields(payload, (Field("ttl_seconds", "number", False, TTL_MIN, TTL_MAX[category]),))
    if len(readable_text(payload, kind)) > BODY_MAX:
        raise MetaError(INVALID, f"The body must be at most {BODY_MAX} characters long.")
    return str(category)


def template_for(ctx: Context, account: WhatsAppAccount, payload: Document, kind: str, category: str) -> WhatsAppTemplate:
    """Return the template that Meta makes of a message; one that was made of the same text is used again."""
    body = readable_text(payload, kind)
    # How Meta names what it generates, and what it takes for the same text, is # unverified.
    pattern = re.sub(r"\d+", "#", body)
    name = "direct_send_" + hashlib.sha256(f"{category}/{kind}/{pattern}".encode()).hexdigest()[:12]
    generated = {each.template_name: each for each in account.templates.values() if each.template_source == AUTO_GENERATED}
    if name in generated:
        return generated[name]
    if len(generated) >= GENERATED_MAX:
        del account.templates[next(iter(generated.values())).meta_template_id]
    template = WhatsAppTemplate(
        meta_template_id=meta_id(ctx, "template"),
        template_name=name,
        template_language="en",
        template_category=category.upper(),
        template_status=APPROVED,
        components=[{"type": "BODY", "text": body}],
        template_source=AUTO_GENERATED,
    )
    account.templates[template.meta_template_id] = template
    return template
