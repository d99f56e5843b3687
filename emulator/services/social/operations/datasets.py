"""Datasets of conversion events, and the public key of a number. Sources: the service model; Meta, conversions and flows"""

from __future__ import annotations

from typing import Any

from emulator.kernel.ports import KeyRead, Read
from emulator.messaging.state.whatsapp import Document, WhatsAppAccount, WhatsAppNumber
from emulator.messaging.whatsapp import accounts
from emulator.messaging.whatsapp.errors import InvalidParametersException, MetaError, ResourceNotFoundException
from emulator.messaging.whatsapp.fields import Field, check_fields, items, objects, text
from emulator.messaging.whatsapp.keys import check_public_key
from emulator.messaging.whatsapp.templates import read_json
from emulator.services.social.service import Context
from emulator.wire.service import operation

CONVERSIONS = (
    items("data", 1, 1000),
    text("data[].event_name"),
    Field("data[].event_time", "number", True),
    text("data[].action_source", choices=("business_messaging",)),
    text("data[].messaging_channel", choices=("whatsapp",)),
    *objects("data[].user_data"),
    text("data[].user_data.whatsapp_business_account_id"),
    text("data[].user_data.ctwa_clid"),
)


@operation
def create_whatsapp_dataset(ctx: Context, *, id: str) -> WhatsAppAccount:  # noqa: A002
    """Create the dataset of an account; a second call returns the same one."""
    account = accounts.get_complete_account(ctx, id)
    account.dataset_id = account.dataset_id or accounts.meta_id(ctx, "dataset")
    return account


@operation
def send_whatsapp_conversion_event(ctx: Context, *, id: str, dataset_id: str, event_data: bytes) -> Any:  # noqa: A002
    """Pass conversion events on to Meta."""
    account = accounts.get_account(ctx, id)
    if account.dataset_id != dataset_id:
        raise ResourceNotFoundException(f"Dataset not found: {dataset_id}")
    events = read_json(event_data, "eventData")
    if not isinstance(events, dict):
        raise InvalidParametersException("eventData must be a JSON object")
    try:
        check_fields(events, CONVERSIONS)
    except MetaError as error:
        raise error.as_refusal() from error
    if any(each["user_data"]["whatsapp_business_account_id"] != account.waba_id for each in events["data"]):
        raise InvalidParametersException("whatsapp_business_account_id is not that of the account")
    return {"requestId": ctx.request_id}


def key_reads(world: Any, members: dict[str, Any]) -> list[Read]:
    """Return the key of KMS that a request names."""
    return [KeyRead(members["kmsKeyArn"])] if members.get("kmsKeyArn") else []


@operation(reads=key_reads)
def put_whatsapp_business_public_key(
    ctx: Context,
    *,
    origination_phone_number_id: str,
    business_public_key: str | None = None,
    kms_key_arn: str | None = None,
) -> Document:
    """Set the key by which the data of flows is encrypted: a PEM of RSA, or a key of KMS."""
    _, number = accounts.get_number(ctx, origination_phone_number_id)
    if (business_public_key is None) == (kms_key_arn is None):
        raise InvalidParametersException("Exactly one of businessPublicKey and kmsKeyArn is required")
    if business_public_key is None:
        business_public_key = ctx.inputs.get(KeyRead(kms_key_arn or ""))
    if business_public_key is None:
        raise InvalidParametersException(f"The KMS key has no public key that can be read: {kms_key_arn}")
    check_public_key(business_public_key)
    number.business_public_key = business_public_key
    number.business_public_key_signature_status = "VALID"
    return {}


@operation
def get_whatsapp_business_public_key(ctx: Context, *, origination_phone_number_id: str) -> WhatsAppNumber:
    """Return the public key of a number."""
    _, number = accounts.get_number(ctx, origination_phone_number_id)
    if number.business_public_key is None:
        raise ResourceNotFoundException(f"Public key not found: {origination_phone_number_id}")
    return number
