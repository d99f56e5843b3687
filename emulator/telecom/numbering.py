"""
Countries, number types and E.164, based on `phonenumbers` and the country table.

`phonenumbers` is imported where it is used: it takes a tenth of what a first answer may take, and not every one needs it.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from random import Random
from typing import Any

from emulator.kernel.dataclass import dataclass
from emulator.kernel.tables import load_table

FICTITIOUS_AREA_CODES = ("206", "212", "303", "312", "415", "425", "503", "617", "702", "713", "806", "919")
TOLL_FREE_CODES = ("888", "877", "866", "855", "844", "833")
E164 = re.compile(r"\+[1-9][0-9]{1,14}", re.ASCII)
UNKNOWN_COUNTRY = "ZZ"


@dataclass(frozen=True, slots=True)
class Country:
    """
    What can be sent to and requested in a country.

    Attributes:
        sender_id: yes, no, registration (only with one) or optional (with and without).
        number_types: the types of numbers; `LONG_CODE(voice)` stands for long codes that can call and not text.
        long_codes_receive_only: True if long codes get texts and cannot send any.
    """

    iso: str
    name: str
    dialing_code: str
    sender_id: str
    two_way: bool
    number_types: tuple[str, ...]
    mms: bool
    voice: bool
    rcs: bool
    us_toll_free: bool
    us_toll_free_international: bool
    long_codes_receive_only: bool = False

    def receives(self, number_type: str) -> bool:
        """Return True if numbers of this type can get texts."""
        return self.two_way or (self.long_codes_receive_only and number_type == "LONG_CODE")


@cache
def countries() -> dict[str, Country]:
    """Return every country of the table, by ISO code."""
    rows = load_table("telecom/data/countries.json")["countries"]
    return {
        iso: Country(iso, number_types=tuple(row.pop("number_types")), **{k: v for k, v in row.items() if k != "notes"})
        for iso, row in rows.items()
    }


@cache
def country(iso: str) -> Country:
    """Return a country; one that the table lacks (phonenumbers knows a few more) supports plain texts and nothing else."""
    import phonenumbers

    known = countries().get(iso)
    if known is not None:
        return known
    return Country(
        iso, iso, str(phonenumbers.country_code_for_region(iso)), "no", False, (), False, False, False, False, False
    )


@lru_cache(maxsize=16384)
def country_of(number: str) -> str:
    """Return the ISO code of an E.164 number's country; `ZZ` if no country has such a calling code."""
    import phonenumbers

    calling_code = calling_code_of(number)
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(calling_code, ())
    if len(regions) == 1:
        return regions[0] if regions[0] != "001" else UNKNOWN_COUNTRY
    if calling_code == 1:
        return _north_american(number[2:5])
    return _region(number) or (regions[0] if regions else UNKNOWN_COUNTRY)


@lru_cache(maxsize=1024)
def _north_american(area_code: str) -> str:
    # The area code decides. An assigned number stands for all of it, so that 555 numbers have a country too.
    return _region(f"+1{area_code}2345678") or "US"


def _region(number: str) -> str | None:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None
    region: str | None = phonenumbers.region_code_for_number(parsed)
    return region


def calling_code_of(number: str) -> int:
    """Return the country calling code at the start of an E.164 number; 0 if there is none."""
    import phonenumbers

    digits = number.removeprefix("+")
    for length in (1, 2, 3):
        code = int(digits[:length] or 0)
        if code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            return code
    return 0


@cache
def _national_lengths(calling_code: int) -> frozenset[int]:
    import phonenumbers

    if calling_code == 1:
        # Canada's seven-digit numbers can only be dialled there.
        return frozenset({10})
    lengths: set[int] = set()
    for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(calling_code, ()):
        known = phonenumbers.PhoneMetadata
        metadata = known.metadata_for_region(region) or known.metadata_for_nongeo_region(calling_code)
        if metadata is not None and metadata.general_desc is not None:
            lengths.update(metadata.general_desc.possible_length)
    return frozenset(lengths)


@lru_cache(maxsize=4096)
def is_possible(number: str) -> bool:
    """Return whether an E.164 number has a calling code, and a length that is in use under it."""
    digits = number.removeprefix("+")
    calling_code = calling_code_of(number)
    return len(digits) - len(str(calling_code)) in _national_lengths(calling_code)


def e164(number: str) -> str:
    """Return the number with a leading plus."""
    return number if number.startswith("+") else f"+{number}"


def is_e164(number: str) -> bool:
    """Return True if the text is written as E.164 wants it, whether or not there is such a number."""
    return E164.fullmatch(number) is not None


def display_form(number: str) -> str:
    """Return an E.164 number as people write it abroad, `+1 206-555-0100`; as it is if no plan has such a number."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    written: str = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return written


def looks_like_a_number(text: str) -> bool:
    """Return whether the text is a phone number or short code rather than a name."""
    return text.removeprefix("+").isdigit()


@cache
def simulator_numbers() -> dict[str, Any]:
    """Return AWS's simulated destinations, with the country of each and the outcome of a message to it."""
    found: dict[str, Any] = load_table("telecom/data/simulator_numbers.json")["numbers"]
    return found


def new_number(iso: str, number_type: str, random: Random) -> str:
    """Return a number of this country and type that is never assigned, if the numbering plan reserves such a range."""
    import phonenumbers

    if number_type == "TOLL_FREE":
        return f"+1{random.choice(TOLL_FREE_CODES)}555{random.randrange(10000):04d}"
    if calling_code_of_region(iso) == 1:
        area_code = random.choice(FICTITIOUS_AREA_CODES) if iso == "US" else _area_code(iso)
        return f"+1{area_code}555{random.randrange(10000):04d}"
    example = phonenumbers.example_number_for_type(iso, phonenumbers.PhoneNumberType.MOBILE) or phonenumbers.example_number(
        iso
    )
    if example is None:
        return f"+{calling_code_of_region(iso)}{random.randrange(10**8, 10**9)}"
    digits = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    return f"{digits[:-5]}{random.randrange(100000):05d}"


@cache
def calling_code_of_region(iso: str) -> int:
    """Return the calling code of a country; 0 if it has none."""
    import phonenumbers

    code: int = phonenumbers.country_code_for_region(iso)
    return code


def _area_code(iso: str) -> str:
    import phonenumbers

    example = phonenumbers.example_number(iso)
    return str(example.national_number)[:3] if example else FICTITIOUS_AREA_CODES[0]
