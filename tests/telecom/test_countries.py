"""The table of countries: what its columns, its notes and the other tables say of a country agree."""

import phonenumbers
import pytest

from emulator.kernel.tables import load_table
from emulator.messaging.registrations.forms import forms
from emulator.telecom.numbering import countries, country_of

NOTES = {iso: row["notes"] for iso, row in load_table("telecom/data/countries.json")["countries"].items()}


def isos(condition):
    """Return the countries of which a condition is true."""
    return {iso for iso, there in countries().items() if condition(there)}


def noted(words):
    """Return the countries whose note has these words."""
    return {iso for iso, note in NOTES.items() if words in note}


def forms_for(kind):
    """Return the countries that have a registration form of a kind."""
    return {name[:2] for name in forms() if name[2:] == f"_{kind}_REGISTRATION"}


def test_a_country_has_its_own_name_and_dialing_code():
    """No two rows are of one country, and a row's dialing codes are those of its ISO code."""
    known = {iso: there for iso, there in countries().items() if iso in phonenumbers.SUPPORTED_REGIONS}
    codes = {iso: {code.partition("-")[0] for code in there.dialing_code.split(", ")} for iso, there in known.items()}

    assert len(countries()) == len({there.name for there in countries().values()})
    assert {iso: {str(phonenumbers.country_code_for_region(iso))} for iso in known} == codes


def test_a_north_american_area_code_belongs_to_the_row():
    """The area codes after a dialing code of 1 lie in that country."""
    listed = {iso: there.dialing_code.split(", ") for iso, there in countries().items() if "1-" in there.dialing_code[:2]}
    found = {iso: {country_of(f"+{code.replace('-', '')}2345678") for code in codes} for iso, codes in listed.items()}

    assert "TC" in found
    assert {iso: {iso} for iso in listed} == found


def test_sender_ids_are_of_four_kinds():
    """A country has sender ids where they are among its types, and a form where one can or must be registered."""
    assert {"yes", "no", "registration", "optional"} == {there.sender_id for there in countries().values()}
    assert isos(lambda there: "SENDER_ID" in there.number_types) == isos(lambda there: there.sender_id != "no")
    assert forms_for("SENDER_ID") == isos(lambda there: there.sender_id in ("registration", "optional"))


def test_a_sender_id_without_a_registration_is_optional_where_that_was_seen():
    """Of the countries with a form, only the one in which AWS gave a sender id without it does not insist."""
    assert {"GB"} == isos(lambda there: there.sender_id == "optional")
    assert noted("sender ID Yes without registration") <= isos(lambda there: there.sender_id == "registration")


def test_two_way_needs_a_number():
    """Only a sender id goes one way: where there is two-way there are numbers, but for two rows of AWS's own table."""
    with_numbers = isos(lambda there: any(name in there.number_types for name in ("SHORT_CODE", "LONG_CODE")))

    assert {"CK", "MK"} == isos(lambda there: there.two_way) - with_numbers
    assert {"AR", "CO", "LR"} == with_numbers - isos(lambda there: there.receives("LONG_CODE"))


def test_long_codes_are_noted_where_they_only_receive_or_need_a_form():
    """The notes on long codes are what the fields and the forms say."""
    assert {"AE", "IN", "PH", "PK", "SA"} == noted("long codes are inbound only")
    assert noted("long codes are inbound only") == isos(lambda there: there.long_codes_receive_only)
    assert noted("long code needs a registration form") == forms_for("LONG_CODE")


def test_pictures_and_rcs_are_where_they_are_launched():
    """Pictures go to two countries; RCS agents are launched in 22, each with its form."""
    rcs = isos(lambda there: there.rcs)

    assert {"CA", "US"} == isos(lambda there: there.mms)
    assert 22 == len(rcs)
    assert rcs == isos(lambda there: "RCS_AGENT" in there.number_types) == forms_for("RCS_LAUNCH")


def test_calls_come_from_long_codes():
    """The 57 countries with voice have long codes, those of voice alone among them; the sandbox calls the noted ones."""
    voice = isos(lambda there: there.voice)

    assert 57 == len(voice)
    assert voice <= isos(lambda there: {"LONG_CODE", "LONG_CODE(voice)"} & {*there.number_types})
    assert noted("voice number needs a local address") <= voice
    assert isos(lambda there: "LONG_CODE(voice)" in there.number_types) <= voice
    sandbox = load_table("messaging/limits/data/quotas.json")["voice"]["sandbox"]["countries"]
    assert {*sandbox} == noted("voice sandbox destination")


def test_us_toll_free_numbers_reach_what_is_noted():
    """The territories are served by US toll-free numbers; the rest by those with international sending."""
    abroad = isos(lambda there: there.us_toll_free_international) - {"CA", "US"}

    assert isos(lambda there: there.us_toll_free) - {"US"} == noted("served by US toll-free numbers")
    assert abroad == noted("reachable from an international-enabled US toll-free number")


@pytest.mark.parametrize("iso", sorted(noted("not in the 2026 capability tables")))
def test_what_only_the_old_price_list_has_supports_plain_texts(iso):
    """A row of the price list of 2022 claims nothing, unless a page of AWS has a form for it."""
    there = countries()[iso]

    assert forms_for("SENDER_ID") & {iso} == ({iso} if "SENDER_ID" in there.number_types else set())
    assert (False, False, False, False) == (there.two_way, there.mms, there.voice, there.rcs)
