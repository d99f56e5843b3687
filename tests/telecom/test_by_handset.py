"""Messages by handset: one, several and none."""

from types import SimpleNamespace

from emulator.telecom.handsets import ByHandset

HERE, THERE = "+14255550100", "+14255550101"


def message(name):
    """A message of which only the id matters."""
    return SimpleNamespace(message_id=name)


def ids(messages):
    """The ids of messages."""
    return [each.message_id for each in messages]


def filled(*names):
    """Messages of HERE, by their names."""
    found, messages = ByHandset(), [message(name) for name in names]
    for each in messages:
        found.add(HERE, each)
    return found, messages


def test_messages_stay_in_order():
    """Of one handset, oldest or newest first; of another there are none."""
    found, _ = filled("a", "b", "c")

    assert ["a", "b", "c"] == ids(found.of(HERE))
    assert ["c", "b", "a"] == ids(found.newest_first(HERE))
    assert [] == list(found.of(THERE)) == list(found.newest_first(THERE))


def test_one_message():
    """It is read as several are."""
    found, _ = filled("a")

    assert ["a"] == ids(found.of(HERE)) == ids(found.newest_first(HERE))
    assert (1, 1) == (len(found), found.count())


def test_what_is_removed():
    """The last message of a handset takes the handset with it; what is not there is left alone."""
    found, messages = filled("a", "b")
    found.add(THERE, message("c"))
    assert (2, 3) == (len(found), found.count())

    found.remove(THERE, message("d"))
    for each in messages:
        found.remove(HERE, each)
        found.remove(HERE, each)

    assert (1, 1) == (len(found), found.count())
    assert ["c"] == ids(found.of(THERE))


def test_all_of_a_handset():
    """They are returned once."""
    found, _ = filled("a", "b")

    assert ["a", "b"] == ids(found.pop(HERE))
    assert [] == list(found.pop(HERE))


def test_compact_changes_nothing():
    """All are there as before."""
    found, messages = filled("a", "b", "c")
    found.remove(HERE, messages[0])

    found.compact()

    assert ["b", "c"] == ids(found.of(HERE))
