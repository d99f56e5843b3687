"""State by account and region, and tables of rows that are found by id, name or ARN."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from emulator.kernel.snapshots import Snapshotable, to_snapshot

Row = TypeVar("Row")
Store = TypeVar("Store")


class Stores(Snapshotable, Generic[Store]):
    """
    One store for each account and region, created on first use.

    Args:
        make: makes a store.
        most: how many there may be; without a number, as many as are asked for.
        too_many: makes the error for one more, from that number.
    """

    def __init__(
        self,
        make: Callable[[str, str], Store],
        most: int | None = None,
        too_many: Callable[[int], Exception] = OverflowError,
    ) -> None:
        self._make = make
        self._most = most
        self._too_many = too_many
        self._stores: dict[tuple[str, str], Store] = {}

    def __getitem__(self, scope: tuple[str, str]) -> Store:
        store = self._stores.get(scope)
        if store is None:
            if self._most is not None and len(self._stores) >= self._most:
                raise self._too_many(self._most)
            store = self._stores[scope] = self._make(*scope)
        return store

    def __iter__(self) -> Iterator[Store]:
        return iter(self._stores.values())

    def __len__(self) -> int:
        return len(self._stores)

    def scopes(self) -> list[tuple[str, str]]:
        """Return the accounts and regions that have a store, in the order in which they got it."""
        return list(self._stores)

    def find(self, scope: tuple[str, str]) -> Store | None:
        """Return the store if it exists already, else None."""
        return self._stores.get(scope)

    def discard(self, scope: tuple[str, str]) -> None:
        """Forget the store if there is one."""
        self._stores.pop(scope, None)

    def snapshot(self) -> dict[tuple[str, str], Any]:
        """Return every store by its account and region."""
        return {scope: to_snapshot(store) for scope, store in self._stores.items()}

    def restore(self, state: Any) -> None:
        """Restore the stores of a snapshot, and drop all others."""
        self._stores.clear()
        for scope, kept in state.items():
            store = self._stores[scope] = self._make(*scope)
            if isinstance(store, Snapshotable):
                store.restore(kept)
            else:
                self._stores[scope] = kept


class MappedRows(Sequence[Any]):
    """Rows that are made of others when they are asked for: a page of many makes no more than its own."""

    def __init__(self, rows: Sequence[Any], make: Callable[[Any], Any]) -> None:
        self._rows = rows
        self._make = make

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, place: Any) -> Any:
        found = self._rows[place]
        return [self._make(row) for row in found] if isinstance(place, slice) else self._make(found)


class Table(Snapshotable, Generic[Row]):
    """
    Rows in the order in which they were added, each found by any of its references.

    Args:
        references: returns a row's references, the primary one first.
        missing: makes the error for a reference that no row has.
    """

    def __init__(self, references: Callable[[Row], tuple[str, ...]], missing: Callable[[str], Exception]) -> None:
        self._references = references
        self._missing = missing
        self._rows: dict[str, Row] = {}
        self._index: dict[str, Row] = {}

    def add(self, row: Row) -> Row:
        """Add the row, and return it."""
        references = self._references(row)
        self._rows[references[0]] = row
        for reference in references:
            self._index[reference] = row
        return row

    def remove(self, row: Row) -> Row:
        """Remove the row, and return it."""
        references = self._references(row)
        del self._rows[references[0]]
        for reference in references:
            del self._index[reference]
        return row

    def find(self, reference: str) -> Row | None:
        """Return the row with this id, name or ARN, or None if there is none."""
        return self._index.get(reference)

    def get(self, reference: str) -> Row:
        """Return the row with this id, name or ARN; raise the table's error if there is none."""
        row = self._index.get(reference)
        if row is None:
            raise self._missing(reference)
        return row

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, reference: str) -> bool:
        return reference in self._index

    def snapshot(self) -> list[Row]:
        """Return the rows."""
        return list(self)

    def restore(self, state: Any) -> None:
        """Replace all rows with those of a snapshot."""
        self._rows.clear()
        self._index.clear()
        for row in state:
            self.add(row)
