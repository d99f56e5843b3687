"""Where a server keeps its state: `--data-dir`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from emulator import __version__
from emulator.control.command import runner
from emulator.emulator import Emulator, prepare_with
from emulator.journal import SNAPSHOT_EVERY
from emulator.journal.engine import JournalledEngine
from emulator.journal.entries import Entry
from emulator.journal.errors import JournalError
from emulator.journal.files import load
from emulator.journal.journal import Store
from emulator.journal.keeper import Keeper
from emulator.journal.sqlite import SqliteStore
from emulator.wire.http import Response


def keeper_of(emulator: Emulator, store: Store, snapshot_every: int = SNAPSHOT_EVERY) -> Keeper:
    """Return what keeps the state of an emulator, whose engine can be journalled, in a store."""
    engine = emulator.engine
    assert isinstance(engine, JournalledEngine)
    return Keeper(
        engine,
        store,
        version=__version__,
        config=emulator.config,
        runner=runner,
        prepare=prepare_with,
        snapshot_every=snapshot_every,
    )


def open_store(folder: Path | None, database: str | None, *, read_only: bool = False, fsync: bool = False) -> Store:
    """
    Return the store in a folder, or in a database.

    Raises:
        JournalError: it cannot be opened, or not just one of them is given.
    """
    if (folder is None) == (database is None):
        raise JournalError("name the journal, by either --data-dir or --database")
    if folder is not None:
        return SqliteStore(folder, fsync=fsync, read_only=read_only)
    store: Store = postgres().PostgresStore(str(database))
    return store


def postgres() -> Any:
    """
    Return the module of the store in PostgreSQL.

    Raises:
        JournalError: psycopg is not installed.
    """
    try:
        from emulator.journal import postgres
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        sentence = "the extra `postgres` is not installed: in a clone, pip install '.[postgres]'"
        raise JournalError(sentence) from error
    return postgres


def repeat(folder: Path, lines: Iterable[str], name: str, tell: Callable[[Entry, Response | None], None]) -> Emulator:
    """
    Repeat an exported journal; returns the emulator in its last state.

    Args:
        folder: an empty folder for the work.
        lines: the lines of the file.
        name: what an error calls the file.
        tell: is called with each entry and its answer.

    Raises:
        JournalError: it is not an exported journal, or does not do what it did.
    """
    emulator = Emulator(engine_type=JournalledEngine)
    store = SqliteStore(folder)
    try:
        load(store, lines, name)
        keeper_of(emulator, store).repeat_all(tell)
    finally:
        store.close()
    return emulator


def open_folder(
    folder: Path, *, fsync: bool = False, snapshot_every: int = SNAPSHOT_EVERY, **options: Any
) -> tuple[Emulator, Keeper, str]:
    """
    Return an emulator whose state is kept in a folder, what keeps it, and a sentence that says what was loaded.

    Args:
        folder: the folder.
        fsync: wait for the disk at each commit.
        snapshot_every: entries between two snapshots.
        options: those of `Emulator`.

    Raises:
        JournalError: the folder cannot be used, or what is in it.
        ValueError: whatever `Emulator` raises.
    """
    emulator = Emulator(engine_type=JournalledEngine, **options)
    store = SqliteStore(folder, fsync=fsync)
    keeper = keeper_of(emulator, store, snapshot_every)
    engine = keeper.engine
    engine.persistence = lambda: {
        "kind": "sqlite",
        "role": "leader",
        "position": keeper.journal.position,
        "lag": keeper.journal.position - keeper.journal.durable,
        "leader": None,
        "failure": _failure(keeper.journal.failure),
    }
    try:
        loaded = keeper.open()
    except BaseException:
        store.close()
        raise
    return emulator, keeper, loaded


class Replicated:
    """
    A server that shares its state with others, over a database.

    Args:
        database: the database's address.
        snapshot_every: entries between two snapshots.
        options: those of `Emulator`.

    Raises:
        JournalError: the database cannot be used.
        ValueError: whatever `Emulator` raises.
    """

    def __init__(self, database: str, *, snapshot_every: int = SNAPSHOT_EVERY, **options: Any) -> None:
        store = postgres().PostgresStore(database)
        from emulator.front.forwarding import Forwarding
        from emulator.journal.replica import Replica

        self.emulator = Emulator(engine_type=JournalledEngine, **options)
        self._keeper = keeper_of(self.emulator, store, snapshot_every)
        engine = self._keeper.engine
        engine.journal, engine.leads = self._keeper.journal, False
        self.replica = Replica(self._keeper, store)
        self.wrap = lambda leading, following: Forwarding(leading, following, engine, self.replica, store)
        engine.persistence = lambda: {
            "kind": "postgresql",
            "role": "leader" if engine.leads else "follower",
            "position": self._keeper.journal.position if engine.leads else self._keeper.position,
            "lag": self.replica.lag,
            "leader": self.replica.leader_address or None,
            "failure": _failure(self.replica.failure or (self._keeper.journal.failure if engine.leads else None)),
        }

    def start(self, address: str) -> str:
        """Begin; others reach this server at `address`. Returns a sentence that says how."""
        self.replica.start(address)
        role = "leads" if self.replica.leads else f"follows {self.replica.leader_address}"
        return f"this server {role}; the state is kept in {self._keeper.store.where}"

    def close(self) -> None:
        """Write a snapshot if this server leads, and let others lead."""
        self.replica.stop()


def _failure(error: Exception | None) -> str | None:
    return None if error is None else str(error)
