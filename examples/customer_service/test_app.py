import io
import json
import logging
import os
import zipfile
from pathlib import Path

import app
import boto3
import pytest
from moto import mock_aws

from emulator.testing import HANDSET, OTHER_HANDSET, provision

README = Path(__file__).with_name("README.md")
ORDER = {"Phone": HANDSET, "Order": "ABC", "Status": "Transit", "Eta": "April 29", "Address": "1 Main St"}


@pytest.fixture
def number(sms, monkeypatch):
    """A two-way number and the tables, with one order; moto answers DynamoDB and SQS."""
    with mock_aws():
        made = provision("Phone")
        for name, value in {**made.environment, "ORDERS_TABLE": "orders"}.items():
            monkeypatch.setenv(name, value)
        orders = boto3.resource("dynamodb").create_table(
            TableName="orders",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "Phone", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "Phone", "AttributeType": "S"}],
        )
        orders.put_item(Item=ORDER)
        yield made.number


@pytest.fixture
def service(sms, number, monkeypatch):
    """The application, on the emulator's clock."""
    made = app.CustomerService(now=lambda: sms.clock.now)
    monkeypatch.setattr(app, "service", lambda: made)
    return made


@pytest.fixture
def ask(sms, service, number):
    """Text the number, run the handler as SNS does, and return the answer on the phone."""
    queue = {"QueueUrl": os.environ["REPLIES_QUEUE_URL"]}
    sqs = boto3.client("sqs")

    def asked(body, phone=HANDSET, times=1):
        sms.handset(phone).reply(body, to=number)
        (message,) = sqs.receive_message(**queue)["Messages"]
        sqs.delete_message(**queue, ReceiptHandle=message["ReceiptHandle"])
        for _ in range(times):
            app.handler({"Records": [{"Sns": json.loads(message["Body"])}]}, None)
        return [text.body for text in sms.handset(phone).inbox][-1]

    return asked


def test_conversation(service, ask):
    """An order is tracked, and its address changed in two texts."""
    answers = [ask(body) for body in ("How do I track my order?", "Can I change delivery address?", "5 Elm St")]

    assert "Your order #ABC is in Transit. ETA April 29." == answers[0]
    assert "Sure! What's the new address?" == answers[1]
    assert "Done: order #ABC goes to 5 Elm St." == answers[2]
    assert "5 Elm St" == service.orders.get_item(Key={"Phone": HANDSET})["Item"]["Address"]


def test_late_address_is_not_taken(sms, service, ask):
    """After an hour the question is forgotten, and the address is not changed."""
    ask("address")
    sms.clock.advance(hours=1)

    assert "Ask us to track" in ask("5 Elm St")
    assert "1 Main St" == service.orders.get_item(Key={"Phone": HANDSET})["Item"]["Address"]


def test_delivered_order_keeps_its_address(service, ask):
    """The address of a delivered order cannot be changed."""
    service.orders.put_item(Item={**ORDER, "Status": "Delivered"})
    ask("address")

    assert "delivered already" in ask("5 Elm St")


def test_stranger_is_sent_to_the_phone(ask):
    """Somebody without an order is told whom to call."""
    assert "no order" in ask("Where is it?", phone=OTHER_HANDSET)


def test_repeated_event_is_answered_once(sms, ask):
    """A message that SNS delivers twice has one answer."""
    ask("track", times=2)

    assert 1 == len(sms.handset(HANDSET).inbox)


def test_stop_in_between_is_logged(sms, service, number, caplog):
    """A customer who opts out before the answer is left alone."""
    sms.handset(HANDSET).reply("STOP", to=number)
    text = {"originationNumber": HANDSET, "destinationNumber": number, "messageBody": "track", "inboundMessageId": "1"}

    with caplog.at_level(logging.WARNING):
        service.receive(text)

    assert "OPTED_OUT" in caplog.text


def test_throttled_answer_is_repeated(sms, ask, monkeypatch):
    """A throttled answer arrives all the same."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    sms.faults.add("ThrottlingException", operation="SendTextMessage", times=2)

    assert "Transit" in ask("track")


def test_function_runs_in_lambda(sms, number):
    """Deployed as a function behind the two-way topic, it answers by itself; a server is needed for that."""
    if "AWS_ENDPOINT_URL" not in os.environ:
        pytest.skip("a function runs in a process of its own, and reaches the emulator as a server only")
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.write(app.__file__, "app.py")
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    function = boto3.client("lambda").create_function(
        FunctionName="customer-service",
        Role=boto3.client("iam").create_role(RoleName="lambda", AssumeRolePolicyDocument=policy)["Role"]["Arn"],
        Handler="app.handler",
        Runtime="python3.11",
        Code={"ZipFile": code.getvalue()},
        Timeout=30,
        Environment={"Variables": {name: os.environ[name] for name in ("TABLE", "ORDERS_TABLE")}},
    )["FunctionArn"]
    sms.control.change_reply_routes(number=number, routes=[{"kind": "lambda", "target": function}])

    sms.handset(HANDSET).reply("track", to=number)
    sms.settle()

    assert ["Your order #ABC is in Transit. ETA April 29."] == [text.body for text in sms.handset(HANDSET).inbox]


def test_readme_shows_what_it_says(ask):
    """The README shows a conversation."""
    asked = ("How do I track my order?", "Can I change delivery address?", "5 Elm St")

    shown = "".join(f"> {body}\n{ask(body)}\n" for body in asked)

    assert f"```text\n{shown}```" in README.read_text("utf-8")
