"""How many messages are kept: the oldest are dropped, those first that have a final status."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from operator import attrgetter

from emulator.messaging.state.messages import Message
from emulator.messaging.store import MessagingStore
from emulator.telecom.handsets import Inbox

FILE_BYTES_MAX = 1024 * 1024 * 1024
"""Of the files of all messages together."""


def file_bytes(message: Message) -> int:
    """Return the size of a message's files."""
    return sum(len(file.content) for file in message.media)


def drop_oldest(
    stores: Iterable[MessagingStore], inbox: Inbox[Message], excess: int, file_excess: int
) -> dict[str, Message]:
    """
    Drop the oldest messages from the stores and the inbox, and return them by id. It costs by what is dropped.

    Messages without a final status stay, since their carrier is not done with them: 72 hours at most.

    Args:
        stores: the stores that have messages.
        inbox: the inbox.
        excess: how many messages there are too many.
        file_excess: how many bytes their files have too many; for these, messages without files stay.
    """
    by_scope = {(store.account, store.region): store for store in stores}
    dropped: dict[str, Message] = {}
    for message in _oldest_first(by_scope.values(), inbox):
        if len(dropped) >= excess and file_excess <= 0:
            break
        is_over = message.final or message.direction == "inbound"
        if is_over and message.message_id not in dropped and (len(dropped) < excess or file_bytes(message)):
            dropped[message.message_id] = message
            file_excess -= file_bytes(message)
    for message in dropped.values():
        store = by_scope.get((message.account, message.region))
        if store is not None:
            store.drop_message(message)
        if message.message_id in inbox.messages:
            inbox.remove(message)
    return dropped


def _oldest_first(stores: Iterable[MessagingStore], inbox: Inbox[Message]) -> Iterator[Message]:
    lists = [iter(store.messages.values()) for store in stores]
    return heapq.merge(*lists, iter(inbox.messages.values()), key=attrgetter("requested_at"))
