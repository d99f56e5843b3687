"""
The calls that an application makes most of to the embedded AWS, without moto's routing, parsing and serializing.

Those are SNS Publish, and SQS SendMessage, ReceiveMessage and DeleteMessage, in their plain forms; they act on the same
backends. Whatever is out of the ordinary (FIFO, attributes, errors, waiting for a message) is left to moto's server, and
so has changed nothing here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from emulator.aws.clients import AwsClients

Answer = tuple[dict[str, str], bytes]
"""Headers and body of an HTTP response with status 200."""
TARGET = "AmazonSQS."
JSON_TYPE = "application/x-amz-json-1.0"
NAMESPACE = "http://sns.amazonaws.com/doc/2010-03-31/"
MESSAGES_MAX = 10
WAIT_SECONDS_MAX = 20
VISIBILITY_SECONDS_MAX = 43200
PUBLISH_PARAMETERS = frozenset({"Action", "Version", "TopicArn", "Message", "Subject"})


class ShortPath(AwsClients):
    """The embedded SNS and SQS, for plain calls."""

    def answer_plain(self, target: str, account: str, region: str, body: bytes) -> Answer | None:
        """
        Answer a call of SQS, or of SNS; None leaves it to moto's server.

        Args:
            target: the X-Amz-Target header; empty for SNS, which speaks the query protocol.
            account: the caller's account id.
            region: the caller's region.
            body: the request's body.
        """
        if not self.is_embedded:
            return None
        try:
            if not target:
                return self._publish(account, region, body)
            act = SQS_ACTIONS.get(target.removeprefix(TARGET))
            members = json.loads(body) if act is not None else None
            if act is None or not isinstance(members, dict):
                return None
            queue = self.backend("sqs", account, region).queues.get(str(members.pop("QueueUrl", "")).rpartition("/")[2])
            if queue is None or queue.fifo_queue:
                return None
            found = act(self.backend("sqs", account, region), queue, members)
        except (KeyError, ValueError):  # a region that moto does not know, a body that is not JSON or UTF-8
            return None
        if found is None:
            return None
        return {"Content-Type": JSON_TYPE, "x-amzn-RequestId": _request_id()}, json.dumps(found).encode() if found else b""

    def _publish(self, account: str, region: str, body: bytes) -> Answer | None:
        parameters = dict(parse_qsl(body.decode(), keep_blank_values=True))
        if parameters.get("Action") != "Publish" or not parameters.keys() <= PUBLISH_PARAMETERS:
            return None
        backend = self.backend("sns", account, region)
        arn, message, subject = (parameters.get(name) for name in ("TopicArn", "Message", "Subject"))
        topic = backend.topics.get(arn)
        if topic is None or topic.fifo_topic or not message or len(subject or "") > 100:
            return None
        # Imported here, as most of moto is: nobody publishes at once.
        from xml.sax.saxutils import escape

        from emulator.aws.moto_patches import sns

        # Of what else a topic may have for a subscriber, some is slow, and some fails after others have the message.
        if not all(
            sns.queue_of(subscription, message, subject, None)
            for subscription in backend.subscriptions.values()
            if subscription.topic is topic
        ):
            return None
        request_id = _request_id()
        message_id = topic.publish(message, subject=subject)
        result = f"<PublishResult><MessageId>{escape(message_id)}</MessageId></PublishResult>"
        metadata = f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
        text = f'<PublishResponse xmlns="{NAMESPACE}">{result}{metadata}</PublishResponse>'
        return {"Content-Type": "text/xml", "x-amzn-RequestId": request_id}, text.encode()


def _request_id() -> str:
    from moto.moto_api._internal import mock_random

    return str(mock_random.uuid4())


def _send(backend: Any, queue: Any, members: dict[str, Any]) -> dict[str, Any] | None:
    text = members.get("MessageBody")
    if set(members) != {"MessageBody"} or not isinstance(text, str) or not 0 < len(text) <= queue.maximum_message_size:
        return None
    if queue.lambda_event_source_mappings:
        return None
    message = backend.send_message(queue.name, text)
    return {"MD5OfMessageBody": message.body_md5, "MessageId": message.id}


def _receive(backend: Any, queue: Any, members: dict[str, Any]) -> dict[str, Any] | None:
    count = members.pop("MaxNumberOfMessages", 1)
    wait = members.pop("WaitTimeSeconds", queue.receive_message_wait_time_seconds)
    visibility = members.pop("VisibilityTimeout", queue.visibility_timeout)
    limits = ((count, 1, MESSAGES_MAX), (wait, 0, WAIT_SECONDS_MAX), (visibility, 0, VISIBILITY_SECONDS_MAX))
    if members or not all(type(value) is int and least <= value <= most for value, least, most in limits):
        return None
    messages = backend.receive_message(queue.name, count, 0, visibility)
    if not messages:
        # Whoever waits for a message must not hold up the others.
        return {} if wait == 0 else None
    return {
        "Messages": [
            {
                "MessageId": message.id,
                "ReceiptHandle": message.receipt_handle,
                "MD5OfBody": message.body_md5,
                "Body": message.body,
            }
            for message in messages
        ]
    }


def _delete(backend: Any, queue: Any, members: dict[str, Any]) -> dict[str, Any] | None:
    handle = members.get("ReceiptHandle")
    if set(members) != {"ReceiptHandle"} or not isinstance(handle, str):
        return None
    from moto.sqs.exceptions import ReceiptHandleIsInvalid

    try:
        queue.delete_message(handle)
    except ReceiptHandleIsInvalid:
        return None
    return {}


SQS_ACTIONS: dict[str, Callable[[Any, Any, dict[str, Any]], dict[str, Any] | None]] = {
    "SendMessage": _send,
    "ReceiveMessage": _receive,
    "DeleteMessage": _delete,
}
"""By the operation's name; each returns the answer's members, or None where moto's server is to answer."""
