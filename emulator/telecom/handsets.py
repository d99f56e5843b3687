"""
Handsets and their inbox: what the person with the phone sees, and how that phone behaves.

The inbox is the one list of all messages of the world, in and out, in the order in which they were made; a handset's own
inbox is what of it has arrived there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from emulator.telecom.vocabulary import ChannelName, Direction, Status

ARRIVED: frozenset[Status] = frozenset({"SUCCESSFUL", "DELIVERED", "READ", "PLAYED", "COMPLETED"})
"""Statuses in which a message is on the handset."""


class AnyMessage(Protocol):
    """What the inbox needs to know of a message."""

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
        """What the phone shows as the sender."""

    @property
    def body(self) -> str:
        """The text."""

    @property
    def digits(self) -> str | None:
        """The keys that were pressed, of a call."""


@dataclass(slots=True)
class Handset:
    """
    How one telephone behaves.

    `outcome` is the final status of what is sent to it, None for the route's own. `answers` says what it does when called,
    `presses` which keys it presses each time that a call asks for some, `says` what it says when a call records.
    `whatsapp_name` is the name of the profile, `whatsapp_marketing` is false once the user has stopped marketing messages,
    `whatsapp_blocks` are the numbers of blocked businesses.
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


MessageT = TypeVar("MessageT", bound=AnyMessage)


@dataclass(slots=True)
class Inbox(Generic[MessageT]):
    """Every message, by id in the order of sending, and by the telephone at the far end."""

    messages: dict[str, MessageT] = field(default_factory=dict)
    by_handset: dict[str, dict[str, MessageT]] = field(default_factory=dict)

    def add(self, message: MessageT) -> None:
        """Keep the message."""
        handset = message.to if message.direction == "outbound" else message.sender
        self.messages[message.message_id] = message
        self.by_handset.setdefault(handset, {})[message.message_id] = message

    def remove(self, message: MessageT) -> None:
        """Forget the message; what has been reported and charged stays so."""
        del self.messages[message.message_id]
        handset = message.to if message.direction == "outbound" else message.sender
        del self.by_handset[handset][message.message_id]

    def search(self, filters: MessageFilter) -> Iterator[MessageT]:
        """The messages that fit, oldest first."""
        candidates: Iterable[MessageT] = self.messages.values()
        if filters.message_id is not None:
            found = self.messages.get(filters.message_id)
            candidates = () if found is None else (found,)
        elif filters.to is not None and filters.direction == "outbound":
            candidates = self.by_handset.get(filters.to, {}).values()
        return (message for message in candidates if filters.fits(message))

    def arrived(self, number: str) -> list[MessageT]:
        """What is on the handset: the texts that reached it, oldest first."""
        kept = self.by_handset.get(number, {}).values()
        return [message for message in kept if message.direction == "outbound" and message.status in ARRIVED]

    def last_sender_to(self, number: str) -> str | None:
        """Who wrote last to this handset, so that it can answer."""
        for message in reversed(self.by_handset.get(number, {}).values()):
            if message.direction == "outbound":
                return message.sender
        return None


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """What to look for in the inbox; None asks nothing."""

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

    def fits(self, message: AnyMessage) -> bool:
        """Whether the message is looked for."""
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
        )
