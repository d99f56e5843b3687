"""The sandbox of SNS: the numbers that `pinpoint-sms-voice-v2` calls verified destination numbers."""

from __future__ import annotations

import re

import pytest

from emulator.testing import HANDSET


@pytest.fixture
def sandboxed(sms):
    """Put the account into the sandbox."""
    sms.account().tier = "SANDBOX"


@pytest.fixture
def code_of(arrived):
    """Return a function that gives the last code on the phone."""
    return lambda number=HANDSET: re.findall(r"\d{6}", arrived(number)[-1])[0]


def listed(sns):
    """Return the numbers of the sandbox with their status."""
    return [(row["PhoneNumber"], row["Status"]) for row in sns.list_sms_sandbox_phone_numbers()["PhoneNumbers"]]


def test_status_is_the_tier(sms, sns):
    """The account is in the sandbox if that is its tier. Evidence: API reference; fakecloud 699"""
    assert sns.get_sms_sandbox_account_status()["IsInSandbox"] is False
    sms.account().tier = "SANDBOX"
    assert sns.get_sms_sandbox_account_status()["IsInSandbox"] is True


def test_a_number_is_verified_by_the_code_on_its_phone(sandboxed, sns, publish, code_of, arrived):
    """A number is pending until its code is given back; then it can be sent to."""
    sns.create_sms_sandbox_phone_number(PhoneNumber=HANDSET)
    assert [(HANDSET, "Pending")] == listed(sns)

    sns.verify_sms_sandbox_phone_number(PhoneNumber=HANDSET, OneTimePassword=code_of())

    assert [(HANDSET, "Verified")] == listed(sns)
    publish("Now")
    assert "Now" == arrived()[-1]


def test_the_code_is_in_the_language(sns, arrived):
    """The code comes in the language that was asked for, Korean under SNS's name for it."""
    sns.create_sms_sandbox_phone_number(PhoneNumber=HANDSET, LanguageCode="kr-KR")
    sns.create_sms_sandbox_phone_number(PhoneNumber="+14255550101", LanguageCode="de-DE")

    assert "인증" in arrived()[-1]
    assert "Bestätigungscode" in arrived("+14255550101")[-1]


def test_a_second_code_replaces_the_first(sms, sns, code_of, arrived):
    """A pending number that is added again gets another code, and only that one counts."""
    sns.create_sms_sandbox_phone_number(PhoneNumber=HANDSET)
    first = code_of()
    sns.create_sms_sandbox_phone_number(PhoneNumber=HANDSET)

    with pytest.raises(sns.exceptions.VerificationException) as raised:
        sns.verify_sms_sandbox_phone_number(PhoneNumber=HANDSET, OneTimePassword=first)
    assert "Pending" == raised.value.response["Status"]
    sns.verify_sms_sandbox_phone_number(PhoneNumber=HANDSET, OneTimePassword=code_of())
    assert 2 == len(arrived())


def test_both_apis_have_the_same_numbers(sns, sms_client, code_of):
    """A number of the sandbox is a verified destination number of the other API."""
    sns.create_sms_sandbox_phone_number(PhoneNumber=HANDSET)
    (row,) = sms_client.describe_verified_destination_numbers()["VerifiedDestinationNumbers"]
    assert (HANDSET, "PENDING") == (row["DestinationPhoneNumber"], row["Status"])

    sms_client.verify_destination_number(
        VerifiedDestinationNumberId=row["VerifiedDestinationNumberId"], VerificationCode=code_of()
    )
    assert [(HANDSET, "Verified")] == listed(sns)


def test_a_code_expires(sms, sns, code_of):
    """A code that is too old no longer verifies the number."""
    sns.create_sms_sandbox_phone_number(PhoneNumber=HANDSET)
    code = code_of()
    sms.clock.advance(hours=1)

    with pytest.raises(sns.exceptions.VerificationException):
        sns.verify_sms_sandbox_phone_number(PhoneNumber=HANDSET, OneTimePassword=code)


def test_a_number_is_deleted_after_a_day(sms, sns):
    """A number can be deleted 24 hours after it was added."""
    sns.create_sms_sandbox_phone_number(PhoneNumber=HANDSET)
    with pytest.raises(sns.exceptions.UserErrorException):
        sns.delete_sms_sandbox_phone_number(PhoneNumber=HANDSET)

    sms.clock.advance(hours=25)
    sns.delete_sms_sandbox_phone_number(PhoneNumber=HANDSET)

    assert [] == listed(sns)


def test_the_eleventh_number_is_refused(sns):
    """An account has ten numbers; the words of the refusal are those that were seen."""
    for turn in range(10):
        sns.create_sms_sandbox_phone_number(PhoneNumber=f"+1425555010{turn}")

    with pytest.raises(sns.exceptions.UserErrorException, match="VERIFIED_DESTINATION_NUMBERS_PER_ACCOUNT"):
        sns.create_sms_sandbox_phone_number(PhoneNumber="+14255550110")
    assert 10 == len(listed(sns))


def test_who_has_opted_out_is_refused(sns, sms_client):
    """A number that has opted out cannot be added."""
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)

    with pytest.raises(sns.exceptions.OptedOutException):
        sns.create_sms_sandbox_phone_number(PhoneNumber=HANDSET)
    assert [] == listed(sns)


def test_an_unknown_number_is_not_found(sns):
    """A number that was never added cannot be verified or deleted."""
    with pytest.raises(sns.exceptions.ResourceNotFoundException):
        sns.verify_sms_sandbox_phone_number(PhoneNumber=HANDSET, OneTimePassword="123456")
    with pytest.raises(sns.exceptions.ResourceNotFoundException):
        sns.delete_sms_sandbox_phone_number(PhoneNumber=HANDSET)


def test_a_verified_number_gets_no_other_code(sns, code_of):
    """A number that is verified already is refused."""
    sns.create_sms_sandbox_phone_number(PhoneNumber=HANDSET)
    sns.verify_sms_sandbox_phone_number(PhoneNumber=HANDSET, OneTimePassword=code_of())

    with pytest.raises(sns.exceptions.UserErrorException):
        sns.create_sms_sandbox_phone_number(PhoneNumber=HANDSET)


def test_without_a_sender_no_code(sns):
    """Where nothing can send the code, the refusal says what AWS was seen to say."""
    with pytest.raises(sns.exceptions.InvalidParameterException):
        sns.create_sms_sandbox_phone_number(PhoneNumber="+99912345678")


def test_numbers_come_in_pages(sns):
    """A page has as many numbers as were asked for."""
    for turn in range(3):
        sns.create_sms_sandbox_phone_number(PhoneNumber=f"+1425555010{turn}")

    pages = list(sns.get_paginator("list_sms_sandbox_phone_numbers").paginate(PaginationConfig={"PageSize": 2}))

    assert [2, 1] == [len(page["PhoneNumbers"]) for page in pages]
