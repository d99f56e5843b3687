"""Filters of the Describe operations: AND between filters, OR between the values of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from emulator.messaging.errors import ValidationException

Row = TypeVar("Row")
Read = Callable[[Any], Any]

BOOLEANS = frozenset({"true", "false"})


def select(
    rows: Iterable[Row],
    filters: list[dict[str, Any]] | None,
    reads: Mapping[str, Read] | None = None,
    values: Mapping[str, Iterable[str]] | None = None,
) -> list[Row]:
    """
    Return the rows that pass every filter.

    A filter reads the attribute of its own name unless `reads` says otherwise; a list passes if any of its items does.

    Raises:
        ValidationException: a value is not among the allowed `values`, or not a boolean where one is expected
            (INVALID_FILTER_VALUES).
    """
    kept = list(rows)
    for item in filters or ():
        name, wanted = item["Name"], frozenset(item["Values"])
        allowed = frozenset(values[name]) if values and name in values else BOOLEANS if name.endswith("-enabled") else None
        if allowed is not None and not wanted <= allowed:
            unknown, known = (", ".join(sorted(each)) for each in (wanted - allowed, allowed))
            raise invalid_filter_values(f"Unknown values of the filter {name}: {unknown}; allowed: {known}")
        read = (reads or {}).get(name) or _attribute(name)
        kept = [row for row in kept if wanted & _texts(read(row))]
    return kept


def invalid_filter_values(message: str) -> ValidationException:
    """Return the error for values that a filter does not accept."""
    return ValidationException("INVALID_FILTER_VALUES", ("filters", message))


def _attribute(name: str) -> Read:
    attribute = name.replace("-", "_")
    return lambda row: getattr(row, attribute)


def _texts(value: Any) -> frozenset[str]:
    if value is None:
        return frozenset()
    if isinstance(value, bool):
        return frozenset({"true" if value else "false"})
    if isinstance(value, str):
        return frozenset({value})
    return frozenset(str(item) for item in value)
