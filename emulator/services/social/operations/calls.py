"""Calls. Sources: the service model; Meta, calls API"""

from __future__ import annotations

import re

from emulator.messaging.state.whatsapp import Document
from emulator.messaging.whatsapp import accounts, calls
from emulator.messaging.whatsapp.checks import user_by_bsuid
from emulator.messaging.whatsapp.errors import InvalidParametersException, ResourceNotFoundException
from emulator.messaging.whatsapp.templates import read_json
from emulator.services.social.service import Context
from emulator.wire.service import operation

VERSION = re.compile(r"v[2-9]\d(\.\d+)?")


@operation
def send_whatsapp_call_event(
    ctx: Context, *, origination_phone_number_id: str, meta_api_version: str, call_event: bytes
) -> dict[str, str]:
    """Start, accept, reject or end a call."""
    account, number = accounts.get_number(ctx, origination_phone_number_id)
    if VERSION.fullmatch(meta_api_version) is None:
        raise InvalidParametersException(f"The metaApiVersion is not supported: {meta_api_version}")
    event = read_json(call_event, "callEvent")
    if not isinstance(event, dict):
        raise InvalidParametersException("callEvent must be a JSON object")
    return {"callId": calls.handle(ctx, account, number, event)}


@operation
def get_whatsapp_call_permission(
    ctx: Context,
    *,
    origination_phone_number_id: str,
    destination_phone_number: str | None = None,
    end_user_bsuid: str | None = None,
) -> Document:
    """Say whether a user may be called, and what else may be done about that."""
    _, number = accounts.get_number(ctx, origination_phone_number_id)
    if (destination_phone_number is None) == (end_user_bsuid is None):
        raise InvalidParametersException("Exactly one of destinationPhoneNumber and endUserBsuid is required")
    user = destination_phone_number or user_by_bsuid(ctx, number, end_user_bsuid or "")
    if user is None:
        raise ResourceNotFoundException(f"User not found: {end_user_bsuid}")
    status, expires_at = calls.permission_of(number, user, ctx.now)
    permission = {"status": status, "expirationTime": expires_at}
    return {"permission": permission, "actions": calls.actions_of(number, user, ctx.now)}
