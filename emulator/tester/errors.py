"""Why a command of the tester was not obeyed; nothing has changed then."""

from __future__ import annotations


class BadCommand(ValueError):
    """A command's argument makes no sense; `field` names it."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class UnknownThing(LookupError):
    """A command names something that does not exist."""


class NotInstalled(Exception):
    """What was asked for needs an extra that is not installed."""
