"""
Which attribute of a brand profile and which field of a registration mean the same, by a table.

AWS has its model match by meaning (smart match), or uses a fixed table; it publishes neither, and a local emulator must
decide the same every time. Both are tables here: the fixed one has the standard names, the smart one further names for
them, and the fields' own names and titles. The names of a new profile's attributes are ours too. # unverified
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from emulator.kernel.dataclass import dataclass
from emulator.kernel.tables import load_table
from emulator.messaging.registrations.forms import Definition

TABLE = "messaging/brand_profiles/data/standard_fields.json"
OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class StandardField:
    """What a field is called in a brand profile, and the category that it belongs to."""

    name: str
    category: str


def categories() -> list[str]:
    """Return the categories of attributes. Source: user guide, brand profiles"""
    found: list[str] = load_table(TABLE)["categories"]
    return found


def default_attributes() -> list[StandardField]:
    """Return the attributes that a new profile has, without values. Source: user guide (twelve)"""
    table = load_table(TABLE)
    return [StandardField(name, table["fields"][name]["category"]) for name in table["default_attributes"]]


def normalized(name: str) -> str:
    """Return a name in small letters and digits only: `Company Name` and `companyName` are one."""
    return re.sub("[^a-z0-9]", "", name.lower())


@cache
def _by_path() -> dict[str, tuple[str, dict[str, Any]]]:
    fields: dict[str, dict[str, Any]] = load_table(TABLE)["fields"]
    return {path: (name, row) for name, row in fields.items() for path in row["paths"]}


def standard_field(definition: Definition) -> StandardField:
    """Return the standard name and category of a field; its title, and the category of its section, if it has none."""
    path = definition["FieldPath"]
    known = _by_path().get(path)
    if known is not None:
        return StandardField(known[0], known[1]["category"])
    title = re.sub("[^A-Za-z0-9_ -]", "", definition["DisplayHints"]["Title"]).strip() or path.replace(".", " ")
    category = load_table(TABLE)["category_of_section"].get(definition["SectionPath"], OTHER)
    return StandardField(title, category)


def names_of(definition: Definition, smart_match: bool) -> list[str]:
    """Return the normalized names of attributes that fill a field, the best one first."""
    path = definition["FieldPath"]
    known = _by_path().get(path)
    names = [] if known is None else [known[0]]
    if smart_match:
        names += [path, path.rpartition(".")[2], definition["DisplayHints"]["Title"]]
        names += load_table(TABLE)["smart"].get(known[0], ()) if known is not None else ()
    return list(dict.fromkeys(map(normalized, names)))
