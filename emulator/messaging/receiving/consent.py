"""The audit trail of consent, kept from the facts of opt-out lists and keywords."""

from __future__ import annotations

from emulator.messaging.context import Context
from emulator.messaging.facts import NumberOptedIn, NumberOptedOut, OptInConfirmed
from emulator.messaging.state.consent import ConsentRecord
from emulator.wire.service import reaction


@reaction(NumberOptedOut)
def record_opt_out(ctx: Context, fact: NumberOptedOut) -> None:
    """Record that a number was added to a list, or named again."""
    _record(ctx, fact, "OPT_OUT", "KEYWORD" if fact.by_end_user else "API")


@reaction(NumberOptedIn)
def record_opt_in(ctx: Context, fact: NumberOptedIn) -> None:
    """Record that a number was removed from a list."""
    _record(ctx, fact, "OPT_IN", "KEYWORD" if fact.by_end_user else "API")


@reaction(OptInConfirmed)
def record_confirmation(ctx: Context, fact: OptInConfirmed) -> None:
    """Record that a recipient who was not on the list has asked for messages."""
    _record(ctx, fact, "OPT_IN", "CONFIRMATION")


def _record(ctx: Context, fact: NumberOptedOut | NumberOptedIn | OptInConfirmed, action: str, cause: str) -> None:
    row = ConsentRecord(ctx.now, ctx.account, ctx.region, fact.number, action, cause, fact.opt_out_list_arn)
    ctx.store.consent.append(row)
