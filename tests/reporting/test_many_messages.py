"""Ten thousand messages of every channel: what reaches a destination that fails often is what the histories say."""

import json
from collections import defaultdict

import pytest

from emulator import Emulator
from emulator.kernel.clock import milliseconds
from emulator.wire.http import Request

TOPIC = "arn:aws:sns:us-east-1:123456789012:receipts"
MESSAGES = 10_000
OUTCOMES = {
    "BLOCKED": 0.1,
    "CARRIER_UNREACHABLE": 0.1,
    "UNREACHABLE": 0.2,
    "SPAM": 0.05,
    "NO_RECEIPT": 0.02,
    "REJECTED": 0.2,
    "BUSY": 0.2,
}
"""A rule whose outcome a channel does not know leaves that channel alone."""
ENDS = {
    "TEXT": "DELIVERED BLOCKED CARRIER_UNREACHABLE UNREACHABLE SPAM UNKNOWN",
    "MEDIA": "DELIVERED BLOCKED CARRIER_UNREACHABLE UNREACHABLE SPAM UNKNOWN",
    "VOICE": "COMPLETED FAILED SPAM BUSY",
    "RCS": "DELIVERED REJECTED TTL_EXPIRATION_REVOKED",
}


@pytest.fixture
def answers_fit_their_shapes():
    """Not ten thousand times: the other tests have held the same answers to their shapes."""


def caller(emulator):
    """Calls operations at the emulator's first door, without boto3 before it."""
    credential = (
        "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/sms-voice/aws4_request, SignedHeaders=host, Signature=0"
    )

    def call(operation, **members):
        headers = {
            "x-amz-target": f"PinpointSMSVoiceV2.{operation}",
            "content-type": "application/x-amz-json-1.0",
            "authorization": credential,
        }
        response = emulator.handle(Request("POST", "/", headers, json.dumps(members).encode()))
        assert 200 == response.status, response.body
        return json.loads(response.body)

    return call


def senders_of(call):
    """For each channel the operation and what it needs."""
    us = {"IsoCountryCode": "US", "MessageType": "TRANSACTIONAL"}
    number = call("RequestPhoneNumber", **us, NumberType="TEN_DLC", NumberCapabilities=["SMS", "MMS"])["PhoneNumberId"]
    caller = call("RequestPhoneNumber", **us, NumberType="LONG_CODE", NumberCapabilities=["VOICE"])["PhoneNumberId"]
    agent = call("CreateRcsAgent")["RcsAgentId"]
    content = {"Content": {"TextMessage": {"Body": "Hi"}}}
    return [
        ("SendTextMessage", {"MessageBody": "Hi", "OriginationIdentity": number}),
        ("SendMediaMessage", {"MessageBody": "Hi", "OriginationIdentity": number}),
        ("SendVoiceMessage", {"MessageBody": "Hi", "OriginationIdentity": caller}),
        ("SendRcsMessage", {"RcsMessageContent": content, "OriginationIdentity": agent}),
    ]


class Recorder:
    """Collect what a topic receives, in place of a real one: moto would take most of the test's time."""

    def __init__(self):
        self.received = []

    def publish(self, account, topic_arn, messages):
        """Takes a batch."""
        assert len(messages) <= 10
        self.received += messages
        return [None] * len(messages)


def test_receipts_of_ten_thousand_messages_arrive_as_their_histories_say(monkeypatch):
    """Random outcomes, a topic that fails a third of the time: every record arrives in order, and not one is missing."""
    topic = Recorder()
    emulator = Emulator(seed=7)
    monkeypatch.setattr(emulator.aws, "publish", topic.publish)
    emulator.aws.reset()  # another test's rule on the event bus would be told of every message too
    emulator.faults.add("500", service="sns", probability=0.33)
    for outcome, probability in OUTCOMES.items():
        emulator.carriers.rule(outcome, probability=probability)
    call = caller(emulator)
    call("CreateConfigurationSet", ConfigurationSetName="events")
    call(
        "CreateEventDestination",
        ConfigurationSetName="events",
        EventDestinationName="to-sns",
        MatchingEventTypes=["ALL"],
        SnsDestination={"TopicArn": TOPIC},
    )
    senders = senders_of(call)
    for place in range(MESSAGES):
        # Of ten messages seven are texts.
        operation, own = senders[max(place % 10 - 6, 0)]
        to = {"DestinationPhoneNumber": f"+1425{place + 2_000_000}", "ConfigurationSetName": "events"}
        call(operation, **to, **own)

    settled = emulator.settle()

    records = [json.loads(body) for body in topic.received]
    arrived = defaultdict(list)
    for record in records:
        arrived[record["messageId"]].append((record["messageStatus"], record["eventTimestamp"], record["isFinal"]))
    made = {
        message.message_id: [(e.status, milliseconds(e.at), e.final) for e in message.history]
        for message in emulator.inbox.messages()
    }
    assert (MESSAGES, 0) == (len(made), settled["undelivered"])
    assert made == arrived
    ends = defaultdict(set)
    for record in records:
        if record["isFinal"]:
            ends[record["eventType"].partition("_")[0]].add(record["messageStatus"])
    assert {family: set(statuses.split()) for family, statuses in ENDS.items()} == ends
