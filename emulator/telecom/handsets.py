"""
Handsets and the inbox: what the user of a phone sees, and how the phone behaves.

The inbox is the single list of all messages, inbound and outbound, in the order in which they were created; a handset's own
inbox is the part of it that has arrived there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import field
from datetime import datetime, timedelta
from itertools import dropwhile, islice
from typing import Any, Generic, Protocol, TypeVar

from emulator.kernel.compact import compact
from emulator.kernel.dataclass import dataclass
from emulator.telecom.vocabulary import ChannelName, Direction, Status

ARRIVED: frozenset[Status] = frozenset({"SUCCESSFUL", "DELIVERED", "READ", "PLAYED", "COMPLETED"})
"""Statuses in which a message has arrived on the handset."""


class AnyMessage(Protocol):
    """What the inbox needs to know about a message."""

    message_id: str
    account: str
    region: str
    channel: ChannelName
    direction: Direction
    to: str
    status: Status
    requested_at: datetime

    @property
    def sender(self) -> str:
        """The sender that the phone displays."""

    @property
    def body(self) -> str:
        """The text."""

    @property
    def digits(self) -> str | None:
        """The keys that were pressed in a call."""


@dataclass(slots=True)
class Handset:
    """
    The behaviour of one phone.

    `outcome` is the final status of messages to it; None leaves it to the route. `answers` is what it does when called
    (with `wait` it rings until somebody takes the call), `presses` the keys that it presses each time a call asks for
    input, `says` what it says when a call records.
    `whatsapp_name` is the name of the profile, `whatsapp_marketing` is false once the user has stopped marketing messages,
    `whatsapp_blocks` are the numbers of blocked businesses, `whatsapp_error` is Meta's code by which all that is sent by
    WhatsApp fails.
    """

    number: str
    outcome: Status | None = None
    description: str | None = None
    delay: timedelta = timedelta(0)
    answers: str = "answer"
    presses: tuple[str, ...] = ()
    says: str | None = None
    carrier: str | None = None
    rcs: bool = True
    reads_rcs: bool = False
    whatsapp: bool = True
    reads_whatsapp: bool = False
    whatsapp_name: str | None = None
    whatsapp_marketing: bool = True
    whatsapp_blocks: tuple[str, ...] = ()
    whatsapp_error: int | None = None


MessageT = TypeVar("MessageT", bound=AnyMessage)


@dataclass(slots=True)
class ByHandset(Generic[MessageT]):
    """
    Messages by handset, in order of creation.

    A handset with a single message has no dict of its own, which would take 200 bytes.
    """

    _found: dict[str, MessageT | dict[str, MessageT]] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return the number of handsets."""
        return len(self._found)

    def count(self) -> int:
        """Return the number of messages."""
        return sum(len(found) if isinstance(found, dict) else 1 for found in self._found.values())

    def of(self, handset: str) -> Collection[MessageT]:
        """Return the messages of a handset."""
        return _values(self._found.get(handset))

    def newest_first(self, handset: str) -> Iterator[MessageT]:
        """Return the messages of a handset, the last one first."""
        found = self._found.get(handset)
        return reversed(found.values()) if isinstance(found, dict) else iter(_values(found))

    def add(self, handset: str, message: MessageT) -> None:
        """Add a message."""
        found = self._found.get(handset)
        if found is None:
            self._found[handset] = message
        elif isinstance(found, dict):
            found[message.message_id] = message
        else:
            self._found[handset] = {found.message_id: found, message.message_id: message}

    def remove(self, handset: str, message: MessageT) -> None:
        """Remove a message, if it is there."""
        found = self._found.get(handset)
        if isinstance(found, dict):
            found.pop(message.message_id, None)
        if found is message or (isinstance(found, dict) and not found):
            del self._found[handset]

    def compact(self) -> None:
        """Free the memory of messages that have been dropped."""
        compact(self._found)

    def pop(self, handset: str) -> Collection[MessageT]:
        """Remove the messages of a handset, and return them."""
        return _values(self._found.pop(handset, None))


def _values(found: MessageT | dict[str, MessageT] | None) -> Collection[MessageT]:
    if isinstance(found, dict):
        return found.values()
    return () if found is None else (found,)


@dataclass(slots=True)
class Inbox(Generic[MessageT]):
    """
    Every message, by id in order of creation, and by the handset that sends or receives it.

    `unread` holds, by handset, the messages to it that nobody has looked at in the page.
    """

    messages: dict[str, MessageT] = field(default_factory=dict)
    by_handset: ByHandset[MessageT] = field(default_factory=ByHandset)
    unread: ByHandset[MessageT] = field(default_factory=ByHandset)

    def add(self, message: MessageT) -> None:
        """Add a message."""
        handset = message.to if message.direction == "outbound" else message.sender
        self.messages[message.message_id] = message
        self.by_handset.add(handset, message)
        if message.direction == "outbound":
            self.unread.add(handset, message)

    def compact(self) -> None:
        """Free the memory of messages that have been dropped."""
        compact(self.messages)
        self.by_handset.compact()
        self.unread.compact()

    def mark_read(self, handset: str) -> int:
        """Mark every message to a handset as read, as far as people are concerned; returns how many were not."""
        return len(self.unread.pop(handset))

    def remove(self, message: MessageT) -> None:
        """Remove a message; it stays reported and charged."""
        del self.messages[message.message_id]
        handset = message.to if message.direction == "outbound" else message.sender
        self.by_handset.remove(handset, message)
        self.unread.remove(handset, message)

    def search(self, filters: MessageFilter, *, after: str | None = None, newest_first: bool = False) -> Iterator[MessageT]:
        """
        Return the matching messages in order; with `after`, the id of a message, only those after it in that order.

        What is searched is copied at once: the search itself may go on when the inbox has changed.
        """
        candidates: Iterable[MessageT] = self.messages.values()
        if after is None and filters.message_id is not None:
            found = self.messages.get(filters.message_id)
            candidates = () if found is None else (found,)
        elif after is None and filters.to is not None and filters.direction == "outbound":
            candidates = self.by_handset.of(filters.to)
        ordered = list(candidates)
        if newest_first:
            ordered.reverse()
        copied: Iterable[MessageT] = ordered
        if after is not None:
            copied = islice(dropwhile(lambda message: message.message_id != after, copied), 1, None)
        return iter(copied) if filters == EVERYTHING else (message for message in copied if filters.fits(message))

    def arrived(self, number: str) -> list[MessageT]:
        """Return the messages that have arrived on a handset, oldest first."""
        kept = self.by_handset.of(number)
        return [message for message in kept if message.direction == "outbound" and message.status in ARRIVED]

    def last_sender_to(self, number: str) -> str | None:
        """Return the sender of the last message to a handset, which it can reply to."""
        for message in self.by_handset.newest_first(number):
            if message.direction == "outbound":
                return message.sender
        return None


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """The criteria of a search in the inbox; None matches everything."""

    to: str | None = None
    sender: str | None = None
    channel: str | None = None
    direction: str | None = None
    status: str | None = None
    message_id: str | None = None
    contains: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    digits: str | None = None
    account: str | None = None
    region: str | None = None
    matches: Callable[[Any], bool] | None = None

    def fits(self, message: AnyMessage) -> bool:
        """Return whether a message matches."""
        return (
            (self.to is None or message.to == self.to)
            and (self.sender is None or message.sender == self.sender)
            and (self.channel is None or message.channel == self.channel)
            and (self.direction is None or message.direction == self.direction)
            and (self.status is None or message.status == self.status)
            and (self.message_id is None or message.message_id == self.message_id)
            and (self.contains is None or self.contains in message.body)
            and (self.since is None or message.requested_at >= self.since)
            and (self.before is None or message.requested_at < self.before)
            and (self.digits is None or message.digits == self.digits)
            and (self.account is None or message.account == self.account)
            and (self.region is None or message.region == self.region)
            and (self.matches is None or self.matches(message))
        )


EVERYTHING = MessageFilter()
