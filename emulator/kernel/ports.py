"""The outside as the world sees it: what a delivery needs from the AWS services that are not ours."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class ObjectRead:
    """An object in S3 to be read, by its `s3://` URL."""

    url: str


@dataclass(frozen=True, slots=True)
class TargetLookup:
    """A topic, role, log group or delivery stream whose existence matters; `kind` is sns, role, logs or firehose."""

    kind: str
    arn: str


@dataclass(frozen=True, slots=True)
class KeyRead:
    """The public half of an asymmetric key in KMS, by its ARN."""

    arn: str


@dataclass(frozen=True, slots=True)
class ObjectWrite:
    """An object to be written to S3 once an operation has succeeded, by its `s3://` URL."""

    url: str
    content: bytes
    content_type: str


Read = ObjectRead | TargetLookup | KeyRead
"""What an operation may read from outside."""
Inputs = Mapping[Read, Any]
"""What was read: for an ObjectRead a StoredObject or None, for a TargetLookup whether the target exists, for a KeyRead a
PEM or None."""
EventRules = Container[tuple[str, str]]
"""Account and region of each default event bus that has a rule."""
Errors = list[str | None]
"""For each of the records of a batch, in order: None, or what kept it from its target."""


class Topics(Protocol):
    """SNS."""

    def publish(self, account: str, topic_arn: str, messages: Sequence[str]) -> Errors:
        """Publish to a topic."""
        ...


class Logs(Protocol):
    """CloudWatch Logs."""

    def put_log_events(self, account: str, log_group_arn: str, messages: Sequence[str]) -> Errors:
        """Write to our stream of a log group, which is made if it is missing."""
        ...


class Streams(Protocol):
    """Firehose, and Kinesis."""

    def put_stream_records(self, account: str, stream_arn: str, messages: Sequence[str]) -> Errors:
        """Put records into a Kinesis stream."""
        ...

    def put_records(self, account: str, stream_arn: str, lines: Sequence[str]) -> Errors:
        """Put lines into a delivery stream."""
        ...


class EventBuses(Protocol):
    """EventBridge."""

    def event_rules(self) -> EventRules:
        """Return for which accounts and regions a rule might match an event on the default bus."""
        ...

    def put_events(self, account: str, region: str, entries: Sequence[str]) -> Errors:
        """Put entries, each the JSON of PutEvents' own, on the default bus."""
        ...


class Replies(Protocol):
    """Where replies and the message log may go beside AWS's own ways."""

    def send_messages(self, account: str, queue_arn: str, bodies: Sequence[str]) -> Errors:
        """Send to an SQS queue."""
        ...

    def invoke(self, account: str, region: str, function: str, payloads: Sequence[str]) -> Errors:
        """Invoke a Lambda function with each payload as the message of an SNS event."""
        ...

    def post(self, url: str, bodies: Sequence[str]) -> Errors:
        """POST each body to a webhook."""
        ...

    def put_items(self, account: str, region: str, table: str, items: Sequence[str]) -> Errors:
        """Put items, each the JSON of a flat object, into a DynamoDB table."""
        ...


class Metrics(Protocol):
    """CloudWatch."""

    def put_metric_data(self, account: str, region: str, namespace: str, data: Sequence[Mapping[str, Any]]) -> None:
        """Put data points."""
        ...

    def evaluate_alarms(self, account: str, region: str, namespaces: Sequence[str], now: datetime) -> None:
        """Bring the state of the alarms on these namespaces up to date."""
        ...


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object of S3; `content` is empty where `size`, in bytes, is above what was asked for at most."""

    content_type: str
    size: int
    content: bytes


class Objects(Protocol):
    """S3."""

    def read(self, account: str, region: str, url: str, size_max: int) -> StoredObject | None:
        """The object at `s3://bucket/key`; None when that account cannot read one there, in a bucket of that region."""
        ...

    def write(self, account: str, region: str, url: str, content: bytes, content_type: str) -> str | None:
        """Put an object at `s3://bucket/key`; returns None, or the error that kept it from there."""
        ...


class Directory(Protocol):
    """Where it can be looked up whether something exists."""

    def exists(self, kind: str, account: str, arn: str) -> bool:
        """Return whether there is such a topic (`sns`), `role`, log group (`logs`) or delivery stream (`firehose`)."""
        ...


class Keys(Protocol):
    """KMS."""

    def public_key(self, account: str, region: str, arn: str) -> str | None:
        """Return the PEM of a key's public half; None when that account has no such asymmetric key."""
        ...


class AwsPorts(Topics, Logs, Streams, EventBuses, Replies, Metrics, Objects, Directory, Keys, Protocol):
    """All of it."""
