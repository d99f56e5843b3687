"""Replies in all their ways: the two-way channel, SNS, SQS, webhook and Lambda routes, and the message log."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from emulator import Emulator
from emulator.front.mock import answering
from emulator.testing import HANDSET

PAYLOAD = ["originationNumber", "destinationNumber", "messageKeyword", "messageBody", "inboundMessageId"]
GUIDE = ["EventType", "EventSubType", "PhoneNumber", "Message", "MessageId", "Timestamp", "OriginationIdentity"]


@pytest.fixture
def route(sms):
    """Sets the reply routes of a number: `route("*", {"kind": …, "target": …})`."""
    return lambda number, *routes: sms.control("change_reply_routes", number=number, routes=list(routes))


@pytest.fixture
def webhook():
    """A small HTTP server: gives its URL, what was posted to it, and the statuses that it answers with, 200 at last."""
    posted, statuses = [], []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posted.append((self.headers["Content-Type"], json.loads(body)))
            self.send_response(statuses.pop(0) if statuses else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/replies", posted, statuses
    server.shutdown()
    thread.join()
    server.server_close()


def test_reply_goes_to_the_two_way_topic(sms, sms_client, request_number, topic_with_queue):
    """A reply reaches the queue behind the number's topic with AWS's members in order."""
    topic, read = topic_with_queue
    number = request_number()
    sms_client.update_phone_number(PhoneNumberId=number["PhoneNumberId"], TwoWayEnabled=True, TwoWayChannelArn=topic)

    reply = sms.handset(HANDSET).reply("Yes, please", to=number["PhoneNumber"])

    sms.settle()
    (payload,) = read()
    assert PAYLOAD == list(payload)
    assert (HANDSET, number["PhoneNumber"], "Yes, please", reply["inbound_message_id"]) == (
        payload["originationNumber"],
        payload["destinationNumber"],
        payload["messageBody"],
        payload["inboundMessageId"],
    )


def test_reply_to_amazon_connect_is_recorded(sms, sms_client, request_number):
    """A two-way channel that is Amazon Connect has its notifications listed as delivered there."""
    number = request_number()
    sms_client.update_phone_number(
        PhoneNumberId=number["PhoneNumberId"],
        TwoWayEnabled=True,
        TwoWayChannelArn="connect.us-east-1.amazonaws.com",
        TwoWayChannelRole="arn:aws:iam::123456789012:role/connect",
    )

    reply = sms.handset(HANDSET).reply("Hello", to=number["PhoneNumber"])

    assert 0 == sms.settle()["undelivered"]
    (delivery,) = sms.events.deliveries(message_id=reply["inbound_message_id"])
    assert ("connect.us-east-1.amazonaws.com", "DELIVERED") == (delivery["target"], delivery["status"])


@pytest.mark.parametrize("routed", ["the number", "any number"])
def test_reply_goes_to_a_queue_in_the_guides_shape(sms, number, route, queue, routed):
    """A route to SQS gets TextMessageEvent/Inbound, without any two-way channel."""
    arn, read = queue("replies")
    route("*" if routed == "any number" else number, {"kind": "sqs", "target": arn, "shape": "guide"})

    reply = sms.handset(HANDSET).reply("Hello", to=number)

    assert 0 == sms.settle()["undelivered"]
    (event,) = read()
    assert GUIDE == list(event)
    assert ("TextMessageEvent", "Inbound", HANDSET, "Hello", reply["inbound_message_id"], number) == tuple(
        event[name] for name in GUIDE if name != "Timestamp"
    )


def test_reply_goes_to_a_topic_too(sms, number, route, topic_with_queue):
    """A route to SNS gets AWS's shape by default."""
    route(number, {"kind": "sns", "target": topic_with_queue[0]})

    sms.handset(HANDSET).reply("Hello", to=number)

    sms.settle()
    assert [PAYLOAD] == [list(payload) for payload in topic_with_queue[1]()]


def test_fault_keeps_a_webhook_from_being_called(sms, number, route, webhook):
    """A fault that names the webhook, and its POST, strikes instead of the call; then the reply goes there."""
    url, posted, _ = webhook
    route(number, {"kind": "webhook", "target": url})
    sms.faults.add("503", service="webhook", operation="POST", times=1)
    sms.clock.freeze()
    sms.handset(HANDSET).reply("Hello", to=number)
    sms.clock.advance()
    (failed,) = [(found["status"], found["error"]) for found in sms.events.deliveries()]
    before = len(posted)

    sms.settle()

    assert ("FAILED", True) == (failed[0], "503" in failed[1])
    assert [0, 1] == [before, len(posted)]


def test_webhook_that_fails_is_called_again(sms, number, route, webhook):
    """A route to a URL gets a POST of JSON, again after a rest when it answers with an error."""
    url, posted, statuses = webhook
    statuses.append(503)
    route(number, {"kind": "webhook", "target": url})

    sms.handset(HANDSET).reply("Hello", to=number)

    assert 0 == sms.settle()["undelivered"]
    assert ["application/json"] * 2 == [content_type for content_type, _ in posted]
    assert [PAYLOAD] * 2 == [list(body) for _, body in posted]


def test_function_runs_with_the_event_of_sns(sms, number, route, python_function, tmp_path):
    """A Python function is invoked with the reply in SNS's event, and has its own environment."""
    written = tmp_path / "event.json"
    source = "import json, os\ndef handler(event, context):\n    json.dump(event, open(os.environ['OUT'], 'w'))\n"
    arn = python_function(source, Environment={"Variables": {"OUT": str(written)}})
    route(number, {"kind": "lambda", "target": arn})

    sms.handset(HANDSET).reply("Hello", to=number)

    assert 0 == sms.settle()["undelivered"]
    (record,) = json.loads(written.read_text("utf-8"))["Records"]
    assert ("aws:sns", "Hello") == (record["EventSource"], json.loads(record["Sns"]["Message"])["messageBody"])


@pytest.mark.parametrize(
    ("source", "members", "words"),
    [
        ("def handler(event, context):\n    raise ValueError('no such order')\n", {}, "no such order"),
        ("def other(event, context):\n    pass\n", {}, "handler"),
        ("", {"Runtime": "nodejs20.x", "Handler": "index.handler"}, "nodejs20.x"),
    ],
)
def test_function_that_fails_is_a_failed_delivery(sms, number, route, python_function, source, members, words):
    """A handler that raises, or cannot run here: the reply is received, and its delivery failed with what was said."""
    route(number, {"kind": "lambda", "target": python_function(source, **members)})

    reply = sms.handset(HANDSET).reply("Hello", to=number)

    assert 1 == sms.settle(within_seconds=1)["undelivered"]
    (delivery,) = sms.events.deliveries(message_id=reply["inbound_message_id"])
    assert "FAILED" == delivery["status"]
    assert words in delivery["error"]


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "sqs", "target": "https://sqs/queue"},
        {"kind": "webhook", "target": "ftp://here"},
        {"kind": "pigeon", "target": "x"},
        {"kind": "sqs"},
        {"kind": "sns", "target": "arn:aws:sns:us-east-1:123456789012:t", "shape": "round"},
    ],
)
def test_bad_route_is_refused(sms, number, route, bad):
    """A route that makes no sense is refused, and the routes stay as they were."""
    good = {"kind": "webhook", "target": "http://127.0.0.1:1/", "shape": "aws"}
    route(number, good)

    with pytest.raises(ValueError, match="route 2"):
        route(number, good, bad)
    assert [good] == sms.control("show_reply_routes", number=number)


def test_record_of_a_reply_is_aws_whatever_a_route_wants(sms, sms_client, request_number, route, queue, topic_with_queue):
    """The event has AWS's payload as its record, and both deliveries, though a queue received the guide's shape."""
    number = request_number()
    sms_client.update_phone_number(
        PhoneNumberId=number["PhoneNumberId"], TwoWayEnabled=True, TwoWayChannelArn=topic_with_queue[0]
    )
    route("*", {"kind": "sqs", "target": queue("replies")[0], "shape": "guide"})

    reply = sms.handset(HANDSET).reply("Hello", to=number["PhoneNumber"])

    sms.settle()
    (record,) = sms.events.records(message_id=reply["inbound_message_id"])
    assert PAYLOAD == list(record)
    found = {d["destination"] for d in sms.events.deliveries(message_id=reply["inbound_message_id"])}
    assert {"two-way channel", "reply route sqs"} == found


# --- The message log --------------------------------------------------------------------------------------------------


@pytest.fixture
def log_table(reach, client):
    """A conversation table in DynamoDB, and a world that logs to it: gives a function that reads its items by time."""
    if reach == "server":
        pytest.skip("the server of the session has no message log")
    dynamodb = client("dynamodb")
    keys = ("ConversationId", "HASH"), ("Timestamp", "RANGE")
    dynamodb.create_table(
        TableName="messages",
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
        BillingMode="PAY_PER_REQUEST",
    )
    with answering(Emulator(config={"limits": {"message_log_table": "messages"}})) as emulator:
        items = lambda: sorted(dynamodb.scan(TableName="messages")["Items"], key=lambda item: item["Timestamp"]["S"])  # noqa: E731
        yield emulator, items


def test_conversation_is_in_the_table(log_table, send_text, number):
    """The text, each status that it reached, and the reply make one conversation, in order of time."""
    emulator, items = log_table
    message_id = send_text("Coming?")
    emulator.settle()
    reply = emulator.handset(HANDSET).reply("Yes", to=number)

    assert 0 == emulator.settle()["undelivered"]
    found = [(i["MessageId"]["S"], i["Direction"]["S"], i["Message"]["S"], i["Status"]["S"]) for i in items()]
    sent = (message_id, "outbound", "Coming?")
    assert [
        *((*sent, status) for status in ("ACCEPTED", "SUCCESSFUL", "DELIVERED")),
        (reply["inbound_message_id"], "inbound", "Yes", "RECEIVED"),
    ] == found
    assert {f"{HANDSET}#{number}"} == {item["ConversationId"]["S"] for item in items()}


def test_function_works_with_aws_of_its_endpoint(client, sms, request, number, route, python_function):
    """On a server a function finds the endpoint by itself, and is answered while it still runs."""
    if request.getfixturevalue("reach") == "mock":
        pytest.skip("a function runs in a process of its own, from which this one's mock is not reached")
    queue = client("sqs").create_queue(QueueName="answers")["QueueUrl"]
    source = """
import boto3, os
def handler(event, context):
    body = event["Records"][0]["Sns"]["Message"]
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody=body)
"""
    variables = {"QUEUE": queue, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    arn = python_function(source, Timeout=20, Environment={"Variables": variables})
    route(number, {"kind": "lambda", "target": arn})

    sms.handset(HANDSET).reply("Hello", to=number)

    assert 0 == sms.settle(within_seconds=1)["undelivered"]
    (message,) = client("sqs").receive_message(QueueUrl=queue)["Messages"]
    assert "Hello" == json.loads(message["Body"])["messageBody"]
