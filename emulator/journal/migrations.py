"""
From the state of an older version to that of this one.

The schema number counts the changes that this program cannot see by itself. A field that an older snapshot lacks takes
its default, so that a new field with a default needs no migration; a field without one, a field that was taken out or
has changed its meaning, or a type with another name does.

To change the state in such a way: raise SCHEMA by one, and add under the new number a function for each type concerned.
It takes the fields of one object as the older version wrote them, and returns those of this version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Fields = dict[str, Any]

SCHEMA = 1
"""The number of this version's state."""
MIGRATIONS: dict[int, Mapping[str, Callable[[Fields], Fields]]] = {}
"""By schema number and type: what makes the fields of that schema of those of the one before."""
RENAMED: dict[str, str] = {}
"""The new name of each type that was renamed, both with their modules; one that was only moved is found by its name."""


def migrate(name: str, fields: Fields, schema: int) -> Fields:
    """Return the fields of an object of a type as this version has them."""
    for number in range(schema + 1, SCHEMA + 1):
        step = MIGRATIONS.get(number, {}).get(name)
        if step is not None:
            fields = step(fields)
    return fields
