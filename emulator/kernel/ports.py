"""Interfaces to the AWS services that are not part of this API: the targets of deliveries, and objects to read."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from emulator.kernel.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class ObjectRead:
    """An object in S3 to read, by its `s3://` URL."""

    url: str


@dataclass(frozen=True, slots=True)
class TargetLookup:
    """What to look up, by ARN; `kind` is sns, role, logs, firehose, or reports for a bucket that takes SNS's reports."""

    kind: str
    arn: str


@dataclass(frozen=True, slots=True)
class RoleLookup:
    """A role that one of the services `principals` is to assume."""

    arn: str
    principals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShareLookup:
    """The resources in a region that other accounts share with an account by RAM."""

    account: str
    region: str


@dataclass(frozen=True, slots=True)
class KeyRead:
    """The public half of an asymmetric key in KMS to read, by its ARN."""

    arn: str


@dataclass(frozen=True, slots=True)
class EndpointLookup:
    """The URL at which the caller reaches S3."""


@dataclass(frozen=True, slots=True)
class ObjectWrite:
    """
    An object to write to S3 once an operation has succeeded, by its `s3://` URL.

    With an `owner` the bucket belongs to that account, and is created if it does not exist.
    """

    url: str
    content: bytes
    content_type: str
    owner: str | None = None


Read = ObjectRead | TargetLookup | KeyRead | RoleLookup | ShareLookup | EndpointLookup
"""What an operation may read from other AWS services."""
Inputs = Mapping[Read, Any]
"""
The result of each read.

For an ObjectRead it is a StoredObject or None, for a TargetLookup whether the target exists, for a KeyRead a PEM or None,
for a RoleLookup what `Directory.trusts` returns, for a ShareLookup what `Shares.shared_resources` returns, for an
EndpointLookup a URL, or None for AWS's own.
"""
EventRules = Container[tuple[str, str]]
"""The account and region of each default event bus that has a rule."""
Errors = list[str | None]
"""For each record of a batch, in order: None, or the reason why it was not delivered."""


@dataclass(frozen=True, slots=True)
class TopicText:
    """
    What a topic of SNS sends to a phone that is subscribed to it.

    Attributes:
        account: the account that owns the subscription.
        region: the region of the topic.
        number: the endpoint of the subscription.
        body: the text for a phone.
        attributes: the message attributes by name: DataType, and StringValue or BinaryValue in base64.
        subject: the subject of the publish, if any, like `message_structure`.
    """

    account: str
    region: str
    topic_arn: str
    subscription_arn: str
    number: str
    body: str
    attributes: Mapping[str, Mapping[str, str]]
    subject: str | None = None
    message_structure: str | None = None


TextReceiver = Callable[[TopicText], None]


class Topics(Protocol):
    """SNS."""

    def publish(self, account: str, topic_arn: str, messages: Sequence[str]) -> Errors:
        """Publish to a topic."""
        ...


class Logs(Protocol):
    """CloudWatch Logs."""

    def put_log_events(self, account: str, log_group_arn: str, messages: Sequence[str]) -> Errors:
        """Write to the emulator's own log stream in a log group; the stream is created if it is missing."""
        ...

    def put_delivery_logs(self, account: str, log_group_arn: str, messages: Sequence[str]) -> Errors:
        """Write to a log group of SNS, which is created if it does not exist."""
        ...


class Streams(Protocol):
    """Firehose and Kinesis."""

    def put_stream_records(self, account: str, stream_arn: str, messages: Sequence[str]) -> Errors:
        """Put records into a Kinesis stream."""
        ...

    def put_records(self, account: str, stream_arn: str, lines: Sequence[str]) -> Errors:
        """Put lines into a delivery stream."""
        ...


class EventBuses(Protocol):
    """EventBridge."""

    def event_rules(self) -> EventRules:
        """Return the accounts and regions in which a rule may match an event on the default bus."""
        ...

    def put_events(self, account: str, region: str, entries: Sequence[str]) -> Errors:
        """Put entries on the default bus, each the JSON of a PutEvents entry."""
        ...


class Replies(Protocol):
    """Targets for replies and for the message log in addition to those that AWS offers."""

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
        """Update the state of the alarms on these namespaces."""
        ...


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object in S3; `content` is empty if `size`, in bytes, exceeds the requested maximum."""

    content_type: str
    size: int
    content: bytes


class Objects(Protocol):
    """S3."""

    def read(self, account: str, region: str, url: str, size_max: int) -> StoredObject | None:
        """Return the object at `s3://bucket/key`, or None if there is none that the account can read in that region."""
        ...

    def write(self, account: str, region: str, url: str, content: bytes, content_type: str) -> str | None:
        """Put an object at `s3://bucket/key`. Return None, or the reason why it could not be written."""
        ...


class Directory(Protocol):
    """Look-ups of whether a resource exists."""

    def exists(self, kind: str, account: str, arn: str) -> bool:
        """Return whether the topic (`sns`), `role`, log group (`logs`) or delivery stream (`firehose`) exists."""
        ...

    def trusts(self, account: str, role_arn: str, principals: Sequence[str]) -> bool | None:
        """Return whether one of the services may assume the role; None if there is no such role."""
        ...


class Shares(Protocol):
    """Resource Access Manager."""

    def shared_resources(self, account: str, region: str) -> frozenset[str]:
        """Return the ARNs of the resources in the region that other accounts share with the account."""
        ...


class AwsRefusal(Exception):
    """Another AWS service has answered with an error; `status` is the HTTP status."""

    def __init__(self, code: str, message: str, status: int) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


@dataclass(frozen=True, slots=True)
class PoolScope:
    """The account, region and id of a user pool; the id is empty if no pool was found."""

    account: str
    region: str
    pool_id: str = ""


class UserPools(Protocol):
    """Cognito user pools, and the functions that they call."""

    def find_user_pool(self, account: str, region: str, members: Mapping[str, Any]) -> PoolScope:
        """
        Return the user pool that a request concerns, by its `UserPoolId`, `ClientId` or `AccessToken`.

        Args:
            account: the account if no pool is found.
            region: the region if no pool is found.
            members: the members of the request.
        """
        ...

    def call_user_pool(self, account: str, region: str, operation: str, members: Mapping[str, Any]) -> dict[str, Any]:
        """
        Call an operation of Cognito, and return its answer.

        Raises:
            AwsRefusal: it has answered with an error.
        """
        ...

    def invoke_function(self, account: str, region: str, function: str, event: Mapping[str, Any]) -> None:
        """
        Invoke a Lambda function with an event, and wait for it.

        Raises:
            AwsRefusal: there is no such function, or it has failed.
        """
        ...


class Keys(Protocol):
    """KMS."""

    def public_key(self, account: str, region: str, arn: str) -> str | None:
        """Return the PEM of a key's public half; None if that account has no such asymmetric key."""
        ...


class AwsPorts(Topics, Logs, Streams, EventBuses, Replies, Metrics, Objects, Directory, Shares, Keys, UserPools, Protocol):
    """All of these interfaces together."""
