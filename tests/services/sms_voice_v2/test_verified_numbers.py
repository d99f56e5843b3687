"""Verified destination numbers, and the sandbox that needs them."""

import re

import boto3
import pytest

from emulator import mock_sms
from emulator.testing import HANDSET, lease_number
from emulator.wire.models import load_model

LANGUAGES = load_model("pinpoint-sms-voice-v2").shape_for("LanguageCode").enum


@pytest.fixture
def create(sms_client):
    """Names a number to be verified; gives its id."""

    def create(number=HANDSET, **members):
        answer = sms_client.create_verified_destination_number(DestinationPhoneNumber=number, **members)
        return answer["VerifiedDestinationNumberId"]

    return create


@pytest.fixture
def send_code(sms_client, number):
    """Return a function that has a code sent to a verified number's id, by default from `number`."""

    def send(number_id, channel="TEXT", **members):
        return sms_client.send_destination_number_verification_code(
            VerifiedDestinationNumberId=number_id, VerificationChannel=channel, **{"OriginationIdentity": number} | members
        )["MessageId"]

    return send


@pytest.fixture
def verify(sms_client):
    """Gives a code back."""

    def verify(number_id, code):
        return sms_client.verify_destination_number(VerifiedDestinationNumberId=number_id, VerificationCode=code)

    return verify


def test_life_of_a_verified_number(sms, sms_client, create, send_code, verify):
    """A number is named, sent a code, verified by it, shown, and deleted a day after."""
    made = sms_client.create_verified_destination_number(DestinationPhoneNumber=HANDSET, Tags=[{"Key": "a", "Value": "b"}])
    number_id = made["VerifiedDestinationNumberId"]

    send_code(number_id)
    verified = verify(number_id, sms.inbox.code(to=HANDSET))
    (shown,) = sms_client.describe_verified_destination_numbers()["VerifiedDestinationNumbers"]
    sms.clock.advance(hours=24)
    deleted = sms_client.delete_verified_destination_number(VerifiedDestinationNumberId=number_id)

    assert [{"Key": "a", "Value": "b"}] == made["Tags"]
    assert ("PENDING", HANDSET) == (made["Status"], made["DestinationPhoneNumber"])
    assert "VERIFIED" == verified["Status"] == shown["Status"]
    assert made["CreatedTimestamp"] == shown["CreatedTimestamp"] == verified["CreatedTimestamp"]
    assert made["VerifiedDestinationNumberArn"] == deleted["VerifiedDestinationNumberArn"]
    assert [] == sms_client.describe_verified_destination_numbers()["VerifiedDestinationNumbers"]


def test_known_number_is_a_conflict(create, raises):
    """A number is named once, with or without its plus."""
    create()

    with raises("ConflictException", Reason="RESOURCE_ALREADY_EXISTS", ResourceId=HANDSET):
        create(HANDSET.removeprefix("+"))


def test_an_account_has_ten(create, raises):
    """The eleventh is too many."""
    for digit in range(10):
        create(f"+1425555010{digit}")

    with raises("ServiceQuotaExceededException", Reason="VERIFIED_DESTINATION_NUMBERS_PER_ACCOUNT"):
        create("+14255550110")


def test_numbers_are_found_filtered_and_paged(sms, sms_client, create, send_code, verify, raises):
    """By id, by number, by status, in pages; another status is refused."""
    numbers = [f"+1425555010{digit}" for digit in range(3)]
    ids = [create(number) for number in numbers]
    send_code(ids[1])
    verify(ids[1], sms.inbox.code(to=numbers[1]))

    def found(**members):
        rows = sms_client.describe_verified_destination_numbers(**members)["VerifiedDestinationNumbers"]
        return [numbers.index(row["DestinationPhoneNumber"]) for row in rows]

    def by_status(*values):
        return found(Filters=[{"Name": "status", "Values": list(values)}])

    pages = sms_client.get_paginator("describe_verified_destination_numbers").paginate(PaginationConfig={"PageSize": 2})
    assert [2, 1] == [len(page["VerifiedDestinationNumbers"]) for page in pages]
    assert [2, 0] == found(VerifiedDestinationNumberIds=[ids[2], ids[0]])
    assert [0, 2] == found(DestinationPhoneNumbers=[numbers[2], numbers[0]])
    assert [1] == by_status("VERIFIED")
    assert [0, 2] == by_status("PENDING")
    assert [0, 1, 2] == by_status("PENDING", "VERIFIED")
    with raises("ValidationException", Reason="INVALID_FILTER_VALUES"):
        by_status("MAYBE")
    with raises("ResourceNotFoundException", ResourceType="verified-destination-number", ResourceId="+14255550199"):
        found(DestinationPhoneNumbers=["+14255550199"])


@pytest.mark.parametrize("operation", ["describe", "send", "verify", "delete"])
def test_unknown_id_is_not_found(sms_client, create, send_code, verify, raises, operation):
    """Every operation names the id that does not exist."""
    call = {
        "describe": lambda: sms_client.describe_verified_destination_numbers(VerifiedDestinationNumberIds=["vdn-0"]),
        "send": lambda: send_code("vdn-0"),
        "verify": lambda: verify("vdn-0", "123456"),
        "delete": lambda: sms_client.delete_verified_destination_number(VerifiedDestinationNumberId="vdn-0"),
    }[operation]

    with raises("ResourceNotFoundException", ResourceType="verified-destination-number", ResourceId="vdn-0"):
        call()


def test_number_is_kept_for_a_day(sms, sms_client, create, raises):
    """It can be deleted 24 hours after it was named, not before."""
    sms.clock.freeze()
    number_id = create()
    named = {"VerifiedDestinationNumberId": number_id}

    sms.clock.advance(hours=23, minutes=59)
    with raises("ConflictException", Reason="RESOURCE_DELETION_NOT_ALLOWED", ResourceId=number_id):
        sms_client.delete_verified_destination_number(**named)
    sms.clock.advance(minutes=1)
    sms_client.delete_verified_destination_number(**named)


@pytest.mark.parametrize("language", LANGUAGES)
def test_code_comes_in_every_language(sms, create, send_code, language):
    """The text holds six digits, whatever its language."""
    send_code(create(), LanguageCode=language)

    assert re.fullmatch(r"\d{6}", sms.inbox.code(to=HANDSET))


def test_code_comes_by_call(sms, sms_client, create, send_code, request_number, verify):
    """A call speaks the code, from a number that has VOICE."""
    caller = request_number(NumberType="TOLL_FREE", NumberCapabilities=["VOICE"])["PhoneNumber"]
    number_id = create()

    send_code(number_id, "VOICE", OriginationIdentity=caller)

    (message,) = sms.inbox.messages(to=HANDSET, channel="voice")
    assert caller == message.sender
    assert "VERIFIED" == verify(number_id, sms.control("verification_codes", to=HANDSET)["codes"][-1]["code"])["Status"]


def test_wrong_code_is_a_mismatch(sms, create, send_code, verify, raises):
    """Neither a wrong code nor one before any was sent verifies; the right one still does afterwards."""
    number_id = create()
    with raises("ValidationException", Reason="VERIFICATION_CODE_MISMATCH"):
        verify(number_id, "123456")
    send_code(number_id)
    code = sms.inbox.code(to=HANDSET)

    with raises("ValidationException", Reason="VERIFICATION_CODE_MISMATCH"):
        verify(number_id, f"{(int(code) + 1) % 10**6:06d}")
    assert "VERIFIED" == verify(number_id, code)["Status"]


def test_newest_code_counts(sms, create, send_code, verify, raises):
    """A second code takes the place of the first."""
    number_id = create()
    send_code(number_id)
    first = sms.inbox.code(to=HANDSET)
    sms.clock.advance(minutes=1)
    send_code(number_id)

    with raises("ValidationException", Reason="VERIFICATION_CODE_MISMATCH"):
        verify(number_id, first)
    assert "VERIFIED" == verify(number_id, sms.inbox.code(to=HANDSET))["Status"]


def test_code_expires(sms, create, send_code, verify, raises):
    """After its time even the right code is refused."""
    number_id = create()
    send_code(number_id)
    code = sms.inbox.code(to=HANDSET)

    sms.clock.advance(minutes=20)
    with raises("ConflictException", Reason="VERIFICATION_CODE_EXPIRED", ResourceId=number_id):
        verify(number_id, code)


def test_verified_number_needs_no_more(sms, create, send_code, verify, raises):
    """Once verified, a number takes neither a code nor another verification."""
    number_id = create()
    send_code(number_id)
    code = sms.inbox.code(to=HANDSET)
    verify(number_id, code)

    for call in (lambda: send_code(number_id), lambda: verify(number_id, code)):
        with raises("ConflictException", Reason="VERIFICATION_ALREADY_COMPLETE", ResourceId=number_id):
            call()


def test_first_code_is_free(sms, create, send_code):
    """The first code costs nothing, the second what any text costs."""
    number_id = create()
    send_code(number_id)
    send_code(number_id)

    first, second = sms.inbox.messages(to=HANDSET)
    assert (0, 0) == (first.price, first.carrier_fee)
    assert second.price > 0


def test_codes_of_a_day_are_limited(raises):
    """After the day's codes the next is refused, and sent again a day later."""
    with mock_sms(config={"limits": {"quotas": {"VERIFICATION_ATTEMPTS_PER_DAY": 2}}}) as sms:
        client = boto3.client("pinpoint-sms-voice-v2")
        lease_number(client)
        made = client.create_verified_destination_number(DestinationPhoneNumber=HANDSET)
        members = {"VerifiedDestinationNumberId": made["VerifiedDestinationNumberId"], "VerificationChannel": "TEXT"}
        for _ in range(2):
            client.send_destination_number_verification_code(**members)

        with raises("ServiceQuotaExceededException", Reason="VERIFICATION_ATTEMPTS_PER_DAY"):
            client.send_destination_number_verification_code(**members)
        sms.clock.advance(hours=24, minutes=1)
        assert client.send_destination_number_verification_code(**members)["MessageId"]


def test_sandbox_opens_to_a_number_by_its_code(sms, create, send_code, verify, send_text, raises):
    """In the sandbox the code reaches a number that is not verified, and texts do from then on."""
    sms.account().tier = "SANDBOX"
    number_id = create()
    with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_NOT_VERIFIED", ResourceId=HANDSET):
        send_text()

    send_code(number_id)
    verify(number_id, sms.inbox.code(to=HANDSET))

    assert send_text()
