"""
A journal in PostgreSQL, which several processes share.

One of them leads: it holds an advisory lock in the session by which it writes, so that it cannot write any more once the
lock is somebody else's. Each time another leads, the epoch in the table `leader` goes up; each commit looks at it too.
Others are told of new entries by NOTIFY. A leader that has not been heard of has its session ended by whoever wants to
lead in its place.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from typing import Any

import psycopg
from psycopg import sql

from emulator.journal.entries import FIRST_CHECK, Row
from emulator.journal.errors import JournalBroken, JournalError, JournalUnavailable, NotLeading
from emulator.journal.snapshots import SnapshotInfo

CHANNEL = "sms_voice_emulator"
LOCK = 0x736D73_766F69
"""The key of the advisory lock."""
FORMAT = 1
KEPT_SNAPSHOTS = 2
ROWS_AT_A_TIME = 2000
SILENT_SECONDS_MAX = 1.2
"""How long a leader may not be heard of."""
CONNECT_SECONDS_MAX = 5
TABLES = """
CREATE TABLE IF NOT EXISTS sms_voice_emulator_entry (
    position bigint PRIMARY KEY, content bytea NOT NULL, "check" bytea NOT NULL
);
CREATE TABLE IF NOT EXISTS sms_voice_emulator_snapshot (
    position bigint PRIMARY KEY, "check" text NOT NULL, created text NOT NULL, version text NOT NULL,
    size bigint NOT NULL, digest text NOT NULL
);
CREATE TABLE IF NOT EXISTS sms_voice_emulator_snapshot_part (
    position bigint, number integer, content bytea NOT NULL, PRIMARY KEY (position, number)
);
CREATE TABLE IF NOT EXISTS sms_voice_emulator_leader (
    id integer PRIMARY KEY CHECK (id = 1), format integer NOT NULL, epoch bigint NOT NULL, address text NOT NULL,
    session integer NOT NULL, heard timestamptz NOT NULL
);
INSERT INTO sms_voice_emulator_leader VALUES (1, 1, 0, '', 0, now()) ON CONFLICT DO NOTHING;
"""
APPEND = f"""
WITH leader AS (SELECT FROM sms_voice_emulator_leader WHERE epoch = %b FOR SHARE),
written AS (
    INSERT INTO sms_voice_emulator_entry
    SELECT entry.* FROM leader, unnest(%b::bigint[], %b::bytea[], %b::bytea[]) AS entry RETURNING 1
)
SELECT count(*), pg_notify('{CHANNEL}', '') FROM written
"""
"""One statement, which is a transaction of its own: each one more would be a journey to the database and back."""
COLUMNS = ", ".join(f'"{field.name}"' for field in fields(SnapshotInfo))
PLACES = ", ".join(["%s"] * len(fields(SnapshotInfo)))


@dataclass(frozen=True, slots=True)
class Leader:
    """Who leads: `address` is where to reach it, `silent` for how many seconds it has not been heard of."""

    epoch: int
    address: str
    session: int
    silent: float


class PostgresStore:
    """
    journal.Store in a database.

    Args:
        url: its address, `postgresql://…`.

    Raises:
        JournalError: it cannot be used.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._leading = threading.Lock()
        self._writer: psycopg.Connection[Any] | None = None
        self._reader: psycopg.Connection[Any] | None = None
        self.epoch = 0
        self.is_quick = False
        try:
            with self._connect() as connection:
                self.where = f"postgresql://{connection.info.host}:{connection.info.port}/{connection.info.dbname}"
                # Two processes that create a table at once get in each other's way.
                with connection.transaction():
                    connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK + 1,))
                    connection.execute(TABLES)
                found = connection.execute("SELECT format FROM sms_voice_emulator_leader").fetchone()
        except psycopg.Error as error:
            raise JournalError(f"the database cannot be used: {_sentence(error)}") from error
        if found is not None and found[0] > FORMAT:
            raise JournalError(f"{self.where} was written by a newer program (format {found[0]}, not {FORMAT})")

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self._url, autocommit=True, connect_timeout=CONNECT_SECONDS_MAX)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[psycopg.Connection[Any]]:
        with self._lock:
            try:
                if self._reader is None or self._reader.closed:
                    self._reader = self._connect()
                yield self._reader
            except psycopg.OperationalError as error:
                if self._reader is not None:
                    self._reader.close()
                raise JournalUnavailable(f"the database cannot be reached: {_sentence(error)}") from error

    # --- Leading --------------------------------------------------------------------------------------------------

    def try_to_lead(self, address: str) -> bool:
        """Lead if nobody does; returns whether this process leads now."""
        with self._leading:
            try:
                connection = self._connect()
            except psycopg.OperationalError as error:
                raise JournalUnavailable(f"the database cannot be reached: {_sentence(error)}") from error
            try:
                taken = connection.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchone()
                if taken is None or not taken[0]:
                    connection.close()
                    return False
                statement = (
                    "UPDATE sms_voice_emulator_leader SET epoch = epoch + 1, address = %s, session = pg_backend_pid(),"
                    " heard = clock_timestamp() RETURNING epoch"
                )
                row = connection.execute(statement, (address,)).fetchone()
            except psycopg.OperationalError:
                connection.close()
                return False
            assert row is not None
            self._writer, self.epoch = connection, row[0]
            return True

    def leader(self) -> Leader:
        """Return who leads, or did last."""
        with self._reading() as connection:
            row = connection.execute(
                "SELECT epoch, address, session, extract(epoch FROM clock_timestamp() - heard)::float8"
                " FROM sms_voice_emulator_leader"
            ).fetchone()
        assert row is not None
        return Leader(*row)

    def say_alive(self) -> None:
        """
        Say that this process leads still.

        Raises:
            NotLeading: it does not.
        """
        with self._reading() as connection:
            statement = "UPDATE sms_voice_emulator_leader SET heard = clock_timestamp() WHERE epoch = %s"
            if connection.execute(statement, (self.epoch,)).rowcount == 0 or not self.leads:
                raise NotLeading("another process leads")

    @property
    def leads(self) -> bool:
        """True if the session that holds the lock is there."""
        return self._writer is not None and not self._writer.closed

    def end_silent(self, leader: Leader) -> None:
        """End the session of a leader that has not been heard of, so that it cannot write any more."""
        with self._reading() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid = %s"
                " AND ((classid::bigint << 32) | objid::bigint) = %s",
                (leader.session, LOCK),
            )

    def step_down(self) -> None:
        """Lead no more."""
        with self._leading:
            if self._writer is not None:
                with contextlib.suppress(psycopg.Error):
                    self._writer.close()
            self._writer = None

    def listen(self, seconds: float) -> Iterator[None]:
        """Yield whenever there are new entries, and after so many seconds without any."""
        with self._connect() as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            while True:
                for _ in connection.notifies(timeout=seconds, stop_after=1):
                    pass
                yield

    # --- journal.Store --------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _as_leader(self) -> Iterator[psycopg.Connection[Any]]:
        """Give the leader's session."""
        with self._leading:
            connection = self._writer
            if connection is None:
                raise NotLeading("another process leads")
            try:
                yield connection
            except psycopg.Error as error:
                if connection.closed or connection.broken:
                    raise NotLeading(f"the session that led has ended: {_sentence(error)}") from error
                raise JournalUnavailable(f"{self.where}: {_sentence(error)}") from error

    @contextlib.contextmanager
    def _writing(self) -> Iterator[psycopg.Connection[Any]]:
        """Give the leader's session, in a transaction."""
        with self._as_leader() as connection, connection.transaction():
            row = connection.execute("SELECT epoch FROM sms_voice_emulator_leader FOR SHARE").fetchone()
            if row is None or row[0] != self.epoch:
                raise NotLeading("another process leads")
            yield connection

    def append(self, rows: list[Row], *, wait: bool = True) -> None:
        """journal.Store."""
        columns = [[row.position for row in rows], [row.content for row in rows], [row.check for row in rows]]
        with self._as_leader() as connection:
            found = connection.execute(APPEND, (self.epoch, *columns)).fetchone()
        if found is None or found[0] != len(rows):
            raise NotLeading("another process leads")

    def read(self, after: int) -> Iterator[Row]:
        """journal.Store."""
        statement = (
            'SELECT position, content, "check" FROM sms_voice_emulator_entry WHERE position > %s ORDER BY position LIMIT %s'
        )
        while True:
            with self._reading() as connection:
                rows = connection.execute(statement, (after, ROWS_AT_A_TIME)).fetchall()
            yield from (Row(*row) for row in rows)
            if len(rows) < ROWS_AT_A_TIME:
                return
            after = rows[-1][0]

    def last(self) -> tuple[int, bytes]:
        """journal.Store."""
        with self._reading() as connection:
            statement = 'SELECT position, "check" FROM sms_voice_emulator_entry ORDER BY position DESC LIMIT 1'
            row = connection.execute(statement).fetchone()
        newest = next(iter(self.snapshots()), None)
        if newest is not None and (row is None or newest.position > row[0]):
            return newest.position, bytes.fromhex(newest.check)
        return (0, FIRST_CHECK) if row is None else (row[0], row[1])

    def last_position(self) -> int:
        """Return the position of the last entry, 0 if there is none."""
        with self._reading() as connection:
            row = connection.execute("SELECT max(position) FROM sms_voice_emulator_entry").fetchone()
        return 0 if row is None or row[0] is None else int(row[0])

    def snapshots(self) -> list[SnapshotInfo]:
        """journal.Store."""
        with self._reading() as connection:
            statement = f"SELECT {COLUMNS} FROM sms_voice_emulator_snapshot ORDER BY position DESC"
            rows = connection.execute(sql.SQL(statement)).fetchall()
        return [SnapshotInfo(*row) for row in rows]

    def read_snapshot(self, position: int) -> Iterator[bytes]:
        """journal.Store."""
        number = 0
        statement = "SELECT content FROM sms_voice_emulator_snapshot_part WHERE position = %s AND number = %s"
        while True:
            with self._reading() as connection:
                row = connection.execute(statement, (position, number)).fetchone()
            if row is None:
                return
            yield row[0]
            number += 1

    def write_snapshot(self, position: int, parts: Iterator[bytes]) -> None:
        """journal.Store."""
        with self._writing() as connection:
            connection.execute("DELETE FROM sms_voice_emulator_snapshot WHERE position = %s", (position,))
            connection.execute(
                "DELETE FROM sms_voice_emulator_snapshot_part"
                " WHERE position NOT IN (SELECT position FROM sms_voice_emulator_snapshot)"
            )
        for number, part in enumerate(parts):
            with self._writing() as connection:
                statement = "INSERT INTO sms_voice_emulator_snapshot_part VALUES (%s, %s, %s)"
                connection.execute(statement, (position, number, part))

    def complete_snapshot(self, info: SnapshotInfo) -> None:
        """journal.Store."""
        with self._writing() as connection:
            statement = f"INSERT INTO sms_voice_emulator_snapshot ({COLUMNS}) VALUES ({PLACES})"
            connection.execute(sql.SQL(statement), astuple(info))
            rows = connection.execute("SELECT position FROM sms_voice_emulator_snapshot ORDER BY position DESC").fetchall()
            oldest = rows[:KEPT_SNAPSHOTS][-1]
            connection.execute("DELETE FROM sms_voice_emulator_snapshot WHERE position < %s", oldest)
            connection.execute("DELETE FROM sms_voice_emulator_snapshot_part WHERE position < %s", oldest)
            connection.execute("DELETE FROM sms_voice_emulator_entry WHERE position <= %s", oldest)

    def cut(self, after: int) -> int:
        """journal.Store."""
        if not self.leads and not self.try_to_lead(""):
            raise JournalBroken(self.where, None, "a server is using it: stop every server first")
        with self._writing() as connection:
            connection.execute("DELETE FROM sms_voice_emulator_snapshot WHERE position > %s", (after,))
            connection.execute("DELETE FROM sms_voice_emulator_snapshot_part WHERE position > %s", (after,))
            return connection.execute("DELETE FROM sms_voice_emulator_entry WHERE position > %s", (after,)).rowcount

    def close(self) -> None:
        """journal.Store."""
        self.step_down()
        with self._lock:
            if self._reader is not None:
                self._reader.close()


def _sentence(error: psycopg.Error) -> str:
    return " ".join(str(error).split()) or type(error).__name__
