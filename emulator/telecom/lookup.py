"""What is known of a telephone number: its type, country and carrier, from `phonenumbers` and the price list's networks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from emulator.telecom.numbering import country, country_of
from emulator.telecom.tariff import networks

TYPES = {
    PhoneNumberType.MOBILE: "MOBILE",
    # North America does not tell them apart.
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "MOBILE",
    PhoneNumberType.FIXED_LINE: "LANDLINE",
    PhoneNumberType.VOIP: "VOIP",
}
DIGITS_MAX = 19


@dataclass(frozen=True, slots=True)
class Lookup:
    """The result; what is not known, and all but the first two of an INVALID number, is None."""

    e164_phone_number: str
    phone_number_type: str
    dialing_country_code: str | None = None
    iso_country_code: str | None = None
    country: str | None = None
    mcc: str | None = None
    mnc: str | None = None
    carrier: str | None = None


def digits_of(text: str) -> str:
    """A number as it was written, without brackets, blanks and marks; with its plus."""
    return "+" + re.sub("[^0-9]", "", text)


def cleansed(number: str) -> str:
    """The number as its country's numbering plan has it, such as without the trunk prefix that is dialled at home."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    text: str = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    return text


def look_up(number: str, *, in_use: bool = False, carrier_name: str | None = None) -> Lookup:
    """
    What is known of an E.164 number.

    A number `in_use` counts as a mobile even if it is one that no country assigns; `carrier_name` is then its carrier.
    """
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return Lookup(number, "INVALID")
    # phonenumbers forgives a trunk prefix, the network does not.
    is_as_written = phonenumbers.format_number(parsed, PhoneNumberFormat.E164) == number
    is_valid = is_as_written and phonenumbers.is_valid_number(parsed)
    if not is_valid and not in_use:
        return Lookup(number, "INVALID")
    iso = phonenumbers.region_code_for_number(parsed) or country_of(number)
    kind = "MOBILE" if in_use else TYPES.get(phonenumbers.number_type(parsed), "OTHER")
    # Its data takes a tenth of a second's import, which no sender needs.
    from phonenumbers import carrier

    name = carrier_name or carrier.name_for_number(parsed, "en") or None
    mcc, mnc = network_of(iso, name) if kind == "MOBILE" else (None, None)
    return Lookup(number, kind, str(parsed.country_code), iso, country(iso).name, mcc, mnc, name)


@cache
def network_of(iso: str, name: str | None) -> tuple[str | None, str | None]:
    """MCC and MNC of a carrier in its country; of one that is not known only what all networks there have in common."""
    rows = networks(iso)
    if name is not None:
        for network, mcc, mnc in rows:
            if name.casefold() in network.casefold() or network.casefold() in name.casefold():
                return mcc, mnc
    codes = {mcc for _, mcc, _ in rows}
    return (codes.pop(), None) if len(codes) == 1 else (None, None)
