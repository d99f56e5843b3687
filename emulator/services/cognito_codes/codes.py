"""Cognito's codes: issuing and checking them. Source: data/cognito.json, which names its own"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from emulator.kernel.tables import load_table
from emulator.messaging.codes.making import CODES_MAX, draw_code, is_right, keep_code
from emulator.messaging.state.codes import CodePolicy, IssuedCode
from emulator.services.cognito_codes.errors import (
    CodeMismatchException,
    ExpiredCodeException,
    LimitExceededException,
)
from emulator.services.cognito_codes.service import Context, Key

HOUR = timedelta(hours=1)


def facts() -> dict[str, Any]:
    """Return what is known of Cognito's codes: digits, limits, and the validity and message of each purpose."""
    return load_table("services/cognito_codes/data/cognito.json")


def issue(ctx: Context, key: Key, username: str, to: str, purpose: str) -> IssuedCode:
    """
    Make a code, and keep it in place of an older one for the same key.

    Args:
        ctx: the unit of work.
        key: what the code will be found by.
        username: the user, whose codes of the last hour are counted.
        to: the number that the code is sent to.
        purpose: one of the purposes of data/cognito.json.

    Raises:
        LimitExceededException: the user was sent too many codes within an hour.
    """
    table = facts()
    sent, user = ctx.store.sent, (key[0], username)
    recent = [at for at in sent.get(user, ()) if at > ctx.now - HOUR]
    if len(recent) >= table["sends_per_hour"]:
        raise LimitExceededException()
    sent.pop(user, None)
    sent[user] = [*recent, ctx.now]
    if len(sent) > CODES_MAX:
        del sent[next(iter(sent))]
    validity = timedelta(minutes=table["purposes"][purpose]["minutes"])
    code = draw_code(ctx.world.seeds, ctx.world.seeds.hex_id("cognito-code"), CodePolicy(code_length=table["digits"]))
    issued = IssuedCode(
        code, to, "TEXT", "", ctx.now, ctx.now + validity, attempts_left=table["attempts_max"], purpose=purpose
    )
    keep_code(ctx.store.codes, key, issued)
    return issued


def check(ctx: Context, key: Key, code: str) -> None:
    """
    Accept the right code; a wrong one costs an attempt.

    Raises:
        ExpiredCodeException: no code was sent, or the newest is too old or used.
        LimitExceededException: too many wrong codes were entered.
        CodeMismatchException: the code is wrong.
    """
    issued = ctx.store.codes.get(key)
    if issued is None or issued.is_used or ctx.now >= issued.valid_until:
        raise ExpiredCodeException()
    if issued.attempts_left <= 0:
        raise LimitExceededException()
    if not is_right(issued, code, ctx.now):
        raise CodeMismatchException()


def use(ctx: Context, key: Key) -> None:
    """Mark a code as used: from now on it counts as expired."""
    issued = ctx.store.codes.get(key)
    if issued is not None:
        issued.is_used = True
