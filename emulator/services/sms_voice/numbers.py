"""Phone numbers in the guide's notation, and origination numbers that an account gets when a request first names them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from emulator.messaging.context import as_messaging, messaging_store
from emulator.messaging.numbers import lease_number
from emulator.services.sms_voice.errors import BadRequestException, SmsVoiceError, translated_errors
from emulator.services.sms_voice.service import Context, log
from emulator.telecom.numbering import TOLL_FREE_CODES, UNKNOWN_COUNTRY, countries, country_of
from emulator.telecom.vanity import dialled

TYPES = ("TEN_DLC", "LONG_CODE")
"""Types of an ordinary number; it has the first one that exists in its country."""
SHORT_CODE_LENGTHS = range(4, 7)


def destination(written: str | None) -> str:
    """
    Return the E.164 number that the guide's client sends to.

    Raises:
        BadRequestException: the number is invalid.
    """
    number = dialled(written) if written else None
    if number is None or country_of(number) == UNKNOWN_COUNTRY:
        raise BadRequestException(f"Invalid phone number: {written or ''}. Use E.164 format, such as +15551234567")
    return number


def origination(written: str) -> str:
    """Return an origination identity: a number as E.164, anything else (sender id, pool, ARN) unchanged."""
    return (dialled(written) if written.startswith("+") else None) or written


@contextmanager
def registering(ctx: Context, identity: str, message_type: str) -> Iterator[str]:
    """
    Register the number that a send names, if the account does not own it yet; a refused send undoes that.

    This lets the guide's programs run as printed on a fresh server. In the strict profile nothing is registered, and the
    send itself refuses a number that the account does not own.
    """
    store = messaging_store(ctx)
    is_number = identity.startswith("+") or (identity.isdigit() and len(identity) in SHORT_CODE_LENGTHS)
    owned = identity in store.phone_numbers or f"+{identity}" in store.phone_numbers
    if ctx.world.settings.profile == "strict" or not is_number or owned:
        yield identity
        return
    number_id = register(ctx, identity, message_type)
    try:
        yield identity
    except SmsVoiceError:
        # A refused request changes nothing.
        store.forget(store.phone_numbers.remove(store.phone_numbers.get(number_id)).phone_number_arn)
        raise
    log.warning("Registered %s to account %s in %s on its first use", identity, ctx.account, ctx.region)


def register(
    ctx: Context,
    number: str,
    message_type: str,
    number_type: str | None = None,
    capabilities: list[str] | None = None,
    iso: str | None = None,
) -> str:
    """
    Lease this exact number, by default with all capabilities of its type; return its id.

    Raises:
        BadRequestException: no such number can be leased.
    """
    is_short = number.isdigit()
    iso = iso or ("US" if is_short else country_of(number))
    country = countries().get(iso)
    if country is None:
        raise BadRequestException(f"Invalid phone number: {number}")
    if number_type is None:
        ordinary = next((known for known in TYPES if known in country.number_types), TYPES[-1])
        is_toll_free = number.startswith("+1") and number[2:5] in (*TOLL_FREE_CODES, "800")
        number_type = "SHORT_CODE" if is_short else "TOLL_FREE" if is_toll_free else ordinary
    if (number_type == "SHORT_CODE") != is_short:
        raise BadRequestException(f"Invalid phone number: {number}; a number with a country code is no short code")
    # RequestPhoneNumber's model lacks SHORT_CODE: AWS leases those through a support case, which this call replaces.
    with translated_errors(), as_messaging(ctx) as inner:
        lease_number(
            inner,
            iso_country_code=iso,
            message_type=message_type,
            number_capabilities=capabilities or (["SMS", "VOICE"] if country.voice and not is_short else ["SMS"]),
            number_type=number_type,
            number_preference=[{"PreferenceType": ["ExactMatch"], "Filter": [number]}],
        )
    # In the friendly profile the number is active at once, so the send that named it goes out.
    ctx.world.clock.run_until(ctx.world.clock.now)
    return messaging_store(ctx).phone_numbers.get(number).phone_number_id
