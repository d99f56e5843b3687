"""
Rates as the guide has them, in place of AWS's: `limits.rates = "guide"`.

A long code sends a hundred messages in 24 hours, a short code a hundred a second; a person gets one promotional message
a day. Each is counted in a window that slides with the virtual clock. Source: data/guide_rates.json
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from emulator.services.sms_voice_v2.errors import ThrottlingException
from emulator.services.sms_voice_v2.settings import load_data
from emulator.telecom.pacing import Pace

if TYPE_CHECKING:
    from emulator.services.sms_voice_v2.service import Context

TABLE = "guide_rates.json"
COUNTED = frozenset({"sms", "mms"})
"""Channels that these rates are about."""


def take(context: Context, sender: str, sender_type: str, to: str, message_type: str) -> None:
    """
    Count a message in the windows of its sender and its recipient, or in neither.

    Raises:
        ThrottlingException: one of them is full.
    """
    wanted = ((sender, "per_sender", sender_type), (f"{to}/{message_type}", "per_destination", message_type))
    open_windows = []
    for what, kind, name in wanted:
        row = load_data(TABLE)[kind].get(name)
        if row is not None:
            pace = _pace(row)
            window = context.store.windows.setdefault(f"{kind}/{what}", deque())
            while window and window[0] <= context.now - pace.within:
                window.popleft()
            if len(window) >= pace.messages:
                raise ThrottlingException()
            open_windows.append(window)
    for window in open_windows:
        window.append(context.now)


def carrier_paces() -> dict[str, Pace]:
    """How many messages a carrier takes, by its name."""
    return {name: _pace(row) for name, row in load_data(TABLE)["per_carrier"].items()}


def _pace(row: Mapping[str, Any]) -> Pace:
    return Pace(row["messages"], timedelta(seconds=row["seconds"]))
