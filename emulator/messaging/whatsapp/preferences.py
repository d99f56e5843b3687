"""A user's choice about marketing messages: what is reported of it, and kept in the audit trail of consent."""

from __future__ import annotations

from emulator.messaging.context import Context
from emulator.messaging.state.consent import ConsentRecord
from emulator.messaging.state.whatsapp import WhatsAppAccount, WhatsAppNumber
from emulator.messaging.whatsapp import accounts, receiving

BY_WHATSAPP = "WHATSAPP"


def report_choice(ctx: Context, account: WhatsAppAccount, number: WhatsAppNumber, user: str, *, accepts: bool) -> None:
    """Report that a user stops the marketing messages of a number, or takes them again."""
    word = "resume" if accepts else "stop"
    preference = {
        "wa_id": user.removeprefix("+"),
        "detail": f"User requested to {word} marketing messages",
        "category": "marketing_messages",
        "value": word,
        "timestamp": int(ctx.now.timestamp()),
    }
    contact = {"profile": {"name": receiving.profile_name(ctx, user)}, "wa_id": user.removeprefix("+")}
    value = {"contacts": [contact], "user_preferences": [preference]}
    accounts.report(ctx, account, "user_preferences", value, number)
    action = "OPT_IN" if accepts else "OPT_OUT"
    # WhatsApp has no opt-out lists: what the user has chosen concerns the number.
    ctx.store.consent.append(ConsentRecord(ctx.now, ctx.account, ctx.region, user, action, BY_WHATSAPP, number.arn))
