"""ReleasePhoneNumber, and the search for a number to lease."""

import re

import boto3
import pytest

from emulator import mock_sms
from emulator.testing import US_TEN_DLC

NOT_COMPARED = ("ResponseMetadata", "MessagingLimits")
"""The limits are only described: tests/services/sms_voice_v2/test_messaging_limits.py."""


def body(answer, *left_out):
    return {name: value for name, value in answer.items() if name not in (*NOT_COMPARED, *left_out)}


def test_released_number_is_gone(sms_client, ids, request_number):
    """The answer shows the number on its way out; the next request does not find it, and its number is free again."""
    number = request_number()

    released = sms_client.release_phone_number(PhoneNumberId=number["PhoneNumberId"])

    left_out = ("InternationalSendingEnabled", "DeletionProtectionEnabled")
    assert body(number, *left_out) | {"Status": "DISASSOCIATING"} == body(released)
    assert [] == ids()
    preference = [{"PreferenceType": ["ExactMatch"], "Filter": [number["PhoneNumber"]]}]
    assert number["PhoneNumber"] == sms_client.request_phone_number(**US_TEN_DLC, NumberPreference=preference)["PhoneNumber"]


def test_protected_number_cannot_be_released(sms_client, request_number, update, raises):
    """Deletion protection holds until it is taken off."""
    number = request_number(DeletionProtectionEnabled=True)

    with raises(
        "ConflictException",
        Reason="DELETION_PROTECTION_ENABLED",
        ResourceType="phone-number",
        ResourceId=number["PhoneNumberId"],
    ):
        sms_client.release_phone_number(PhoneNumberId=number["PhoneNumberId"])
    update(number, DeletionProtectionEnabled=False)
    assert sms_client.release_phone_number(PhoneNumberId=number["PhoneNumberId"])


def test_number_that_is_not_active_cannot_be_changed(raises):
    """A number in provisioning or on its way out is refused every change, and a second release."""
    with mock_sms(clock="frozen", config={"limits": {"provisioning": 60}}) as sms:
        client = boto3.client("pinpoint-sms-voice-v2")
        number = {"PhoneNumberId": client.request_phone_number(**US_TEN_DLC)["PhoneNumberId"]}
        refusal = {
            "Reason": "RESOURCE_NOT_ACTIVE",
            "ResourceType": "phone-number",
            "ResourceId": number["PhoneNumberId"],
        }

        with raises("ConflictException", **refusal):
            client.update_phone_number(**number)
        sms.clock.advance(seconds=60)
        assert "DISASSOCIATING" == client.release_phone_number(**number)["Status"]
        for operation in (client.update_phone_number, client.release_phone_number):
            with raises("ConflictException", **refusal):
                operation(**number)
        sms.clock.advance(seconds=60)
        with raises("ResourceNotFoundException", ResourceType="phone-number"):
            client.release_phone_number(**number)


@pytest.fixture
def available(sms_client):
    """The pages of a search for US 10DLC numbers."""

    def search(kind=None, pattern=None, **members):
        wanted = {"IsoCountryCode": "US", "NumberCapabilities": ["SMS"], "NumberType": "TEN_DLC"}
        if kind:
            wanted["NumberPreference"] = [{"PreferenceType": [kind], "Filter": [pattern]}]
        pages = sms_client.get_paginator("list_available_phone_numbers").paginate(**wanted | members)
        return [page["AvailablePhoneNumbers"] for page in pages]

    return search


def test_search_finds_numbers_that_can_be_leased(available, prefer):
    """A number that a search finds can be requested by exact match, and is not found again."""
    found = available()[0][0]

    assert found == prefer("ExactMatch", found)
    assert found not in {number for page in available() for number in page}


def test_search_pages_by_ten(available):
    """A page holds ten numbers at most, and fewer when asked; no number comes twice."""
    pages = available()
    small = available(PaginationConfig={"PageSize": 4})

    assert {10} == {len(page) for page in pages[:-1]}
    assert {4} == {len(page) for page in small[:-1]}
    flat = [number for page in pages for number in page]
    assert flat == [number for page in small for number in page]
    assert len(set(flat)) == len(flat) > 10


@pytest.mark.parametrize(
    ("kind", "pattern", "expected"),
    [
        ("StartsWith", "+1425", r"\+1425\d{7}"),
        ("EndsWith", "42", r"\+1\d{8}42"),
        ("Contains", "5550", r"\+1\d*5550\d*"),
    ],
)
def test_search_meets_the_preference(available, kind, pattern, expected):
    """Every number found has the digits that were asked for."""
    found = [number for page in available(kind, pattern) for number in page]

    assert found
    assert all(re.fullmatch(expected, number) for number in found)


def test_search_finds_nothing_abroad(available):
    """No US number has a British calling code."""
    assert [[]] == available("StartsWith", "+44")


def test_search_by_exact_match_is_refused(available, raises):
    """An exact match is for requests only."""
    with raises("ValidationException", Reason="INVALID_PARAMETER") as response:
        available("ExactMatch", "+12065550142")
    assert ["numberPreference"] == [field["Name"] for field in response["Fields"]]


def test_search_for_an_unknown_registration_is_not_found(available, raises):
    """The campaign must exist."""
    with raises("ResourceNotFoundException", ResourceType="registration", ResourceId="registration-0"):
        available(RegistrationId="registration-0")


@pytest.mark.parametrize(
    ("members", "field"),
    [({"IsoCountryCode": "DE"}, "numberType"), ({"NumberCapabilities": ["RCS"]}, "numberCapabilities")],
)
def test_search_for_what_is_not_offered_is_refused(available, raises, members, field):
    """10DLC is for the United States, and for no RCS."""
    with raises("ValidationException", Reason="INVALID_PARAMETER") as response:
        available(**members)
    assert [field] == [entry["Name"] for entry in response["Fields"]]
