"""The list of events: the statuses that messages have reached, and replies, in the order in which they happened."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from itertools import compress, takewhile
from typing import Any, TypeAlias

from emulator.kernel.bus import Subscription
from emulator.kernel.snapshots import Snapshotable
from emulator.messaging.channels import CHANNELS
from emulator.messaging.facts import MessageAccepted, MessageForwarded, MessageStatusChanged
from emulator.messaging.state.messages import HistoryEntry, Message

LoggedEvent: TypeAlias = tuple[int, Message, HistoryEntry]
"""An event: its number, which is its place in the list, the message, and the status that it reached."""


class EventLog(Snapshotable):
    """
    Every event of the messages that are kept.

    The events are columns, which take a quarter of the memory of an object for each.
    """

    SNAPSHOT_FIELDS = ("_numbers", "_messages", "_entries", "_number")

    _messages: list[Message]
    _entries: list[HistoryEntry]
    _number: int

    def __init__(self) -> None:
        self._numbers = array("q")
        self._messages = []
        self._entries = []
        self._number = 0

    def snapshot(self) -> Any:
        """Return what a snapshot holds of the list."""
        return super().snapshot() | {"_numbers": [*self._numbers]}

    def restore(self, state: Any) -> None:
        """Restore the list to the state in a snapshot."""
        super().restore(state | {"_numbers": array("q", state["_numbers"])})
        if not len(self._numbers) == len(self._messages) == len(self._entries):
            raise ValueError("each event has a number, a message and a status")

    def subscriptions(self) -> Iterable[Subscription]:
        """Yield a subscription for each fact that is an event."""
        yield MessageStatusChanged, lambda fact: self._add(fact.message, fact.entry)
        yield MessageAccepted, self._add_received
        yield MessageForwarded, self._add_forwarded

    def _add_received(self, fact: MessageAccepted) -> None:
        # What comes in on such a channel is an event at once; elsewhere it is one when it is forwarded.
        if fact.message.direction == "inbound" and CHANNELS[fact.message.channel].has_own_events:
            self._add(fact.message, fact.message.history[0])

    def _add_forwarded(self, fact: MessageForwarded) -> None:
        # Typing indications are forwarded too, and have no status.
        if fact.message.history:
            self._add(fact.message, fact.message.history[-1])

    def _add(self, message: Message, entry: HistoryEntry) -> None:
        self._number += 1
        self._numbers.append(self._number)
        self._messages.append(message)
        self._entries.append(entry)

    def after(self, number: int, most: int) -> list[LoggedEvent]:
        """Return the first events behind that number: a copy, which can be read without the world's lock."""
        start = bisect_right(self._numbers, number)
        return self._between(start, start + most)

    def before(self, number: int, most: int) -> list[LoggedEvent]:
        """Return the last events ahead of that number, the newest first; 0 is the end of the list."""
        end = bisect_left(self._numbers, number) if number else len(self._numbers)
        return self._between(max(0, end - most), end)[::-1]

    def _between(self, start: int, end: int) -> list[LoggedEvent]:
        columns = self._numbers[start:end], self._messages[start:end], self._entries[start:end]
        return list(zip(*columns, strict=True))

    def forget(self, messages: Mapping[str, Message]) -> None:
        """Drop the events of dropped messages, by their ids. It costs by the age of the newest of these events."""
        # Replies have no event before they are forwarded, and those that AWS ignores have no status.
        last = max((message.history[-1].at for message in messages.values() if message.history), default=None)
        if last is None:
            return
        count = sum(1 for _ in takewhile(lambda entry: entry.at <= last, self._entries))
        stays = [message.message_id not in messages for message in self._messages[:count]]
        self._numbers[:count] = array("q", compress(self._numbers[:count], stays))
        self._messages[:count] = compress(self._messages[:count], stays)
        self._entries[:count] = compress(self._entries[:count], stays)
