"""
Pacing: with a new template some messages are sent, and the next ones held until Meta has seen how users take the first.

Meta publishes neither the threshold nor the time; the setting `whatsapp_pacing_after` switches it on.
Source: Meta, template pacing
"""

from __future__ import annotations

from datetime import timedelta

from emulator.messaging.context import Context
from emulator.messaging.state.whatsapp import WhatsAppTemplate
from emulator.messaging.whatsapp.templates import APPROVED, by_meta_id

PACED = frozenset({"MARKETING", "UTILITY"})
HELD_FOR = timedelta(minutes=30)
"""# unverified"""
NOT_HELD = timedelta(0)
GOOD, BAD = "GREEN", "RED"


def hold(ctx: Context, template: WhatsAppTemplate) -> timedelta:
    """Count a message of a template, and return how long it is held."""
    after = ctx.world.settings.whatsapp_pacing_after
    if not after or template.template_category not in PACED or template.template_quality_score == GOOD:
        return NOT_HELD
    template.sends += 1
    if template.sends <= after:
        return NOT_HELD
    if template.paced_until is None:
        template.paced_until = ctx.now + HELD_FOR
    return max(NOT_HELD, template.paced_until - ctx.now)


def is_dropped(ctx: Context, meta_template_id: str) -> bool:
    """Return True if what was held is not sent: the template was paused, disabled or deleted, or is of low quality."""
    found = by_meta_id(ctx, meta_template_id)
    return found is None or found[1].template_status != APPROVED or found[1].template_quality_score == BAD
