"""Phone number validation, based on `phonenumbers` and its geographic data."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from emulator.telecom.lookup import look_up
from emulator.telecom.numbering import UNKNOWN_COUNTRY, country, country_of

KINDS = {
    PhoneNumberType.MOBILE: ("MOBILE", 0),
    PhoneNumberType.FIXED_LINE: ("LANDLINE", 1),
    # North American mobile numbers cannot be distinguished from others.
    PhoneNumberType.FIXED_LINE_OR_MOBILE: ("MOBILE", 0),
    PhoneNumberType.VOIP: ("VOIP", 2),
}
"""The kind and its code. Source: NumberValidateResponse"""
OTHER = ("OTHER", 4)
INVALID = ("INVALID", 3)


def validated(written: str, iso: str | None) -> dict[str, str | int]:
    """Return the members of a NumberValidateResponse; `iso` is the country of a number without a calling code."""
    members: dict[str, str | int] = {"OriginalPhoneNumber": written}
    if iso:
        members["OriginalCountryCodeIso2"] = iso
    digits = written if written.startswith("+") or iso else f"+{re.sub('[^0-9]', '', written)}"
    try:
        number = phonenumbers.parse(digits, iso)
    except phonenumbers.NumberParseException:
        return members | _kind(INVALID)
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    members |= {
        "CleansedPhoneNumberE164": e164,
        "CleansedPhoneNumberNational": str(number.national_number),
        "CountryCodeNumeric": str(number.country_code),
    }
    if not phonenumbers.is_valid_number(number):
        # Its country is known nevertheless. Source: validate-phone-numbers.html, "Invalid phone numbers"
        region = country_of(e164)
        known_country = {} if region == UNKNOWN_COUNTRY else {"CountryCodeIso2": region, "Country": country(region).name}
        return members | known_country | _kind(INVALID)
    # Imported here: the geographic data takes long to load, and no other call needs it.
    from phonenumbers import geocoder, timezone

    members |= _kind(KINDS.get(phonenumbers.number_type(number), OTHER))
    members |= {
        "Country": geocoder.country_name_for_number(number, "en"),
        "CountryCodeIso2": phonenumbers.region_code_for_number(number) or "",
        "Timezone": timezone.time_zones_for_number(number)[0],
    }
    known = {
        "Carrier": look_up(e164).carrier,
        "City": geocoder.description_for_number(number, "en").partition(",")[0],
    }
    return members | {name: value for name, value in known.items() if value}


def _kind(kind: tuple[str, int]) -> dict[str, str | int]:
    return {"PhoneType": kind[0], "PhoneTypeCode": kind[1]}
