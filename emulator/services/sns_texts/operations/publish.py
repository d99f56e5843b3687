"""Publishing to a phone number. A publish to a topic or an app's endpoint is not answered here."""

from __future__ import annotations

from typing import Any

from emulator.messaging.state.sns_texts import PublishedText
from emulator.services.sns_texts import attributes, texts
from emulator.services.sns_texts.errors import InvalidParameterException, invalid
from emulator.services.sns_texts.sending import send
from emulator.services.sns_texts.service import Context
from emulator.wire.service import operation

DEDUPLICATION_REFUSED = "The request includes MessageDeduplicationId parameter that is not valid for this topic type"
"""Source: test_validations_for_fifo of localstack, recorded on AWS for a standard topic"""


@operation
def publish(
    ctx: Context,
    *,
    message: str,
    topic_arn: str | None = None,
    target_arn: str | None = None,
    phone_number: str | None = None,
    subject: str | None = None,
    message_structure: str | None = None,
    message_attributes: dict[str, dict[str, Any]] | None = None,
    message_deduplication_id: str | None = None,
    message_group_id: str | None = None,
) -> dict[str, str]:
    """Send a text to a phone number. Source: API reference, Publish."""
    values = attributes.read(message_attributes or {})
    if phone_number is None or topic_arn is not None or target_arn is not None:
        raise InvalidParameterException("Invalid parameter: Only one of TopicArn, TargetArn and PhoneNumber can be used")
    number = texts.number_of(phone_number)
    text = texts.text_of(message, message_structure)
    texts.check_subject(subject)
    if message_deduplication_id is not None:
        raise invalid("MessageDeduplicationId", DEDUPLICATION_REFUSED)
    published = PublishedText(attributes.to_wire(message_attributes or {}), subject, message_structure)
    return {"MessageId": send(ctx, number, text, values, published, is_direct=True)}


@operation
def publish_batch(ctx: Context, *, topic_arn: str, publish_batch_request_entries: list[dict[str, Any]]) -> None:
    """
    Refuse a batch that has an attribute with a reserved name; any other batch is not answered here.

    SNS refuses the whole batch for its first invalid attribute. Source: localstack's PublishBatch, recorded on AWS
    """
    for entry in publish_batch_request_entries:
        attributes.check(entry.get("MessageAttributes", {}))
