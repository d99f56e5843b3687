"""Keeps the audit trail of consent, from the facts of opt-out lists and keywords."""

from __future__ import annotations

from emulator.services.sms_voice_v2.events import NumberOptedIn, NumberOptedOut
from emulator.services.sms_voice_v2.events_registrations import OptInConfirmed
from emulator.services.sms_voice_v2.service import Context, service
from emulator.services.sms_voice_v2.state.consent import ConsentRecord


@service.when(NumberOptedOut)
def record_opt_out(context: Context, fact: NumberOptedOut) -> None:
    """Somebody is on a list now, or was named again."""
    _record(context, fact, "OPT_OUT", "KEYWORD" if fact.by_end_user else "API")


@service.when(NumberOptedIn)
def record_opt_in(context: Context, fact: NumberOptedIn) -> None:
    """Somebody is off a list again."""
    _record(context, fact, "OPT_IN", "KEYWORD" if fact.by_end_user else "API")


@service.when(OptInConfirmed)
def record_confirmation(context: Context, fact: OptInConfirmed) -> None:
    """Somebody who was on no list has asked for messages."""
    _record(context, fact, "OPT_IN", "CONFIRMATION")


def _record(context: Context, fact: NumberOptedOut | NumberOptedIn | OptInConfirmed, action: str, cause: str) -> None:
    row = ConsentRecord(context.now, context.account, context.region, fact.number, action, cause, fact.opt_out_list_arn)
    context.store.consent.append(row)
