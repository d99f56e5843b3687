"""DescribePhoneNumbers and UpdatePhoneNumber."""

import pytest

TOPIC = "arn:aws:sns:us-east-1:123456789012:replies"
ROLE = "arn:aws:iam::123456789012:role/two-way"
ELSEWHERE = [{"account": "210987654321"}, {"region": "eu-west-1"}]
NOT_COMPARED = ("ResponseMetadata", "MessagingLimits")
"""The limits are only described: tests/services/sms_voice_v2/test_messaging_limits.py."""


def body(answer, *left_out):
    return {name: value for name, value in answer.items() if name not in (*NOT_COMPARED, *left_out)}


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


def test_update_without_members_changes_nothing(request_number, update):
    """Members that are left out stay, and the answer describes the number."""
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
    number = request_number(IsoCountryCode="LR", NumberType="LONG_CODE")

    with raises("ValidationException", Reason="TWO_WAY_NOT_SUPPORTED_IN_COUNTRY"):
        update(number, TwoWayEnabled=True, TwoWayChannelArn=TOPIC)


@pytest.mark.parametrize("iso", ["IN", "PK", "PH", "SA", "AE"])
def test_long_codes_that_only_receive_have_two_way(request_number, update, iso):
    """
    A long code that cannot send is there to receive, whatever the table says of two-way. Evidence: phone-numbers.html, "In
    some countries (such as India and Saudi Arabia), long codes can be used to receive incoming messages".
    """
    number = request_number(IsoCountryCode=iso, NumberType="LONG_CODE")

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
