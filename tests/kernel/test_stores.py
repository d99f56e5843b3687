from __future__ import annotations

from dataclasses import dataclass

import pytest

from emulator.kernel.stores import Stores, Table


@dataclass
class Pool:
    """A row."""

    pool_id: str
    name: str


class PoolMissing(Exception):
    """No row by that reference."""


@pytest.fixture
def table():
    """A table of pools, found by id and by name."""
    return Table(lambda pool: (pool.pool_id, pool.name), PoolMissing)


def test_a_row_is_found_by_each_of_its_references(table):
    """A row is found under its id and under its name."""
    pool = table.add(Pool("pool-1", "blue"))

    assert pool is table.get("pool-1")
    assert pool is table.find("blue")
    assert "blue" in table


def test_a_missing_row_is_the_tables_own_error(table):
    """Getting what is not there raises the table's error with the reference; finding it gives None."""
    with pytest.raises(PoolMissing, match="pool-9"):
        table.get("pool-9")

    assert table.find("pool-9") is None
    assert "pool-9" not in table


def test_rows_come_in_the_order_they_were_added(table):
    """Iterating gives each row once, in the order of adding."""
    rows = [table.add(Pool(f"pool-{number}", f"name-{number}")) for number in (3, 1, 2)]

    assert rows == list(table)
    assert 3 == len(table)


def test_a_removed_row_is_gone_under_every_reference(table):
    """Removing a row takes away all of its references and no other row's."""
    blue, red = table.add(Pool("pool-1", "blue")), table.add(Pool("pool-2", "red"))

    removed = table.remove(blue)

    assert removed is blue
    assert [red] == list(table)
    assert table.find("pool-1") is None
    assert table.find("blue") is None
    assert red is table.get("red")


def test_a_removed_reference_can_be_used_again(table):
    """A name that was removed can be given to a new row, which then comes last."""
    table.remove(table.add(Pool("pool-1", "blue")))
    table.add(Pool("pool-2", "red"))

    again = table.add(Pool("pool-1", "blue"))

    assert again is table.get("blue")
    assert ["red", "blue"] == [pool.name for pool in table]


def test_each_account_and_region_has_its_own_store():
    """A store is made once for each account and region, on first use, and knows both."""
    stores = Stores(lambda account, region: [account, region])

    first = stores["1", "us-east-1"]

    assert ["1", "us-east-1"] == first
    assert first is stores["1", "us-east-1"]
    assert first is not stores["1", "eu-west-1"]
    assert first is not stores["2", "us-east-1"]
    assert 3 == len(list(stores))


def test_finding_a_store_does_not_make_it():
    """Looking for an unused store finds nothing and creates nothing."""
    stores = Stores(lambda account, region: object())

    assert stores.find(("1", "us-east-1")) is None
    assert [] == list(stores)
    assert stores["1", "us-east-1"] is stores.find(("1", "us-east-1"))
