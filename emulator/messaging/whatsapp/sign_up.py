"""
The sign-up: Meta's page hands the console a token, the account is linked, and its numbers are registered with their PIN.

Any token that is not empty is good; Meta's ids, and a number that nobody has, follow from it: there is no Meta to ask.
"""

from __future__ import annotations

from emulator.messaging.context import Context
from emulator.messaging.state.whatsapp import Document, WhatsAppAccount, WhatsAppNumber
from emulator.messaging.whatsapp import accounts
from emulator.messaging.whatsapp.errors import InvalidParametersException, MetaError
from emulator.telecom.numbering import new_number

PIN_MISMATCH = 133005
BAD_PIN = "000000"
"""A PIN that no number has: it stands for the wrong one."""
REGIONS = frozenset({"AU", "ID", "IN", "JP", "SG", "KR", "DE", "CH", "GB", "BR", "BH", "ZA", "AE", "CA"})
"""Where data can be kept. Source: the service model's documentation"""


def begin(ctx: Context, access_token: str) -> tuple[str, WhatsAppAccount]:
    """
    Link the account of a token, its registration incomplete, and return the token of step 2.

    Raises:
        InvalidParametersException: the token is empty.
        LimitExceededException: the region has as many accounts as it may have.
    """
    if not access_token:
        raise InvalidParametersException("The access token is not valid")
    account = accounts.new_account(ctx, "WhatsApp Business Account", accounts.INCOMPLETE)
    random = ctx.world.seeds.random(f"sign-up/{access_token}")
    phone_number = new_number("US", "LONG_CODE", random)
    while accounts.dialled(ctx.world, phone_number) is not None:
        phone_number = new_number("US", "LONG_CODE", random)
    number = accounts.new_number(ctx, account, phone_number, account.waba_name)
    number.is_registered = False
    return _remember(ctx, account), account


def _remember(ctx: Context, account: WhatsAppAccount) -> str:
    token = ctx.world.seeds.hex_id("sign-up")
    sign_ups = accounts.state_of(ctx).sign_ups
    sign_ups[token] = list(account.numbers)
    if len(sign_ups) > accounts.SIGN_UPS_MAX:
        del sign_ups[next(iter(sign_ups))]
    return token


def complete(ctx: Context, setup: Document) -> WhatsAppAccount:
    """
    Register numbers with their PIN, and complete their account or add them to another one.

    Raises:
        InvalidParametersException: the token, a number, a PIN or the combination of members is not valid.
        ResourceNotFoundException: the account is not linked.
    """
    waba, parent = setup.get("waba"), setup.get("phoneNumberParent")
    if (waba is None) == (parent is None):
        raise InvalidParametersException("Exactly one of waba and phoneNumberParent is required")
    token = setup["associateInProgressToken"]
    waiting = accounts.state_of(ctx).sign_ups.get(token)
    if waiting is None:
        raise InvalidParametersException("The associateInProgressToken is not valid")
    chosen = [_number(ctx, row, waiting) for row in setup["phoneNumbers"]]
    if not chosen:
        raise InvalidParametersException("At least one phone number is required")
    source = accounts.get_account(ctx, chosen[0].linked_whats_app_business_account_id)
    target = source if waba is not None else accounts.get_account(ctx, str(parent))
    destinations = (waba or {}).get("eventDestinations") or []
    if waba is not None and waba.get("id") not in (None, source.id, source.waba_id):
        raise InvalidParametersException("waba.id is not that of the sign-up")
    accounts.check_destinations(destinations)
    for number, row in zip(chosen, setup["phoneNumbers"], strict=True):
        _register(ctx, number, row)
    for number in chosen if target is not source else ():
        _move(number, source, target)
    if waba is not None:
        target.event_destinations = destinations
        accounts.change_tags(ctx, target.arn, _tags(waba))
    target.registration_status = accounts.COMPLETE
    del accounts.state_of(ctx).sign_ups[token]
    return target


def _number(ctx: Context, row: Document, waiting: list[str]) -> WhatsAppNumber:
    if row["id"] not in waiting:
        raise InvalidParametersException(f"The phone number is not part of the sign-up: {row['id']}")
    pin, region = row["twoFactorPin"], row.get("dataLocalizationRegion")
    if len(pin) != len(BAD_PIN) or not pin.isdecimal() or pin == BAD_PIN:
        raise MetaError(PIN_MISMATCH).as_refusal()
    if region is not None and region not in REGIONS:
        raise InvalidParametersException(f"dataLocalizationRegion is not supported: {region}")
    if any(tag["key"].lower().startswith("aws:") for tag in row.get("tags") or ()):
        raise InvalidParametersException("Tag keys must not begin with aws:")
    return accounts.get_number(ctx, row["id"])[1]


def _register(ctx: Context, number: WhatsAppNumber, row: Document) -> None:
    number.is_registered, number.two_factor_pin = True, row["twoFactorPin"]
    number.data_localization_region = row.get("dataLocalizationRegion")
    accounts.change_tags(ctx, number.arn, _tags(row))


def _tags(row: Document) -> dict[str, str]:
    return {tag["key"]: tag.get("value", "") for tag in row.get("tags") or ()}


def _move(number: WhatsAppNumber, source: WhatsAppAccount, target: WhatsAppAccount) -> None:
    del source.numbers[number.phone_number_id]
    number.waba_arn, number.waba_id = target.arn, target.waba_id
    number.linked_whats_app_business_account_id = target.id
    target.numbers[number.phone_number_id] = number
