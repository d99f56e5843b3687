"""Phone number lookup: type, country and carrier, from `phonenumbers` and the price list's networks."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING
from zlib import crc32

from emulator.kernel.dataclass import dataclass
from emulator.kernel.tables import load_table
from emulator.telecom.numbering import country, country_of
from emulator.telecom.tariff import networks

if TYPE_CHECKING:
    import phonenumbers

TYPES = {"MOBILE": "MOBILE", "FIXED_LINE_OR_MOBILE": "MOBILE", "FIXED_LINE": "LANDLINE", "VOIP": "VOIP"}
"""By the library's name of a type; North American numbers do not show which of the first two they are."""
DIGITS_MAX = 19


@dataclass(frozen=True, slots=True)
class Lookup:
    """The result; what is unknown is None, as is everything but the first two fields for an INVALID number."""

    e164_phone_number: str
    phone_number_type: str
    dialing_country_code: str | None = None
    iso_country_code: str | None = None
    country: str | None = None
    mcc: str | None = None
    mnc: str | None = None
    carrier: str | None = None


def digits_of(text: str) -> str:
    """Return a written number without brackets, blanks and other marks, with a leading plus."""
    return "+" + re.sub("[^0-9]", "", text)


def cleansed(number: str) -> str:
    """Return the number in its country's numbering plan, for example without the trunk prefix that is dialled at home."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    text: str = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return text


def look_up(number: str, *, in_use: bool = False, carrier_name: str | None = None) -> Lookup:
    """
    Return what is known about an E.164 number.

    A number `in_use` counts as a mobile even if no country assigns it; `carrier_name` is then its carrier.
    """
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return Lookup(number, "INVALID")
    # phonenumbers accepts a trunk prefix, the network does not.
    is_as_written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == number
    is_valid = is_as_written and phonenumbers.is_valid_number(parsed)
    if not is_valid and not in_use:
        return Lookup(number, "INVALID")
    iso = phonenumbers.region_code_for_number(parsed) or country_of(number)
    kind = "MOBILE" if in_use else _type_of(parsed)
    # Imported here: its data takes a tenth of a second to load, and sending does not need it.
    from phonenumbers import carrier

    name = carrier_name or carrier.name_for_number(parsed, "en") or None
    mcc, mnc = None, None
    if kind == "MOBILE":
        name, mcc, mnc = _network(iso, number, name)
    return Lookup(number, kind, str(parsed.country_code), iso, country(iso).name, mcc, mnc, name)


def _type_of(parsed: phonenumbers.PhoneNumber) -> str:
    from phonenumbers import PhoneNumberType, number_type

    return TYPES.get(PhoneNumberType.to_string(number_type(parsed)), "OTHER")


@cache
def network_of(iso: str, name: str | None) -> tuple[str | None, str | None]:
    """Return the MCC and MNC of a carrier in its country; for an unknown carrier, only an MCC that all networks share."""
    rows = _networks(iso)
    if name is not None:
        for network, mcc, mnc in rows:
            if name.casefold() in network.casefold() or network.casefold() in name.casefold():
                return mcc, mnc
    codes = {mcc for _, mcc, _ in rows}
    return (codes.pop(), None) if len(codes) == 1 else (None, None)


def _networks(iso: str) -> list[tuple[str, str, str]]:
    listed = networks(iso)
    if listed:
        return listed
    rows = load_table("telecom/data/networks.json")["networks"].get(iso, ())
    return [(name, mcc, mnc) for name, mcc, mnc in rows]


def _network(iso: str, number: str, name: str | None) -> tuple[str | None, str | None, str | None]:
    """
    Return the carrier, MCC and MNC of a mobile; AWS gives all three for every valid one. Source: carrier-lookup.html

    A carrier that no table lists gets the codes of one of the country's networks, and a number without a known carrier
    that network itself: always the same one, by its name or the number. # unverified: which network serves a number
    """
    mcc, mnc = network_of(iso, name) if name else (None, None)
    rows = _networks(iso)
    if mnc is not None or not rows:
        return name, mcc, mnc
    network, mcc, mnc = rows[crc32((name or number).encode()) % len(rows)]
    return name or network, mcc, mnc
