"""Pools: their members, settings and keywords, and which member carries a message."""

import re

import boto3
import pytest

from emulator import mock_sms
from emulator.testing import HANDSET, US_TEN_DLC

CANADIAN = "+14165550100"
GERMAN = "+4915123456789"
SWEDISH = "+46701234567"
ELSEWHERE = [{"account": "210987654321"}, {"region": "eu-west-1"}]
ROLE = "arn:aws:iam::123456789012:role/two-way"
TOPIC = "arn:aws:sns:us-east-1:123456789012:replies"


def body(answer, *left_out):
    return {name: value for name, value in answer.items() if name not in ("ResponseMetadata", *left_out)}


@pytest.fixture
def create(sms_client):
    """Makes a pool of a number of `request_number`; gives its id."""

    def create(number, **members):
        wanted = {"OriginationIdentity": number["PhoneNumberId"], "MessageType": number["MessageType"]} | members
        return sms_client.create_pool(**wanted)["PoolId"]

    return create


@pytest.fixture
def show(sms_client):
    """What DescribePools says of one pool."""
    return lambda pool_id: sms_client.describe_pools(PoolIds=[pool_id])["Pools"][0]


@pytest.fixture
def members_of(sms_client):
    """The ids or names of a pool's members, as ListPoolOriginationIdentities pages through them."""

    def read(pool_id, **members):
        pages = sms_client.get_paginator("list_pool_origination_identities").paginate(PoolId=pool_id, **members)
        return [row["OriginationIdentity"] for page in pages for row in page["OriginationIdentities"]]

    return read


@pytest.fixture
def associate(sms_client):
    """Puts a number of `request_number` into a pool."""

    def associate(pool_id, number):
        return sms_client.associate_origination_identity(PoolId=pool_id, OriginationIdentity=number["PhoneNumberId"])

    return associate


@pytest.fixture
def disassociate(sms_client):
    """Takes a number of `request_number` out of a pool."""

    def disassociate(pool_id, number):
        return sms_client.disassociate_origination_identity(PoolId=pool_id, OriginationIdentity=number["PhoneNumberId"])

    return disassociate


@pytest.fixture
def sender_of(sms, sms_client):
    """Sends a text through a pool; gives whom it came from."""

    def send(pool_id, to=HANDSET, **members):
        sms_client.send_text_message(DestinationPhoneNumber=to, OriginationIdentity=pool_id, MessageBody="Hi", **members)
        return sms.inbox.messages(to=to)[-1].sender

    return send


# --- Life -----------------------------------------------------------------------------------------------------------


def test_life_of_a_pool(sms, sms_client, request_number, create, show):
    """A pool is CREATING in the answer, then ACTIVE, DELETING in the answer, and gone."""
    number = request_number()
    made = sms_client.create_pool(
        OriginationIdentity=number["PhoneNumberArn"],
        IsoCountryCode="US",
        MessageType="TRANSACTIONAL",
        Tags=[{"Key": "team", "Value": "a"}],
    )
    made_at = sms.clock.now
    pool_id = made["PoolId"]

    shown = show(pool_id)
    deleted = sms_client.delete_pool(PoolId=made["PoolArn"])

    assert re.fullmatch(r"pool-[0-9a-f]{32}", pool_id)
    assert abs((made_at - made["CreatedTimestamp"]).total_seconds()) < 0.001
    plain = {
        "PoolArn": f"arn:aws:sms-voice:us-east-1:123456789012:pool/{pool_id}",
        "PoolId": pool_id,
        "MessageType": "TRANSACTIONAL",
        "TwoWayEnabled": False,
        "SelfManagedOptOutsEnabled": False,
        "OptOutListName": "Default",
        "SharedRoutesEnabled": False,
        "DeletionProtectionEnabled": False,
        "CreatedTimestamp": made["CreatedTimestamp"],
    }
    assert plain | {"Status": "CREATING", "Tags": [{"Key": "team", "Value": "a"}]} == body(made)
    assert plain | {"Status": "ACTIVE"} == shown
    assert {name: plain[name] for name in plain if name != "DeletionProtectionEnabled"} | {"Status": "DELETING"} == body(
        deleted
    )
    assert [] == sms_client.describe_pools()["Pools"]


def test_tags_go_with_the_pool(sms_client, request_number, create, show, raises):
    """Tags are shown and changed like those of any resource, and gone with the pool."""
    pool_id = create(request_number(), Tags=[{"Key": "team", "Value": "a"}])
    arn = show(pool_id)["PoolArn"]

    sms_client.tag_resource(ResourceArn=arn, Tags=[{"Key": "stage", "Value": "test"}])
    sms_client.untag_resource(ResourceArn=arn, TagKeys=["team"])

    assert [{"Key": "stage", "Value": "test"}] == sms_client.list_tags_for_resource(ResourceArn=arn)["Tags"]
    sms_client.delete_pool(PoolId=pool_id)
    with raises("ResourceNotFoundException", ResourceType="pool", ResourceId=arn):
        sms_client.list_tags_for_resource(ResourceArn=arn)


def test_client_token_makes_one_pool(sms_client, request_number, create):
    """The same request with the same token has the first answer."""
    number = request_number()

    assert create(number, ClientToken="token") == create(number, ClientToken="token")
    assert 1 == len(sms_client.describe_pools()["Pools"])


def test_statuses_take_their_time():
    """Pool and member are ready, and gone, when their time has come and not before."""
    with mock_sms(clock="frozen", config={"limits": {"provisioning": 60}}) as sms:
        client = boto3.client("pinpoint-sms-voice-v2")
        ids = [client.request_phone_number(**US_TEN_DLC)["PhoneNumberId"] for _ in range(2)]
        sms.clock.advance(seconds=60)
        pool_id = client.create_pool(OriginationIdentity=ids[0], MessageType="TRANSACTIONAL")["PoolId"]

        def statuses(seconds=0):
            sms.clock.advance(seconds=seconds)
            pools = [pool["Status"] for pool in client.describe_pools()["Pools"]]
            return pools, [number["Status"] for number in client.describe_phone_numbers()["PhoneNumbers"]]

        assert (["CREATING"], ["ASSOCIATING", "ACTIVE"]) == statuses(59)
        assert (["ACTIVE"], ["ACTIVE", "ACTIVE"]) == statuses(1)
        client.associate_origination_identity(PoolId=pool_id, OriginationIdentity=ids[1])
        assert (["ACTIVE"], ["ACTIVE", "ASSOCIATING"]) == statuses(59)
        assert (["ACTIVE"], ["ACTIVE", "ACTIVE"]) == statuses(1)
        client.disassociate_origination_identity(PoolId=pool_id, OriginationIdentity=ids[0])
        assert (["ACTIVE"], ["DISASSOCIATING", "ACTIVE"]) == statuses(59)
        assert (["ACTIVE"], ["ACTIVE", "ACTIVE"]) == statuses(1)
        client.delete_pool(PoolId=pool_id)
        assert (["DELETING"], ["ACTIVE", "DISASSOCIATING"]) == statuses(59)
        assert ([], ["ACTIVE", "ACTIVE"]) == statuses(1)


def test_pool_that_is_not_active_is_left_alone(raises):
    """While a pool is made or deleted it can be neither changed nor used."""
    with mock_sms(clock="frozen", config={"limits": {"provisioning": 60}}) as sms:
        client = boto3.client("pinpoint-sms-voice-v2")
        ids = [client.request_phone_number(**US_TEN_DLC)["PhoneNumberId"] for _ in range(2)]
        with raises("ConflictException", Reason="RESOURCE_NOT_ACTIVE", ResourceType="phone-number", ResourceId=ids[0]):
            client.create_pool(OriginationIdentity=ids[0], MessageType="TRANSACTIONAL")
        sms.clock.advance(seconds=60)
        pool_id = client.create_pool(OriginationIdentity=ids[0], MessageType="TRANSACTIONAL")["PoolId"]

        def refused():
            for call in (
                lambda: client.update_pool(PoolId=pool_id, SharedRoutesEnabled=True),
                lambda: client.delete_pool(PoolId=pool_id),
                lambda: client.associate_origination_identity(PoolId=pool_id, OriginationIdentity=ids[1]),
                lambda: client.disassociate_origination_identity(PoolId=pool_id, OriginationIdentity=ids[0]),
                lambda: client.send_text_message(
                    DestinationPhoneNumber=HANDSET, OriginationIdentity=pool_id, MessageBody="Hi"
                ),
                lambda: client.request_phone_number(**US_TEN_DLC, PoolId=pool_id),
            ):
                with raises("ConflictException", Reason="RESOURCE_NOT_ACTIVE", ResourceType="pool", ResourceId=pool_id):
                    call()

        refused()
        sms.clock.advance(seconds=60)
        client.delete_pool(PoolId=pool_id)
        refused()


def test_member_that_is_still_provisioned_does_not_become_active_by_leaving(raises):
    """A toll-free number that waits for its registration waits on when its pool is deleted."""
    with mock_sms(config={"limits": {"registrations_required": True}}) as sms:
        client = boto3.client("pinpoint-sms-voice-v2")
        canadian = {"IsoCountryCode": "CA", "MessageType": "TRANSACTIONAL", "NumberCapabilities": ["SMS"]}
        first = client.request_phone_number(**canadian, NumberType="LONG_CODE")["PhoneNumberId"]
        pool_id = client.create_pool(OriginationIdentity=first, MessageType="TRANSACTIONAL")["PoolId"]
        wanted = US_TEN_DLC | {"NumberType": "TOLL_FREE"}
        waiting = client.request_phone_number(**wanted, PoolId=pool_id)["PhoneNumberId"]

        with raises("ConflictException", Reason="RESOURCE_NOT_ACTIVE", ResourceType="phone-number", ResourceId=waiting):
            client.disassociate_origination_identity(PoolId=pool_id, OriginationIdentity=waiting)
        client.delete_pool(PoolId=pool_id)
        sms.settle()

        (number,) = client.describe_phone_numbers(PhoneNumberIds=[waiting])["PhoneNumbers"]
        assert ("PENDING", None) == (number["Status"], number.get("PoolId"))


def test_protected_pool_is_deleted_once_it_is_not(sms_client, request_number, create, raises):
    """Deletion protection holds until it is switched off."""
    pool_id = create(request_number(), DeletionProtectionEnabled=True)

    with raises("ConflictException", Reason="DELETION_PROTECTION_ENABLED", ResourceType="pool", ResourceId=pool_id):
        sms_client.delete_pool(PoolId=pool_id)
    sms_client.update_pool(PoolId=pool_id, DeletionProtectionEnabled=False)
    assert "DELETING" == sms_client.delete_pool(PoolId=pool_id)["Status"]


def test_members_are_free_once_the_pool_is_gone(sms_client, request_number, create):
    """A number of a deleted pool can be released."""
    number = request_number()
    sms_client.delete_pool(PoolId=create(number))

    (shown,) = sms_client.describe_phone_numbers()["PhoneNumbers"]
    sms_client.release_phone_number(PhoneNumberId=number["PhoneNumberId"])

    assert number == shown
    assert [] == sms_client.describe_phone_numbers()["PhoneNumbers"]


def test_an_account_has_25_pools(sms_client, raises):
    """The 26th is too many."""
    sms_client.request_sender_id(SenderId="SHOP", IsoCountryCode="DE")
    members = {"OriginationIdentity": "SHOP", "IsoCountryCode": "DE", "MessageType": "TRANSACTIONAL"}
    for _ in range(25):
        sms_client.create_pool(**members)

    with raises("ServiceQuotaExceededException", Reason="POOLS_PER_ACCOUNT"):
        sms_client.create_pool(**members)


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("update_pool", {}),
        ("delete_pool", {}),
        ("list_pool_origination_identities", {}),
        ("associate_origination_identity", {"OriginationIdentity": "phone-0"}),
        ("disassociate_origination_identity", {"OriginationIdentity": "phone-0"}),
    ],
)
def test_unknown_pool_is_not_found(sms_client, raises, operation, members):
    """Every operation names the pool that does not exist."""
    with raises("ResourceNotFoundException", ResourceType="pool", ResourceId="pool-0"):
        getattr(sms_client, operation)(PoolId="pool-0", **members)


def test_unknown_pools_are_not_described(sms_client, raises):
    """A list of ids fails for the first that is unknown, and ids exclude SHARED."""
    with raises("ResourceNotFoundException", ResourceType="pool", ResourceId="pool-0"):
        sms_client.describe_pools(PoolIds=["pool-0"])
    with raises("ValidationException", Reason="PARAMETERS_CANNOT_BE_USED_TOGETHER") as response:
        sms_client.describe_pools(PoolIds=["pool-0"], Owner="SHARED")
    assert ["poolIds", "owner"] == [field["Name"] for field in response["Fields"]]


@pytest.mark.parametrize(
    ("identity", "resource_type"),
    [("phone-0", "phone-number"), ("12065550100", "phone-number"), ("NOBODY", "sender-id"), ("pool-0", "pool")],
)
def test_unknown_identity_is_not_found(sms_client, raises, identity, resource_type):
    """A pool cannot be made of what does not exist."""
    with raises("ResourceNotFoundException", ResourceType=resource_type, ResourceId=identity):
        sms_client.create_pool(OriginationIdentity=identity, IsoCountryCode="DE", MessageType="TRANSACTIONAL")


@pytest.mark.parametrize("elsewhere", ELSEWHERE, ids=["account", "region"])
def test_pools_are_of_one_account_and_region(client, request_number, create, show, raises, elsewhere):
    """Elsewhere the pool is unknown, by id and by ARN."""
    pool_id = create(request_number())
    other = client("pinpoint-sms-voice-v2", **elsewhere)

    for reference in (pool_id, show(pool_id)["PoolArn"]):
        with raises("ResourceNotFoundException", ResourceType="pool", ResourceId=reference):
            other.describe_pools(PoolIds=[reference])
    assert [] == other.describe_pools()["Pools"]


# --- Filters and pages ----------------------------------------------------------------------------------------------


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
    """Each member shows its names, country and capabilities, a number its digits too; filters tell them apart."""
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


# --- Settings and keywords ------------------------------------------------------------------------------------------


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
    """What is put on the pool is not on the number afterwards, and what is asked of a member is the pool's."""
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


# --- Members --------------------------------------------------------------------------------------------------------


def test_numbers_come_and_go(request_number, create, associate, disassociate, members_of, sms_client):
    """A number is in the pool until it is taken out, and shows its pool as long."""
    first, second = request_number(), request_number()
    pool_id = create(first)

    joined = body(associate(pool_id, second))
    (inside,) = sms_client.describe_phone_numbers(PhoneNumberIds=[second["PhoneNumberId"]])["PhoneNumbers"]
    left = body(disassociate(pool_id, second))

    assert {
        "PoolArn": f"arn:aws:sms-voice:us-east-1:123456789012:pool/{pool_id}",
        "PoolId": pool_id,
        "OriginationIdentityArn": second["PhoneNumberArn"],
        "OriginationIdentity": second["PhoneNumberId"],
        "IsoCountryCode": "US",
    } == joined
    assert joined == left
    assert pool_id == inside["PoolId"]
    assert [first["PhoneNumberId"]] == members_of(pool_id)
    assert [second] == sms_client.describe_phone_numbers(PhoneNumberIds=[second["PhoneNumberId"]])["PhoneNumbers"]


def test_number_is_requested_into_a_pool(sms_client, request_number, create, show, members_of):
    """A number that names a pool joins it and has its settings."""
    sms_client.create_opt_out_list(OptOutListName="news")
    first = request_number(OptOutListName="news")
    pool_id = create(first)

    second = request_number(PoolId=pool_id)

    assert (pool_id, "news", "ACTIVE") == (second["PoolId"], second["OptOutListName"], second["Status"])
    assert [first["PhoneNumberId"], second["PhoneNumberId"]] == members_of(pool_id)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"MessageType": "PROMOTIONAL"}, "MESSAGE_TYPE_MISMATCH"),
        ({"OptOutListName": "news"}, "OPT_OUT_LIST_MISMATCH"),
        ({"NumberType": "TOLL_FREE", "NumberCapabilities": ["VOICE"]}, "NUMBER_CAPABILITIES_MISMATCH"),
    ],
)
def test_number_is_not_requested_into_a_pool_that_it_does_not_fit(
    sms_client, request_number, create, raises, members, reason
):
    """What the request names must be the pool's; nothing is leased otherwise."""
    sms_client.create_opt_out_list(OptOutListName="news")
    pool_id = create(request_number())

    with raises("ConflictException", Reason=reason, ResourceType="phone-number"):
        request_number(PoolId=pool_id, **members)
    assert 1 == len(sms_client.describe_phone_numbers()["PhoneNumbers"])


@pytest.mark.parametrize(
    ("differently", "reason"),
    [
        ("message type", "MESSAGE_TYPE_MISMATCH"),
        ("opt-out list", "OPT_OUT_LIST_MISMATCH"),
        ("two-way channel", "TWO_WAY_CONFIG_MISMATCH"),
        ("self-managed opt-outs", "SELF_MANAGED_OPT_OUTS_MISMATCH"),
        ("keywords", "KEYWORD_MISMATCH"),
        ("keyword message", "KEYWORD_MISMATCH"),
        ("capabilities", "NUMBER_CAPABILITIES_MISMATCH"),
    ],
)
def test_number_that_differs_is_refused(
    sms_client, request_number, create, associate, members_of, raises, differently, reason
):
    """Each setting in which a number differs from the pool has its reason."""
    sms_client.create_opt_out_list(OptOutListName="news")
    first = request_number()
    two_way = {"TwoWayEnabled": True, "TwoWayChannelArn": TOPIC}
    sms_client.update_phone_number(PhoneNumberId=first["PhoneNumberId"], **two_way)
    pool_id = create(first)
    requested, settings, keyword = {
        "message type": ({"MessageType": "PROMOTIONAL"}, two_way, None),
        "opt-out list": ({"OptOutListName": "news"}, two_way, None),
        "two-way channel": ({}, {"TwoWayEnabled": True, "TwoWayChannelArn": TOPIC + "-2"}, None),
        "self-managed opt-outs": ({}, two_way | {"SelfManagedOptOutsEnabled": True}, None),
        "keywords": ({}, two_way, "OPEN"),
        "keyword message": ({}, two_way, "HELP"),
        "capabilities": ({"NumberType": "TOLL_FREE", "NumberCapabilities": ["VOICE"]}, two_way, None),
    }[differently]
    other = request_number(**requested)
    sms_client.update_phone_number(PhoneNumberId=other["PhoneNumberId"], **settings)
    if keyword:
        sms_client.put_keyword(OriginationIdentity=other["PhoneNumberId"], Keyword=keyword, KeywordMessage="Mine")

    with raises("ConflictException", Reason=reason, ResourceType="phone-number", ResourceId=other["PhoneNumberId"]):
        associate(pool_id, other)
    assert [first["PhoneNumberId"]] == members_of(pool_id)


def test_pool_of_another_message_type_than_its_number_is_refused(sms_client, request_number, create, raises):
    """The first member must fit as well."""
    with raises("ConflictException", Reason="MESSAGE_TYPE_MISMATCH", ResourceType="phone-number"):
        create(request_number(), MessageType="PROMOTIONAL")
    assert [] == sms_client.describe_pools()["Pools"]


def test_types_of_numbers_may_be_mixed(request_number, create, associate, members_of):
    """A 10DLC and a toll-free number share a pool, as long as they share a capability."""
    first = request_number()
    second = request_number(NumberType="TOLL_FREE", NumberCapabilities=["SMS", "VOICE"])
    pool_id = create(first)

    associate(pool_id, second)

    assert [first["PhoneNumberId"], second["PhoneNumberId"]] == members_of(pool_id)


def test_a_number_is_in_one_pool_and_a_sender_id_in_many(sms_client, request_number, create, associate, raises):
    """A second pool is refused a number, and given a sender id."""
    first, second = request_number(), request_number()
    pools = [create(first), create(second)]
    sms_client.request_sender_id(SenderId="SHOP", IsoCountryCode="DE")

    with raises("ConflictException", Reason="PHONE_NUMBER_ASSOCIATED_TO_POOL", ResourceId=first["PhoneNumberId"]):
        associate(pools[1], first)
    with raises("ConflictException", Reason="PHONE_NUMBER_ASSOCIATED_TO_POOL", ResourceId=first["PhoneNumberId"]):
        create(first)
    with raises("ConflictException", Reason="RESOURCE_ALREADY_ASSOCIATED", ResourceId=first["PhoneNumberId"]):
        associate(pools[0], first)
    named = {"OriginationIdentity": "SHOP", "IsoCountryCode": "DE"}
    for pool_id in pools:
        sms_client.associate_origination_identity(PoolId=pool_id, **named)
    with raises("ConflictException", Reason="RESOURCE_ALREADY_ASSOCIATED", ResourceType="sender-id", ResourceId="SHOP"):
        sms_client.associate_origination_identity(PoolId=pools[0], **named)


def test_last_number_stays(sms_client, request_number, create, disassociate, raises):
    """The only number cannot leave, though a sender id is there too; the sender id can."""
    number = request_number()
    pool_id = create(number)
    sms_client.request_sender_id(SenderId="SHOP", IsoCountryCode="DE")
    named = {"PoolId": pool_id, "OriginationIdentity": "SHOP", "IsoCountryCode": "DE"}
    sms_client.associate_origination_identity(**named)

    with raises("ConflictException", Reason="LAST_PHONE_NUMBER", ResourceId=number["PhoneNumberId"]):
        disassociate(pool_id, number)
    assert "SHOP" == sms_client.disassociate_origination_identity(**named)["OriginationIdentity"]
    with raises("ConflictException", Reason="PHONE_NUMBER_NOT_ASSOCIATED_TO_POOL", ResourceType="sender-id"):
        sms_client.disassociate_origination_identity(**named)


def test_what_is_no_member_cannot_leave(request_number, create, disassociate, raises):
    """A number outside the pool is named."""
    pool_id, other = create(request_number()), request_number()

    with raises("ConflictException", Reason="PHONE_NUMBER_NOT_ASSOCIATED_TO_POOL", ResourceId=other["PhoneNumberId"]):
        disassociate(pool_id, other)


def test_country_is_needed_for_sender_ids_and_arns(sms_client, request_number, create, raises):
    """Reasons seen from AWS: a sender id without its country, a number's ARN without one, and a wrong one."""
    first, second = request_number(), request_number()
    pool_id = create(first)
    sms_client.request_sender_id(SenderId="SHOP", IsoCountryCode="DE")

    def refused(reason, **members):
        with raises("ValidationException", Reason=reason):
            sms_client.associate_origination_identity(PoolId=pool_id, **members)

    refused("INVALID_ARN", OriginationIdentity="SHOP")
    refused("INVALID_PARAMETER", OriginationIdentity=second["PhoneNumberArn"])
    refused("COUNTRY_CODE_MISMATCH", OriginationIdentity=second["PhoneNumberArn"], IsoCountryCode="CA")
    refused("COUNTRY_CODE_MISMATCH", OriginationIdentity="SHOP", IsoCountryCode="SE")
    refused("INVALID_PARAMETER", OriginationIdentity=pool_id)


def test_a_pool_has_as_many_members_as_its_quota(raises):
    """One more is refused, by association and by request alike."""
    with mock_sms(config={"limits": {"quotas": {"ORIGINATION_IDENTITIES_PER_POOL": 1}}}):
        client = boto3.client("pinpoint-sms-voice-v2")
        first, second = (client.request_phone_number(**US_TEN_DLC)["PhoneNumberId"] for _ in range(2))
        pool_id = client.create_pool(OriginationIdentity=first, MessageType="TRANSACTIONAL")["PoolId"]

        with raises("ServiceQuotaExceededException", Reason="ORIGINATION_IDENTITIES_PER_POOL"):
            client.associate_origination_identity(PoolId=pool_id, OriginationIdentity=second)
        with raises("ServiceQuotaExceededException", Reason="ORIGINATION_IDENTITIES_PER_POOL"):
            client.request_phone_number(**US_TEN_DLC, PoolId=pool_id)


# --- Sending --------------------------------------------------------------------------------------------------------


def test_members_are_chosen_in_aws_order(sms_client, request_number, create, associate, disassociate, sender_of):
    """A 10DLC number goes before a toll-free one, whatever came first."""
    toll_free, ten_dlc = request_number(NumberType="TOLL_FREE"), request_number()
    pool_id = create(toll_free)
    associate(pool_id, ten_dlc)

    assert ten_dlc["PhoneNumber"] == sender_of(pool_id)
    disassociate(pool_id, ten_dlc)
    assert toll_free["PhoneNumber"] == sender_of(pool_id)


def test_long_code_goes_before_sender_id_and_that_before_the_shared_route(
    sms_client, request_number, create, sender_of, raises
):
    """Abroad a long code of the country carries first, then a sender id, then the shared route where it is enabled."""
    american = create(request_number())
    german = request_number(IsoCountryCode="DE", NumberType="LONG_CODE")
    named = {"OriginationIdentity": "SHOP", "IsoCountryCode": "DE", "PoolId": american}
    sms_client.request_sender_id(SenderId="SHOP", IsoCountryCode="DE")

    with raises("ConflictException", Reason="NO_ORIGINATION_IDENTITIES_FOUND", ResourceType="pool", ResourceId=american):
        sender_of(american, GERMAN)
    sms_client.update_pool(PoolId=american, SharedRoutesEnabled=True)
    assert "NOTICE" == sender_of(american, GERMAN)
    sms_client.associate_origination_identity(**named)
    assert "SHOP" == sender_of(american, GERMAN)
    sms_client.associate_origination_identity(PoolId=american, OriginationIdentity=german["PhoneNumberId"])
    assert german["PhoneNumber"] == sender_of(american, "+4915123456780")


def test_shared_route_does_not_serve_the_united_states(sms_client, request_number, create, sender_of, raises):
    """A pool of a Canadian number finds nothing for the United States, shared routes or not."""
    pool_id = create(request_number(IsoCountryCode="CA", NumberType="LONG_CODE"))
    sms_client.update_pool(PoolId=pool_id, SharedRoutesEnabled=True)

    with raises("ConflictException", Reason="NO_ORIGINATION_IDENTITIES_FOUND", ResourceType="pool", ResourceId=pool_id):
        sender_of(pool_id)


def test_each_country_has_its_member(request_number, create, associate, sender_of):
    """Whoever can reach the destination's country carries the message."""
    american, canadian = request_number(), request_number(IsoCountryCode="CA", NumberType="LONG_CODE")
    pool_id = create(american)
    associate(pool_id, canadian)

    assert american["PhoneNumber"] == sender_of(pool_id, HANDSET)
    assert canadian["PhoneNumber"] == sender_of(pool_id, CANADIAN)


def test_sticky_member_holds_for_25_hours(sms, sms_client, request_number, create, associate, sender_of):
    """Who reached the recipient last does so again, until 25 hours after."""
    toll_free, ten_dlc = request_number(NumberType="TOLL_FREE"), request_number()
    pool_id = create(toll_free)
    toll_free_number = sender_of(pool_id)
    sms.settle()
    associate(pool_id, ten_dlc)

    sms.clock.advance(hours=24)
    assert toll_free_number == sender_of(pool_id)
    assert ten_dlc["PhoneNumber"] == sender_of(pool_id, "+14255550111")
    sms.settle()
    sms.clock.advance(hours=25, minutes=1)
    assert ten_dlc["PhoneNumber"] == sender_of(pool_id)


def test_failing_member_is_moved_back(sms, request_number, create, associate, sender_of):
    """After three messages that did not arrive the next type carries, until the member's messages arrive again."""
    toll_free, ten_dlc = request_number(NumberType="TOLL_FREE"), request_number()
    pool_id = create(toll_free)
    associate(pool_id, ten_dlc)
    sms.carriers.rule(match={"from": ten_dlc["PhoneNumber"]}, outcome="CARRIER_BLOCKED")
    senders = []
    for last in range(5):
        senders.append(sender_of(pool_id, f"+1425555020{last}"))
        sms.settle()

    assert [ten_dlc["PhoneNumber"]] * 3 + [toll_free["PhoneNumber"]] * 2 == senders


def test_other_message_type_than_the_pools_is_refused(request_number, create, sender_of, raises):
    """A send of another message type names the pool."""
    pool_id = create(request_number())

    with raises("ConflictException", Reason="MESSAGE_TYPE_MISMATCH", ResourceType="pool", ResourceId=pool_id):
        sender_of(pool_id, MessageType="PROMOTIONAL")


def test_stop_to_a_member_opts_out_of_the_whole_pool(sms, sms_client, request_number, create, associate, raises):
    """STOP counts on the pool's list, for every member and the pool."""
    sms_client.create_opt_out_list(OptOutListName="news")
    first, second = request_number(), request_number()
    pool_id = create(first)
    associate(pool_id, second)
    sms_client.update_pool(PoolId=pool_id, OptOutListName="news")

    sms.handset(HANDSET).reply("STOP", to=second["PhoneNumber"])

    for identity in (pool_id, first["PhoneNumber"], second["PhoneNumberId"]):
        with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT", ResourceId=HANDSET):
            sms_client.send_text_message(DestinationPhoneNumber=HANDSET, OriginationIdentity=identity, MessageBody="Hi")
    assert [] == sms_client.describe_opted_out_numbers(OptOutListName="Default")["OptedOutNumbers"]


def test_reply_to_a_member_goes_to_the_pools_channel(sms, sms_client, request_number, create, topic_with_queue):
    """Two-way settings and keywords of the pool count for a text to a member."""
    topic, read = topic_with_queue
    number = request_number()
    pool_id = create(number)
    sms_client.update_pool(PoolId=pool_id, TwoWayEnabled=True, TwoWayChannelArn=topic)
    sms_client.put_keyword(OriginationIdentity=pool_id, Keyword="OPEN", KeywordMessage="9 to 5")

    answer = sms.handset(HANDSET).reply("open?", to=number["PhoneNumber"])

    assert ("OPEN", "9 to 5") == (answer["keyword"], answer["reply"])
    assert [("OPEN", number["PhoneNumber"])] == [(p["messageKeyword"], p["destinationNumber"]) for p in read()]
