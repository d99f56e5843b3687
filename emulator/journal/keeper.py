"""An engine that keeps its state: opened from the newest snapshot and what follows it, and saved now and then."""

from __future__ import annotations

import gc
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from hashlib import blake2b
from typing import Any

from emulator.engine import Engine
from emulator.journal import SNAPSHOT_EVERY, snapshots
from emulator.journal.engine import JournalledEngine
from emulator.journal.entries import FIRST_CHECK, Entry, checked, from_microseconds, read_row, to_microseconds
from emulator.journal.errors import JournalBroken, JournalError, JournalUnavailable
from emulator.journal.journal import Journal, Store
from emulator.journal.replay import Replay, Runner
from emulator.journal.snapshots import SnapshotInfo, SnapshotUnreadable
from emulator.kernel import copies
from emulator.kernel.snapshots import encode
from emulator.wire.http import Response
from emulator.world import BROKEN, World

log = logging.getLogger("emulator")

LATE = 2
"""A start that has repeated so many times as many begins with a snapshot."""
RETRY_SECONDS = 10.0
"""How soon a snapshot that has failed is tried again."""
Tell = Callable[[Entry, Response | None], None]
"""Is told of an entry that was repeated, with its answer."""
Prepare = Callable[[Mapping[str, Any]], Callable[[Engine], None]]
"""Returns what creates the resources of a configuration in a new world."""


class Keeper:
    """
    Keep the state of an engine in a store.

    Args:
        engine: the engine.
        store: the store.
        version: of the program.
        config: the content of the configuration file.
        runner: returns what executes a control command, by its name and arguments.
        prepare: returns what a new world is prepared with, by the configuration.
        snapshot_every: entries between two snapshots.
    """

    def __init__(
        self,
        engine: JournalledEngine,
        store: Store,
        *,
        version: str,
        config: Mapping[str, Any],
        runner: Runner,
        prepare: Prepare,
        snapshot_every: int = SNAPSHOT_EVERY,
    ) -> None:
        self.engine = engine
        self.store = store
        self.journal = Journal(store)
        self.position = 0
        """The entry after which the engine's state is, while entries are repeated."""
        self._check = FIRST_CHECK
        self._version = version
        self._prepare = prepare
        self._configuration = {
            "seed": engine.seed,
            "settings": engine.settings,
            "clock": engine._clock_at_start,
            "config": dict(config),
        }
        self._replay = Replay(engine, runner, self._configure, store.where)
        self._every = snapshot_every
        self._saved_at = 0
        self._writing = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    # --- Opening --------------------------------------------------------------------------------------------------

    def open(self) -> str:
        """
        Load what is kept, and begin to keep what changes. Returns a sentence that says what was loaded.

        Raises:
            JournalError: it cannot be loaded; nothing in the store has changed.
        """
        began = time.perf_counter()
        found = self.load_all()
        repeated = self.position - self._saved_at
        self.lead()
        if repeated >= LATE * self._every:
            # Processes that end before a snapshot is written would have more to repeat each time.
            self._try_to_save()
        if not found:
            return f"the state is kept in {self.store.where}"
        seconds = time.perf_counter() - began
        entries = "no entry" if not repeated else f"{repeated} entr{'y' if repeated == 1 else 'ies'}"
        return f"the state of {self.store.where} was loaded: {entries} after a snapshot, in {seconds:.1f} s"

    def load_all(self) -> bool:
        """Load the newest snapshot, and repeat what follows; returns whether there is anything."""
        with _without_collection():
            found = self.load()
            self.follow()
        return found

    def load(self) -> bool:
        """Load the newest snapshot that can be read; returns whether there is any."""
        infos = self.store.snapshots()
        for info in infos:
            try:
                self._load(info)
            except SnapshotUnreadable as error:
                if "newer" in str(error):
                    raise JournalError(f"{self.store.where}: the snapshot after entry {info.position}: {error}") from error
                log.warning("%s: the snapshot after entry %d is left out: %s", self.store.where, info.position, error)
                continue
            return True
        if infos:
            raise JournalBroken(self.store.where, None, "none of its snapshots can be read")
        if self.store.last()[0]:
            raise JournalBroken(self.store.where, None, "it has entries, but no snapshot before them")
        return False

    def _load(self, info: SnapshotInfo) -> None:
        _, state, parts = snapshots.read(self.store.read_snapshot(info.position), info.digest)
        try:
            load_state(self.engine, state, self._prepare)
            self.engine.aws.load_state(parts)
        except BROKEN as error:
            raise SnapshotUnreadable(f"{type(error).__name__}: {error}") from error
        self.position, self._check, self._saved_at = info.position, bytes.fromhex(info.check), info.position

    def follow(self, tell: Tell = lambda entry, response: None) -> int:
        """Repeat the entries that follow; returns how many there were."""
        before = self.position
        for row in checked(self.store.read(self.position), self.position, self._check, self.store.where):
            entry = read_row(row, self.store.where)
            tell(entry, self._replay.repeat(entry))
            self.position, self._check = row.position, row.check
        return self.position - before

    def repeat_all(self, tell: Tell) -> None:
        """Load the oldest snapshot, and repeat all that follows."""
        self._load(self.store.snapshots()[-1])
        self.follow(tell)

    def lead(self) -> None:
        """Begin to make entries."""
        engine = self.engine
        engine.journal = self.journal
        self.journal.start(self.position, self._check)
        engine.leads = True
        if not self.store.snapshots():
            self._configure(engine, self._configuration)
            self.save()
        elif encode(self._configuration) != encode(self._current_configuration()):
            with engine.entry("configured", {"configuration": encode(self._configuration)}):
                self._configure(engine, self._configuration)
        self._stopped.clear()
        self._thread = threading.Thread(target=self._save_now_and_then, name="emulator-snapshots", daemon=True)
        self._thread.start()

    def _current_configuration(self) -> dict[str, Any]:
        engine = self.engine
        return {
            "seed": engine.seed,
            "settings": engine.settings,
            "clock": engine._clock_at_start,
            "config": dict(engine.config),
        }

    def _configure(self, engine: JournalledEngine, configuration: Mapping[str, Any]) -> None:
        """Have the engine follow a configuration: its limits at once, everything else after the next reset."""
        settings = configuration["settings"]
        engine.seed, engine._clock_at_start = configuration["seed"], configuration["clock"]
        engine.config = configuration["config"]
        engine._prepare = self._prepare(engine.config)
        if settings != engine.world.settings:
            world = World(engine.world.seeds.seed, engine.world.clock.now, settings, engine.run_due)
            try:
                world.restore(engine.world.snapshot())
            except BROKEN as error:
                raise JournalError(
                    f"the limits of the configuration cannot be applied to the kept state: {error}"
                ) from error
            engine._install(world)
        engine.settings = settings

    # --- Saving ---------------------------------------------------------------------------------------------------

    def _save_now_and_then(self) -> None:
        pause = 0.5
        while not self._stopped.wait(pause):
            pause = 0.5
            if self.journal.position - self._saved_at < self._every or self.journal.failure is not None:
                continue
            if not self._try_to_save():
                pause = RETRY_SECONDS

    def _try_to_save(self) -> bool:
        try:
            self.save()
        except JournalUnavailable as error:
            log.warning("No snapshot could be written: %s", error)
            return False
        return True

    def save(self) -> None:
        """
        Write a snapshot, unless nothing has changed since the last; requests go on meanwhile.

        Raises:
            JournalUnavailable: it cannot be written.
        """
        with self._writing:
            if self._saved_at == self.journal.position and self.store.snapshots():
                # Another thread has written it; to write it again would take it away for a while.
                return
            pieces, finish = self._pieces()
            try:
                self.journal.wait(finish.position)
                self.store.write_snapshot(finish.position, finish.counted(pieces))
                finish.end()
                check = self._check_at(finish.position)
                now = self.engine._wall_itself().isoformat(timespec="seconds")
                info = SnapshotInfo(finish.position, check.hex(), now, self._version, finish.size, finish.digest)
                self.store.complete_snapshot(info)
            finally:
                finish.close()
            self._saved_at = finish.position

    def _check_at(self, position: int) -> bytes:
        if position == self.position:
            return self._check
        return next(row.check for row in self.store.read(position - 1))

    def _pieces(self) -> tuple[Iterator[bytes], Copy]:
        """Return the bytes of a snapshot, by a copy of this process if it can be copied."""
        engine = self.engine
        with engine.aws_lock, engine.lock:
            position = self.journal.position
            if not copies.CAN_FORK:
                return iter(list(self._write())), Copy(position)
            pid, reader = copies.fork(self._write)
        return _read_pipe(reader), Copy(position, pid, reader)

    def _write(self) -> Iterator[bytes]:
        about = {"version": self._version}
        return snapshots.write(state_of(self.engine), self.engine.aws.save_state(), about)

    def close(self) -> None:
        """Save the state if anything has changed, write what is left, and close the store."""
        self.stop()
        if self.engine.leads and self.journal.failure is None and self.journal.position != self._saved_at:
            self._try_to_save()
        self.journal.stop()
        self.engine.journal = None
        self.store.close()

    def stop(self) -> None:
        """Write no more snapshots."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()


class Copy:
    """The copy of this process that writes a snapshot, and what has come of it."""

    def __init__(self, position: int, pid: int = 0, pipe: int = -1) -> None:
        self.position = position
        self.size = 0
        self._pid, self._pipe = pid, pipe
        self._sum = blake2b(digest_size=16)

    @property
    def digest(self) -> str:
        """The digest of all that has come."""
        return self._sum.hexdigest()

    def counted(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the pieces, and sum them up."""
        for piece in pieces:
            self.size += len(piece)
            self._sum.update(piece)
            yield piece

    def end(self) -> None:
        """
        Wait for the copy's end.

        Raises:
            JournalUnavailable: it has failed.
        """
        if self._pid:
            pid, self._pid = self._pid, 0
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            if status:
                raise JournalUnavailable(f"the process that writes the snapshot ended with status {status}")

    def close(self) -> None:
        """End the copy, if it has not ended yet."""
        if self._pid:
            copies.end(self._pid)
        if self._pipe >= 0:
            os.close(self._pipe)


def _read_pipe(reader: int) -> Iterator[bytes]:
    buffer = bytearray()
    while chunk := os.read(reader, snapshots.PART_BYTES):
        buffer += chunk
        if len(buffer) >= snapshots.PART_BYTES:
            yield bytes(buffer)
            buffer.clear()
    if buffer:
        yield bytes(buffer)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Leave out the collection of garbage: what is loaded is all kept, and to look through it again and again is slow."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


# --- The state of an engine -------------------------------------------------------------------------------------------


def state_of(engine: JournalledEngine) -> dict[str, Any]:
    """Return all that an engine holds. The caller has the lock, or a copy of the process to itself."""
    return {
        "seed": engine.seed,
        "world_seed": engine.world.seeds.seed,
        "settings": engine.settings,
        "world_settings": engine.world.settings,
        "start": engine._start,
        "clock": engine._clock_at_start,
        "config": dict(engine.config),
        "mode": engine.mode,
        "speed": engine.speed,
        "bases": [to_microseconds(engine._wall_base), to_microseconds(engine._virtual_base)],
        "aws_calls": engine.aws_calls,
        "rules": engine.rules,
        "world": engine.world.snapshot(),
    }


def load_state(engine: JournalledEngine, state: Mapping[str, Any], prepare: Prepare) -> None:
    """Replace all that an engine holds."""
    now = state["world"]["clock"]["now"]
    assert isinstance(now, datetime)
    world = World(state["world_seed"], now, state["world_settings"], engine.run_due)
    world.restore(state["world"])
    with engine.lock:
        engine.seed, engine.settings, engine.config = state["seed"], state["settings"], state["config"]
        engine._start, engine._clock_at_start = state["start"], state["clock"]
        engine._prepare = prepare(engine.config)
        engine.mode, engine.speed = state["mode"], state["speed"]
        engine.aws_calls, engine.rules = state["aws_calls"], state["rules"]
        engine.nested.clear()
        engine.batches.clear()
        engine._install(world)
        engine._wall_base, engine._virtual_base = (from_microseconds(each) for each in state["bases"])
        world.set_event_rules(engine._event_rules())
