from __future__ import annotations

from random import Random

import phonenumbers
import pytest

from emulator.telecom.numbering import (
    UNKNOWN_COUNTRY,
    calling_code_of,
    countries,
    country,
    country_of,
    e164,
    is_possible,
    looks_like_a_number,
    new_number,
    simulator_numbers,
)

LEASABLE = ("TEN_DLC", "TOLL_FREE", "LONG_CODE", "SIMULATOR")


@pytest.mark.parametrize(
    ("number", "iso"),
    [
        ("+14255550100", "US"),
        ("+18885550100", "US"),
        ("+17875550100", "PR"),
        ("+19395550100", "PR"),
        ("+14165550100", "CA"),
        ("+16045550100", "CA"),
        ("+18765550100", "JM"),
        ("+18095550100", "DO"),
        ("+447400123456", "GB"),
        ("+447797123456", "JE"),
        ("+79161234567", "RU"),
        ("+77011234567", "KZ"),
        ("+390612345678", "IT"),
        ("+4915112345678", "DE"),
        ("+551198765432", "BR"),
        ("+61455944038", "AU"),
    ],
)
def test_country_of_a_number(number, iso):
    """A number's country follows from its calling code and, where countries share one, from what comes next."""
    assert iso == country_of(number)


@pytest.mark.parametrize("number", ["+999123", "+210123456", "+8001234567", "+881612345678", "+", ""])
def test_numbers_of_no_country(number):
    """A calling code of no country, or of more than one, gives no country."""
    assert UNKNOWN_COUNTRY == country_of(number)


def test_an_area_code_that_is_not_in_use_counts_as_the_us():
    """A North American number of an unused area code has the main country of its calling code."""
    assert "US" == country_of("+15555550100")


@pytest.mark.parametrize(
    ("number", "code"), [("+14255550100", 1), ("+447400123456", 44), ("+79161234567", 7), ("+3581234", 358), ("+999123", 0)]
)
def test_calling_code(number, code):
    """The calling code is the shortest prefix that some country has, 0 when there is none."""
    assert code == calling_code_of(number)


@pytest.mark.parametrize(
    ("number", "possible"),
    [
        ("+14255550100", True),
        ("+1425555010", False),
        ("+142555501000", False),
        ("+14255550", False),
        ("+14165550", False),
        ("+447400123456", True),
        ("+44740012345678", False),
        ("+79161234567", True),
        ("+7916123456", False),
        ("+4915112345678", True),
        ("+999123456789", False),
        ("+1", False),
        ("+", False),
    ],
)
def test_possible_numbers(number, possible):
    """A number is possible when it has a calling code and a length that is in use under it, fictitious or not."""
    assert possible is is_possible(number)


def test_every_example_of_the_phone_book_is_possible():
    """The phone book's own example number of every country is possible."""
    examples = {iso: phonenumbers.example_number(iso) for iso in countries()}

    wrong = {
        iso
        for iso, example in examples.items()
        if example and not is_possible(phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164))
    }

    assert set() == wrong


@pytest.mark.parametrize("number", ["14255550100", "+14255550100"])
def test_e164_has_one_plus(number):
    """A number gets a plus unless it has one."""
    assert "+14255550100" == e164(number)


@pytest.mark.parametrize(
    ("text", "is_number"), [("+14255550100", True), ("12345", True), ("NOTICE", False), ("1-800", False), ("", False)]
)
def test_what_looks_like_a_number(text, is_number):
    """Digits with or without a plus are a number, anything else a name."""
    assert is_number is looks_like_a_number(text)


def _types():
    return [(iso, kind) for iso, row in countries().items() for kind in row.number_types if kind in LEASABLE]


def test_new_numbers_belong_to_their_country():
    """For every country and type of the table a new number is possible and belongs to that country."""
    made = {(iso, kind): new_number(iso, kind, Random(7)) for iso, kind in _types()}

    assert len(made) > 50
    assert {} == {key: number for key, number in made.items() if country_of(number) != key[0] or not is_possible(number)}


@pytest.mark.parametrize("iso", ["US", "CA", "PR"])
def test_new_north_american_numbers_are_fictitious(iso):
    """Numbers with calling code 1 have the exchange 555, which reaches no real phone."""
    number = new_number(iso, "LONG_CODE", Random(0))

    assert "555" == number[5:8]


def test_toll_free_numbers_have_a_toll_free_code():
    """A toll-free number starts with one of the toll-free codes."""
    made = {new_number("US", "TOLL_FREE", Random(seed))[2:5] for seed in range(50)}

    assert made <= {"888", "877", "866", "855", "844", "833"}
    assert len(made) > 1


def test_new_numbers_follow_from_their_stream():
    """One stream gives one sequence of numbers, and the numbers of a sequence differ."""

    def sequence(seed):
        random = Random(seed)
        return [new_number("GB", "LONG_CODE", random) for _ in range(20)]

    assert sequence(1) == sequence(1)
    assert sequence(1) != sequence(2)
    assert 20 == len(set(sequence(1)))


def test_simulator_numbers_belong_to_their_countries():
    """Every simulator number lies in the country that the table says, one that succeeds and one that fails for each."""
    table = simulator_numbers()
    outcomes = {}
    for row in table.values():
        outcomes.setdefault(row["iso_country_code"], []).append(row["outcome"])

    assert {} == {number: row for number, row in table.items() if country_of(number) != row["iso_country_code"]}
    assert {("BLOCKED", "SUCCESSFUL")} == {tuple(sorted(found)) for found in outcomes.values()}


def test_a_country_outside_the_table_takes_plain_texts():
    """A country that the table lacks has no numbers to lease, no sender ids and no extras."""
    there = country("CU")

    assert "53" == there.dialing_code
    assert ("no", False, (), False, False) == (there.sender_id, there.two_way, there.number_types, there.mms, there.voice)
