"""Linked accounts, their numbers, event destinations and tags. Sources: the service model; the user guide"""

from __future__ import annotations

from typing import Any

from emulator.messaging.state.whatsapp import Document, WhatsAppAccount, WhatsAppNumber
from emulator.messaging.whatsapp import accounts, sign_up
from emulator.messaging.whatsapp.call_hours import check_settings
from emulator.messaging.whatsapp.errors import InvalidParametersException, MetaError
from emulator.services.social.service import Context
from emulator.wire.service import operation

OK = {"statusCode": 200}  # unverified: what the body's own status code is


@operation
def associate_whatsapp_business_account(
    ctx: Context, *, signup_callback: Document | None = None, setup_finalization: Document | None = None
) -> Document:
    """Link an account in two steps: the callback of Meta's sign-up, and the registration of its numbers."""
    if (signup_callback is None) == (setup_finalization is None):
        raise InvalidParametersException("Exactly one of signupCallback and setupFinalization is required")
    if signup_callback is not None:
        token, account = sign_up.begin(ctx, signup_callback["accessToken"])
        waiting = {
            "accountName": account.waba_name,
            "registrationStatus": account.registration_status,
            "unregisteredWhatsAppPhoneNumbers": account.phone_numbers,
            "wabaId": account.id,
        }
        result = {"associateInProgressToken": token, "linkedAccountsWithIncompleteSetup": {account.waba_id: waiting}}
        return OK | {"signupCallbackResult": result}
    assert setup_finalization is not None
    account = sign_up.complete(ctx, setup_finalization)
    return OK | {"linkedWhatsAppBusinessAccountId": account.id}


@operation
def disassociate_whatsapp_business_account(ctx: Context, *, id: str) -> Document:  # noqa: A002  the model's name
    """Unlink an account; Meta keeps it, with its templates and numbers."""
    accounts.unlink(ctx, accounts.get_account(ctx, id))
    return {}


@operation
def list_linked_whatsapp_business_accounts(ctx: Context) -> Document:
    """List the accounts, in the order in which they were linked."""
    return {"linkedAccounts": list(accounts.state_of(ctx).accounts.values())}


@operation
def get_linked_whatsapp_business_account(ctx: Context, *, id: str) -> dict[str, WhatsAppAccount]:  # noqa: A002
    """Return an account with its numbers."""
    return {"account": accounts.get_account(ctx, id)}


@operation
def get_linked_whatsapp_business_account_phone_number(ctx: Context, *, id: str) -> Any:  # noqa: A002
    """Return a number with its account."""
    _, number = accounts.get_number(ctx, id)
    return {"phoneNumber": number}, number


@operation
def update_linked_whatsapp_business_account_phone_number(
    ctx: Context,
    *,
    id: str,  # noqa: A002
    call_settings: Document,
) -> WhatsAppNumber:
    """Replace the call settings of a number."""
    _, number = accounts.get_number(ctx, id)
    try:
        check_settings(call_settings)
    except MetaError as error:
        raise error.as_refusal() from error
    number.call_settings = call_settings
    return number


@operation
def put_whatsapp_business_account_event_destinations(
    ctx: Context,
    *,
    id: str,  # noqa: A002
    event_destinations: list[Document],
) -> Document:
    """Replace the event destination; an empty list switches events off."""
    account = accounts.find_account(ctx, id)
    if account is None:
        # The model of this operation has no ResourceNotFoundException.
        raise InvalidParametersException(f"WhatsApp Business Account not found: {id}")
    accounts.check_destinations(event_destinations)
    account.event_destinations = event_destinations
    return {}


@operation
def tag_resource(ctx: Context, *, resource_arn: str, tags: list[Document]) -> Document:
    """Add tags to an account or number, and change those of the same key."""
    accounts.change_tags(ctx, resource_arn, {tag["key"]: tag.get("value", "") for tag in tags})
    return OK


@operation
def untag_resource(ctx: Context, *, resource_arn: str, tag_keys: list[str]) -> Document:
    """Remove tags; keys that are not there do no harm."""
    present = accounts.tags_of(ctx, resource_arn)
    for key in tag_keys:
        present.pop(key, None)
    return OK


@operation
def list_tags_for_resource(ctx: Context, *, resource_arn: str) -> Document:
    """List the tags of an account or number."""
    present = accounts.tags_of(ctx, resource_arn)
    return OK | {"tags": [{"key": key, "value": value} for key, value in present.items()]}
