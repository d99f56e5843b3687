"""
The journal of one process: entries are put in a queue, and a thread writes them, many in one commit. Where a commit is
quick, whoever waits for an entry writes it instead, which takes less than to wake a thread.

What cannot be written (the disk is full) stays in the queue and is tried again; until it is written, nothing that came
after is acknowledged, and nothing new is accepted.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Protocol

from emulator.journal.entries import FIRST_CHECK, Entry, Row, next_check
from emulator.journal.errors import JournalUnavailable, NotLeading
from emulator.journal.snapshots import SnapshotInfo

log = logging.getLogger("emulator")

RETRY_SECONDS = 0.5
"""How soon a write that has failed is tried again."""
COMMIT_ENTRIES_MAX = 2000
"""Entries of one commit."""
QUEUE_MAX = 20_000
"""Entries that wait to be written; whoever adds more waits."""
WRITE_SECONDS_MAX = 30.0
"""How long an entry may take to be written; then nothing is accepted until it is."""
LOOK_SECONDS = 0.05
"""How soon the thread of a quick store writes what nobody waits for."""
STOP_SECONDS_MAX = 5.0
"""How long the end of the thread is waited for."""


class Store(Protocol):
    """Where a journal is kept."""

    where: str
    """What an error calls it: a file or the address of a database."""
    is_quick: bool
    """True if `append` waits neither for the disk nor for a network."""

    def append(self, rows: list[Row], *, wait: bool = True) -> None:
        """
        Write rows, all or none, durably.

        Args:
            rows: the rows.
            wait: wait while something else is being written.

        Raises:
            JournalUnavailable: they cannot be written now.
            NotLeading: they must not be written by this process any more.
        """
        ...

    def read(self, after: int) -> Iterator[Row]:
        """Yield the rows after a position, in order."""
        ...

    def last(self) -> tuple[int, bytes]:
        """Return the position and check of the last row; those of the newest snapshot if none follows it."""
        ...

    def snapshots(self) -> list[SnapshotInfo]:
        """Return the snapshots that are complete, newest first."""
        ...

    def read_snapshot(self, position: int) -> Iterator[bytes]:
        """Yield the parts of a snapshot."""
        ...

    def write_snapshot(self, position: int, parts: Iterator[bytes]) -> None:
        """Write the parts of a snapshot, which is not complete yet; entries can be appended meanwhile."""
        ...

    def complete_snapshot(self, info: SnapshotInfo) -> None:
        """Complete a snapshot; drop all but two, and the entries before the older one."""
        ...

    def cut(self, after: int) -> int:
        """Delete all rows after a position, and snapshots of a later one; return how many rows."""
        ...

    def close(self) -> None:
        """Close the store."""
        ...


class Journal:
    """
    The queue before a store, and the thread that empties it.

    Attributes:
        position: the last entry that was put in the queue.
        durable: the last entry that was written.
        failure: why nothing can be written at the moment.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.position = self.durable = 0
        self.failure: JournalUnavailable | None = None
        self.listeners: list[Callable[[], None]] = []
        """Called by the writing thread when `durable` or `failure` has changed; they return at once."""
        self._check = FIRST_CHECK
        self._queue: list[Entry] = []
        self._changed = threading.Condition()
        self._writing = threading.Lock()
        """Held by whoever writes."""
        self._starts = 0
        """Counts starts and stops: what was begun before one is too late."""
        self._closing = False
        self._thread: threading.Thread | None = None

    @property
    def check(self) -> bytes:
        """The check of the last entry that was written."""
        return self._check

    def start(self, position: int, check: bytes) -> None:
        """Continue after an entry."""
        self.position = self.durable = position
        self._check = check
        self._queue.clear()
        self._closing, self.failure = False, None
        # An earlier thread that does not end has a lock of its own.
        self._writing = threading.Lock()
        self._starts += 1
        arguments = self._starts, self._writing
        self._thread = threading.Thread(target=self._run, args=arguments, name="emulator-journal", daemon=True)
        self._thread.start()

    def append(self, entry: Entry) -> None:
        """Put an entry in the queue."""
        with self._changed:
            if len(self._queue) >= QUEUE_MAX and self.failure is None:
                self._wait_for(lambda: len(self._queue) < QUEUE_MAX)
            self.position += 1
            entry.position = self.position
            self._queue.append(entry)
            if not self.store.is_quick:
                self._changed.notify_all()

    def write_here(self) -> None:
        """
        Write what is in the queue in the caller's thread, if the store is quick.

        This never waits: if the store is busy, or cannot be written, the journal's thread goes on.
        """
        writing = self._writing
        is_possible = self.store.is_quick and self._thread is not None and self.failure is None
        if not is_possible or not writing.acquire(blocking=False):
            return
        try:
            with self._changed:
                entries, starts = self._queue[:COMMIT_ENTRIES_MAX], self._starts
            written = not entries or self._write(entries, starts, wait=False)
        finally:
            writing.release()
        if not written:
            with self._changed:
                self._changed.notify_all()

    def wait(self, position: int | None = None) -> None:
        """
        Wait until an entry, or all that are in the queue, are written.

        Raises:
            JournalUnavailable: they cannot be written at the moment.
        """
        self.write_here()
        with self._changed:
            wanted = self.position if position is None else position
            self._wait_for(lambda: self.durable >= wanted)
            if self.durable < wanted and self.failure is not None:
                raise self.failure

    def _wait_for(self, is_written: Callable[[], bool]) -> None:
        """Wait until something is written, or fails. A store that does not answer fails too."""
        self._changed.notify_all()
        if not self._changed.wait_for(lambda: is_written() or self.failure is not None, WRITE_SECONDS_MAX):
            self.failure = JournalUnavailable(f"{self.store.where} has not answered for {WRITE_SECONDS_MAX:.0f} seconds")

    def stop(self) -> None:
        """Write what is in the queue, if that is possible, and end the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS_MAX)
            self._thread = None
            self._starts += 1

    def refuse(self, failure: JournalUnavailable) -> None:
        """Accept nothing, and forget what has not been written."""
        self.stop()
        with self._changed:
            self._queue.clear()
            self.position = self.durable
        self._report(failure)

    def check_not_fenced(self) -> None:
        """Raise NotLeading if this process may not write any more."""
        if isinstance(self.failure, NotLeading):
            raise self.failure

    def _run(self, starts: int, writing: threading.Lock) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue or self._closing, LOOK_SECONDS if self.store.is_quick else None)
            with writing:
                with self._changed:
                    if self._starts != starts:
                        return
                    entries, closing = self._queue[:COMMIT_ENTRIES_MAX], self._closing
                written = not entries or self._write(entries, starts)
            if closing and not (entries and written):
                return
            if not written:
                with self._changed:
                    self._changed.wait_for(lambda: self._closing, RETRY_SECONDS)

    def _write(self, entries: list[Entry], starts: int, *, wait: bool = True) -> bool:
        """Write entries; return whether that was possible. Without `wait`, a failure is left to the thread to report."""
        rows, check = [], self._check
        for entry in entries:
            content = entry.content()
            check = next_check(check, entry.position, content)
            rows.append(Row(entry.position, content, check))
        try:
            self.store.append(rows, wait=wait)
        except JournalUnavailable as error:
            if not wait:
                return False
            if self.failure is None:
                log.error("The journal cannot be written, so that nothing is acknowledged: %s", error)  # noqa: TRY400
            self._report(error)
            return False
        with self._changed:
            if self._starts != starts:
                # It was too slow to be waited for, and what it wrote was acknowledged to nobody.
                return True
            if self.failure is not None:
                log.warning("The journal can be written again")
            self._check, self.durable, self.failure = check, rows[-1].position, None
            del self._queue[: len(entries)]
            self._changed.notify_all()
        for listener in tuple(self.listeners):
            listener()
        return True

    def _report(self, failure: JournalUnavailable) -> None:
        with self._changed:
            self.failure = failure
            self._changed.notify_all()
        for listener in tuple(self.listeners):
            listener()
