"""A journal in a folder: one SQLite database, in WAL mode, and a second one whose lock says that a server is using it."""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import astuple, fields
from pathlib import Path

from emulator.journal.entries import FIRST_CHECK, Row
from emulator.journal.errors import JournalBroken, JournalError, JournalUnavailable
from emulator.journal.snapshots import SnapshotInfo
from emulator.journal.wal import torn_bytes

log = logging.getLogger("emulator")

FILE = "journal.sqlite3"
LOCK_FILE = "lock.sqlite3"
KEPT_SNAPSHOTS = 2
ROWS_AT_A_TIME = 2000
LOCKED_MILLISECONDS_MAX = 10_000
"""How long a write waits while another program has the database locked."""
FORMAT = 1
"""The number of these tables; a newer one is refused."""
TABLES = """
CREATE TABLE entry (position INTEGER PRIMARY KEY, content BLOB NOT NULL, "check" BLOB NOT NULL);
CREATE TABLE snapshot (
    position INTEGER PRIMARY KEY, "check" TEXT NOT NULL, created TEXT NOT NULL, version TEXT NOT NULL,
    size INTEGER NOT NULL, digest TEXT NOT NULL
);
CREATE TABLE snapshot_part (position INTEGER, number INTEGER, content BLOB NOT NULL, PRIMARY KEY (position, number));
"""
COLUMNS = ", ".join(f'"{field.name}"' for field in fields(SnapshotInfo))


class SqliteStore:
    """
    journal.Store in a folder, which is created if it does not exist.

    Args:
        folder: the folder.
        fsync: wait for the disk at each commit, so that even a loss of power loses nothing.
        read_only: neither create nor lock anything.

    Raises:
        JournalError: the folder cannot be used; the message says why.
    """

    def __init__(self, folder: Path, *, fsync: bool = False, read_only: bool = False) -> None:
        self.folder = folder
        self.where = str(folder / FILE)
        self.is_quick = not fsync
        self._lock = threading.Lock()
        self._patience = LOCKED_MILLISECONDS_MAX
        """How long the connection waits for a lock, in milliseconds."""
        self._guard: sqlite3.Connection | None = None
        if read_only:
            if not (folder / FILE).is_file():
                raise JournalError(f"no journal in {folder}")
        else:
            self._prepare_folder()
        try:
            self._warn_of_torn_tail()
            self._connection = sqlite3.connect(
                self.where, isolation_level=None, check_same_thread=False, timeout=self._patience / 1000
            )
            self._execute("PRAGMA journal_mode = WAL")
            self._execute(f"PRAGMA synchronous = {'FULL' if fsync else 'NORMAL'}")
            self._make_tables()
        except sqlite3.DatabaseError as error:
            raise JournalBroken(self.where, None, f"SQLite cannot read it: {error}") from error

    def _prepare_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            # A folder may let itself be read only; that shows with the first file.
            probe = self.folder / f"probe.{os.getpid()}"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise JournalError(f"cannot write in {self.folder}: {error.strerror}; choose another --data-dir") from error
        guard = sqlite3.connect(self.folder / LOCK_FILE, isolation_level=None, check_same_thread=False, timeout=0.0)
        try:
            guard.execute("PRAGMA locking_mode = EXCLUSIVE")
            guard.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            guard.close()
            owner = self._owner()
            raise JournalError(
                f"{self.folder} is in use by another server{owner}; a folder has one server at a time"
            ) from error
        self._guard = guard
        (self.folder / "server.pid").write_text(f"{os.getpid()}\n")

    def _owner(self) -> str:
        with contextlib.suppress(OSError):
            return f" (process {(self.folder / 'server.pid').read_text().strip()})"
        return ""

    def _warn_of_torn_tail(self) -> None:
        size = torn_bytes(Path(f"{self.where}-wal"))
        if size:
            log.warning(
                "%s ended within a write: its last %d bytes, which were never acknowledged, are cut off", self.where, size
            )

    def _make_tables(self) -> None:
        found = self._execute("PRAGMA user_version").fetchone()[0]
        if found > FORMAT:
            raise JournalError(
                f"{self.where} was written by a newer program (format {found}, not {FORMAT}): upgrade this one"
            )
        if found == 0:
            for statement in TABLES.split(";"):
                self._execute(statement)
            self._execute(f"PRAGMA user_version = {FORMAT}")

    def _execute(self, statement: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
        return self._connection.execute(statement, values)

    # --- journal.Store --------------------------------------------------------------------------------------------

    def append(self, rows: list[Row], *, wait: bool = True) -> None:
        """journal.Store."""
        with self._writing(wait=wait):
            self._connection.executemany(
                "INSERT INTO entry VALUES (?, ?, ?)", [(row.position, row.content, row.check) for row in rows]
            )

    @contextlib.contextmanager
    def _writing(self, *, wait: bool = True) -> Iterator[None]:
        if not self._lock.acquire(blocking=wait):
            raise JournalUnavailable(f"{self.where} is being read or written")
        try:
            self._set_patience(LOCKED_MILLISECONDS_MAX if wait else 0)
            self._execute("BEGIN IMMEDIATE")
            yield
            self._execute("COMMIT")
        except sqlite3.Error as error:
            with contextlib.suppress(sqlite3.Error):
                self._execute("ROLLBACK")
            raise JournalUnavailable(f"{self.where}: {error}") from error
        finally:
            self._lock.release()

    def _set_patience(self, milliseconds: int) -> None:
        if self._patience != milliseconds:
            self._execute(f"PRAGMA busy_timeout = {milliseconds}")
            self._patience = milliseconds

    def read(self, after: int) -> Iterator[Row]:
        """journal.Store."""
        while True:
            try:
                with self._lock:
                    statement = 'SELECT position, content, "check" FROM entry WHERE position > ? ORDER BY position LIMIT ?'
                    rows = self._execute(statement, (after, ROWS_AT_A_TIME)).fetchall()
            except sqlite3.DatabaseError as error:
                raise JournalBroken(self.where, after + 1, f"SQLite cannot read it: {error}") from error
            yield from (Row(*row) for row in rows)
            if len(rows) < ROWS_AT_A_TIME:
                return
            after = rows[-1][0]

    def last(self) -> tuple[int, bytes]:
        """journal.Store."""
        with self._lock:
            row = self._execute('SELECT position, "check" FROM entry ORDER BY position DESC LIMIT 1').fetchone()
        newest = next(iter(self.snapshots()), None)
        if newest is not None and (row is None or newest.position > row[0]):
            return newest.position, bytes.fromhex(newest.check)
        return (0, FIRST_CHECK) if row is None else row

    def snapshots(self) -> list[SnapshotInfo]:
        """journal.Store."""
        with self._lock:
            rows = self._execute(f"SELECT {COLUMNS} FROM snapshot ORDER BY position DESC").fetchall()
        return [SnapshotInfo(*row) for row in rows]

    def read_snapshot(self, position: int) -> Iterator[bytes]:
        """journal.Store."""
        number = 0
        while True:
            with self._lock:
                statement = "SELECT content FROM snapshot_part WHERE position = ? AND number = ?"
                row = self._execute(statement, (position, number)).fetchone()
            if row is None:
                return
            yield row[0]
            number += 1

    def write_snapshot(self, position: int, parts: Iterator[bytes]) -> None:
        """journal.Store."""
        with self._writing():
            self._execute("DELETE FROM snapshot_part WHERE position NOT IN (SELECT position FROM snapshot)")
            self._execute("DELETE FROM snapshot WHERE position = ?", (position,))
            self._execute("DELETE FROM snapshot_part WHERE position = ?", (position,))
        for number, part in enumerate(parts):
            with self._writing():
                self._execute("INSERT INTO snapshot_part VALUES (?, ?, ?)", (position, number, part))

    def complete_snapshot(self, info: SnapshotInfo) -> None:
        """journal.Store."""
        with self._writing():
            places = ", ".join("?" * len(fields(info)))
            self._execute(f"INSERT INTO snapshot ({COLUMNS}) VALUES ({places})", astuple(info))
            kept = self._execute("SELECT position FROM snapshot ORDER BY position DESC").fetchall()[:KEPT_SNAPSHOTS]
            oldest = kept[-1][0]
            self._execute("DELETE FROM snapshot WHERE position < ?", (oldest,))
            self._execute("DELETE FROM snapshot_part WHERE position < ?", (oldest,))
            self._execute("DELETE FROM entry WHERE position <= ?", (oldest,))

    def cut(self, after: int) -> int:
        """journal.Store."""
        with self._writing():
            self._execute("DELETE FROM snapshot WHERE position > ?", (after,))
            self._execute("DELETE FROM snapshot_part WHERE position > ?", (after,))
            return self._execute("DELETE FROM entry WHERE position > ?", (after,)).rowcount

    def close(self) -> None:
        """journal.Store."""
        with self._lock:
            self._connection.close()
            if self._guard is not None:
                self._guard.close()
