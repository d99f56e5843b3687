"""
One of several processes that share a journal: it leads, or it follows and stands by.

A follower repeats the entries of the leader as they come, and so has everything that was answered when it has to lead.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

from emulator.journal.errors import JournalBroken, JournalUnavailable, NotLeading
from emulator.journal.journal import STOP_SECONDS_MAX
from emulator.journal.keeper import Keeper
from emulator.journal.postgres import SILENT_SECONDS_MAX, PostgresStore

log = logging.getLogger("emulator")

LOOK_SECONDS = 0.1
"""How often a follower looks whether anybody leads, and a leader says that it does."""
RETRY_SECONDS = 0.5
"""How soon a database that cannot be reached is tried again."""


class Replica:
    """
    Lead or follow, in a thread of this process.

    Args:
        keeper: keeps the state of the engine in `store`.
        store: the store.
    """

    def __init__(self, keeper: Keeper, store: PostgresStore) -> None:
        self._keeper = keeper
        self._store = store
        self._engine = keeper.engine
        self._address = ""
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._followed = threading.Condition()
        self.leader_address = ""
        self._last = 0
        self.failure: Exception | None = None
        """The reason why this process can neither lead nor follow."""

    @property
    def leads(self) -> bool:
        """True if this process leads."""
        return self._engine.leads

    @property
    def lag(self) -> int:
        """How many entries this process has yet to repeat."""
        return 0 if self.leads else max(0, self._last - self._keeper.position)

    def start(self, address: str) -> None:
        """
        Begin; others reach this process at `address`. Returns when it leads, or has a state to follow with.

        Raises:
            JournalError: what is kept cannot be loaded.
        """
        self._address = address
        self._engine.leads = False
        self._engine.journal = self._keeper.journal
        self._keeper.journal.refuse(NotLeading("no process leads yet"))
        while not self._stopped.is_set():
            loaded = self._keeper.load_all()
            if self._lead_if_nobody_does() or loaded:
                break
            self._stopped.wait(LOOK_SECONDS)
        self._thread = threading.Thread(target=self._run, name="emulator-replica", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write a snapshot if this process leads, and let others lead."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS_MAX)
        self._keeper.close()

    def wait_for(self, position: int, seconds: float) -> None:
        """Wait until this process has repeated an entry, and what was due then, for that long at most."""
        with self._followed:
            self._followed.wait_for(lambda: self.leads or self._has_seen(position), seconds)

    def _has_seen(self, position: int) -> bool:
        with self._engine.lock:
            clock = self._engine.world.clock
            due = clock.next_due()
            # The leader runs what is due with its next entry: a message is in the inbox only then.
            return self._keeper.position >= position and (due is None or due > clock.now)

    def _run(self) -> None:
        notified: Iterator[None] | None = None
        while not self._stopped.is_set():
            try:
                if self.leads:
                    self._store.say_alive()
                    self._keeper.journal.check_not_fenced()
                    self._stopped.wait(LOOK_SECONDS)
                    continue
                notified = notified or self._store.listen(LOOK_SECONDS)
                next(notified)
                self._follow()
                self._lead_if_nobody_does()
            except NotLeading as error:
                self._give_up(error)
            except JournalBroken as error:
                log.error("This process cannot follow: %s", error)  # noqa: TRY400
                self.failure = error
                return
            except Exception as error:
                # Whatever is wrong with the database is tried again.
                notified = None
                log.warning("The journal cannot be followed: %s: %s", type(error).__name__, error)
                if self.leads and not self._store.leads:
                    self._give_up(error)
                self._stopped.wait(RETRY_SECONDS)

    def _follow(self) -> None:
        snapshots = self._store.snapshots()
        if snapshots and self._keeper.position < snapshots[-1].position:
            # What it needs has been dropped since.
            self._keeper.load_all()
        self._keeper.follow()
        self._last = self._store.last_position()
        with self._followed:
            self._followed.notify_all()

    def _lead_if_nobody_does(self) -> bool:
        leader = self._store.leader()
        self.leader_address = leader.address
        if not self._store.try_to_lead(self._address):
            if leader.silent > SILENT_SECONDS_MAX:
                log.warning("The leader at %s has not been heard of for %.1f s", leader.address, leader.silent)
                self._store.end_silent(leader)
            return False
        self._keeper.follow()
        self._keeper.lead()
        self.leader_address = self._address
        log.info("This process leads, from entry %d on", self._keeper.position)
        with self._followed:
            self._followed.notify_all()
        return True

    def _give_up(self, error: Exception) -> None:
        """Follow: what was not written is forgotten, and was never acknowledged."""
        log.warning("This process leads no more: %s", error)
        engine, keeper = self._engine, self._keeper
        engine.leads = False
        keeper.stop()
        keeper.journal.refuse(NotLeading("another process leads"))
        self._store.step_down()
        while not self._stopped.is_set():
            try:
                with engine.aws_lock, engine.lock:
                    keeper.load_all()
                    engine.notify()
            except JournalUnavailable:
                self._stopped.wait(RETRY_SECONDS)
            else:
                return
