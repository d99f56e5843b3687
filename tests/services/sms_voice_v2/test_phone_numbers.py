"""Phone numbers: request, list, change, release, search."""

import re

import boto3
import pytest

from emulator import mock_sms
from emulator.testing import US_TEN_DLC

TOPIC = "arn:aws:sns:us-east-1:123456789012:replies"
ROLE = "arn:aws:iam::123456789012:role/two-way"
ELSEWHERE = [{"account": "210987654321"}, {"region": "eu-west-1"}]


NOT_COMPARED = ("ResponseMetadata", "MessagingLimits")
"""The limits are only described: tests/services/sms_voice_v2/test_messaging_limits.py."""


def body(answer, *left_out):
    return {name: value for name, value in answer.items() if name not in (*NOT_COMPARED, *left_out)}


@pytest.fixture
def ids(sms_client):
    """The ids that DescribePhoneNumbers pages through."""

    def read(**members):
        pages = sms_client.get_paginator("describe_phone_numbers").paginate(**members)
        return [row["PhoneNumberId"] for page in pages for row in page["PhoneNumbers"]]

    return read


@pytest.fixture
def update(sms_client):
    """Changes a number of `request_number`."""

    def update(number, **members):
        return sms_client.update_phone_number(PhoneNumberId=number["PhoneNumberId"], **members)

    return update


@pytest.fixture
def prefer(sms_client):
    """Requests a US 10DLC number by a preference; gives the number."""

    def prefer(kind, *patterns):
        preference = [{"PreferenceType": [kind], "Filter": list(patterns)}]
        return sms_client.request_phone_number(**US_TEN_DLC, NumberPreference=preference)["PhoneNumber"]

    return prefer


# --- Request --------------------------------------------------------------------------------------------------------


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
    """What a request sets is what the number has."""
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
        ({"NumberType": "SIMULATOR", "MessageType": "PROMOTIONAL"}, "messageType"),
        ({"IsoCountryCode": "GB", "NumberType": "LONG_CODE", "NumberCapabilities": ["SMS", "MMS"]}, "numberCapabilities"),
    ],
)
def test_what_no_country_offers_is_refused(sms_client, ids, raises, members, field):
    """A type or capability that the country lacks is no parameter, and is named."""
    with raises("ValidationException", Reason="INVALID_PARAMETER") as response:
        sms_client.request_phone_number(**US_TEN_DLC | members)
    assert [field] == [entry["Name"] for entry in response["Fields"]]
    assert [] == ids()


@pytest.mark.parametrize(
    "members",
    [
        {"NumberType": "SIMULATOR", "NumberCapabilities": ["VOICE"]},
        {"IsoCountryCode": "SE", "NumberType": "LONG_CODE", "NumberCapabilities": ["SMS", "VOICE"]},
    ],
)
def test_voice_where_there_is_none_is_refused(sms_client, raises, members):
    """A type or country without voice says so."""
    with raises("ValidationException", Reason="VOICE_CAPABILITY_NOT_AVAILABLE"):
        sms_client.request_phone_number(**US_TEN_DLC | members)


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
    """What the request refers to must exist; nothing is leased otherwise."""
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


# --- Describe -------------------------------------------------------------------------------------------------------


def test_numbers_are_found_by_id_arn_and_number_in_the_order_asked(ids, request_number):
    """References may be mixed, and the answer keeps their order."""
    first, second, third = request_number(), request_number(), request_number()

    wanted = [third["PhoneNumberArn"], first["PhoneNumberId"]]

    assert [third["PhoneNumberId"], first["PhoneNumberId"]] == ids(PhoneNumberIds=wanted)
    assert [n["PhoneNumberId"] for n in (first, second, third)] == ids()


def test_numbers_page(sms_client, request_number):
    """A paginator finds every number once, in pages of the size asked for."""
    wanted = [request_number()["PhoneNumberId"] for _ in range(5)]

    pages = list(sms_client.get_paginator("describe_phone_numbers").paginate(PaginationConfig={"PageSize": 2}))

    assert [2, 2, 1] == [len(page["PhoneNumbers"]) for page in pages]
    assert wanted == [row["PhoneNumberId"] for page in pages for row in page["PhoneNumbers"]]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "ACTIVE"),
        ("iso-country-code", "US"),
        ("message-type", "PROMOTIONAL"),
        ("number-capability", "VOICE"),
        ("number-type", "TOLL_FREE"),
        ("two-way-enabled", "true"),
        ("self-managed-opt-outs-enabled", "true"),
        ("opt-out-list-name", "news"),
        ("deletion-protection-enabled", "true"),
        ("two-way-channel-arn", TOPIC),
    ],
)
def test_every_filter_tells_numbers_apart(sms_client, ids, request_number, update, name, value):
    """Each filter finds the number that has the value, and not the one that lacks it."""
    sms_client.create_opt_out_list(OptOutListName="news")
    special = request_number(
        NumberType="TOLL_FREE",
        MessageType="PROMOTIONAL",
        NumberCapabilities=["SMS", "VOICE"],
        OptOutListName="news",
        DeletionProtectionEnabled=True,
    )
    update(special, TwoWayEnabled=True, TwoWayChannelArn=TOPIC, SelfManagedOptOutsEnabled=True)
    plain = request_number(IsoCountryCode="CA", NumberType="LONG_CODE")["PhoneNumberId"]

    found = ids(Filters=[{"Name": name, "Values": [value]}])

    assert ([special["PhoneNumberId"], plain] if name == "status" else [special["PhoneNumberId"]]) == found


def test_values_are_joined_by_or_and_filters_by_and(ids, request_number):
    """A number passes a filter by any of its values, and must pass all filters."""
    ten_dlc = request_number()["PhoneNumberId"]
    toll_free = request_number(NumberType="TOLL_FREE")["PhoneNumberId"]
    request_number(NumberType="SIMULATOR")
    types = {"Name": "number-type", "Values": ["TEN_DLC", "TOLL_FREE"]}

    assert [ten_dlc, toll_free] == ids(Filters=[types])
    assert [toll_free] == ids(Filters=[types, {"Name": "number-type", "Values": ["TOLL_FREE", "SIMULATOR"]}])
    assert [] == ids(Filters=[types, {"Name": "two-way-enabled", "Values": ["true"]}])


@pytest.mark.parametrize(
    "name", ["status", "message-type", "number-capability", "number-type", "two-way-enabled", "deletion-protection-enabled"]
)
def test_filter_value_must_be_one_that_the_filter_knows(ids, raises, name):
    """A value that no number could have is refused."""
    with raises("ValidationException", Reason="INVALID_FILTER_VALUES") as response:
        ids(Filters=[{"Name": name, "Values": ["nonsense"]}])
    assert ["filters"] == [field["Name"] for field in response["Fields"]]


def test_no_number_is_shared_with_the_account(ids, request_number, raises):
    """Nothing is shared, and ids cannot be asked for together with SHARED."""
    number_id = request_number()["PhoneNumberId"]

    assert [] == ids(Owner="SHARED")
    assert [number_id] == ids(Owner="SELF")
    with raises("ValidationException", Reason="PARAMETERS_CANNOT_BE_USED_TOGETHER") as response:
        ids(Owner="SHARED", PhoneNumberIds=[number_id])
    assert {"phoneNumberIds", "owner"} == {field["Name"] for field in response["Fields"]}


@pytest.mark.parametrize("operation", ["describe", "update", "release"])
def test_unknown_number_is_not_found(sms_client, ids, raises, operation):
    """Every operation names the number that does not exist."""
    with raises("ResourceNotFoundException", ResourceType="phone-number", ResourceId="phone-0"):
        if operation == "describe":
            ids(PhoneNumberIds=["phone-0"])
        else:
            getattr(sms_client, f"{operation}_phone_number")(PhoneNumberId="phone-0")


@pytest.mark.parametrize("elsewhere", ELSEWHERE, ids=["account", "region"])
def test_numbers_are_of_one_account_and_region(client, request_number, raises, elsewhere):
    """Elsewhere the number is unknown by id and by ARN, whatever is done with it."""
    number = request_number()
    other = client("pinpoint-sms-voice-v2", **elsewhere)

    assert [] == other.describe_phone_numbers()["PhoneNumbers"]
    for reference in (number["PhoneNumberId"], number["PhoneNumberArn"]):
        for operation in (other.update_phone_number, other.release_phone_number):
            with raises("ResourceNotFoundException", ResourceType="phone-number", ResourceId=reference):
                operation(PhoneNumberId=reference)


# --- Update ---------------------------------------------------------------------------------------------------------


def test_update_without_members_changes_nothing(request_number, update):
    """What is left out stays, and the answer describes the number."""
    number = request_number()

    assert body(number) == body(update(number))


def test_two_way_is_switched_on_and_off(sms_client, request_number, update):
    """Two-way takes a channel and a role; switched off it forgets both."""
    number = request_number()
    on = update(number, TwoWayEnabled=True, TwoWayChannelArn=TOPIC, TwoWayChannelRole=ROLE)
    kept = update(number, DeletionProtectionEnabled=True)
    off = update(number, TwoWayEnabled=False)

    settings = {"TwoWayEnabled": True, "TwoWayChannelArn": TOPIC, "TwoWayChannelRole": ROLE}
    assert settings == {name: on[name] for name in settings}
    assert settings | {"DeletionProtectionEnabled": True} == {
        name: kept[name] for name in (*settings, "DeletionProtectionEnabled")
    }
    assert False is off["TwoWayEnabled"]
    assert not {"TwoWayChannelArn", "TwoWayChannelRole"} & set(off)
    shown = sms_client.describe_phone_numbers()["PhoneNumbers"][0]
    assert body(off) == body(shown)


def test_channel_may_be_amazon_connect(request_number, update):
    """Amazon Connect is named by its host in the number's region."""
    answer = update(request_number(), TwoWayEnabled=True, TwoWayChannelArn="connect.us-east-1.amazonaws.com")

    assert "connect.us-east-1.amazonaws.com" == answer["TwoWayChannelArn"]


@pytest.mark.parametrize("members", [{"IsoCountryCode": "CA", "NumberType": "LONG_CODE"}, {"NumberType": "TOLL_FREE"}])
def test_every_plain_setting_can_be_changed(sms_client, request_number, update, members):
    """Opt-out list, protection and self-managed opt-outs change by themselves, and back."""
    sms_client.create_opt_out_list(OptOutListName="news")
    number = request_number(**members)
    update(number, TwoWayEnabled=True, TwoWayChannelArn=TOPIC)

    changed = update(number, OptOutListName="news", DeletionProtectionEnabled=True, SelfManagedOptOutsEnabled=True)
    back = update(number, OptOutListName="Default", DeletionProtectionEnabled=False, SelfManagedOptOutsEnabled=False)

    names = ("OptOutListName", "DeletionProtectionEnabled", "SelfManagedOptOutsEnabled")
    assert ("news", True, True) == tuple(changed[name] for name in names)
    assert ("Default", False, False) == tuple(back[name] for name in names)


def test_international_sending_is_switched_on_for_toll_free_only(request_number, update, raises):
    """A toll-free number may send abroad, a 10DLC number may not."""
    toll_free, ten_dlc = request_number(NumberType="TOLL_FREE"), request_number()

    assert update(toll_free, InternationalSendingEnabled=True)["InternationalSendingEnabled"]
    assert not update(ten_dlc, InternationalSendingEnabled=False)["InternationalSendingEnabled"]
    with raises("ValidationException", Reason="INTERNATIONAL_SENDING_NOT_SUPPORTED"):
        update(ten_dlc, InternationalSendingEnabled=True)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"TwoWayEnabled": True}, "TWO_WAY_CHANNEL_NOT_PRESENT"),
        ({"TwoWayChannelArn": TOPIC}, "TWO_WAY_NOT_ENABLED"),
        ({"TwoWayEnabled": False, "TwoWayChannelArn": TOPIC}, "TWO_WAY_NOT_ENABLED"),
        ({"SelfManagedOptOutsEnabled": True}, "TWO_WAY_NOT_ENABLED"),
        ({"TwoWayEnabled": True, "TwoWayChannelArn": TOPIC + ".fifo"}, "INVALID_ARN"),
        ({"TwoWayEnabled": True, "TwoWayChannelArn": "arn:aws:sqs:us-east-1:123456789012:queue"}, "INVALID_ARN"),
        ({"TwoWayEnabled": True, "TwoWayChannelArn": "connect.eu-west-1.amazonaws.com"}, "INVALID_ARN"),
    ],
)
def test_two_way_settings_must_agree(ids, sms_client, request_number, update, raises, members, reason):
    """A channel without two-way, two-way without a channel, and a channel of another kind are refused; nothing changes."""
    number = request_number()

    with raises("ValidationException", Reason=reason):
        update(number, DeletionProtectionEnabled=True, **members)
    assert [number] == sms_client.describe_phone_numbers()["PhoneNumbers"]


def test_two_way_needs_a_country_that_has_it(request_number, update, raises):
    """A number of a country without two-way stays one-way."""
    number = request_number(IsoCountryCode="PH", NumberType="LONG_CODE")

    with raises("ValidationException", Reason="TWO_WAY_NOT_SUPPORTED_IN_COUNTRY"):
        update(number, TwoWayEnabled=True, TwoWayChannelArn=TOPIC)


def test_simulator_cannot_use_amazon_connect(request_number, update, raises):
    """A simulator number publishes to a topic only."""
    number = request_number(NumberType="SIMULATOR")

    with raises("ValidationException", Reason="INVALID_PARAMETER") as response:
        update(number, TwoWayEnabled=True, TwoWayChannelArn="connect.us-east-1.amazonaws.com")
    assert ["twoWayChannelArn"] == [field["Name"] for field in response["Fields"]]
    assert update(number, TwoWayEnabled=True, TwoWayChannelArn=TOPIC)["TwoWayEnabled"]


def test_unknown_list_is_not_found_by_an_update(request_number, update, raises):
    """A number cannot be given a list that does not exist."""
    with raises("ResourceNotFoundException", ResourceType="opt-out-list", ResourceId="none"):
        update(request_number(), OptOutListName="none")


@pytest.mark.parametrize("reference", ["PhoneNumberId", "PhoneNumberArn"])
def test_number_is_updated_and_released_by_id_and_arn(sms_client, ids, request_number, reference):
    """An ARN names a number as well as its id."""
    number = request_number()

    updated = sms_client.update_phone_number(PhoneNumberId=number[reference])
    released = sms_client.release_phone_number(PhoneNumberId=number[reference])

    assert number["PhoneNumberId"] == updated["PhoneNumberId"] == released["PhoneNumberId"]
    assert [] == ids()


# --- Release --------------------------------------------------------------------------------------------------------


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


# --- Search ---------------------------------------------------------------------------------------------------------


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
    """What a search finds can be requested by exact match, and is not found again."""
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
