"""
Helpers for tests of applications, ours and yours: phones to write to, factories over a boto3 client, expected errors.

>>> from emulator import mock_sms
>>> from emulator.testing import HANDSET, lease_number, send_text
>>> with mock_sms() as sms:
...     client = boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")
...     number = lease_number(client)["PhoneNumber"]
...     message_id = send_text(client, "Your code is 123456", OriginationIdentity=number)
...     assert sms.inbox.code(to=HANDSET) == "123456"
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from emulator.kernel.dataclass import dataclass
from emulator.messaging.registrations.forms import form_of
from emulator.messaging.registrations.rcs_forms import CONTACTS
from emulator.messaging.state.registrations import FieldValue

HANDSET = "+14255550100"
"""The number of a phone to write to; nobody has it, since US numbers from 555-0100 to 555-0199 are kept for fiction."""
OTHER_HANDSET = "+14255550101"
"""The number of another phone."""
US_TEN_DLC: Mapping[str, Any] = {
    "IsoCountryCode": "US",
    "MessageType": "TRANSACTIONAL",
    "NumberCapabilities": ["SMS"],
    "NumberType": "TEN_DLC",
}
"""The members of a RequestPhoneNumber call that leases a US 10DLC number for texts."""


def lease_number(client: Any, number: str | None = None, **members: Any) -> dict[str, Any]:
    """
    Lease a phone number: a US 10DLC number for texts, unless `members` say otherwise.

    Args:
        client: a boto3 client of `pinpoint-sms-voice-v2`.
        number: the very number to lease; by default any that is free.
        members: further members of RequestPhoneNumber, such as `NumberType="TOLL_FREE"`.

    Returns:
        The answer of RequestPhoneNumber; its `PhoneNumber` can be sent from.
    """
    wanted = {**US_TEN_DLC, **members}
    if number is not None:
        wanted["NumberPreference"] = [{"PreferenceType": ["ExactMatch"], "Filter": [number]}]
    answer: dict[str, Any] = client.request_phone_number(**wanted)
    return answer


def send_text(client: Any, body: str = "Hi", to: str = HANDSET, **members: Any) -> str:
    """
    Send a text and return its message id.

    Args:
        client: a boto3 client of `pinpoint-sms-voice-v2`.
        body: the text.
        to: the number of the phone to send it to.
        members: further members of SendTextMessage, such as `OriginationIdentity`, without which AWS chooses one.
    """
    answer = client.send_text_message(**{"DestinationPhoneNumber": to, "MessageBody": body} | members)
    return str(answer["MessageId"])


class TopicWithQueue(NamedTuple):
    """An SNS topic, and a function that takes from its queue the records that have been published to it."""

    topic_arn: str
    read: Callable[[], list[dict[str, Any]]]


def topic_with_queue(sns: Any, sqs: Any, name: str = "receipts") -> TopicWithQueue:
    """
    Create an SNS topic with an SQS queue that is subscribed to it, for event records or incoming texts to go to.

    Args:
        sns: a boto3 client of `sns`.
        sqs: a boto3 client of `sqs`.
        name: the name of both.
    """
    topic = sns.create_topic(Name=name)["TopicArn"]
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    # The address of a queue ends in its account and name, as its ARN does: to ask for that takes as long as all else.
    partition, account = topic.split(":")[1], queue.split("/")[-2]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=f"arn:{partition}:sqs:{sqs.meta.region_name}:{account}:{name}")

    def read() -> list[dict[str, Any]]:
        found = []
        while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(json.loads(json.loads(message["Body"])["Message"]))
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return found

    return TopicWithQueue(topic, read)


@dataclass(frozen=True)
class Provisioned:
    """What `provision` has created, and the environment variables by which an application finds it."""

    number: str
    number_id: str
    environment: Mapping[str, str]


def provision(*table_keys: str, region: str = "us-east-1", **members: Any) -> Provisioned:
    """
    Create what an application that texts usually has: a two-way number, queues of replies and receipts, and a table.

    A topic and a queue named `replies` receive the texts sent to the number; a topic and a queue named `receipts` the
    events of the configuration set `application`. The table is named `application`, too.

    Args:
        table_keys: the hash key of a DynamoDB table, and its range key if any, both strings; no table without.
        region: where to create all of it.
        members: further members of RequestPhoneNumber, such as `NumberCapabilities=["SMS", "VOICE"]`.

    Returns:
        The number, and its `environment`: ORIGINATION_IDENTITY, CONFIGURATION_SET, REPLIES_QUEUE_URL, RECEIPTS_QUEUE_URL,
        TABLE, AWS_DEFAULT_REGION, and POLL_SECONDS, which is 0 so that no test waits for an empty queue.
    """
    import boto3

    names = ("pinpoint-sms-voice-v2", "sns", "sqs", "dynamodb")
    client, sns, sqs, dynamodb = (boto3.client(name, region_name=region) for name in names)  # type: ignore[call-overload]
    replies, receipts = (topic_with_queue(sns, sqs, name) for name in ("replies", "receipts"))
    number = lease_number(client, **members)
    client.update_phone_number(PhoneNumberId=number["PhoneNumberId"], TwoWayEnabled=True, TwoWayChannelArn=replies.topic_arn)
    client.create_configuration_set(ConfigurationSetName="application")
    client.create_event_destination(
        ConfigurationSetName="application",
        EventDestinationName="receipts",
        MatchingEventTypes=["ALL"],
        SnsDestination={"TopicArn": receipts.topic_arn},
    )
    if table_keys:
        dynamodb.create_table(
            TableName="application",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": key, "KeyType": kind} for key, kind in zip(table_keys, ("HASH", "RANGE"), strict=False)
            ],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in table_keys],
        )
    environment = {
        "AWS_DEFAULT_REGION": region,
        "ORIGINATION_IDENTITY": number["PhoneNumber"],
        "CONFIGURATION_SET": "application",
        "REPLIES_QUEUE_URL": sqs.get_queue_url(QueueName="replies")["QueueUrl"],
        "RECEIPTS_QUEUE_URL": sqs.get_queue_url(QueueName="receipts")["QueueUrl"],
        "TABLE": "application",
        "POLL_SECONDS": "0",
    }
    return Provisioned(number["PhoneNumber"], number["PhoneNumberId"], environment)


@contextmanager
def raises_aws(code: str, **members: Any) -> Iterator[dict[str, Any]]:
    """
    Expect the block to end in this AWS error, with these members: `raises_aws("ConflictException", Reason="…")`.

    Yields a dict that holds the error's response afterwards.

    Raises:
        AssertionError: it ends in no error, in another, or with other members.
    """
    response: dict[str, Any] = {}
    try:
        yield response
    except ClientError as error:
        response.update(error.response)
        found = {name: response.get(name) for name in members}
        assert response["Error"]["Code"] == code, f"expected {code}, got {error}"
        assert found == members, f"expected {members}, got {error}"
    else:
        raise AssertionError(f"expected {code}, but the call was accepted")


SAMPLES = ("ACME", "Example", "123456789", "1000", "#0A0A0A", "US")
"""Texts to fill a form with: the first that a field accepts, otherwise one of the required length."""


def picture(width: int, height: int) -> bytes:
    """Return a PNG file of that many black pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    # One bit a pixel, grey; a line begins with its filter, which is none.
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes((1, 0, 0, 0, 0))
    lines = bytes(height * (1 + -(-width // 8)))
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


PNG = picture(8, 8)
"""A small picture, where the size does not matter."""


def fill_registration(client: Any, registration_id: str, values: Mapping[str, Any] | None = None) -> None:
    """
    Fill all the fields that a registration's draft requires.

    `values` has text, or a list of choices, by field path, and may name optional fields too. Every other required field
    gets its first options, a sample text or a picture.

    Raises:
        LookupError: no sample fits a field.
    """
    registration = client.describe_registrations(RegistrationIds=[registration_id])["Registrations"][0]
    form = form_of(registration["RegistrationType"])
    given = dict(values or {})
    filled: dict[str, FieldValue] = {}
    members: dict[str, Any]
    pictures: dict[bytes, dict[str, Any]] = {}
    # Conditional fields come last: what they require depends on the others.
    for path in sorted(form.fields, key=lambda path: form.fields[path]["FieldRequirement"] == "CONDITIONAL"):
        field = form.fields[path]
        contact = form.registration_type.endswith("_RCS_LAUNCH_REGISTRATION") and path in CONTACTS[0]
        if path not in given and not contact and form.requirement(path, filled) != "REQUIRED":
            continue
        if path not in given and field["FieldType"] == "ATTACHMENT":
            rule = field.get("picture_validation")
            body = picture(rule["Width"], rule["Height"]) if rule else PNG
            members = pictures[body] = pictures.get(body) or _upload(client, body)
        else:
            value = given.get(path) or _sample(field)
            members = {"SelectChoices": value} if isinstance(value, list) else {"TextValue": value}
        client.put_registration_field_value(RegistrationId=registration_id, FieldPath=path, **members)
        filled[path] = FieldValue(path, members.get("SelectChoices"), members.get("TextValue"))


def _upload(client: Any, body: bytes) -> dict[str, Any]:
    attachment = client.create_registration_attachment(AttachmentBody=body)
    return {"RegistrationAttachmentId": attachment["RegistrationAttachmentId"]}


def _sample(field: Mapping[str, Any]) -> Any:
    if field["FieldType"] == "SELECT":
        return field["SelectValidation"]["Options"][: max(1, field["SelectValidation"]["MinChoices"])]
    rule = field["TextValidation"]
    least, most = rule["MinLength"], rule["MaxLength"]
    for sample in (*SAMPLES, "Example text. " * (least // 14 + 1)):
        if least <= len(sample) <= most and re.search(rule["Pattern"], sample):
            return sample
    raise LookupError(f"no sample fits {field['FieldPath']}: {dict(rule)}")
