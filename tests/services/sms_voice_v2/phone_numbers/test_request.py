"""RequestPhoneNumber."""

import re

import boto3
import pytest

from emulator import mock_sms
from emulator.testing import US_TEN_DLC

ELSEWHERE = [{"account": "210987654321"}, {"region": "eu-west-1"}]
NOT_COMPARED = ("ResponseMetadata", "MessagingLimits")
"""The limits are only described: tests/services/sms_voice_v2/test_messaging_limits.py."""


def body(answer, *left_out):
    return {name: value for name, value in answer.items() if name not in (*NOT_COMPARED, *left_out)}


def test_answer_of_a_request(sms, sms_client):
    """A requested number is PENDING in the answer, with every setting at its default."""
    answer = sms_client.request_phone_number(**US_TEN_DLC, Tags=[{"Key": "team", "Value": "a"}])

    number_id = answer["PhoneNumberId"]
    assert re.fullmatch(r"phone-[0-9a-f]{32}", number_id)
    assert re.fullmatch(r"\+1[2-9]\d{9}", answer["PhoneNumber"])
    assert abs((sms.clock.now - answer["CreatedTimestamp"]).total_seconds()) < 0.001
    assert {
        "PhoneNumberArn": f"arn:aws:sms-voice:us-east-1:123456789012:phone-number/{number_id}",
        "Status": "PENDING",
        "MonthlyLeasingPrice": "1.00",
        "TwoWayEnabled": False,
        "SelfManagedOptOutsEnabled": False,
        "OptOutListName": "Default",
        "InternationalSendingEnabled": False,
        "DeletionProtectionEnabled": False,
        "Tags": [{"Key": "team", "Value": "a"}],
    } | US_TEN_DLC == body(answer, "PhoneNumberId", "PhoneNumber", "CreatedTimestamp")


def test_requested_number_is_active_for_the_next_request(sms_client):
    """By the friendly profile provisioning takes no time, and the description agrees with the answer."""
    requested = sms_client.request_phone_number(**US_TEN_DLC)

    shown = sms_client.describe_phone_numbers(PhoneNumberIds=[requested["PhoneNumberId"]])["PhoneNumbers"]

    assert [body(requested, "Tags") | {"Status": "ACTIVE"}] == [body(row) for row in shown]


def test_provisioning_takes_the_time_that_is_configured():
    """A number stays PENDING until its time has come."""
    with mock_sms(clock="frozen", config={"limits": {"provisioning": 60}}) as sms:
        client = boto3.client("pinpoint-sms-voice-v2")
        client.request_phone_number(**US_TEN_DLC)
        statuses = []
        for seconds in (0, 59, 1):
            sms.clock.advance(seconds=seconds)
            statuses.append(client.describe_phone_numbers()["PhoneNumbers"][0]["Status"])

    assert ["PENDING", "PENDING", "ACTIVE"] == statuses


def test_every_member_is_honoured(sms_client, request_number):
    """The number has the settings of the request."""
    sms_client.create_opt_out_list(OptOutListName="news")

    number = request_number(
        NumberType="TOLL_FREE",
        MessageType="PROMOTIONAL",
        NumberCapabilities=["SMS", "MMS", "VOICE"],
        OptOutListName="news",
        InternationalSendingEnabled=True,
        DeletionProtectionEnabled=True,
    )

    assert ("TOLL_FREE", "PROMOTIONAL", "news") == tuple(
        number[name] for name in ("NumberType", "MessageType", "OptOutListName")
    )
    assert {"SMS", "MMS", "VOICE"} == set(number["NumberCapabilities"])
    assert (True, True) == (number["InternationalSendingEnabled"], number["DeletionProtectionEnabled"])
    assert "2.00" == number["MonthlyLeasingPrice"]
    assert re.fullmatch(r"\+18(88|77|66|55|44|33)\d{7}", number["PhoneNumber"])


@pytest.mark.parametrize(
    ("iso", "number_type", "pattern"),
    [
        ("US", "SIMULATOR", r"\+1\d{10}"),
        ("CA", "LONG_CODE", r"\+1\d{10}"),
        ("GB", "LONG_CODE", r"\+44\d{9,10}"),
        ("DE", "LONG_CODE", r"\+49\d{7,11}"),
    ],
)
def test_number_is_of_its_country(request_number, iso, number_type, pattern):
    """A number has the calling code of the country that it was requested for."""
    number = request_number(IsoCountryCode=iso, NumberType=number_type)

    assert re.fullmatch(pattern, number["PhoneNumber"])
    assert iso == number["IsoCountryCode"]


def test_list_may_be_named_by_arn(sms_client, request_number):
    """An opt-out list is found by its ARN too; the number shows its name."""
    arn = sms_client.create_opt_out_list(OptOutListName="news")["OptOutListArn"]

    assert "news" == request_number(OptOutListName=arn)["OptOutListName"]


def test_client_token_leases_one_number(sms_client, ids, raises):
    """The same request with the same token has the first answer; with other members it is refused."""
    first = sms_client.request_phone_number(**US_TEN_DLC, ClientToken="token")

    again = sms_client.request_phone_number(**US_TEN_DLC, ClientToken="token")

    assert body(first) == body(again)
    assert [first["PhoneNumberId"]] == ids()
    with raises("ValidationException", Reason="INVALID_PARAMETER") as response:
        sms_client.request_phone_number(**US_TEN_DLC | {"MessageType": "PROMOTIONAL"}, ClientToken="token")
    assert ["clientToken"] == [field["Name"] for field in response["Fields"]]


@pytest.mark.parametrize("elsewhere", ELSEWHERE, ids=["account", "region"])
def test_client_token_is_of_one_account_and_region(sms_client, client, elsewhere):
    """Elsewhere the token leases another number."""
    first = sms_client.request_phone_number(**US_TEN_DLC, ClientToken="token")

    other = client("pinpoint-sms-voice-v2", **elsewhere).request_phone_number(**US_TEN_DLC, ClientToken="token")

    assert first["PhoneNumberId"] != other["PhoneNumberId"]
    assert first["PhoneNumber"] != other["PhoneNumber"]


@pytest.mark.parametrize(
    ("kind", "pattern", "expected"),
    [
        ("StartsWith", "+1425555", r"\+1425555\d{4}"),
        ("StartsWith", "1425555", r"\+1425555\d{4}"),
        ("EndsWith", "4242", r"\+1\d{6}4242"),
        ("Contains", "5559", r"\+1\d*5559\d*"),
        ("ExactMatch", "+12065550142", r"\+12065550142"),
        ("ExactMatch", "12065550142", r"\+12065550142"),
    ],
)
def test_preference_is_met(prefer, kind, pattern, expected):
    """A number of the right length has the digits that were asked for."""
    number = prefer(kind, pattern)

    assert re.fullmatch(expected, number)
    assert 12 == len(number)


@pytest.mark.parametrize(("kind", "pattern"), [("StartsWith", "+44"), ("ExactMatch", "+442071838750")])
def test_preference_of_another_country_is_refused(prefer, ids, raises, kind, pattern):
    """No US number has a British calling code."""
    with raises("ValidationException", Reason="INVALID_PARAMETER") as response:
        prefer(kind, pattern)
    assert ["numberPreference"] == [field["Name"] for field in response["Fields"]]
    assert [] == ids()


def test_number_of_somebody_else_is_not_available(client, prefer, raises):
    """A number is leased once in the whole world."""
    number = prefer("ExactMatch", "+12065550142")

    for elsewhere in ({}, *ELSEWHERE):
        with raises("ValidationException", Reason="INVALID_PARAMETER") as response:
            client("pinpoint-sms-voice-v2", **elsewhere).request_phone_number(
                **US_TEN_DLC, NumberPreference=[{"PreferenceType": ["ExactMatch"], "Filter": [number]}]
            )
        assert ["numberPreference"] == [field["Name"] for field in response["Fields"]]


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"IsoCountryCode": "XX"}, "isoCountryCode"),
        ({"IsoCountryCode": "DE"}, "numberType"),
        ({"NumberType": "LONG_CODE"}, "numberCapabilities"),
        ({"IsoCountryCode": "CA", "NumberType": "TOLL_FREE"}, "numberType"),
        ({"NumberCapabilities": ["RCS"]}, "numberCapabilities"),
        ({"NumberType": "SIMULATOR", "NumberCapabilities": ["SMS", "MMS"]}, "numberCapabilities"),
        ({"IsoCountryCode": "GB", "NumberType": "LONG_CODE", "NumberCapabilities": ["SMS", "MMS"]}, "numberCapabilities"),
    ],
)
def test_what_no_country_offers_is_refused(sms_client, ids, raises, members, field):
    """A type or capability that the country lacks is refused by its name."""
    with raises("ValidationException", Reason="INVALID_PARAMETER") as response:
        sms_client.request_phone_number(**US_TEN_DLC | members)
    assert [field] == [entry["Name"] for entry in response["Fields"]]
    assert [] == ids()


@pytest.mark.parametrize("capabilities", [["SMS", "VOICE"], ["VOICE", "SMS"]])
def test_voice_where_there_is_none_is_refused(sms_client, raises, capabilities):
    """A country without voice says so."""
    with raises("ValidationException", Reason="VOICE_CAPABILITY_NOT_AVAILABLE"):
        sms_client.request_phone_number(
            **US_TEN_DLC | {"IsoCountryCode": "SE", "NumberType": "LONG_CODE", "NumberCapabilities": capabilities}
        )


@pytest.mark.parametrize("members", [{}, {"IsoCountryCode": "CA", "NumberType": "LONG_CODE"}])
def test_international_sending_is_for_toll_free_numbers(sms_client, raises, members):
    """Another type cannot be requested with international sending."""
    with raises("ValidationException", Reason="INTERNATIONAL_SENDING_NOT_SUPPORTED"):
        sms_client.request_phone_number(**US_TEN_DLC | members, InternationalSendingEnabled=True)


@pytest.mark.parametrize(
    ("members", "resource_type"),
    [
        ({"OptOutListName": "none"}, "opt-out-list"),
        ({"PoolId": "pool-0"}, "pool"),
        ({"RegistrationId": "registration-0"}, "registration"),
    ],
)
def test_unknown_resource_is_not_found(sms_client, ids, raises, members, resource_type):
    """The resources that the request refers to must exist; otherwise nothing is leased."""
    with raises("ResourceNotFoundException", ResourceType=resource_type, ResourceId=next(iter(members.values()))):
        sms_client.request_phone_number(**US_TEN_DLC, **members)
    assert [] == ids()


def test_ten_dlc_needs_a_registration_by_the_strict_profile(raises):
    """In the strict profile a 10DLC number is requested with its campaign."""
    with (
        mock_sms(profile="strict"),
        raises("ValidationException", Reason="MISSING_PARAMETER") as response,
    ):
        boto3.client("pinpoint-sms-voice-v2").request_phone_number(**US_TEN_DLC)
    assert ["registrationId"] == [field["Name"] for field in response["Fields"]]


def test_an_account_has_25_numbers(sms_client, ids, raises):
    """The 26th is too many, until one is released."""
    for _ in range(25):
        sms_client.request_phone_number(**US_TEN_DLC)

    with raises("ServiceQuotaExceededException", Reason="PHONE_NUMBERS_PER_ACCOUNT"):
        sms_client.request_phone_number(**US_TEN_DLC)
    sms_client.release_phone_number(PhoneNumberId=ids()[0])
    sms_client.request_phone_number(**US_TEN_DLC)
    assert 25 == len(ids())


def test_numbers_are_told_apart(sms_client):
    """Every number and id is another, and in no country one that belongs to anybody."""
    answers = [sms_client.request_phone_number(**US_TEN_DLC) for _ in range(20)]

    assert 20 == len({answer["PhoneNumber"] for answer in answers}) == len({a["PhoneNumberId"] for a in answers})
    assert all(re.fullmatch(r"\+1\d{3}555\d{4}", answer["PhoneNumber"]) for answer in answers)
