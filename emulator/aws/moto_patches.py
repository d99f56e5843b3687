"""
What moto does too slowly for an event destination, done faster with the same outcome.

moto's SQS computes every attribute of a queue, by walking over all its messages, whenever one is sent, and walks over
them again for each receive and delete; its SNS makes a certificate and a signature for each notification. Each patch
stands in PATCHES beside the attribute that it replaces. tests/aws/test_moto_patches.py compares the outcomes, and fails
when moto no longer needs a patch.

Importing this module imports moto: import it where moto is needed, not at the top of a module.
"""

from __future__ import annotations

import base64
import copy
import json
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache, partial
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from moto.core.utils import (
    camelcase_to_underscores,
    iso_8601_datetime_with_milliseconds,
    unix_time,
    unix_time_millis,
    utcnow,
)
from moto.moto_api._internal import mock_random
from moto.sns import models as sns
from moto.sqs import models as sqs
from moto.sqs.exceptions import ReceiptHandleIsInvalid

from emulator.aws.repeating import post

CERTIFICATES_ACCOUNT = "123456789012"
"""Where moto keeps certificates, which are fetched without credentials."""
KEY_BITS = 1024
"""moto draws 2,048 bits; half of them sign six times as fast, and any verifier accepts them."""
CERTIFICATE_LIFETIME = timedelta(days=365)
SIGNATURE_VERSION = "2"
ENVELOPE_SIZE_MAX = 8192
"""More characters than a notification has beside its message and subject."""
ESCAPED_SIZE_MAX = 12
"""The most characters of JSON that one character takes: a surrogate pair."""
HANDLE_LENGTH = 185

LEAVING = frozenset({"http", "https", "lambda"})
"""The protocols of subscriptions to what is outside of moto."""

MOTO_PUBLISH = sns.Subscription.publish


# --- SQS ----------------------------------------------------------------------------------------------------------------


class QueueAttributes(Mapping[str, Any]):
    """Queue.attributes: each is computed when it is asked for."""

    def __init__(self, queue: sqs.Queue) -> None:
        self._queue = queue

    def _names(self) -> list[str]:
        queue = self._queue
        return [
            *queue.BASE_ATTRIBUTES,
            *(queue.FIFO_ATTRIBUTES if queue.fifo_queue else ()),
            *(queue.KMS_ATTRIBUTES if queue.kms_master_key_id else ()),  # type: ignore[attr-defined]
        ]

    def __getitem__(self, name: str) -> Any:
        if name not in self._names():
            raise KeyError(name)
        if name == "RedrivePolicy" and self._queue.redrive_policy:
            return json.dumps(self._queue.redrive_policy)
        value = getattr(self._queue, camelcase_to_underscores(name))
        return str(value).lower() if isinstance(value, bool) else value

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())


class VisibleMessages:
    """Queue.messages: found one by one, so that a receive ends its search with the last that it takes."""

    def __init__(self, queue: sqs.Queue) -> None:
        self._messages = queue._messages

    def __iter__(self) -> Iterator[sqs.Message]:
        now = unix_time_millis()
        # A copy of the references, since another thread may delete: that costs less than to skip a message.
        return (each for each in tuple(self._messages) if now > each.visible_at and now >= each.delayed_until)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return any(True for _ in self)


def queue_attributes(queue: sqs.Queue) -> QueueAttributes:
    """Queue.attributes."""
    return QueueAttributes(queue)


def all_queue_attributes(backend: sqs.SQSBackend, queue_name: str, attribute_names: list[str]) -> dict[str, Any]:
    """SQSBackend.get_queue_attributes: moto's own serializer takes no other mapping than a dict."""
    return dict(MOTO_GET_QUEUE_ATTRIBUTES(backend, queue_name, attribute_names))


def visible_messages(queue: sqs.Queue) -> VisibleMessages:
    """Queue.messages."""
    return VisibleMessages(queue)


def not_visible_count(queue: sqs.Queue) -> int:
    """Queue.approximate_number_of_messages_not_visible."""
    now = unix_time_millis()
    return sum(1 for message in queue._messages if now <= message.visible_at)


def delayed_count(queue: sqs.Queue) -> int:
    """Queue.approximate_number_of_messages_delayed."""
    now = unix_time_millis()
    return sum(1 for message in queue._messages if now < message.delayed_until)


def pending_message_groups(queue: sqs.Queue) -> set[str]:
    """Queue.pending_message_groups: only a FIFO queue is asked for its groups."""
    if not queue.fifo_queue:
        return set()
    return {message.group_id for message in queue._pending_messages if message.group_id is not None}


def delete_message(queue: sqs.Queue, receipt_handle: str) -> None:
    """Queue.delete_message: ends its search with the message, and keeps the list that others append to."""
    if receipt_handle in queue.deleted_messages:
        return
    with queue._messages_lock:
        for index, message in enumerate(queue._messages):
            if receipt_handle == message.receipt_handle or receipt_handle in message._old_receipt_handles:
                queue._pending_messages.discard(message)
                queue.deleted_messages.update(message.all_receipt_handles)  # type: ignore[arg-type]
                del queue._messages[index]
                return
    raise ReceiptHandleIsInvalid


def copy_message(message: sqs.Message, _: dict[int, Any]) -> sqs.Message:
    """Message.__deepcopy__: of what a message holds, only these are changed in a copy."""
    copied = copy.copy(message)
    copied._old_receipt_handles = list(message._old_receipt_handles)
    copied.message_attributes = copy.deepcopy(message.message_attributes) if message.message_attributes else {}
    return copied


def receipt_handle() -> str:
    """generate_receipt_handle: all letters are drawn at once."""
    return "".join(mock_random.choices(string.ascii_lowercase, k=HANDLE_LENGTH))


def is_within_retention_period(backend: sqs.SQSBackend, queue_name: str, message: sqs.Message) -> bool:
    """SQSBackend.is_message_valid_based_on_retention_period: asks the queue for one attribute instead of all."""
    lifetime: int = backend.get_queue(queue_name).message_retention_period  # type: ignore[attr-defined]
    return lifetime + message.sent_timestamp / 1000 > unix_time()  # type: ignore[operator]


MOTO_GET_QUEUE_ATTRIBUTES = sqs.SQSBackend.get_queue_attributes


# --- SNS ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Signer:
    """The key that signs every notification, with its certificate."""

    key: rsa.RSAPrivateKey
    certificate: bytes
    file_name: str

    def sign(self, text: str) -> str:
        """Return the signature of a text, in base64."""
        return base64.b64encode(self.key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()


@cache
def signer() -> Signer:
    """Return the process's signer, made when a signature is first needed."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    issuer = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Amazon"),
        x509.NameAttribute(NameOID.COMMON_NAME, "Amazon RSA 2048 M01"),
    ]
    now = utcnow()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")]))
        .issuer_name(x509.Name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + CERTIFICATE_LIFETIME)
        .sign(key, hashes.SHA256())
    )
    name = f"SimpleNotificationService-{mock_random.uuid4().hex}.pem"
    return Signer(key, certificate.public_bytes(serialization.Encoding.PEM), name)


@dataclass(frozen=True, slots=True)
class Envelope:
    """The JSON in which SNS delivers a message, as a template in which only the varying parts are filled in."""

    subscription: sns.Subscription
    message: str
    message_id: str
    timestamp: str
    subject: str | None
    attributes: dict[str, Any] | None

    def members(self) -> dict[str, Any]:
        """Return what a subscriber reads, signed."""
        topic = self.subscription.topic
        own, region = signer(), topic.sns_backend.region_name
        sns.sns_backends[CERTIFICATES_ACCOUNT][region]._message_public_keys[own.file_name] = own.certificate
        signed = f"Message\n{self.message}\nMessageId\n{self.message_id}\nTimestamp\n{self.timestamp}\n"
        account, unsubscribe = self.subscription.account_id, "2bcfbf39-05c3-41de-beaa-fcfcc21c8f55"
        members: dict[str, Any] = {
            "Type": "Notification",
            "MessageId": self.message_id,
            "TopicArn": topic.arn,
            "Message": self.message,
            "Timestamp": self.timestamp,
            "SignatureVersion": SIGNATURE_VERSION,
            "Signature": own.sign(f"{signed}TopicArn\n{topic.arn}\nType\nNotification\n"),
            "SigningCertURL": f"https://sns.{region}.amazonaws.com/{own.file_name}",
            "UnsubscribeURL": "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn="
            f"arn:aws:sns:us-east-1:{account}:{topic.name}:{unsubscribe}",
        }
        if self.subject:
            members["Subject"] = self.subject
        if self.attributes:
            members["MessageAttributes"] = self.attributes
        return members

    def text(self) -> str:
        """Return what an SQS subscriber receives as the body."""
        return json.dumps(self.members(), sort_keys=True, indent=2, separators=(",", ": "))


class Notification(sqs.Message):
    """A message of SNS in a queue, signed when its body is first read: a signature costs more than all the rest of it."""

    def __init__(self, subscription: sns.Subscription, message: str, message_id: str, subject: str | None) -> None:
        super().__init__(str(mock_random.uuid4()), "")
        self.content = (subscription, message, message_id, subject)
        del self.body

    def __getattr__(self, name: str) -> Any:
        if name != "body":
            raise AttributeError(name)
        subscription, message, message_id, subject = self.content
        moment = datetime.fromtimestamp(self.sent_timestamp / 1000, timezone.utc)  # type: ignore[operator]
        timestamp = iso_8601_datetime_with_milliseconds(moment)
        self.body: str = Envelope(subscription, message, message_id, timestamp, subject, None).text()
        return self.body


def post_data(
    subscription: sns.Subscription,
    message: str,
    message_id: str,
    subject: str | None,
    message_attributes: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Subscription.get_post_data: one key and one certificate sign for the whole process."""
    timestamp = iso_8601_datetime_with_milliseconds()
    return Envelope(subscription, message, message_id, timestamp, subject, message_attributes).members()


def publish(
    subscription: sns.Subscription,
    message: str,
    message_id: str,
    subject: str | None = None,
    message_attributes: dict[str, Any] | None = None,
    group_id: str | None = None,
    deduplication_id: str | None = None,
    message_structure: str | None = None,
) -> None:
    """Subscription.publish: to a standard queue a notification goes unsigned, to be signed when it is read."""
    queue = queue_of(subscription, message, subject, message_attributes)
    if queue is None or group_id is not None or deduplication_id is not None:
        call = partial(
            MOTO_PUBLISH,
            subscription,
            message,
            message_id,
            subject=subject,
            message_attributes=message_attributes,
            group_id=group_id,
            deduplication_id=deduplication_id,
            message_structure=message_structure,
        )
        if subscription.protocol in LEAVING:
            post(call)
        else:
            call()
        return
    matcher = subscription._filter_policy_matcher
    if matcher is not None and not matcher.matches(message_attributes, message):
        return
    if message_structure == "json":
        message = subscription._parse_message_structure(message, subscription.protocol)
    notification = Notification(subscription, message, message_id, subject)
    notification.mark_sent(delay_seconds=queue.delay_seconds)  # type: ignore[attr-defined]
    queue.add_message(notification)


def queue_of(
    subscription: sns.Subscription, message: str, subject: str | None, attributes: dict[str, Any] | None
) -> sqs.Queue | None:
    """Return the standard queue that takes this message in an envelope; None for all that moto is left to decide."""
    if subscription.protocol != "sqs" or subscription.attributes.get("RawMessageDelivery") or attributes:
        return None
    _, _, _, region, *_, name = subscription.endpoint.split(":")
    queue = sqs.sqs_backends[subscription.account_id][region].queues.get(name)
    if queue is None or queue.fifo_queue:
        return None
    size_max = (len(message) + len(subject or "")) * ESCAPED_SIZE_MAX + ENVELOPE_SIZE_MAX
    return queue if size_max <= queue.maximum_message_size else None  # type: ignore[attr-defined]


PATCHES: dict[tuple[Any, str], Any] = {
    (sqs.Queue, "attributes"): property(queue_attributes),
    (sqs.Queue, "messages"): property(visible_messages),
    (sqs.Queue, "approximate_number_of_messages_not_visible"): property(not_visible_count),
    (sqs.Queue, "approximate_number_of_messages_delayed"): property(delayed_count),
    (sqs.Queue, "pending_message_groups"): property(pending_message_groups),
    (sqs.Queue, "delete_message"): delete_message,
    (sqs.SQSBackend, "get_queue_attributes"): all_queue_attributes,
    (sqs.SQSBackend, "is_message_valid_based_on_retention_period"): is_within_retention_period,
    (sqs.Message, "__deepcopy__"): copy_message,
    (sqs, "generate_receipt_handle"): receipt_handle,
    (sns.Subscription, "publish"): publish,
    (sns.Subscription, "get_post_data"): post_data,
}
"""The replacement for each attribute of moto, by its owner and name."""
ORIGINALS: dict[tuple[Any, str], Any] = {(owner, name): vars(owner).get(name) for owner, name in PATCHES}
"""moto's own attributes; None where moto has no attribute of that name."""


@cache
def apply() -> None:
    """Put the patches in place, for as long as the process lasts."""
    for (owner, name), replacement in PATCHES.items():
        setattr(owner, name, replacement)
