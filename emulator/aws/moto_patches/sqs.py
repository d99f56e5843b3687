"""
What moto's SQS does too slowly for an event destination, done faster with the same outcome.

moto computes every attribute of a queue, by walking over all its messages, whenever one is sent, and walks over them again
for each receive and delete.
"""

from __future__ import annotations

import copy
import json
import string
from collections.abc import Iterator, Mapping
from typing import Any

from moto.core.utils import camelcase_to_underscores, unix_time, unix_time_millis
from moto.moto_api._internal import mock_random
from moto.sqs import models as sqs
from moto.sqs.exceptions import ReceiptHandleIsInvalid

HANDLE_LENGTH = 185
DEDUPLICATION_IDS_MAX = 1000
"""So many ids of messages that have left a FIFO queue are remembered, and of those that wait."""

MOTO_ADD_MESSAGE = sqs.Queue.add_message


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


def add_message(queue: sqs.Queue, message: sqs.Message) -> None:
    """Queue.add_message: a duplicate is searched for in a FIFO queue only if its deduplication id has been there."""
    known: set[str | None] = vars(queue).setdefault("deduplication_ids", set())
    if len(known) > DEDUPLICATION_IDS_MAX + 2 * len(queue._messages):
        known.intersection_update([each.deduplication_id for each in queue._messages])
    if not queue.fifo_queue or message.deduplication_id in known or queue.lambda_event_source_mappings:
        MOTO_ADD_MESSAGE(queue, message)
    else:
        with queue._messages_lock:
            queue._messages.append(message)
            queue._messages_lock.notify_all()
    if queue.fifo_queue:
        known.add(message.deduplication_id)


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

PATCHES: dict[tuple[Any, str], Any] = {
    (sqs.Queue, "attributes"): property(queue_attributes),
    (sqs.Queue, "messages"): property(visible_messages),
    (sqs.Queue, "approximate_number_of_messages_not_visible"): property(not_visible_count),
    (sqs.Queue, "approximate_number_of_messages_delayed"): property(delayed_count),
    (sqs.Queue, "pending_message_groups"): property(pending_message_groups),
    (sqs.Queue, "add_message"): add_message,
    (sqs.Queue, "delete_message"): delete_message,
    (sqs.SQSBackend, "get_queue_attributes"): all_queue_attributes,
    (sqs.SQSBackend, "is_message_valid_based_on_retention_period"): is_within_retention_period,
    (sqs.Message, "__deepcopy__"): copy_message,
    (sqs, "generate_receipt_handle"): receipt_handle,
}
"""The replacement for each attribute of moto, by its owner and name."""
ORIGINALS: dict[tuple[Any, str], Any] = {(owner, name): vars(owner).get(name) for owner, name in PATCHES}
"""moto's own attributes; None where moto has no attribute of that name."""
