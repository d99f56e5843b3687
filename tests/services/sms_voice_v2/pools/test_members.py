"""Pools: the identities in them, and how they send."""

import boto3
import pytest

from emulator import mock_sms
from emulator.testing import HANDSET, US_TEN_DLC

CANADIAN = "+14165550100"
GERMAN = "+4915123456789"
TOPIC = "arn:aws:sns:us-east-1:123456789012:replies"


def body(answer, *left_out):
    return {name: value for name, value in answer.items() if name not in ("ResponseMetadata", *left_out)}


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
    """The settings that the request names must be the pool's; otherwise nothing is leased."""
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
    """An identity that can reach the destination's country sends the message."""
    american, canadian = request_number(), request_number(IsoCountryCode="CA", NumberType="LONG_CODE")
    pool_id = create(american)
    associate(pool_id, canadian)

    assert american["PhoneNumber"] == sender_of(pool_id, HANDSET)
    assert canadian["PhoneNumber"] == sender_of(pool_id, CANADIAN)


def test_sticky_member_holds_for_25_hours(sms, sms_client, request_number, create, associate, sender_of):
    """The number that reached a recipient last does so again, until 25 hours after."""
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
