"""
Entries: what came through a door, with all that it read from outside.

In a store an entry is a row of its position, its content as MessagePack, and a check that covers every entry before it
too: a row that was changed, lost or moved shows. As a line of JSON an entry is the same content, with bytes in base64.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from hashlib import blake2b
from typing import Any

import msgspec

from emulator.journal.errors import JournalBroken
from emulator.kernel.snapshots import decode, encode
from emulator.wire.http import Response

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MICROSECOND = timedelta(microseconds=1)
CHECK_BYTES = 16
FIRST_CHECK = bytes(CHECK_BYTES)
ANSWER_BYTES = 8


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as a store keeps it."""

    position: int
    content: bytes
    check: bytes


@dataclass(slots=True)
class Entry:
    """
    One passage through a door.

    Attributes:
        kind: one of the kinds in `replay`.
        now: the virtual time before it, in microseconds since 1970.
        data: what came through: plain values, bytes, and what `kernel.snapshots.encode` makes of others.
        walls: the readings of the wall clock, in microseconds since 1970.
        rules: the event buses that have rules, if that has changed.
    """

    kind: str
    now: int
    data: dict[str, Any]
    walls: list[int] = field(default_factory=list)
    rules: Any = None
    position: int = 0

    def content(self) -> bytes:
        """Return what a row holds of it."""
        return msgspec.msgpack.encode([self.kind, self.now, self.data, self.walls, self.rules])

    def line(self) -> dict[str, Any]:
        """Return the entry as JSON."""
        content = [self.kind, self.now, self.data, self.walls, self.rules]
        return {"position": self.position, "kind": self.kind, "entry": encode(content)}


def read_row(row: Row, where: str) -> Entry:
    """
    Return the entry of a row.

    Raises:
        JournalBroken: the row does not contain one.
    """
    try:
        return _entry(row.position, msgspec.msgpack.decode(row.content))
    except (ValueError, TypeError, msgspec.DecodeError) as error:
        raise JournalBroken(where, row.position, f"it cannot be read: {error}") from error


def read_line(line: dict[str, Any]) -> Entry:
    """
    Return the entry of a line.

    Raises:
        ValueError: the line does not contain one.
    """
    try:
        return _entry(line["position"], decode(line["entry"]))
    except (KeyError, TypeError) as error:
        raise ValueError(repr(error)) from error


def _entry(position: int, content: Any) -> Entry:
    kind, now, data, walls, rules = content
    return Entry(kind, now, data, walls, rules, position)


def next_check(check: bytes, position: int, content: bytes) -> bytes:
    """Return the check of an entry after one with that check."""
    return blake2b(check + position.to_bytes(8, "big") + content, digest_size=CHECK_BYTES).digest()


def checked(rows: Iterable[Row], position: int, check: bytes, where: str) -> Iterator[Row]:
    """
    Yield the rows that follow a position.

    Raises:
        JournalBroken: one is missing, or is not what was written.
    """
    for row in rows:
        position += 1
        if row.position != position:
            raise JournalBroken(where, position, f"it is missing; the next one is {row.position}")
        check = next_check(check, position, row.content)
        if check != row.check:
            raise JournalBroken(where, position, "it is not what was written: its check does not match")
        yield row


def to_microseconds(moment: datetime) -> int:
    """Return a time in microseconds since 1970."""
    return (moment - EPOCH) // MICROSECOND


def from_microseconds(count: int) -> datetime:
    """Return the time that is so many microseconds after 1970."""
    return EPOCH + MICROSECOND * count


def digest_of(response: Response) -> bytes:
    """Return what shows whether an answer is the same."""
    return blake2b(response.body, digest_size=ANSWER_BYTES, salt=str(response.status).encode()).digest()
