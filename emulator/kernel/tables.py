"""The JSON tables shipped with the package, each read once."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parent.parent


@cache
def load_table(path: str) -> dict[str, Any]:
    """
    Return one of the package's tables. All callers share it, so do not modify it.

    Args:
        path: its path inside the package, such as `telecom/data/voices.json`.
    """
    table: dict[str, Any] = json.loads((PACKAGE / path).read_text("utf-8"))
    return table
