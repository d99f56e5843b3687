"""The JSON tables that ship with the package, each read once."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parent.parent


@cache
def load_table(path: str) -> dict[str, Any]:
    """
    Return one of the package's tables. Do not change it: every caller shares it.

    Args:
        path: its place below the package, such as `telecom/data/voices.json`.
    """
    table: dict[str, Any] = json.loads((PACKAGE / path).read_text("utf-8"))
    return table
