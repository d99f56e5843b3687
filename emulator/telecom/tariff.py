"""Prices by country and channel, in millicents: hundred-thousandths of a US dollar."""

from __future__ import annotations

from functools import cache
from typing import Any

from emulator.kernel.dataclass import dataclass
from emulator.kernel.tables import load_table
from emulator.telecom.vocabulary import ChannelName

MILLICENTS_PER_DOLLAR = 100_000
PRICE_ELSEWHERE = (5000, 0)
"""For a country that is not in the price list."""
ROUTES = {"SHORT_CODE": "SMS_SHORT_CODE", "TOLL_FREE": "SMS_TOLL_FREE", "TEN_DLC": "SMS_TEN_DLC"}
LEASES = {
    "LONG_CODE": "LEASE_LONG_CODE_MONTHLY",
    "TEN_DLC": "LEASE_LONG_CODE_MONTHLY",
    "TOLL_FREE": "LEASE_TOLL_FREE_MONTHLY",
}


@dataclass(frozen=True, slots=True)
class Price:
    """What one message part costs, in millicents: AWS's fee and the carrier's."""

    price: int
    carrier_fee: int


@cache
def _table() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = load_table("telecom/data/prices.json")["prices"]
    return found


@cache
def text_part(iso: str, identity_type: str) -> Price:
    """Return the price of one part of a text to this country from this type of number or sender."""
    row = _table().get(iso, {})
    return Price(*(row.get(ROUTES.get(identity_type, "SMS")) or row.get("SMS") or PRICE_ELSEWHERE))


@cache
def networks(iso: str) -> list[tuple[str, str, str]]:
    """Return the mobile networks of a country in the price list: name, MCC and MNC."""
    return [(name, mcc, mnc) for name, mcc, mnc, *_ in _table().get(iso, {}).get("networks", ())]


# AWS publishes prices of texts and of leased numbers alone; those of pictures, RCS and calls, of countries that are not in
# its list, of a lease without a price (a dollar) and of a simulator number (nothing) are of a plausible
# magnitude. # unverified
MEDIA_MESSAGE = (1600, 1000)
RCS_SEGMENT = (800, 300)
RCS_SESSION = 4000
"""A conversation."""
VOICE_MINUTE = 1300


def call_minute() -> Price:
    """Return the price of one minute of a call, to any country."""
    return Price(VOICE_MINUTE, 0)


def unit_price(channel: ChannelName, iso: str, identity_type: str) -> Price:
    """Return the price of one unit: a part of a text, an MMS, a segment of an RCS message, a minute of a call."""
    if channel == "voice":
        return call_minute()
    if channel == "rcs":
        return Price(*RCS_SEGMENT)
    return Price(*MEDIA_MESSAGE) if channel == "mms" else text_part(iso, identity_type)


@cache
def monthly_lease(iso: str, number_type: str) -> int:
    """Return the monthly lease of a number in millicents; a dollar if no price is published."""
    if number_type == "SIMULATOR":
        return 0
    channel = LEASES.get(number_type, "LEASE_SHORT_CODE_MONTHLY")
    for row in (_table().get(iso, {}), _table()["US"] if number_type == "SHORT_CODE" else {}):
        if channel in row:
            return int(row[channel][0])
    return MILLICENTS_PER_DOLLAR


def dollars(millicents: int) -> float:
    """Return an amount for a JSON record, in dollars with at most five decimals."""
    return millicents / MILLICENTS_PER_DOLLAR


def price_text(millicents: int) -> str:
    """Return an amount for a member that AWS writes as text, such as MonthlyLeasingPrice: `"1.00"`."""
    return f"{millicents / MILLICENTS_PER_DOLLAR:.2f}"


def millicents(text: str) -> int:
    """Return the millicents in a decimal amount of dollars, such as MaxPrice, without conversion to float."""
    whole, _, fraction = text.partition(".")
    return int(whole or 0) * MILLICENTS_PER_DOLLAR + int(fraction[:5].ljust(5, "0") or 0)
