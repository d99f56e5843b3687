"""Look up a phone number."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from emulator.messaging.errors import ValidationException
from emulator.services.sms_voice_v2.service import Context
from emulator.telecom.lookup import DIGITS_MAX, cleansed, digits_of, look_up
from emulator.wire.service import operation


@operation
def carrier_lookup(ctx: Context, *, phone_number: str, enable_cleansing: bool = False) -> dict[str, Any]:
    """
    Return what is known about a number; an invalid one is not an error. Source: carrier-lookup.html

    A number whose handset was configured is a mobile of that handset's carrier.
    """
    written = digits_of(phone_number)
    if len(written) > DIGITS_MAX + 1:
        sentence = f"A phone number has at most {DIGITS_MAX} digits"
        raise ValidationException("CANNOT_PARSE", ("phoneNumber", sentence))  # unverified
    number = cleansed(written) if enable_cleansing else written
    handset = ctx.world.handsets.get(number)
    found = look_up(number, in_use=handset is not None, carrier_name=handset.carrier if handset else None)
    answer: dict[str, Any] = {MEMBERS[name]: value for name, value in asdict(found).items() if value is not None}
    if enable_cleansing and number != phone_number:
        answer["OriginalPhoneNumber"] = phone_number
    return answer


MEMBERS = {
    "e164_phone_number": "E164PhoneNumber",
    "phone_number_type": "PhoneNumberType",
    "dialing_country_code": "DialingCountryCode",
    "iso_country_code": "IsoCountryCode",
    "country": "Country",
    "mcc": "MCC",
    "mnc": "MNC",
    "carrier": "Carrier",
}
"""AWS's names, which cannot always be derived from those of the attributes."""
