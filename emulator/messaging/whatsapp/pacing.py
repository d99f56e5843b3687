"""
Pacing: with a new template some messages are sent, and the next ones held until Meta has seen how users take the first.

Utility templates are paced only for a week after one of the account was paused. Meta publishes no threshold; the setting
`whatsapp_pacing_after` is it. Source: Meta, "Template pacing" (2026-09)
"""

from __future__ import annotations

from datetime import timedelta

from emulator.messaging.context import Context
from emulator.messaging.state.whatsapp import WhatsAppAccount, WhatsAppTemplate
from emulator.messaging.whatsapp.templates import APPROVED, by_meta_id

MARKETING, UTILITY = "MARKETING", "UTILITY"
UTILITY_PACED_FOR = timedelta(days=7)
HELD_FOR = timedelta(minutes=30)
"""Without a good or bad quality by then, what is held is sent. # unverified: Meta aims at less than an hour"""
NOT_HELD = timedelta(0)
GOOD, BAD = "GREEN", "RED"


def hold(ctx: Context, account: WhatsAppAccount, template: WhatsAppTemplate) -> timedelta:
    """Count a message of a template, and return how long it is held."""
    after = ctx.world.settings.whatsapp_pacing_after
    if not after or not _is_paced(ctx, account, template):
        return NOT_HELD
    template.sends += 1
    if template.sends <= after:
        return NOT_HELD
    if template.paced_until is None:
        template.paced_until = ctx.now + HELD_FOR
    return max(NOT_HELD, template.paced_until - ctx.now)


def _is_paced(ctx: Context, account: WhatsAppAccount, template: WhatsAppTemplate) -> bool:
    if template.template_quality_score == GOOD:
        return False
    if template.template_category == UTILITY:
        paused_at = account.utility_paused_at
        return paused_at is not None and ctx.now < paused_at + UTILITY_PACED_FOR
    return template.template_category == MARKETING


def is_dropped(ctx: Context, meta_template_id: str) -> bool:
    """Return True if what was held is not sent: the template was paused, disabled or deleted, or is of low quality."""
    found = by_meta_id(ctx, meta_template_id)
    return found is None or found[1].template_status != APPROVED or found[1].template_quality_score == BAD
