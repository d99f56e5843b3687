"""
What moto's SNS does too slowly for an event destination, done faster with the same outcome.

moto makes a certificate and a signature for each notification, and each topic keeps all that was ever published to it.
"""

from __future__ import annotations

import base64
import json
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache, partial
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from moto.core.utils import iso_8601_datetime_with_milliseconds, utcnow
from moto.moto_api._internal import mock_random
from moto.sns import models as sns
from moto.sqs import models as sqs

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

LEAVING = frozenset({"http", "https", "lambda"})
"""The protocols of subscriptions to what is outside of moto."""

NOTIFICATIONS_KEPT = 10_000
"""How many of a topic's latest notifications are kept, for tests that look into moto's backends."""

MOTO_PUBLISH = sns.Subscription.publish
MOTO_TOPIC = sns.Topic.__init__


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


def new_topic(topic: sns.Topic, name: str, sns_backend: sns.SNSBackend) -> None:
    """Topic.__init__: what was published to a topic is kept up to a limit."""
    MOTO_TOPIC(topic, name, sns_backend)
    topic.sent_notifications = deque(maxlen=NOTIFICATIONS_KEPT)  # type: ignore[assignment]


PATCHES: dict[tuple[Any, str], Any] = {
    (sns.Topic, "__init__"): new_topic,
    (sns.Subscription, "publish"): publish,
    (sns.Subscription, "get_post_data"): post_data,
}
"""The replacement for each attribute of moto, by its owner and name."""
ORIGINALS: dict[tuple[Any, str], Any] = {(owner, name): vars(owner).get(name) for owner, name in PATCHES}
"""moto's own attributes; None where moto has no attribute of that name."""
