"""The list of events: the statuses that messages have reached, and replies, in the order in which they happened."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Mapping
from operator import attrgetter

from emulator.kernel.bus import Subscription
from emulator.kernel.dataclass import dataclass
from emulator.kernel.snapshots import Snapshotable
from emulator.messaging.channels import CHANNELS
from emulator.messaging.facts import MessageAccepted, MessageForwarded, MessageStatusChanged
from emulator.messaging.state.messages import HistoryEntry, Message


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event: its number, which is its place in the list, and the status that the message reached."""

    number: int
    message: Message
    entry: HistoryEntry


class EventLog(Snapshotable):
    """Every event of the messages that are kept."""

    SNAPSHOT_FIELDS = ("_events", "_number")

    _events: deque[LoggedEvent]
    _number: int

    def __init__(self) -> None:
        self._events: deque[LoggedEvent] = deque()
        self._number = 0

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
        self._events.append(LoggedEvent(self._number, message, entry))

    def after(self, number: int) -> list[LoggedEvent]:
        """Return the events behind that number: a copy, which can be read without the world's lock."""
        events = list(self._events)
        return events[bisect_right(events, number, key=attrgetter("number")) :]

    def forget(self, messages: Mapping[str, Message]) -> None:
        """Drop the events of messages, given by their ids; as they are the oldest, so are their events."""
        last = max((message.history[-1].at for message in messages.values() if message.history), default=None)
        kept = []
        while last is not None and self._events and self._events[0].entry.at <= last:
            event = self._events.popleft()
            if event.message.message_id not in messages:
                kept.append(event)
        self._events.extendleft(reversed(kept))
