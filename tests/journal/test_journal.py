"""The queue before a store: it waits for a store, though not for ever."""

import threading

import pytest

from emulator.journal import journal as journals
from emulator.journal.entries import FIRST_CHECK, Entry
from emulator.journal.errors import JournalUnavailable
from emulator.journal.journal import Journal


class Hanging:
    """A store that does not answer until it is let go on."""

    where = "postgresql://nowhere"
    is_quick = False

    def __init__(self):
        self.goes_on = threading.Event()
        self.rows = []

    def append(self, rows, *, wait=True):
        """Write rows, some time."""
        self.goes_on.wait()
        self.rows += rows


@pytest.fixture
def store():
    """A store that hangs; in the end it goes on."""
    hanging = Hanging()
    yield hanging
    hanging.goes_on.set()


@pytest.fixture
def journal(store, monkeypatch):
    """A journal that waits for nobody."""
    monkeypatch.setattr(journals, "WRITE_SECONDS_MAX", 0.0)
    monkeypatch.setattr(journals, "STOP_SECONDS_MAX", 0.0)
    made = Journal(store)
    made.start(0, FIRST_CHECK)
    return made


def test_a_store_that_does_not_answer_fails(journal, store):
    """Whoever waits is told, and nothing is accepted until the store has written."""
    journal.append(Entry("time", 0, {}))

    with pytest.raises(JournalUnavailable, match="has not answered"):
        journal.wait()

    assert journal.failure is not None
    store.goes_on.set()
    with journal._changed:
        assert journal._changed.wait_for(lambda: journal.durable == 1, 10)
    assert journal.failure is None


def test_a_write_that_nobody_waited_for_counts_for_nothing(journal, store):
    """After the end of its journal a late write changes neither the new position nor the new queue."""
    journal.append(Entry("time", 0, {}))
    late = journal._thread
    journal.refuse(JournalUnavailable("somebody else writes"))

    store.goes_on.set()
    late.join(10)

    assert (0, 0, []) == (journal.position, journal.durable, journal._queue)


class Quick:
    """A store that writes at once, and knows in which threads."""

    where = "journal.sqlite3"
    is_quick = True

    def __init__(self):
        self.threads = []
        self.is_busy = False
        self.written = threading.Event()

    def append(self, rows, *, wait=True):
        """Write rows."""
        if self.is_busy and not wait:
            raise JournalUnavailable("somebody else writes")
        self.threads += [threading.current_thread()] * len(rows)
        self.written.set()


@pytest.fixture
def quick():
    """A journal before a quick store."""
    made = Journal(Quick())
    made.start(0, FIRST_CHECK)
    yield made
    made.stop()


def test_whoever_waits_writes(quick, monkeypatch):
    """Where a commit is quick, nobody waits for another thread."""
    monkeypatch.setattr(journals, "LOOK_SECONDS", 60.0)
    with quick._writing:
        quick.append(Entry("time", 0, {}))
    quick.append(Entry("time", 0, {}))

    quick.wait()

    assert 2 == quick.durable
    assert [threading.current_thread()] * 2 == quick.store.threads


def test_what_nobody_waits_for_is_written_too(quick):
    """The thread looks for it, and the end of the journal leaves nothing."""
    quick.append(Entry("time", 0, {}))

    assert quick.store.written.wait(10)
    quick.append(Entry("time", 0, {}))
    quick.stop()
    assert 2 == quick.durable
    assert threading.current_thread() not in quick.store.threads


def test_two_do_not_write_at_once(quick):
    """Whoever finds another writing waits for that one."""
    with quick._writing:
        quick.append(Entry("time", 0, {}))
        quick.write_here()
        assert [] == quick.store.threads

    quick.wait()

    assert 1 == quick.durable


def test_whoever_waits_does_not_wait_for_another_writer(quick, monkeypatch):
    """If the store is busy, its thread writes, and nothing counts as failed."""
    monkeypatch.setattr(journals, "LOOK_SECONDS", 60.0)
    quick.store.is_busy = True
    quick.append(Entry("time", 0, {}))

    quick.wait()

    assert (1, None) == (quick.durable, quick.failure)
    assert threading.current_thread() not in quick.store.threads
