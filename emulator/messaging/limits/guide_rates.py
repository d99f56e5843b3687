"""
The guide's rates, in place of AWS's: `limits.rates = "guide"`.

A long code sends a hundred messages in 24 hours, a short code a hundred per second; a recipient gets one promotional
message per day. Each is counted in a window that slides with the virtual clock. Source: data/guide_rates.json
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from emulator.kernel.tables import load_table
from emulator.messaging.context import Context
from emulator.messaging.errors import ThrottlingException
from emulator.messaging.state.routes import Route
from emulator.telecom.throttling import RateLimit

TABLE = "messaging/limits/data/guide_rates.json"


def consume(ctx: Context, route: Route, to: str, message_type: str) -> None:
    """
    Count a message in the windows of its sender and its recipient.

    Raises:
        ThrottlingException: If either window is full; the message is then counted in neither.
    """
    wanted = ((route.sender, "per_sender", route.sender_type), (f"{to}/{message_type}", "per_destination", message_type))
    open_windows = []
    for what, kind, name in wanted:
        row = load_table(TABLE)[kind].get(name)
        if row is not None:
            limit = _rate_limit(row)
            window = ctx.store.windows.setdefault(f"{kind}/{what}", deque())
            while window and window[0] <= ctx.now - limit.within:
                window.popleft()
            if len(window) >= limit.messages:
                raise ThrottlingException()
            open_windows.append(window)
    for window in open_windows:
        window.append(ctx.now)


def carrier_rates() -> dict[str, RateLimit]:
    """Return the rate at which each carrier accepts messages, by its name."""
    return {name: _rate_limit(row) for name, row in load_table(TABLE)["per_carrier"].items()}


def _rate_limit(row: Mapping[str, Any]) -> RateLimit:
    return RateLimit(row["messages"], timedelta(seconds=row["seconds"]))
