"""`sns.publish(PhoneNumber=…)` through the same numbers, opt-outs and inbox; topics stay SNS's own."""

import json
import re
import threading
import urllib.request

import pytest
from botocore.exceptions import ClientError

from emulator.testing import HANDSET

JAPANESE = "+819012345678"
RESERVED_SENTENCE = "Message attribute names starting with 'AWS.' or 'Amazon.' are reserved for use by Amazon."


def test_text_lands_in_the_inbox(sms, publish):
    """The text is in the same inbox under the id that was answered, and arrives."""
    message_id = publish("Tomorrow & <today> ü")

    (message,) = sms.inbox.messages(to=HANDSET)
    assert (message_id, "Tomorrow & <today> ü", "sms") == (message.message_id, message.body, message.channel)
    sms.settle()
    assert ["Tomorrow & <today> ü"] == [text.body for text in sms.handset(HANDSET).inbox]


def test_sender_id_is_the_sender_where_there_are_any(sms, publish):
    """A sender ID is shown in Japan."""
    publish(to=JAPANESE, SenderID="SHOP", SMSType="Transactional")

    (message,) = sms.inbox.messages(to=JAPANESE)
    assert ("SHOP", "TRANSACTIONAL") == (message.sender, message.message_type)


def test_origination_number_is_the_sender(sms, publish, number):
    """A number of the account may be named."""
    publish(OriginationNumber=number)

    assert [number] == [message.sender for message in sms.inbox.messages(to=HANDSET)]


@pytest.mark.parametrize(
    "attributes",
    [
        {"MaxPrice": "cheap"},
        {"MaxPrice": "-1"},
        {"SMSType": "Urgent"},
        {"SenderID": "far-too-long-a-name"},
        {"SenderID": "12345"},
        {"OriginationNumber": "SHOP"},
    ],
)
def test_bad_attribute_is_refused(sms, publish, raises, attributes):
    """An invalid attribute is an invalid parameter, and nothing is sent."""
    with raises("InvalidParameter"):
        publish(**attributes)
    assert [] == sms.inbox.messages()


def test_max_price_is_held(sms, publish):
    """A text that costs more than MaxPrice is accepted and does not arrive; one within it does."""
    publish("Dear", MaxPrice="0.00001")
    publish("Cheap", MaxPrice="0.50")

    sms.settle()
    assert ["Cheap"] == [text.body for text in sms.handset(HANDSET).inbox]


@pytest.mark.parametrize("number", ["14255550100", "+1", "call me", "+99912345678", "+14255550100 "])
def test_number_that_is_none_is_refused(sms, publish, raises, number):
    """The number must be E.164, of a country."""
    with raises("InvalidParameter"):
        publish(to=number)
    assert [] == sms.inbox.messages()


@pytest.mark.parametrize("message", ["", "a" * 1601])
def test_text_must_be_there_and_fit(sms, publish, raises, message):
    """An empty text, and one of more than 1600 characters, are refused."""
    with raises("InvalidParameter"):
        publish(message)
    assert [] == sms.inbox.messages()


def test_opt_out_is_honoured(sms, publish, number):
    """A text to somebody who has written STOP to the number is accepted and does not arrive."""
    publish(OriginationNumber=number)
    sms.handset(HANDSET).reply("STOP", to=number)
    publish("Again", OriginationNumber=number)

    sms.settle()
    (message,) = sms.inbox.messages(contains="Again")
    assert "BLOCKED" == message.status
    assert "Again" not in [text.body for text in sms.handset(HANDSET).inbox]


@pytest.mark.parametrize("name", ["AWS.SNS.SMS.SenderId", "AWS.SNS.SMS.TemplateID", "aws.thing", "Amazon.Thing"])
def test_reserved_names_are_refused(sms, sns, name):
    """An attribute with a reserved name that SNS does not know is refused. Evidence: aws-sdk-js 3110, boto3 2947"""
    with pytest.raises(ClientError) as raised:
        sns.publish(PhoneNumber=HANDSET, Message="Hi", MessageAttributes={name: {"DataType": "String", "StringValue": "1"}})

    error = raised.value.response["Error"]
    assert ("ParameterValueInvalid", RESERVED_SENTENCE) == (error["Code"], error["Message"])
    assert [] == sms.inbox.messages()


def test_reserved_names_are_refused_for_topics_too(sns, topic_with_queue):
    """A publish to a topic with such an attribute is refused as well, and one with an attribute of a text is not."""
    topic, read = topic_with_queue
    for name in ("AWS.SNS.SMS.SenderID", "AWS.SNS.SMS.SenderId"):
        try:
            attributes = {name: {"DataType": "String", "StringValue": "Shop"}}
            sns.publish(TopicArn=topic, Message=json.dumps(name), MessageAttributes=attributes)
        except ClientError as error:
            assert ("AWS.SNS.SMS.SenderId", RESERVED_SENTENCE) == (name, error.response["Error"]["Message"])

    assert ["AWS.SNS.SMS.SenderID"] == read()


@pytest.mark.parametrize("name", ["AWS.SNS.SMS.SenderId", "Amazon.Thing"])
def test_a_batch_with_a_reserved_name_is_refused(sns, topic_with_queue, name):
    """All of a batch is refused for one entry. Evidence: localstack's PublishBatch, whose tests were recorded on AWS"""
    topic, read = topic_with_queue
    wrong = {name: {"DataType": "String", "StringValue": "Shop"}}
    entries = [{"Id": "1", "Message": '"1"'}, {"Id": "2", "Message": '"2"', "MessageAttributes": wrong}]

    with pytest.raises(ClientError) as raised:
        sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)

    error = raised.value.response["Error"]
    assert ("ParameterValueInvalid", RESERVED_SENTENCE) == (error["Code"], error["Message"])
    assert 1 == len(sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries[:1])["Successful"])
    assert ["1"] == read()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("a" * 257, "Length of message attribute name must be less than 256 bytes."),
        (
            "a^b",
            "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. Can only include "
            "alphanumeric characters, hyphens, underscores, or dots.",
        ),
        (".a", "Invalid message attribute name starting with character '.' was found."),
        ("a.", "Invalid message attribute name ending with character '.' was found."),
        ("a..b", "Message attribute name can not have successive '.' character."),
    ],
)
def test_names_must_be_valid(sms, sns, name, sentence):
    """An attribute's name is refused in the words that localstack's test_empty_or_wrong_message_attributes recorded."""
    with pytest.raises(ClientError) as raised:
        sns.publish(PhoneNumber=HANDSET, Message="Hi", MessageAttributes={name: {"DataType": "String", "StringValue": "1"}})

    error = raised.value.response["Error"]
    assert ("ParameterValueInvalid", sentence) == (error["Code"], error["Message"])
    assert [] == sms.inbox.messages()


def test_registrations_of_india_are_accepted(sms, sns):
    """EntityId and TemplateId are good names, and become the parameters of the country."""
    attributes = {f"AWS.MM.SMS.{name}": {"DataType": "String", "StringValue": "1001"} for name in ("EntityId", "TemplateId")}
    sns.publish(PhoneNumber="+919876543210", Message="Hi", MessageAttributes=attributes)

    (message,) = sms.inbox.messages()
    assert {"IN_ENTITY_ID": "1001", "IN_TEMPLATE_ID": "1001"} == message.destination_country_parameters


@pytest.mark.parametrize(
    "attribute",
    [
        {"DataType": "Text", "StringValue": "1"},
        {"DataType": "String", "StringValue": ""},
        {"DataType": "Number", "StringValue": "one"},
        {"DataType": "Binary", "StringValue": "1"},
    ],
)
def test_attributes_of_ones_own_must_be_valid(sms, sns, attribute):
    """An attribute needs a known type and a value of that type."""
    with pytest.raises(sns.exceptions.InvalidParameterValueException):
        sns.publish(PhoneNumber=HANDSET, Message="Hi", MessageAttributes={"mine": attribute})
    assert [] == sms.inbox.messages()


def test_a_json_message_has_a_text_for_phones(sns, arrived):
    """Of a JSON message the phone gets the text for `sms`, else the default."""
    for message in ({"default": "long", "sms": "short"}, {"default": "for all"}):
        sns.publish(PhoneNumber=HANDSET, Message=json.dumps(message), MessageStructure="json")

    assert ["short", "for all"] == arrived()


@pytest.mark.parametrize("message", ["no json", "[]", '{"sms": "no default"}', '{"default": "1", "sms": 1}'])
def test_a_json_message_needs_a_default(sms, sns, message, raises):
    """A JSON message that is none, or has no default, is refused."""
    with raises("InvalidParameter"):
        sns.publish(PhoneNumber=HANDSET, Message=message, MessageStructure="json")
    assert [] == sms.inbox.messages()


def test_a_phone_has_no_deduplication(sms, sns, raises):
    """A deduplication id is refused in the words recorded for a standard topic. Evidence: localstack, as above"""
    with raises("InvalidParameter") as response:
        sns.publish(PhoneNumber=HANDSET, Message="Hi", MessageDeduplicationId="1", MessageGroupId="1")

    assert "MessageDeduplicationId parameter that is not valid for this topic type" in response["Error"]["Message"]


def test_a_publish_has_one_destination(sms, sns, topic_with_queue, raises):
    """A phone number and a topic cannot be named together."""
    with raises("InvalidParameter"):
        sns.publish(PhoneNumber=HANDSET, TopicArn=topic_with_queue[0], Message="Hi")
    assert [] == sms.inbox.messages()


def test_topics_are_left_alone(sms, sns, publish, topic_with_queue):
    """A publish to a topic reaches its queue and no handset, before and after a text."""
    topic, read = topic_with_queue
    sns.publish(TopicArn=topic, Message=json.dumps({"PhoneNumber=": 1}))
    publish()
    sns.publish(TopicArn=topic, Message=json.dumps({"order": 2}))

    assert [{"PhoneNumber=": 1}, {"order": 2}] == read()
    assert [HANDSET] == [message.to for message in sms.inbox.messages()]


def test_one_client_publishes_both_ways_from_many_threads(sms, sns, publish, topic_with_queue):
    """Texts and topics by one client at the same time: none is lost, none goes the other's way."""
    topic, read = topic_with_queue
    errors = []

    def work(place):
        try:
            for turn in range(5):
                publish(f"{place}/{turn}")
                sns.publish(TopicArn=topic, Message=json.dumps(f"{place}/{turn}"))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    wanted = sorted(f"{place}/{turn}" for place in range(4) for turn in range(5))
    assert [] == errors
    assert wanted == sorted(message.body for message in sms.inbox.messages())
    assert wanted == sorted(read())


def test_answer_is_of_the_query_protocol(sns, sms):
    """The answer has a message id and a request id, both UUIDs."""
    answer = sns.publish(PhoneNumber=HANDSET, Message="Hi")

    for found in (answer["MessageId"], answer["ResponseMetadata"]["RequestId"]):
        assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", found)


def test_shape_of_localstack(sms, publish):
    """The texts of SNS are listed by number, of one account and region, until they are deleted."""
    first = publish("One")
    publish("Two", to=JAPANESE)

    found = sms.control("sns_texts")
    assert ("us-east-1", {HANDSET, JAPANESE}) == (found["region"], set(found["sms_messages"]))
    (entry,) = found["sms_messages"][HANDSET]
    assert (first, "One", HANDSET, None) == tuple(entry[n] for n in ("MessageId", "Message", "PhoneNumber", "TopicArn"))
    sms.control("delete_sns_texts", phoneNumber=HANDSET)
    assert {JAPANESE} == set(sms.control("sns_texts")["sms_messages"])
    assert {} == sms.control("sns_texts", region="eu-west-1")["sms_messages"]


def test_shape_of_localstack_over_http(reach, sms, publish, request):
    """GET and DELETE of the address that LocalStack has, filtered by number."""
    if reach == "mock":
        pytest.skip("there is no address without a server")
    url = request.getfixturevalue("sms_server").endpoint_url + "/_aws/sns/sms-messages"
    publish("One")
    publish("Two", to=JAPANESE)

    def call(method, query=""):
        with urllib.request.urlopen(urllib.request.Request(url + query, method=method)) as answer:
            return answer.status, answer.read()

    status, body = call("GET", f"?phoneNumber=%2B{HANDSET[1:]}&region=us-east-1&accountId=123456789012")
    assert (200, [HANDSET]) == (status, list(json.loads(body)["sms_messages"]))
    assert (204, b"") == call("DELETE")
    assert {} == json.loads(call("GET")[1])["sms_messages"]
