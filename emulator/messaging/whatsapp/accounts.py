"""
Linked accounts and their numbers: made, found, unlinked, and their ids.

Source: the service model; the forms of ids by the user guide and published logs
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from emulator.messaging import regions
from emulator.messaging.context import Context, World
from emulator.messaging.facts import WhatsAppChanged
from emulator.messaging.state.whatsapp import Document, WhatsAppAccount, WhatsAppNumber, WhatsAppState
from emulator.messaging.store import MessagingStore
from emulator.messaging.whatsapp.errors import (
    InvalidParametersException,
    LimitExceededException,
    ResourceNotFoundException,
)
from emulator.telecom.numbering import display_form

COMPLETE = "COMPLETE"
INCOMPLETE = "INCOMPLETE"
ACCOUNTS_MAX = 25
"""Linked accounts in a region. Source: the quotas of the user guide"""
TAGS_MAX = 50
"""AWS's usual limit, as `messaging.store.TAGS_PER_RESOURCE` is."""
DISPLAY_MAX = 20
"""Characters of a displayed number. Source: the service model"""
SIGN_UPS_MAX = 100
"""Sign-ups in progress that are remembered; the oldest is dropped first."""


def state_of(ctx: Context) -> WhatsAppState:
    """Return the WhatsApp state of the caller's account and region."""
    return ctx.store.whatsapp


def meta_id(ctx: Context, kind: str) -> str:
    """Return the next id of Meta for a resource of this kind: 16 digits."""
    return str(10**15 + int(ctx.world.seeds.hex_id(f"meta-{kind}"), 16) % (9 * 10**15))


def find_account(ctx: Context, reference: str) -> WhatsAppAccount | None:
    """Return an account by its id or ARN; None if it is not linked."""
    accounts = state_of(ctx).accounts
    return accounts.get(reference) or next((each for each in accounts.values() if each.arn == reference), None)


def get_account(ctx: Context, reference: str) -> WhatsAppAccount:
    """
    Return an account by its id or ARN.

    Raises:
        ResourceNotFoundException: it is not linked.
    """
    account = find_account(ctx, reference)
    if account is None:
        raise ResourceNotFoundException(f"WhatsApp Business Account not found: {reference}")
    return account


def get_complete_account(ctx: Context, reference: str) -> WhatsAppAccount:
    """
    Return an account whose registration is complete.

    Raises:
        ResourceNotFoundException: it is not linked.
        InvalidParametersException: its registration is not complete.
    """
    account = get_account(ctx, reference)
    if account.registration_status != COMPLETE:
        raise InvalidParametersException(f"The registration of {account.id} is not complete")
    return account


def numbers_of(store: MessagingStore) -> Iterator[tuple[WhatsAppAccount, WhatsAppNumber]]:
    """Yield every number of the linked accounts of a store."""
    for account in store.whatsapp.accounts.values():
        for number in account.numbers.values():
            yield account, number


def get_number(ctx: Context, reference: str) -> tuple[WhatsAppAccount, WhatsAppNumber]:
    """
    Return a number by its id or ARN, with its account.

    Raises:
        ResourceNotFoundException: no linked account has it.
    """
    for account, number in numbers_of(ctx.store):
        if reference in (number.phone_number_id, number.arn):
            return account, number
    raise ResourceNotFoundException(f"Phone number not found: {reference}")


def dialled(world: World, to: str) -> tuple[MessagingStore, WhatsAppAccount, WhatsAppNumber] | None:
    """Return who owns a number, of all accounts: by the number itself, AWS's id or ARN, or Meta's id."""
    for store in world.messaging_stores:
        for account, number in numbers_of(store):
            if to in (number.phone_number, number.phone_number_id, number.arn, number.meta_phone_number_id):
                return store, account, number
    return None


def new_account(ctx: Context, name: str, status: str) -> WhatsAppAccount:
    """
    Link an account without numbers.

    Raises:
        LimitExceededException: the region has as many as it may have.
    """
    if len(state_of(ctx).accounts) >= ACCOUNTS_MAX:
        raise LimitExceededException(f"There are {ACCOUNTS_MAX} WhatsApp Business Accounts in this region already")
    account = WhatsAppAccount("", "", meta_id(ctx, "waba"), status, ctx.now, name)
    _name_account(ctx, account)
    return account


def _name_account(ctx: Context, account: WhatsAppAccount) -> None:
    """Give an account new ids of AWS, and keep it and its numbers under them."""
    key = ctx.world.seeds.uuid("waba").replace("-", "")
    account.id, account.arn = f"waba-{key}", _arn(ctx, "waba", key)
    account.link_date = ctx.now
    state = state_of(ctx)
    state.accounts[account.id] = account
    state.tags[account.arn] = {}
    numbers = list(account.numbers.values())
    account.numbers.clear()
    for number in numbers:
        _name_number(ctx, account, number)


def _arn(ctx: Context, kind: str, key: str) -> str:
    return regions.arn("social-messaging", ctx.region, ctx.account, f"{kind}/{key}")


def new_number(ctx: Context, account: WhatsAppAccount, number: str, display_name: str) -> WhatsAppNumber:
    """Add a registered number to an account."""
    row = WhatsAppNumber(
        arn="",
        phone_number_id="",
        meta_phone_number_id=meta_id(ctx, "phone-number"),
        phone_number=number,
        display_phone_number_name=display_name,
        display_phone_number=display_form(number)[:DISPLAY_MAX],
        waba_arn="",
        waba_id="",
        linked_whats_app_business_account_id="",
    )
    _name_number(ctx, account, row)
    return row


def _name_number(ctx: Context, account: WhatsAppAccount, number: WhatsAppNumber) -> None:
    key = ctx.world.seeds.uuid("phone-number-id").replace("-", "")
    number.phone_number_id, number.arn = f"phone-number-id-{key}", _arn(ctx, "phone-number-id", key)
    number.waba_arn, number.waba_id = account.arn, account.waba_id
    number.linked_whats_app_business_account_id = account.id
    account.numbers[number.phone_number_id] = number
    state_of(ctx).tags[number.arn] = {}


def link(ctx: Context, phone_number: str, display_name: str, name: str) -> tuple[WhatsAppAccount, WhatsAppNumber]:
    """
    Link an account with one number, as if its sign-up had been completed.

    An account that was unlinked before comes back with its templates and flows, under new ids.

    Raises:
        InvalidParametersException: a linked account has the number.
        LimitExceededException: the region has as many accounts as it may have.
    """
    if dialled(ctx.world, phone_number) is not None:
        raise InvalidParametersException(f"{phone_number} belongs to a linked account already")
    state = state_of(ctx)
    for known in state.unlinked.values():
        for number in known.numbers.values():
            if number.phone_number == phone_number:
                if len(state.accounts) >= ACCOUNTS_MAX:
                    raise LimitExceededException(f"There are {ACCOUNTS_MAX} WhatsApp Business Accounts here already")
                del state.unlinked[known.waba_id]
                _name_account(ctx, known)
                return known, number
    account = new_account(ctx, name, COMPLETE)
    return account, new_number(ctx, account, phone_number, display_name)


def unlink(ctx: Context, account: WhatsAppAccount) -> None:
    """Unlink an account: its ids, tags and events end here; Meta keeps it."""
    state = state_of(ctx)
    del state.accounts[account.id]
    account.event_destinations = []
    for arn in (account.arn, *(number.arn for number in account.numbers.values())):
        state.tags.pop(arn, None)
    state.unlinked[account.waba_id] = account


def check_destinations(destinations: list[Document]) -> None:
    """
    Refuse what no event can go to. Source: the user guide, message and event destinations

    Raises:
        InvalidParametersException: the target is neither a standard topic nor a Connect instance.
    """
    for destination in destinations:
        arn = destination["eventDestinationArn"]
        is_topic = re.fullmatch(r"arn:[^:]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+(\.fifo)?", arn) is not None
        is_instance = re.fullmatch(r"arn:[^:]+:connect:[a-z0-9-]+:\d{12}:instance/.+", arn) is not None
        if arn.endswith(".fifo"):
            raise InvalidParametersException(f"FIFO topics are not supported: {arn}")
        if not is_topic and not is_instance:
            raise InvalidParametersException(f"The event destination must be an SNS topic or a Connect instance: {arn}")


def change_tags(ctx: Context, arn: str, tags: dict[str, str]) -> None:
    """
    Add tags to an account or number; those of the same key are overwritten.

    Raises:
        InvalidParametersException: there is no such resource, a key is reserved, or there are too many.
    """
    present = tags_of(ctx, arn)
    if any(key.lower().startswith("aws:") for key in tags):
        raise InvalidParametersException("Tag keys must not begin with aws:")
    if len(present | tags) > TAGS_MAX:
        raise InvalidParametersException(f"A resource has at most {TAGS_MAX} tags")
    present.update(tags)


def tags_of(ctx: Context, arn: str) -> dict[str, str]:
    """
    Return the tags of an account or number.

    Raises:
        InvalidParametersException: there is no such resource; the model of these operations has no other error.
    """
    tags = state_of(ctx).tags.get(arn)
    if tags is None:
        raise InvalidParametersException(f"Resource not found: {arn}")
    return tags


def report(
    ctx: Context, account: WhatsAppAccount, field: str, value: Document, number: WhatsAppNumber | None = None
) -> None:
    """Report a change at Meta to the account's event destination: the webhook's field and its value."""
    ctx.emit(WhatsAppChanged(ctx.account, ctx.region, account, number, field, value, ctx.now))
