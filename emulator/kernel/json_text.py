"""JSON as text without spaces, as event records and payloads are sent."""

from __future__ import annotations

from typing import Any

import orjson


def compact_json(value: Any) -> str:
    """Return a value as JSON without spaces, and with characters outside ASCII as they are."""
    return orjson.dumps(value).decode()
