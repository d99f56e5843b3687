"""Partitions: names of the region's own, in every service. Evidence: General Reference, ARNs; GSA/notifications-api."""

from __future__ import annotations

import json

import pytest

from emulator.testing import HANDSET, lease_number

PARTITIONS = [("us-gov-west-1", "aws-us-gov", "amazonaws.com"), ("cn-north-1", "aws-cn", "amazonaws.com.cn")]
pytestmark = pytest.mark.parametrize(("region", "partition", "suffix"), PARTITIONS)


@pytest.fixture
def v2(client, region):
    """A client of `pinpoint-sms-voice-v2` in the region."""
    return client("pinpoint-sms-voice-v2", region=region)


def test_arns(v2, region, partition, suffix):
    """Every ARN of a resource begins with the partition, and finds the resource."""
    number = lease_number(v2)
    pool = v2.create_pool(OriginationIdentity=number["PhoneNumberArn"], IsoCountryCode="US", MessageType="TRANSACTIONAL")
    found = [
        v2.describe_opt_out_lists()["OptOutLists"][0]["OptOutListArn"],
        number["PhoneNumberArn"],
        pool["PoolArn"],
        v2.create_configuration_set(ConfigurationSetName="mine")["ConfigurationSetArn"],
        v2.create_protect_configuration()["ProtectConfigurationArn"],
    ]

    assert [f"arn:{partition}:sms-voice:{region}:123456789012"] * 5 == [arn.rpartition(":")[0] for arn in found]
    assert v2.describe_pools(PoolIds=[pool["PoolArn"]])["Pools"]


def test_arns_of_pinpoint(client, region, partition, suffix):
    """A Pinpoint application has an ARN of the partition."""
    app = client("pinpoint", region=region).create_app(CreateApplicationRequest={"Name": "shop"})

    assert app["ApplicationResponse"]["Arn"].startswith(f"arn:{partition}:mobiletargeting:{region}:")


def test_arns_of_whatsapp(sms, client, region, partition, suffix):
    """A linked WhatsApp account and its number have ARNs of the partition."""
    linked = sms.whatsapp.link("+14255550110", region=region)

    own = f"arn:{partition}:social-messaging:{region}:123456789012:"
    assert [True, True] == [linked[name].startswith(own) for name in ("arn", "phone_number_arn")]


def test_two_way_channels(v2, raises, region, partition, suffix):
    """A two-way channel is a topic of the partition, or Amazon Connect under the partition's domain."""
    number_id = lease_number(v2)["PhoneNumberId"]
    for channel in (f"arn:{partition}:sns:{region}:123456789012:replies", f"connect.{region}.{suffix}"):
        v2.update_phone_number(PhoneNumberId=number_id, TwoWayEnabled=True, TwoWayChannelArn=channel)

    with raises("ValidationException", Reason="INVALID_ARN"):
        channel = f"arn:aws:sns:{region}:123456789012:replies"
        v2.update_phone_number(PhoneNumberId=number_id, TwoWayEnabled=True, TwoWayChannelArn=channel)


def test_events_reach_a_topic(sms, v2, client, region, partition, suffix):
    """The events of a text reach a topic and its queue in that partition."""
    sns, sqs = client("sns", region=region), client("sqs", region=region)
    topic, queue = sns.create_topic(Name="events")["TopicArn"], sqs.create_queue(QueueName="events")["QueueUrl"]
    queue_arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn, Attributes={"RawMessageDelivery": "true"})
    v2.create_configuration_set(ConfigurationSetName="mine")
    v2.create_event_destination(
        ConfigurationSetName="mine",
        EventDestinationName="to-sns",
        MatchingEventTypes=["TEXT_DELIVERED"],
        SnsDestination={"TopicArn": topic},
    )
    number = lease_number(v2)["PhoneNumber"]
    v2.send_text_message(
        DestinationPhoneNumber=HANDSET, OriginationIdentity=number, MessageBody="Hi", ConfigurationSetName="mine"
    )
    sms.settle()

    (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    assert topic.startswith(f"arn:{partition}:sns:")
    assert "TEXT_DELIVERED" == json.loads(message["Body"])["eventType"]


def test_a_topic_reaches_its_phones(sms, client, region, partition, suffix):
    """A topic of the partition reaches the phones that are subscribed to it."""
    sns = client("sns", region=region)
    topic = sns.create_topic(Name="race")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint=HANDSET)
    sns.publish(TopicArn=topic, Message="Start")

    assert [region] == [message.region for message in sms.inbox.messages()]


def test_delivery_logs(sms, client, region, partition, suffix):
    """The delivery log of SNS is in the region, with the role of the partition."""
    sns, logs = client("sns", region=region), client("logs", region=region)
    role = f"arn:{partition}:iam::123456789012:role/SNSLogs"
    sns.set_sms_attributes(attributes={"DeliveryStatusIAMRole": role, "DeliveryStatusSuccessSamplingRate": "100"})
    sns.publish(PhoneNumber=HANDSET, Message="Hi")
    sms.settle()

    wanted = f"sns/{region}/123456789012/DirectPublishToPhoneNumber"
    assert [wanted] == [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
