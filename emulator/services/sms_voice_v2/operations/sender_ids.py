"""Sender ids: request, list, change, release."""

from __future__ import annotations

import re
from typing import Any

from emulator.messaging import sharing
from emulator.messaging.errors import (
    ConflictException,
    ResourceNotFoundException,
    ServiceQuotaExceededException,
    ValidationException,
    invalid,
    together,
)
from emulator.messaging.limits import throughput
from emulator.messaging.registrations import associations
from emulator.messaging.state.sender_ids import SenderId
from emulator.services.sms_voice_v2.operations._filters import BOOLEANS, select
from emulator.services.sms_voice_v2.service import Context
from emulator.telecom.numbering import countries
from emulator.telecom.tariff import price_text
from emulator.wire.service import operation

FORM = re.compile(r"(?!-)(?=.*[A-Z])[A-Z0-9_-]{1,11}(?<!-)")
"""At least one letter, no hyphen at either end. Source: sender-id.html; for the underscore, the CloudFormation reference"""
MESSAGE_TYPES = ("TRANSACTIONAL", "PROMOTIONAL")
WITHOUT_HYPHEN = frozenset({"FR"})
"""Since 2026-03-01. Source: the country notes of the SMS guide"""
FILTER_READS = {"message-type": lambda row: row.message_types}
FILTER_VALUES = {"message-type": MESSAGE_TYPES, "registered": BOOLEANS}


@operation
def request_sender_id(
    ctx: Context,
    *,
    sender_id: str,
    iso_country_code: str,
    message_types: list[str] | None = None,
    deletion_protection_enabled: bool | None = None,
    tags: list[dict[str, str]] | None = None,
) -> tuple[SenderId, dict[str, Any]]:
    """Request a sender id for texts to one country; it is stored in upper case. Source: API reference, RequestSenderId."""
    store = ctx.store
    name = sender_id.upper()
    country = countries().get(iso_country_code)
    if country is None:
        raise invalid("isoCountryCode", f"Unsupported country: {iso_country_code}")
    if not FORM.fullmatch(name) or (iso_country_code in WITHOUT_HYPHEN and "-" in name):
        allowed = "must contain a letter, and no hyphen at either end (in France, none at all)"
        raise invalid("senderId", f"Invalid sender ID {name}; {allowed}")
    if country.sender_id == "no":
        sentence = f"Sender IDs are not supported in {iso_country_code}"
        raise ValidationException("SENDER_ID_NOT_SUPPORTED", ("isoCountryCode", sentence))
    key = f"{name}/{iso_country_code}"
    if country.sender_id == "registration" or ctx.now < store.released_sender_ids.get(key, ctx.now):
        # terraform-provider-aws saw this reason for a sender id that it had just released, in a country without any
        # registration, and retries for up to two minutes.
        sentence = f"Sender IDs in {iso_country_code} require a registration"
        raise ValidationException("SENDER_ID_REQUIRES_REGISTRATION", ("isoCountryCode", sentence))
    if key in store.sender_ids:
        raise ConflictException("RESOURCE_ALREADY_EXISTS", "sender-id", name)
    if len(store.sender_ids) >= ctx.world.settings.quotas["SENDER_IDS_PER_ACCOUNT"]:
        raise ServiceQuotaExceededException("SENDER_IDS_PER_ACCOUNT")
    arn = store.arn("sender-id", key)
    echoed = store.set_tags(arn, tags)
    row = SenderId(
        arn,
        name,
        iso_country_code,
        list(dict.fromkeys(message_types or MESSAGE_TYPES)),  # unverified: those of one for which none is given
        price_text(0),
        deletion_protection_enabled=bool(deletion_protection_enabled),
    )
    return store.sender_ids.add(row), echoed


@operation
def describe_sender_ids(
    ctx: Context,
    *,
    sender_ids: list[dict[str, str]] | None = None,
    filters: list[dict[str, Any]] | None = None,
    owner: str = "SELF",
) -> dict[str, Any]:
    """List the account's sender ids. Source: API reference, DescribeSenderIds."""
    if owner == "SHARED":
        if sender_ids:
            raise together("senderIds", "owner")
        rows = list(sharing.shared_with(ctx, lambda store: store.sender_ids, lambda row: row.sender_id_arn))
    elif sender_ids:
        rows = [_find(ctx, entry["SenderId"], entry["IsoCountryCode"]) for entry in sender_ids]
    else:
        rows = list(ctx.store.sender_ids)
    return {"SenderIds": throughput.with_limits(ctx, select(rows, filters, FILTER_READS, FILTER_VALUES))}


@operation
def update_sender_id(
    ctx: Context, *, sender_id: str, iso_country_code: str, deletion_protection_enabled: bool | None = None
) -> SenderId:
    """Switch deletion protection. Source: API reference, UpdateSenderId."""
    row = _find(ctx, sender_id, iso_country_code)
    if deletion_protection_enabled is not None:
        row.deletion_protection_enabled = deletion_protection_enabled
    return row


@operation
def release_sender_id(ctx: Context, *, sender_id: str, iso_country_code: str) -> SenderId:
    """Release a sender id. Source: API reference, ReleaseSenderId."""
    store = ctx.store
    row = _find(ctx, sender_id, iso_country_code)
    if row.deletion_protection_enabled:
        raise ConflictException("DELETION_PROTECTION_ENABLED", "sender-id", row.sender_id)
    if any(row.sender_id_arn in pool.members for pool in store.pools):
        raise ConflictException("SENDER_ID_ASSOCIATED_TO_POOL", "sender-id", row.sender_id)
    associations.check_release(ctx, row)
    associations.leave(ctx, row)
    store.forget(row.sender_id_arn)
    spreading = {key: until for key, until in store.released_sender_ids.items() if until > ctx.now}
    store.released_sender_ids = spreading | {row.key: ctx.now + ctx.world.settings.provisioning}
    return store.sender_ids.remove(row)


def _find(ctx: Context, reference: str, iso: str) -> SenderId:
    rows = ctx.store.sender_ids
    row = rows.find(reference) if reference.startswith("arn:") else rows.find(f"{reference.upper()}/{iso}")
    if row is None:
        raise ResourceNotFoundException("sender-id", reference)
    if row.iso_country_code != iso:
        field = ("isoCountryCode", f"The sender ID belongs to {row.iso_country_code}")
        raise ValidationException("COUNTRY_CODE_MISMATCH", field)
    return row
