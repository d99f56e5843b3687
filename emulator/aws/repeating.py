"""The context of a call to moto that can be repeated: its time, and how to make the calls that leave moto."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime

moment: ContextVar[datetime | None] = ContextVar("moto_moment", default=None)
"""The time of the call, if it can be repeated."""
repeating: ContextVar[bool] = ContextVar("moto_repeating", default=False)
"""True while a call is repeated."""
posts: ContextVar[list[Callable[[], None]] | None] = ContextVar("moto_posts", default=None)
"""Collects the calls that leave moto, where the caller wants to make them afterwards."""


def post(call: Callable[[], None]) -> None:
    """Make a call that leaves moto: at once, later if the caller collects such calls, or not at all in a repeat."""
    later = posts.get()
    if repeating.get():
        return
    if later is None:
        call()
    else:
        later.append(call)
