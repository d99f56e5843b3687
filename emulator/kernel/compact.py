"""Dicts that lose their oldest rows while they gain new ones."""

from __future__ import annotations

from typing import Any


def compact(rows: dict[Any, Any]) -> None:
    """
    Free the memory that deleted rows still occupy in a dict.

    Python reuses their places only when the dict is full, and then doubles it.
    """
    kept = dict(rows)
    rows.clear()
    rows.update(kept)
