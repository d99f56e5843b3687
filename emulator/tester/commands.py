"""
What the tester can order: functions over an Emulator that take and return what JSON can hold.

The HTTP control API and the Python faces both go through `COMMANDS` by `Emulator.control`, so that whatever one can do
the other can.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.tester import (
    accounts,
    calls,
    carriers,
    clock,
    compliance,
    devices,
    events,
    faults,
    handsets,
    messages,
    notify,
    rcs,
    sns,
    state,
)

FAMILIES = (
    messages,
    handsets,
    calls,
    rcs,
    notify,
    devices,
    carriers,
    faults,
    accounts,
    compliance,
    clock,
    events,
    sns,
    state,
)
COMMANDS: dict[str, Callable[..., Any]] = {
    function.__name__: function for family in FAMILIES for function in family.COMMANDS
}
