"""The state of an older version is that of this one after an upgrade."""

import copyreg
import json
import zlib
from dataclasses import fields
from hashlib import blake2b
from pathlib import Path

import pytest

from emulator.journal import migrations, snapshots
from emulator.journal.files import load
from emulator.journal.snapshots import SnapshotUnreadable
from emulator.journal.sqlite import SqliteStore
from emulator.telecom.devices import Device
from emulator.telecom.handsets import Handset
from emulator.testing import HANDSET

RELEASED = sorted(Path(__file__).with_name("released").glob("*.jsonl"))
NAME = "telecom.handsets.Handset"


@pytest.mark.parametrize("file", RELEASED, ids=lambda file: file.stem)
def test_a_snapshot_of_each_version_is_loaded(emulate, tmp_path, file):
    """
    What was there is there, and goes on.

    If it fails for the version that is not released yet, write its file anew: tools/snapshot_fixture.py. For any other,
    a migration is missing.
    """
    store = SqliteStore(tmp_path / "data")
    with file.open(encoding="utf-8") as lines:
        load(store, lines, file.name)
    store.close()

    emulator, _ = emulate()

    texts = [(message.direction, message.body) for message in emulator.inbox.messages()]
    assert texts[:2] == [("outbound", "hello"), ("inbound", "STOP")]
    assert emulator.handset(HANDSET).reply("HELP", to="+12065550100")["keyword"] == "HELP"
    assert emulator.settle()["pending"] == 0


def test_this_version_has_a_file():
    """One of the files was written by this schema."""
    assert any(file.name.startswith(f"schema-{migrations.SCHEMA}-") for file in RELEASED)


class Older:
    """An object of a type of ours, as another version would have written it."""

    def __init__(self, kind, **members):
        self.kind, self.members = kind, members

    @property
    def __class__(self):
        return self.kind

    def __reduce_ex__(self, protocol):
        return copyreg.__newobj__, (self.kind,), (None, self.members)


def written(value, **header):
    """Return a snapshot with a header of another version, and its digest."""
    made = b"".join(snapshots.write({"value": value}, {}, {"version": "9.9"}))
    line, _, rest = zlib.decompress(made).partition(b"\n")
    packed = zlib.compress(json.dumps({**json.loads(line), **header}).encode() + b"\n" + rest)
    return [packed], blake2b(packed, digest_size=16).hexdigest()


def members_of(handset, *without):
    return {field.name: getattr(handset, field.name) for field in fields(handset) if field.name not in without}


def read(value, members, **header):
    """Return a value that a version wrote whose handsets had those fields."""
    _, state, _ = snapshots.read(*written(value, layout={NAME: {"fields": list(members), "as_list": False}}, **header))
    return state["value"]


def test_a_newer_snapshot_is_refused():
    """An older program says which version wrote it, and what to do."""
    with pytest.raises(SnapshotUnreadable, match=r"version 9\.9, which is newer than this program.*upgrade"):
        snapshots.read(*written(1, schema=migrations.SCHEMA + 1))


def test_a_new_field_takes_its_default():
    """A field that an older version lacked needs no migration if it has a default; shared objects stay shared."""
    members = members_of(Handset(HANDSET, outcome="BLOCKED"), "description")
    older = Older(Handset, **members)

    first, second = read([older, older], members)

    assert first == Handset(HANDSET, outcome="BLOCKED")
    assert type(first) is Handset
    assert first is second


def test_a_migration_changes_an_object(monkeypatch):
    """It gets the fields as they were written, and gives them as they are now."""
    members = {"phone": HANDSET, **members_of(Handset(HANDSET), "number")}
    monkeypatch.setattr(snapshots, "SCHEMA", 2)
    monkeypatch.setattr(migrations, "SCHEMA", 2)
    steps = {"Handset": lambda fields: {"number": fields.pop("phone"), **fields}}
    monkeypatch.setitem(migrations.MIGRATIONS, 2, steps)

    assert read(Older(Handset, **members), members, schema=1) == Handset(HANDSET)


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"outcome": None}, "lacks number, and no migration adds it"),
        ({"number": HANDSET, "ears": 2}, "has no field ears any more, and no migration drops it"),
    ],
)
def test_without_a_migration_a_changed_type_is_refused(members, problem):
    """A field without a default is missing, or one is there that is not known."""
    with pytest.raises(SnapshotUnreadable, match=problem):
        read(Older(Handset, **members), members)


def test_a_type_is_found_by_its_name(monkeypatch):
    """One whose module has another name now, and one that was renamed."""
    assert snapshots.find_type("phones.old_module.Handset") is Handset
    monkeypatch.setitem(migrations.RENAMED, "telecom.phones.Telephone", "telecom.devices.Device")
    assert snapshots.find_type("telecom.phones.Telephone") is Device
    assert snapshots.find_type("telecom.phones.Unknown") is None


def test_nothing_but_data_is_loaded():
    """A snapshot cannot have a program run."""
    with pytest.raises(SnapshotUnreadable, match="unknown type"):
        snapshots.read(*written(json.loads))
