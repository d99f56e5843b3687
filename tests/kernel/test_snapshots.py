"""Snapshots: data as JSON, and back."""

import json
import threading
from collections import deque
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from emulator.kernel.clock import Timer
from emulator.kernel.seeds import Seeds
from emulator.kernel.snapshots import BrokenSnapshot, decode, encode
from emulator.kernel.stores import Stores, Table
from emulator.telecom.carriers import Outcome

AT = datetime(2026, 9, 21, 12, 0, 0, 1, tzinfo=timezone.utc)


def there_and_back(value):
    """By way of text, as through a file that sorts its members."""
    return decode(json.loads(json.dumps(encode(value), sort_keys=True)))


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        -1,
        "naïve",
        1.0,
        0.1,
        b"\0\xff",
        AT,
        timedelta(days=-1, microseconds=1),
        [],
        [1, [2]],
        (1, (2,)),
        {"b": 1, "a": {}},
        {("US", 1): "a", 2: "b"},
        {"ref": 1, "type": "x"},
        {3, 1},
        frozenset({"a"}),
        deque([1, 2], maxlen=3),
        Timer(AT, 1, ["event"]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_goes_in_comes_out(value):
    """Every kind of data comes back equal, of the same type, in the same order."""
    found = there_and_back(value)

    assert value == found
    assert repr(value) == repr(found)
    assert type(value) is type(found)


def test_what_is_shared_stays_shared():
    """A list that two hold is one list afterwards, and so is a timer that leads back to itself."""
    shared = [1]
    timer = Timer(AT, 1, None)
    timer.event = {"timer": timer}

    first, second, other, found = there_and_back([shared, shared, [1], timer])

    assert first is second
    assert first is not other
    assert found is found.event["timer"]


@pytest.mark.parametrize(
    "value",
    [Decimal(1), print, threading.Lock, object(), Seeds(1), [lambda: None]],
    ids=["Decimal", "function", "class", "object", "Snapshotable", "within"],
)
def test_what_is_no_data_is_not_taken(value):
    """A function, a class, a foreign object, and a Snapshotable (which is restored in place) cannot be in a snapshot."""
    with pytest.raises(TypeError):
        encode(value)


@pytest.mark.parametrize(
    "node",
    [
        [],
        {},
        {"what": 1},
        {"list": 1},
        {"dict": [[1]]},
        {"dict": [[{"list": []}, 1]]},
        {"ref": 1},
        {"time": "soon"},
        {"bytes": "é"},
        {"microseconds": 10**30},
        {"type": "kernel.clock.Timer", "members": {}},
        {"type": "kernel.seeds.Seeds", "members": {}},
        {"type": "os.system", "members": {}},
        {"type": "kernel.clock.datetime", "members": {}},
    ],
    ids=json.dumps,
)
def test_what_is_no_snapshot_is_refused(node):
    """Anything that was never encoded is refused as such, and no type but the package's data is made."""
    with pytest.raises(BrokenSnapshot):
        decode(node)


def test_stores_and_tables_keep_what_makes_them():
    """A store that is resumed has the rows, finds them by every reference, and keeps its own functions."""

    def new_stores():
        return Stores(lambda account, region: Table(lambda row: (row[0], row[1]), LookupError))

    stores = new_stores()
    stores["1", "x"].add(("id", "name"))
    resumed = new_stores()
    _ = resumed["2", "y"]

    resumed.restore(there_and_back(stores.snapshot()))

    assert ("id", "name") == resumed["1", "x"].get("name")
    assert resumed.find(("2", "y")) is None
    with pytest.raises(LookupError):
        resumed["1", "x"].get("other")


def test_what_never_changes_is_written_each_time():
    """Snapshots of equal frozen objects are the same, however many objects there are."""
    one, other = Outcome("DELIVERED"), Outcome("DELIVERED")

    assert encode([one, one]) == encode([one, other])
    assert [one, one] == there_and_back([one, one])
    pair, twin = (tuple(range(2)) for _ in "ab")
    assert pair is not twin
    assert encode([pair, pair]) == encode([pair, twin])
