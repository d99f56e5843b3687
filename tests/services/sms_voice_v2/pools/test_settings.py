"""Pools: filters, pages, settings and keywords."""

import pytest

ROLE = "arn:aws:iam::123456789012:role/two-way"
TOPIC = "arn:aws:sns:us-east-1:123456789012:replies"


def body(answer, *left_out):
    return {name: value for name, value in answer.items() if name not in ("ResponseMetadata", *left_out)}


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("status", ["ACTIVE"], "ab"),
        ("status", ["CREATING", "DELETING"], ""),
        ("message-type", ["PROMOTIONAL"], "b"),
        ("message-type", ["PROMOTIONAL", "TRANSACTIONAL"], "ab"),
        ("two-way-enabled", ["true"], "b"),
        ("self-managed-opt-outs-enabled", ["true"], "b"),
        ("opt-out-list-name", ["news"], "b"),
        ("opt-out-list-name", ["news", "Default"], "ab"),
        ("shared-routes-enabled", ["true"], "b"),
        ("deletion-protection-enabled", ["false"], "a"),
        ("two-way-channel-arn", [TOPIC], "b"),
    ],
)
def test_every_filter_tells_pools_apart(sms_client, request_number, create, name, values, expected):
    """A pool passes a filter when one of its values is the pool's."""
    sms_client.create_opt_out_list(OptOutListName="news")
    ids = {create(request_number()): "a", create(request_number(MessageType="PROMOTIONAL")): "b"}
    sms_client.update_pool(
        PoolId=list(ids)[1],
        TwoWayEnabled=True,
        TwoWayChannelArn=TOPIC,
        SelfManagedOptOutsEnabled=True,
        OptOutListName="news",
        SharedRoutesEnabled=True,
        DeletionProtectionEnabled=True,
    )

    found = sms_client.describe_pools(Filters=[{"Name": name, "Values": values}])["Pools"]

    assert expected == "".join(ids[pool["PoolId"]] for pool in found)


@pytest.mark.parametrize("name", ["status", "message-type", "two-way-enabled", "shared-routes-enabled"])
def test_filter_value_must_be_one_that_the_filter_knows(sms_client, raises, name):
    """Another value is refused."""
    with raises("ValidationException", Reason="INVALID_FILTER_VALUES"):
        sms_client.describe_pools(Filters=[{"Name": name, "Values": ["maybe"]}])


def test_pools_and_members_page(sms_client, request_number, create, associate, members_of):
    """Paginators find every pool and every member once."""
    numbers = [request_number() for _ in range(3)]
    sms_client.request_sender_id(SenderId="SHOP", IsoCountryCode="DE")
    ids = [create(numbers[0])]
    for _ in range(2):
        made = sms_client.create_pool(OriginationIdentity="SHOP", IsoCountryCode="DE", MessageType="TRANSACTIONAL")
        ids.append(made["PoolId"])
    for number in numbers[1:]:
        associate(ids[0], number)

    pages = list(sms_client.get_paginator("describe_pools").paginate(PaginationConfig={"PageSize": 2}))

    assert [ids[:2], ids[2:]] == [[pool["PoolId"] for pool in page["Pools"]] for page in pages]
    assert [n["PhoneNumberId"] for n in numbers] == members_of(ids[0], PaginationConfig={"PageSize": 2})


def test_members_are_listed_with_what_they_are(sms_client, request_number, create):
    """Each identity shows its names, country and capabilities, a number its digits too; filters select them."""
    number = request_number(NumberType="TOLL_FREE", NumberCapabilities=["SMS", "VOICE"])
    pool_id = create(number)
    sms_client.request_sender_id(SenderId="SHOP", IsoCountryCode="DE")
    sms_client.associate_origination_identity(PoolId=pool_id, OriginationIdentity="SHOP", IsoCountryCode="DE")

    def listed(name, *values):
        filters = [{"Name": name, "Values": list(values)}]
        found = sms_client.list_pool_origination_identities(PoolId=pool_id, Filters=filters)["OriginationIdentities"]
        return [row["IsoCountryCode"] for row in found]

    answer = sms_client.list_pool_origination_identities(PoolId=pool_id)
    of_number = {
        "OriginationIdentityArn": number["PhoneNumberArn"],
        "OriginationIdentity": number["PhoneNumberId"],
        "IsoCountryCode": "US",
        "NumberCapabilities": ["SMS", "VOICE"],
        "PhoneNumber": number["PhoneNumber"],
    }
    of_sender = {
        "OriginationIdentityArn": "arn:aws:sms-voice:us-east-1:123456789012:sender-id/SHOP/DE",
        "OriginationIdentity": "SHOP",
        "IsoCountryCode": "DE",
        "NumberCapabilities": ["SMS"],
    }
    assert (pool_id, [of_number, of_sender]) == (answer["PoolId"], answer["OriginationIdentities"])
    assert ["DE"] == listed("iso-country-code", "DE")
    assert ["US", "DE"] == listed("iso-country-code", "DE", "US")
    assert ["US"] == listed("number-capability", "VOICE")
    assert ["US", "DE"] == listed("number-capability", "VOICE", "SMS")


def test_capability_filter_must_be_a_capability(sms_client, request_number, create, raises):
    """Another value is refused."""
    pool_id = create(request_number())

    with raises("ValidationException", Reason="INVALID_FILTER_VALUES"):
        sms_client.list_pool_origination_identities(
            PoolId=pool_id, Filters=[{"Name": "number-capability", "Values": ["FAX"]}]
        )


def test_pool_takes_the_settings_of_its_first_member(sms_client, request_number, create, show):
    """Opt-out list, two-way settings, self-managed opt-outs and keywords come from the first number."""
    sms_client.create_opt_out_list(OptOutListName="news")
    number = request_number(OptOutListName="news")
    settings = {
        "TwoWayEnabled": True,
        "TwoWayChannelArn": TOPIC,
        "TwoWayChannelRole": ROLE,
        "SelfManagedOptOutsEnabled": True,
    }
    sms_client.update_phone_number(PhoneNumberId=number["PhoneNumberId"], **settings)
    sms_client.put_keyword(OriginationIdentity=number["PhoneNumberId"], Keyword="OPEN", KeywordMessage="9 to 5")

    pool_id = create(number)

    shown = show(pool_id)
    words = sms_client.describe_keywords(OriginationIdentity=pool_id)["Keywords"]
    assert settings | {"OptOutListName": "news"} == {name: shown[name] for name in (*settings, "OptOutListName")}
    assert {"HELP", "STOP", "OPEN"} == {word["Keyword"] for word in words}


def test_keywords_are_the_pools_from_then_on(sms_client, request_number, create):
    """A keyword of the pool is not on the number afterwards, and a request for an identity answers the pool's."""
    number = request_number()
    pool_id = create(number)

    put = sms_client.put_keyword(OriginationIdentity=number["PhoneNumberId"], Keyword="OPEN", KeywordMessage="9 to 5")
    of_pool = sms_client.describe_keywords(OriginationIdentity=pool_id, Keywords=["OPEN"])["Keywords"]
    sms_client.delete_pool(PoolId=pool_id)
    of_number = sms_client.describe_keywords(OriginationIdentity=number["PhoneNumberId"])["Keywords"]

    assert pool_id == put["OriginationIdentity"]
    assert ["9 to 5"] == [word["KeywordMessage"] for word in of_pool]
    assert {"HELP", "STOP"} == {word["Keyword"] for word in of_number}


def test_a_pool_has_thirty_keywords(sms_client, request_number, create, raises):
    """HELP and STOP count, so the 29th of one's own is too many."""
    pool_id = create(request_number())
    for number in range(28):
        sms_client.put_keyword(OriginationIdentity=pool_id, Keyword=f"WORD {number}", KeywordMessage="Hi")

    with raises("ServiceQuotaExceededException", Reason="KEYWORDS_PER_POOL"):
        sms_client.put_keyword(OriginationIdentity=pool_id, Keyword="ONE MORE", KeywordMessage="Hi")


def test_member_is_changed_and_released_by_its_pool_only(sms_client, request_number, create, raises):
    """A member can be neither updated nor released by itself."""
    number = request_number()
    create(number)
    named = {"PhoneNumberId": number["PhoneNumberId"]}

    for call in (sms_client.update_phone_number, sms_client.release_phone_number):
        with raises("ConflictException", Reason="PHONE_NUMBER_ASSOCIATED_TO_POOL", ResourceId=number["PhoneNumberId"]):
            call(**named)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"TwoWayEnabled": True}, "TWO_WAY_CHANNEL_NOT_PRESENT"),
        ({"TwoWayChannelArn": TOPIC}, "TWO_WAY_NOT_ENABLED"),
        ({"SelfManagedOptOutsEnabled": True}, "TWO_WAY_NOT_ENABLED"),
        ({"TwoWayEnabled": True, "TwoWayChannelArn": "arn:aws:sqs:us-east-1:123456789012:replies"}, "INVALID_ARN"),
    ],
)
def test_two_way_settings_must_agree(sms_client, request_number, create, show, raises, members, reason):
    """A pool's settings are checked as a number's are, and a refusal changes nothing."""
    pool_id = create(request_number())
    before = show(pool_id)

    with raises("ValidationException", Reason=reason):
        sms_client.update_pool(PoolId=pool_id, SharedRoutesEnabled=True, **members)
    assert before == show(pool_id)


def test_update_changes_nothing_that_is_left_out(sms_client, request_number, create, show):
    """Each setting stays until it is named; two-way takes its channel with it when it is switched off."""
    pool_id = create(request_number())
    sms_client.update_pool(
        PoolId=pool_id, TwoWayEnabled=True, TwoWayChannelArn=TOPIC, TwoWayChannelRole=ROLE, SharedRoutesEnabled=True
    )
    before = show(pool_id)

    assert before == body(sms_client.update_pool(PoolId=pool_id), "ResponseMetadata")
    after = sms_client.update_pool(PoolId=pool_id, TwoWayEnabled=False)
    assert (False, None, None, True) == (
        after["TwoWayEnabled"],
        after.get("TwoWayChannelArn"),
        after.get("TwoWayChannelRole"),
        after["SharedRoutesEnabled"],
    )


def test_list_of_a_pool_cannot_be_deleted(sms_client, request_number, create, raises):
    """An opt-out list that a pool uses stays."""
    sms_client.create_opt_out_list(OptOutListName="news")
    sms_client.update_pool(PoolId=create(request_number()), OptOutListName="news")

    with raises("ConflictException", Reason="RESOURCE_DELETION_NOT_ALLOWED", ResourceId="news"):
        sms_client.delete_opt_out_list(OptOutListName="news")
