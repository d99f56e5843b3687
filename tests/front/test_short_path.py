"""Plain calls to the embedded SNS and SQS: answered without moto's server, as that would answer them."""

import json

import pytest
from botocore.exceptions import ClientError

from emulator.aws import EmbeddedAws


@pytest.fixture
def reach():
    return "server"


@pytest.fixture(params=["short path", "moto's server"])
def answered(request, monkeypatch):
    """Both ways; gives what the short path was asked, and whether it has answered."""
    seen, answer = [], EmbeddedAws.answer_plain

    def answer_plain(self, *arguments):
        found = answer(self, *arguments) if request.param == "short path" else None
        seen.append(found is not None)
        return found

    monkeypatch.setattr(EmbeddedAws, "answer_plain", answer_plain)
    return lambda: request.param != "short path" or seen[-1]


@pytest.fixture
def queue(answered, client):
    """The URL of a queue."""
    return client("sqs").create_queue(QueueName="jobs")["QueueUrl"]


@pytest.fixture
def topic(queue, client):
    """A topic that the queue is subscribed to."""
    topic = client("sns").create_topic(Name="receipts")["TopicArn"]
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:jobs")
    return topic


def plain(answer):
    """An answer without what differs each time."""
    return {key: value for key, value in answer.items() if key not in ("ResponseMetadata", "MessageId", "ReceiptHandle")}


def test_a_message_comes_and_goes(answered, client, queue):
    """A message is sent, received and deleted."""
    sqs = client("sqs")
    sent = sqs.send_message(QueueUrl=queue, MessageBody="Grüße")
    assert answered()
    (received,) = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)["Messages"]
    assert answered()
    deleted = sqs.delete_message(QueueUrl=queue, ReceiptHandle=received["ReceiptHandle"])
    assert answered()
    nothing = sqs.receive_message(QueueUrl=queue)
    assert answered()

    assert {"MD5OfMessageBody": received["MD5OfBody"]} == plain(sent)
    assert {"Body": "Grüße", "MD5OfBody": received["MD5OfBody"]} == plain(received)
    assert [sent["MessageId"], {}] == [received["MessageId"], plain(deleted)]
    assert [] == nothing.get("Messages", [])
    assert 200 == deleted["ResponseMetadata"]["HTTPStatusCode"]


def test_visibility(answered, client, queue):
    """A message that is received for no time is received again."""
    sqs = client("sqs")
    sqs.send_message(QueueUrl=queue, MessageBody="Hi")

    for _ in range(2):
        assert 1 == len(sqs.receive_message(QueueUrl=queue, VisibilityTimeout=0)["Messages"])
        assert answered()


def test_publish(answered, client, queue, topic):
    """What is published to a topic reaches its queue."""
    published = client("sns").publish(TopicArn=topic, Message="Hi & <bye>", Subject="News")
    assert answered()
    (received,) = client("sqs").receive_message(QueueUrl=queue)["Messages"]
    body = json.loads(received["Body"])

    assert (published["MessageId"], "Hi & <bye>", "News") == (body["MessageId"], body["Message"], body["Subject"])
    assert published["ResponseMetadata"]["RequestId"]


def test_attributes(answered, client, queue, topic):
    """Attributes of a message arrive, whoever answers."""
    attributes = {"kind": {"DataType": "String", "StringValue": "x"}}
    client("sqs").send_message(QueueUrl=queue, MessageBody="Hi", MessageAttributes=attributes)
    client("sns").publish(TopicArn=topic, Message="Hi", MessageAttributes=attributes)

    first, second = client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=2, MessageAttributeNames=["All"])[
        "Messages"
    ]

    assert attributes == first["MessageAttributes"]
    assert {"kind": {"Type": "String", "Value": "x"}} == json.loads(second["Body"])["MessageAttributes"]


@pytest.mark.parametrize(
    ("service", "operation", "members", "code"),
    [
        ("sqs", "send_message", {"QueueUrl": "none", "MessageBody": "Hi"}, "NonExistentQueue"),
        ("sqs", "send_message", {"MessageBody": "x" * 2_000_000}, "InvalidParameterValue"),
        ("sqs", "receive_message", {"MaxNumberOfMessages": 11}, "InvalidParameterValue"),
        ("sqs", "receive_message", {"WaitTimeSeconds": 21}, "InvalidParameterValue"),
        ("sqs", "receive_message", {"VisibilityTimeout": 43201}, "InvalidParameterValue"),
        ("sqs", "delete_message", {"ReceiptHandle": "unknown"}, "ReceiptHandleIsInvalid"),
        ("sns", "publish", {"TopicArn": "arn:aws:sns:us-east-1:123456789012:none", "Message": "Hi"}, "NotFound"),
        ("sns", "publish", {"Message": "Hi", "Subject": "x" * 101}, "InvalidParameter"),
    ],
)
def test_refusals(client, queue, topic, service, operation, members, code):
    """A refusal is moto's."""
    target = {"QueueUrl": queue} if service == "sqs" else {"TopicArn": topic}

    with pytest.raises(ClientError) as refused:
        getattr(client(service), operation)(**target | members)

    assert code in refused.value.response["Error"]["Code"]


def test_topic_with_another_subscriber(answered, client, queue, topic):
    """A topic that has a subscriber beside queues is left to moto."""
    client("sns").subscribe(TopicArn=topic, Protocol="sms", Endpoint="+14255550100")

    client("sns").publish(TopicArn=topic, Message="Hi")

    assert 1 == len(client("sqs").receive_message(QueueUrl=queue)["Messages"])


def test_fifo_queue(client):
    """A FIFO queue is left to moto."""
    sqs = client("sqs")
    queue = sqs.create_queue(QueueName="jobs.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="Hi", MessageGroupId="g", MessageDeduplicationId="1")

    assert ["Hi"] == [message["Body"] for message in sqs.receive_message(QueueUrl=queue)["Messages"]]


def test_calls_are_in_the_request_log(answered, client, queue, sms):
    """Plain calls are logged as all others are, but for a poll that finds nothing."""
    sqs = client("sqs")
    sqs.send_message(QueueUrl=queue, MessageBody="Hi")
    (received,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=received["ReceiptHandle"])
    assert answered()

    names = [entry.operation for entry in sms.engine.requests if entry.service == "sqs"]

    assert ["SendMessage", "ReceiveMessage", "DeleteMessage"] == names[-3:]
