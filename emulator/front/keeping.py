"""Where a server keeps its state: `--data-dir`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from emulator import __version__
from emulator.control.command import runner
from emulator.emulator import Emulator, prepare_with
from emulator.journal.engine import JournalledEngine
from emulator.journal.entries import Entry
from emulator.journal.errors import JournalError
from emulator.journal.files import load
from emulator.journal.journal import Store
from emulator.journal.keeper import SNAPSHOT_EVERY, Keeper
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
    if folder is None or database is not None:
        raise JournalError("name the journal, by --data-dir")
    return SqliteStore(folder, fsync=fsync, read_only=read_only)


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
    try:
        loaded = keeper.open()
    except BaseException:
        store.close()
        raise
    return emulator, keeper, loaded
