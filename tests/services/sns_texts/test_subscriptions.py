"""Phones that are subscribed to topics. Evidence: SplitTime/OpenSplitTime 1894, seen in production."""

from __future__ import annotations

import json

import pytest

from emulator.testing import HANDSET

OTHER = "+14255550101"


@pytest.fixture
def topic(sns):
    """A topic."""
    return sns.create_topic(Name="race")["TopicArn"]


@pytest.fixture
def subscribe(sns, topic):
    """Subscribes a phone to the topic; returns the subscription's ARN."""

    def call(number=HANDSET, **attributes):
        answer = sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint=number, Attributes=attributes)
        return answer["SubscriptionArn"]

    return call


def test_a_topic_reaches_its_phones(sns, topic, subscribe, arrived):
    """What is published to a topic arrives on the phones that are subscribed to it, and nowhere else."""
    subscribe()
    subscribe(OTHER)
    sns.publish(TopicArn=topic, Message="Runner 12 has left the aid station")

    wanted = ["Runner 12 has left the aid station"]
    assert [wanted, wanted, []] == [arrived(HANDSET), arrived(OTHER), arrived("+14255550102")]


def test_more_than_a_hundred_phones(sms, sns, topic, subscribe):
    """Every phone gets the text, however many there are."""
    numbers = [f"+1425555{turn:04d}" for turn in range(120)]
    for number in numbers:
        subscribe(number)
    sns.publish(TopicArn=topic, Message="Start")

    assert numbers == [message.to for message in sms.inbox.messages()]


def test_the_subscription_is_listed(sns, topic, subscribe):
    """The subscription is one like any other: it is listed, and ends."""
    arn = subscribe()

    (row,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert ("sms", HANDSET, arn) == (row["Protocol"], row["Endpoint"], row["SubscriptionArn"])
    sns.unsubscribe(SubscriptionArn=arn)
    assert [] == sns.list_subscriptions()["Subscriptions"]


def test_an_ended_subscription_gets_nothing(sns, topic, subscribe, arrived):
    """A phone whose subscription has ended gets nothing more."""
    sns.unsubscribe(SubscriptionArn=subscribe())
    sns.publish(TopicArn=topic, Message="Late")

    assert [] == arrived()


def test_a_batch_reaches_the_phones(sns, topic, subscribe, arrived):
    """Every entry of a batch arrives, in order."""
    subscribe()
    entries = [{"Id": str(turn), "Message": f"Lap {turn}"} for turn in range(3)]
    answer = sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)

    assert 3 == len(answer["Successful"])
    assert ["Lap 0", "Lap 1", "Lap 2"] == arrived()


def test_a_phone_has_a_text_of_its_own(sns, topic, subscribe, arrived, topic_with_queue):
    """Of a JSON message, a phone gets the text for `sms`, else the default."""
    subscribe()
    for message in ({"default": "long", "sms": "short"}, {"default": "for all", "email": "no"}):
        sns.publish(TopicArn=topic, Message=json.dumps(message), MessageStructure="json")

    assert ["short", "for all"] == arrived()


def test_a_filter_policy_holds(sns, topic, subscribe, arrived):
    """A phone gets only what its filter policy lets pass."""
    subscribe(FilterPolicy=json.dumps({"runner": ["12"]}))
    for runner in ("11", "12"):
        attributes = {"runner": {"DataType": "String", "StringValue": runner}}
        sns.publish(TopicArn=topic, Message=f"Runner {runner}", MessageAttributes=attributes)
    sns.publish(TopicArn=topic, Message="All runners")

    assert ["Runner 12"] == arrived()


def test_a_filter_policy_of_the_body_holds(sns, topic, subscribe, arrived):
    """A policy may be about the body."""
    subscribe(FilterPolicy=json.dumps({"runner": [12]}), FilterPolicyScope="MessageBody")
    for runner in (11, 12):
        sns.publish(TopicArn=topic, Message=json.dumps({"runner": runner}))

    assert ['{"runner": 12}'] == arrived()


def test_attributes_and_preferences_count(sms, sns, topic, subscribe):
    """The sender and the type are those of the publish, else of the preferences."""
    subscribe("+4915112345678")
    sns.set_sms_attributes(attributes={"DefaultSenderID": "MyBrand", "DefaultSMSType": "Transactional"})
    sender = {"AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": "Other"}}
    sns.publish(TopicArn=topic, Message="One")
    sns.publish(TopicArn=topic, Message="Two", MessageAttributes=sender)

    wanted = [("MyBrand", "TRANSACTIONAL"), ("Other", "TRANSACTIONAL")]
    assert wanted == [(message.sender, message.message_type) for message in sms.inbox.messages()]


def test_who_has_opted_out_gets_nothing(sns, sms_client, topic, subscribe, arrived):
    """A topic does not reach somebody who has opted out; the others it does."""
    subscribe()
    subscribe(OTHER)
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)
    sns.publish(TopicArn=topic, Message="Start")

    assert ([], ["Start"]) == (arrived(), arrived(OTHER))


def test_a_display_name_comes_first(sns, topic, subscribe, arrived):
    """The first ten characters of the topic's display name precede the text, in capitals. Evidence: SNS guide."""
    subscribe()
    sns.set_topic_attributes(TopicArn=topic, AttributeName="DisplayName", AttributeValue="Mountain race")
    sns.publish(TopicArn=topic, Message="Start")

    assert ["MOUNTAIN R> Start"] == arrived()


def test_localstack_view_names_the_topic(sms, sns, topic, subscribe):
    """The view in LocalStack's format has the topic, the subscription and the attributes. Evidence: localstack 8667"""
    arn = subscribe()
    attributes = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}
    sns.publish(TopicArn=topic, Message="Start", MessageAttributes=attributes, Subject="Race")

    (entry,) = sms.control("sns_texts")["sms_messages"][HANDSET]
    assert (topic, arn, attributes, "Race") == tuple(
        entry[name] for name in ("TopicArn", "SubscriptionArn", "MessageAttributes", "Subject")
    )


def test_events_of_texts_may_go_to_a_phone(sms, sns, topic, subscribe, send_text, sms_client, arrived):
    """A topic that receives the events of other texts reaches its phones too."""
    subscribe(OTHER)
    sms_client.create_configuration_set(ConfigurationSetName="events")
    sms_client.create_event_destination(
        ConfigurationSetName="events",
        EventDestinationName="to-sns",
        MatchingEventTypes=["TEXT_DELIVERED"],
        SnsDestination={"TopicArn": topic},
    )
    send_text("Hi", ConfigurationSetName="events")
    sms.settle()

    (text,) = arrived(OTHER)
    assert "TEXT_DELIVERED" == json.loads(text)["eventType"]


@pytest.mark.parametrize(
    "number", ["call me", "+1", "12345--67", "+15--551234567", "NAA+15551234567", "+15551234567.", "/+15551234567"]
)
def test_only_numbers_can_subscribe(sns, topic, subscribe, raises, number):
    """What is not written as a number is refused. Evidence: test_subscribe_invalid_sms of localstack, recorded on AWS"""
    with raises("InvalidParameter") as response:
        subscribe(number)

    assert f"Invalid SMS endpoint: {number}" == response["Error"]["Message"]


@pytest.mark.parametrize("number", ["+123123123", "+12/34-567.890"])
def test_a_number_that_nobody_has_can_subscribe(sms, sns, topic, subscribe, arrived, number):
    """
    SNS takes what is written as a number, also if no such number can exist; it gets nothing.

    Evidence: test_subscribe_sms_endpoint and test_subscribe_sms_obscure_phone_number of localstack, recorded on AWS
    """
    subscribe(number)
    subscribe(OTHER)

    sns.publish(TopicArn=topic, Message="Hi")

    assert ["Hi"] == arrived(OTHER)
    assert [OTHER] == [message.to for message in sms.inbox.messages() if message.status == "DELIVERED"]
