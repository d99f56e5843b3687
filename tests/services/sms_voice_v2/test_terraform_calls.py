"""
The calls that terraform-provider-aws makes for each of its resources: create, read back, plan, update, destroy.

Source: internal/service/pinpointsmsvoicev2 of the provider. A plan is empty if a second read gives what the first gave.
"""

import json

import pytest

TAGS = [{"Key": "Application", "Value": "EndUserMessaging"}]


@pytest.fixture
def tags(sms_client):
    """Return a function that reads the tags of a resource, as every read of the provider does."""
    return lambda arn: sms_client.list_tags_for_resource(ResourceArn=arn)["Tags"]


@pytest.fixture
def poll(sms_client, raises):
    """Return a function that describes a resource until it is gone, and fails if it never is."""

    def until_gone(method, **named):
        for _ in range(10):
            try:
                getattr(sms_client, method)(**named)
            except sms_client.exceptions.ResourceNotFoundException:
                return
        raise AssertionError(f"{named} is still there")

    return until_gone


@pytest.fixture
def number(sms_client):
    """Return a function that creates a number as the provider does, and reads it."""

    def create(**settings):
        answer = sms_client.request_phone_number(
            IsoCountryCode="US",
            MessageType="TRANSACTIONAL",
            NumberCapabilities=["SMS"],
            NumberType="TEN_DLC",
            Tags=TAGS,
            ClientToken=f"token-{len(sms_client.describe_phone_numbers()['PhoneNumbers'])}",
        )
        row = read_number(sms_client, answer["PhoneNumberId"])
        assert "ACTIVE" == row["Status"]
        if settings:
            sms_client.update_phone_number(PhoneNumberId=row["PhoneNumberId"], **settings)
        return read_number(sms_client, row["PhoneNumberId"])

    return create


def read_number(client, number_id):
    """Return a number as DescribePhoneNumbers lists it."""
    (row,) = client.describe_phone_numbers(PhoneNumberIds=[number_id])["PhoneNumbers"]
    return row


def test_phone_number(sms_client, number, topic_with_queue, tags, poll):
    """A number is leased, waited for, changed, read back, and released."""
    row = number(TwoWayEnabled=True, TwoWayChannelArn=topic_with_queue[0])
    number_id, arn = row["PhoneNumberId"], row["PhoneNumberArn"]
    assert (row, TAGS) == (read_number(sms_client, number_id), tags(arn))

    sms_client.update_phone_number(PhoneNumberId=number_id, DeletionProtectionEnabled=True, TwoWayEnabled=False)
    changed = read_number(sms_client, number_id)
    assert (True, False, None) == (
        changed["DeletionProtectionEnabled"],
        changed["TwoWayEnabled"],
        changed.get("TwoWayChannelArn"),
    )
    sms_client.untag_resource(ResourceArn=arn, TagKeys=["Application"])
    sms_client.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "b"}])
    assert [{"Key": "a", "Value": "b"}] == tags(arn)

    sms_client.update_phone_number(PhoneNumberId=number_id, DeletionProtectionEnabled=False)
    assert "DISASSOCIATING" == sms_client.release_phone_number(PhoneNumberId=number_id)["Status"]
    poll("describe_phone_numbers", PhoneNumberIds=[number_id])


def test_pool(sms_client, number, tags, poll):
    """A pool is made from the first identity; members join before others leave; it is deleted with its members."""
    first, second, third = sorted(number()["PhoneNumberArn"] for _ in range(3))

    def members(pool_id):
        listed = sms_client.list_pool_origination_identities(PoolId=pool_id)["OriginationIdentities"]
        return {row["OriginationIdentityArn"] for row in listed}

    created = sms_client.create_pool(
        OriginationIdentity=first, IsoCountryCode="US", MessageType="TRANSACTIONAL", Tags=TAGS, ClientToken="pool"
    )
    pool_id = created["PoolId"]
    (row,) = sms_client.describe_pools(PoolIds=[pool_id])["Pools"]
    assert "ACTIVE" == row["Status"]
    sms_client.associate_origination_identity(PoolId=pool_id, OriginationIdentity=second, IsoCountryCode="US")
    sms_client.update_pool(PoolId=pool_id, SharedRoutesEnabled=True)
    assert {first, second} == members(pool_id)
    reads = [sms_client.describe_pools(PoolIds=[pool_id])["Pools"] for _ in range(2)]
    assert reads[0] == reads[1]
    assert TAGS == tags(row["PoolArn"])

    sms_client.associate_origination_identity(PoolId=pool_id, OriginationIdentity=third, IsoCountryCode="US")
    sms_client.disassociate_origination_identity(PoolId=pool_id, OriginationIdentity=first, IsoCountryCode="US")
    assert {second, third} == members(pool_id)

    sms_client.delete_pool(PoolId=pool_id)
    poll("describe_pools", PoolIds=[pool_id])
    assert "ACTIVE" == read_number(sms_client, second)["Status"]


def test_keyword(sms_client, number):
    """A keyword is put, changed and deleted; HELP is only changed. A deleted one is gone from the list at once."""
    arn = number()["PhoneNumberArn"]

    def read(word):
        return sms_client.describe_keywords(OriginationIdentity=arn, Keywords=[word])["Keywords"]

    sms_client.put_keyword(OriginationIdentity=arn, Keyword="HELP", KeywordMessage="Call us")
    sms_client.put_keyword(
        OriginationIdentity=arn, Keyword="HOURS", KeywordMessage="9 to 5", KeywordAction="AUTOMATIC_RESPONSE"
    )
    assert [{"Keyword": "HOURS", "KeywordMessage": "9 to 5", "KeywordAction": "AUTOMATIC_RESPONSE"}] == read("HOURS")
    assert "Call us" == read("HELP")[0]["KeywordMessage"]

    sms_client.put_keyword(OriginationIdentity=arn, Keyword="HOURS", KeywordMessage="10 to 4", KeywordAction="OPT_IN")
    assert ("10 to 4", "OPT_IN") == (read("HOURS")[0]["KeywordMessage"], read("HOURS")[0]["KeywordAction"])

    sms_client.delete_keyword(OriginationIdentity=arn, Keyword="HOURS")
    with pytest.raises(sms_client.exceptions.ResourceNotFoundException):
        read("HOURS")


def test_sender_id(sms_client, tags, poll):
    """A sender id is requested, protected, and released."""
    named = {"SenderId": "SHOP", "IsoCountryCode": "GB"}
    created = sms_client.request_sender_id(**named, MessageTypes=["TRANSACTIONAL"], Tags=TAGS, ClientToken="sender")
    reads = [sms_client.describe_sender_ids(SenderIds=[named])["SenderIds"] for _ in range(2)]
    assert reads[0] == reads[1]
    assert (["TRANSACTIONAL"], False) == (reads[0][0]["MessageTypes"], reads[0][0]["DeletionProtectionEnabled"])
    assert TAGS == tags(created["SenderIdArn"])

    assert sms_client.update_sender_id(**named, DeletionProtectionEnabled=True)["DeletionProtectionEnabled"]
    sms_client.update_sender_id(**named, DeletionProtectionEnabled=False)
    sms_client.release_sender_id(**named)
    poll("describe_sender_ids", SenderIds=[named])


def test_configuration_set_and_event_destination(sms_client, topic_with_queue, tags, poll):
    """A set gets its defaults after it is made; a destination is made enabled, and disabled by a second call."""
    named = {"ConfigurationSetName": "receipts"}

    def read():
        (row,) = sms_client.describe_configuration_sets(ConfigurationSetNames=["receipts"])["ConfigurationSets"]
        return row

    arn = sms_client.create_configuration_set(**named, Tags=TAGS, ClientToken="set")["ConfigurationSetArn"]
    sms_client.set_default_sender_id(**named, SenderId="SHOP")
    sms_client.set_default_message_type(**named, MessageType="TRANSACTIONAL")
    assert ("SHOP", "TRANSACTIONAL", TAGS) == (read()["DefaultSenderId"], read()["DefaultMessageType"], tags(arn))

    to = {**named, "EventDestinationName": "topic"}
    sink = {"MatchingEventTypes": ["TEXT_ALL"], "SnsDestination": {"TopicArn": topic_with_queue[0]}}
    sms_client.create_event_destination(**to, **sink, ClientToken="destination")
    sms_client.update_event_destination(**to, Enabled=False)
    expected = {"EventDestinationName": "topic", "Enabled": False, **sink}
    assert [expected] == read()["EventDestinations"]
    assert read() == read()

    sms_client.update_event_destination(**to, Enabled=True, MatchingEventTypes=["TEXT_DELIVERED"])
    assert ["TEXT_DELIVERED"] == read()["EventDestinations"][0]["MatchingEventTypes"]
    sms_client.delete_event_destination(**to)
    assert [] == read()["EventDestinations"]
    sms_client.delete_default_sender_id(**named)
    sms_client.delete_default_message_type(**named)
    assert (None, None) == (read().get("DefaultSenderId"), read().get("DefaultMessageType"))
    sms_client.delete_configuration_set(**named)
    poll("describe_configuration_sets", ConfigurationSetNames=["receipts"])


def test_opt_out_list_and_resource_policy(sms_client, tags, poll):
    """A list is made and deleted; its policy reads back as what was put, and as `{}` once it is deleted."""
    arn = sms_client.create_opt_out_list(OptOutListName="news", Tags=TAGS, ClientToken="list")["OptOutListArn"]
    (row,) = sms_client.describe_opt_out_lists(OptOutListNames=["news"])["OptOutLists"]
    assert (arn, TAGS) == (row["OptOutListArn"], tags(arn))

    for action in ("sms-voice:DescribeOptedOutNumbers", "sms-voice:PutOptedOutNumber"):
        statement = {"Effect": "Allow", "Principal": {"AWS": "210987654321"}, "Action": action, "Resource": arn}
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        sms_client.put_resource_policy(ResourceArn=arn, Policy=json.dumps(policy))
        assert policy == json.loads(sms_client.get_resource_policy(ResourceArn=arn)["Policy"])
    sms_client.delete_resource_policy(ResourceArn=arn)
    assert "{}" == sms_client.get_resource_policy(ResourceArn=arn)["Policy"]

    sms_client.delete_opt_out_list(OptOutListName="news")
    poll("describe_opt_out_lists", OptOutListNames=["news"])
