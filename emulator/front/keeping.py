"""Where a server keeps its state: `--data-dir`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from emulator import __version__
from emulator.control.command import runner
from emulator.emulator import Emulator, prepare_with
from emulator.journal.engine import JournalledEngine
from emulator.journal.journal import Store
from emulator.journal.keeper import SNAPSHOT_EVERY, Keeper
from emulator.journal.sqlite import SqliteStore


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
