"""Dicts from which the oldest rows go while new ones come."""

from __future__ import annotations

from typing import Any


def compact(rows: dict[Any, Any]) -> None:
    """
    Free what a dict keeps of rows that are gone.

    Python uses the places of deleted rows again only when a dict is full, and then makes it twice as large.
    """
    kept = dict(rows)
    rows.clear()
    rows.update(kept)
