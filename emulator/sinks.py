"""
Where records go once they leave: each kind of target by the call that its service has for it.

A target is an ARN, or the address of a webhook. What a service refuses is an answer, not an error: a delivery that fails
is news for the tester. The clients are those of the embedded AWS.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.error import URLError

from botocore.exceptions import BotoCoreError, ClientError

from emulator.aws import EmbeddedAws

WEBHOOK_TIMEOUT_SECONDS = 5
LOG_STREAM = "sms-voice"
Outcome = list[str | None]


class Sinks:
    """kernel.ports.Topics for every kind of target."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self.aws = aws

    def publish(self, account: str, target: str, messages: Sequence[str]) -> Outcome:
        """Deliver the messages in order; for each, None or the error that kept it away."""
        if not target.startswith("arn:"):
            return [_post(target, message) for message in messages]
        _, _, service, region, owner, name = target.split(":", 5)
        if service not in SENDERS:
            return self.aws.publish(account, target, messages)
        client = self.aws.client(service, owner or account, region)
        try:
            return SENDERS[service](client, name, target, messages)
        except (ClientError, BotoCoreError) as error:
            return [str(error)] * len(messages)
        except Exception as error:
            # moto raises what it pleases, as for topics.
            return [f"{type(error).__name__}: {error}"] * len(messages)


def _to_log_group(client: Any, name: str, arn: str, messages: Sequence[str]) -> Outcome:
    group = name.removeprefix("log-group:").removesuffix(":*")
    # One stream serves all deliveries.
    with suppress(client.exceptions.ResourceAlreadyExistsException):
        client.create_log_stream(logGroupName=group, logStreamName=LOG_STREAM)
    events = [{"timestamp": _milliseconds(message), "message": message} for message in messages]
    answer = client.put_log_events(logGroupName=group, logStreamName=LOG_STREAM, logEvents=events)
    rejected = answer.get("rejectedLogEventsInfo")
    return [f"rejected: {rejected}" if rejected else None] * len(messages)


def _milliseconds(record: str) -> int:
    members = json.loads(record)
    if "eventTimestamp" in members:
        return int(members["eventTimestamp"])
    return round(datetime.fromisoformat(members["Timestamp"].replace("Z", "+00:00")).timestamp() * 1000)


def _to_queue(client: Any, name: str, arn: str, messages: Sequence[str]) -> Outcome:
    entries = [{"Id": str(index), "MessageBody": message} for index, message in enumerate(messages)]
    answer = client.send_message_batch(QueueUrl=client.get_queue_url(QueueName=name)["QueueUrl"], Entries=entries)
    failed = {entry["Id"]: str(entry["Code"]) for entry in answer.get("Failed", ())}
    return [failed.get(entry["Id"]) for entry in entries]


def _to_function(client: Any, name: str, arn: str, messages: Sequence[str]) -> Outcome:
    for message in messages:
        client.invoke(FunctionName=arn, InvocationType="Event", Payload=message.encode())
    return [None] * len(messages)


def _to_stream(client: Any, name: str, arn: str, messages: Sequence[str]) -> Outcome:
    records = [{"Data": f"{message}\n".encode()} for message in messages]
    answer = client.put_record_batch(DeliveryStreamName=name.partition("/")[2], Records=records)
    return [entry.get("ErrorMessage") for entry in answer["RequestResponses"]]


def _to_kinesis(client: Any, name: str, arn: str, messages: Sequence[str]) -> Outcome:
    records = [{"Data": message.encode(), "PartitionKey": str(index)} for index, message in enumerate(messages)]
    answer = client.put_records(StreamARN=arn, Records=records)
    return [entry.get("ErrorMessage") for entry in answer["Records"]]


SENDERS: dict[str, Callable[[Any, str, str, Sequence[str]], Outcome]] = {
    "logs": _to_log_group,
    "sqs": _to_queue,
    "lambda": _to_function,
    "firehose": _to_stream,
    "kinesis": _to_kinesis,
}


def _post(url: str, message: str) -> str | None:
    request = urllib.request.Request(url, message.encode(), {"Content-Type": "application/json"}, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=WEBHOOK_TIMEOUT_SECONDS):
            return None
    except (URLError, OSError, ValueError) as error:
        return str(error)
