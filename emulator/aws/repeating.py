"""What a call of moto has of its caller, so that it can be made again: the time, and what becomes of what leaves moto."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime

moment: ContextVar[datetime | None] = ContextVar("moto_moment", default=None)
"""The time of the call, if it can be repeated."""
repeating: ContextVar[bool] = ContextVar("moto_repeating", default=False)
"""Whether the call is made again."""
posts: ContextVar[list[Callable[[], None]] | None] = ContextVar("moto_posts", default=None)
"""What is to be done after the call, if its caller wants that."""


def post(call: Callable[[], None]) -> None:
    """Do what leaves moto: at once, after the call if its caller has asked for that, or not at all if it is repeated."""
    later = posts.get()
    if repeating.get():
        return
    if later is None:
        call()
    else:
        later.append(call)
