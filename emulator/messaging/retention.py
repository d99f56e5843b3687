"""How many messages are kept: the oldest are dropped, those first that have a final status."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from operator import attrgetter

from emulator.messaging.state.messages import Message
from emulator.messaging.store import MessagingStore
from emulator.telecom.handsets import Inbox


def drop_oldest(stores: Iterable[MessagingStore], inbox: Inbox[Message], keep: int) -> dict[str, Message]:
    """
    Drop messages from the stores and the inbox until no more than `keep` are left, and return them by their ids.

    Messages without a final status stay, since their carrier is not done with them: 72 hours at most.
    """
    by_scope = {(store.account, store.region): store for store in stores}
    excess = len(set(inbox.messages).union(*(store.messages for store in by_scope.values()))) - keep
    dropped: dict[str, Message] = {}
    for message in _oldest_first(by_scope.values(), inbox):
        if len(dropped) >= excess:
            break
        if message.final or message.direction == "inbound":
            dropped[message.message_id] = message
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
