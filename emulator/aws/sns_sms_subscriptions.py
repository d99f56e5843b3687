"""
Phones that are subscribed to topics: moto keeps such a subscription, but delivers nothing to it.

moto's `Topic.publish` is extended to pass the text for each phone on. Whose phones they are is known by the thread that
calls moto: it does so within `receiving_texts`. Outside of that, nothing is passed on.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from emulator.kernel.ports import TextReceiver, TopicText

PROTOCOL = "sms"
SEPARATORS = str.maketrans("", "", "./-")
"""Characters that moto accepts within a number. Source: moto, Subscribe"""
DISPLAY_NAME_CHARACTERS = 10
"""How much of a topic's display name precedes its texts. Source: SNS guide, "Subscribing a phone number to a topic\""""

_receiver: ContextVar[TextReceiver | None] = ContextVar("text_receiver", default=None)


class SmsSubscriptions:
    """The delivery from topics to phones."""

    text_receiver: TextReceiver | None = None
    """Receives the texts that topics send to phones."""

    @contextmanager
    def receiving_texts(self) -> Iterator[None]:
        """While this lasts, what this thread has moto publish to a topic reaches the phones of this emulator."""
        # A topic to publish to was made by an earlier call, which has loaded moto's SNS.
        models = sys.modules.get("moto.sns.models")
        if hasattr(models, "Topic"):
            _extend(models)
        token = _receiver.set(self.text_receiver)
        try:
            yield
        finally:
            _receiver.reset(token)


def _extend(models: Any) -> None:
    """Extend moto's `Topic.publish`, once."""
    publish = models.Topic.publish
    if hasattr(publish, "reaches_phones"):
        return

    @wraps(publish)
    def publish_to_phones_too(topic: Any, message: str, *args: Any, **kwargs: Any) -> Any:
        message_id = publish(topic, message, *args, **kwargs)
        receiver = _receiver.get()
        if receiver is not None:
            for text in _texts(topic, message, **kwargs):
                receiver(text)
        return message_id

    vars(publish_to_phones_too)["reaches_phones"] = True
    models.Topic.publish = publish_to_phones_too


def _texts(
    topic: Any,
    message: str,
    subject: str | None = None,
    message_attributes: dict[str, Any] | None = None,
    message_structure: str | None = None,
    **_: Any,
) -> Iterator[TopicText]:
    """Return the text for each phone whose filter policy lets the message pass."""
    attributes = {name: _attribute(value) for name, value in (message_attributes or {}).items()}
    # Not by moto's list of subscriptions, which ends after a hundred.
    for subscription in list(topic.sns_backend._get_topic_subscriptions(topic)):
        if subscription.protocol != PROTOCOL:
            continue
        matcher = subscription._filter_policy_matcher
        if matcher is not None and not matcher.matches(message_attributes, message):
            continue
        body = subscription._parse_message_structure(message, PROTOCOL) if message_structure == "json" else message
        # In capitals, with "> ". Source: SNS guide, sms_publish-to-topic.html
        prefix = f"{topic.display_name[:DISPLAY_NAME_CHARACTERS].upper()}> " if topic.display_name else ""
        yield TopicText(
            account=subscription.owner,
            region=topic.sns_backend.region_name,
            topic_arn=topic.arn,
            subscription_arn=subscription.arn,
            number=subscription.endpoint.translate(SEPARATORS),
            body=prefix + body,
            attributes=attributes,
            subject=subject,
            message_structure=message_structure,
        )


def _attribute(value: dict[str, Any]) -> dict[str, str]:
    """Return an attribute as it was on the wire; moto renames its members."""
    member = "BinaryValue" if value["Type"].startswith("Binary") else "StringValue"
    return {"DataType": value["Type"], member: str(value["Value"])}
