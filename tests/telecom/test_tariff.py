from __future__ import annotations

import pytest

from emulator.telecom.numbering import countries
from emulator.telecom.tariff import Price, dollars, millicents, monthly_lease, price_text, text_part


@pytest.mark.parametrize(
    ("iso", "identity_type", "price"),
    [
        ("US", "TEN_DLC", Price(581, 266)),
        ("US", "LONG_CODE", Price(581, 266)),
        ("US", "SHORT_CODE", Price(581, 276)),
        ("US", "TOLL_FREE", Price(581, 250)),
        ("CA", "LONG_CODE", Price(581, 600)),
        ("CA", "SHORT_CODE", Price(2183, 500)),
        ("CA", "TOLL_FREE", Price(581, 600)),
        ("PR", "TEN_DLC", Price(507, 0)),
    ],
)
def test_price_of_a_part(iso, identity_type, price):
    """A part's price and carrier fee follow the route, or the country where the route has no price of its own."""
    assert price == text_part(iso, identity_type)


def test_a_us_text_costs_what_aws_publishes():
    """A part to the US from a 10DLC number costs 0.00581 and 0.00266 dollars."""
    part = text_part("US", "TEN_DLC")

    assert (0.00581, 0.00266) == (dollars(part.price), dollars(part.carrier_fee))


def test_every_country_has_a_price():
    """A text to any country of the table costs something, and so does one to a country that no list has."""
    assert set() == {iso for iso in countries() if text_part(iso, "SENDER_ID").price <= 0}
    assert text_part("ZZ", "SENDER_ID").price > 0


@pytest.mark.parametrize(
    ("iso", "number_type", "text"),
    [
        ("US", "TEN_DLC", "1.00"),
        ("US", "TOLL_FREE", "2.00"),
        ("US", "SHORT_CODE", "995.00"),
        ("US", "SIMULATOR", "0.00"),
        ("GB", "LONG_CODE", "1.00"),
    ],
)
def test_lease_as_the_api_writes_it(iso, number_type, text):
    """A number's monthly lease is written in dollars with two decimals."""
    assert text == price_text(monthly_lease(iso, number_type))


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0.00581", 581),
        (".5", 50_000),
        ("1", 100_000),
        ("1.", 100_000),
        ("0.1", 10_000),
        ("0.00001", 1),
        ("99.99999", 9_999_999),
        ("0.29", 29_000),
        ("0", 0),
    ],
)
def test_millicents_of_a_decimal_text(text, amount):
    """A decimal text is read exactly, with or without an integer part."""
    assert amount == millicents(text)


def test_dollars_and_millicents_are_each_others_inverse():
    """Writing an amount in dollars and reading it again gives the same amount, for every amount below a dollar."""
    wrong = [amount for amount in range(100_000) if millicents(f"{dollars(amount):.5f}") != amount]

    assert [] == wrong
