"""
The stage on which every use case begins: an Emulator in this process, a number with two-way texts, and the
application's queue of replies. The use cases themselves call AWS with unmodified boto3; what the recipient does is
`stage.recipient`.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from datetime import datetime, timezone
from functools import cache

import boto3
from moto import mock_aws

from emulator import mock_sms
from emulator.wire.models import overlays

START = datetime(2026, 4, 21, 13, 0, tzinfo=timezone.utc)
REGION = "us-east-1"


@cache
def session():
    """Return one session for all use cases: boto3 reads the models of its clients once per session."""
    # With the overlays boto3's `sms-voice` has texts, notifications and schedules; see botocore_models/README.md.
    os.environ["AWS_DATA_PATH"] = str(overlays())
    return boto3.session.Session(region_name=REGION)


class Stage:
    """Clients, a number, and the replies to it."""

    def __init__(self, sms):
        self.sms = sms
        self.session = session()
        self.texts, self.voice = self.client("pinpoint-sms-voice-v2"), self.client("sms-voice")
        self._topic, self._queue = self._make_queue()
        self.number = self.lease()
        self.listen(self.number)

    def client(self, name):
        """Return a boto3 client."""
        return self.session.client(name)

    def lease(self, **members):
        """Lease a US number for texts and calls."""
        wanted = {"IsoCountryCode": "US", "MessageType": "TRANSACTIONAL", "NumberType": "TEN_DLC"} | members
        return self.texts.request_phone_number(NumberCapabilities=["SMS", "VOICE"], **wanted)["PhoneNumber"]

    def _make_queue(self):
        topic = self.client("sns").create_topic(Name="replies")["TopicArn"]
        sqs = self.client("sqs")
        queue = sqs.create_queue(QueueName="replies")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        self.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        return topic, queue

    def listen(self, number):
        """Have replies to a number of the account sent to the application's queue."""
        (found,) = [row for row in self.texts.describe_phone_numbers()["PhoneNumbers"] if row["PhoneNumber"] == number]
        two_way = {"TwoWayEnabled": True, "TwoWayChannelArn": self._topic}
        self.texts.update_phone_number(PhoneNumberId=found["PhoneNumberId"], **two_way)

    def text(self, to, body, **members):
        """Send a text, and return its id."""
        wanted = {"DestinationPhoneNumber": to, "OriginationIdentity": self.number, "MessageBody": body} | members
        return self.texts.send_text_message(**wanted)["MessageId"]

    def replies(self):
        """Return the replies since the last call: (number, text)."""
        sqs = self.client("sqs")
        found = []
        while messages := sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                reply = json.loads(json.loads(message["Body"])["Message"])
                found.append((reply["originationNumber"], reply["messageBody"]))
                sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return found

    def recipient(self, number):
        """Return the handset with this number."""
        return self.sms.handset(number)

    def read(self, number):
        """Return all texts on a handset."""
        return [message.body for message in self.recipient(number).inbox if message.channel == "sms"]

    def heard(self, number):
        """Return everything that was said to a handset."""
        return [message.body for message in self.recipient(number).inbox if message.channel == "voice"]


@contextmanager
def open_stage():
    """Provide a stage with empty state, at one in the afternoon of 21 April 2026, UTC."""
    with mock_aws(), mock_sms(start=START) as sms:
        yield Stage(sms)
