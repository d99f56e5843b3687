"""
Who has opted out of the account's texts: the Default list, the same that `pinpoint-sms-voice-v2` has.

Source: API reference, CheckIfPhoneNumberIsOptedOut, ListPhoneNumbersOptedOut and OptInPhoneNumber
"""

from __future__ import annotations

from emulator.messaging.context import as_messaging, messaging_store
from emulator.messaging.errors import ValidationException
from emulator.messaging.facts import NumberOptedIn
from emulator.messaging.state.opt_out_lists import DEFAULT_LIST, OptOutList
from emulator.services.sns_texts.errors import invalid
from emulator.services.sns_texts.service import Context
from emulator.telecom.numbering import is_e164
from emulator.wire.service import operation


def _default_list(ctx: Context) -> OptOutList:
    return messaging_store(ctx).opt_out_lists.get(DEFAULT_LIST)


def _check_number(number: str) -> None:
    if not is_e164(number):
        raise invalid("PhoneNumber", "input incorrectly formatted")


@operation
def check_if_phone_number_is_opted_out(ctx: Context, *, phone_number: str) -> dict[str, bool]:
    """Return whether a number is on the list."""
    _check_number(phone_number)
    return {"isOptedOut": phone_number in _default_list(ctx).numbers}


@operation
def list_phone_numbers_opted_out(ctx: Context) -> dict[str, list[str]]:
    """Return the numbers on the list, a hundred to a page."""
    return {"phoneNumbers": list(_default_list(ctx).numbers)}


@operation
def opt_in_phone_number(ctx: Context, *, phone_number: str) -> None:
    """
    Take a number off the list, once in 30 days; a number that is not on it is accepted.

    Source: test_opt_in_non_existing_phone_number of localstack, recorded on AWS
    """
    _check_number(phone_number)
    opt_out_list = _default_list(ctx)
    if phone_number not in opt_out_list.numbers:
        return
    with as_messaging(ctx) as inner:
        try:
            opt_out_list.opt_in(phone_number, ctx.now)
        except ValidationException as error:
            raise invalid("PhoneNumber", "A phone number can be opted in only once every 30 days") from error
        arn = opt_out_list.opt_out_list_arn
        inner.emit(NumberOptedIn(ctx.account, ctx.region, arn, phone_number, False))
