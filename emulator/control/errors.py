"""The errors of commands; a command that raises one has changed nothing."""

from __future__ import annotations


class InvalidArgument(ValueError):
    """An argument of a command is not valid (HTTP 400); `field` is its name."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NotFound(LookupError):
    """A command names something that does not exist (HTTP 404)."""


class WaitTimeout(TimeoutError):
    """What a command waited for has not come in time (HTTP 408)."""


class MissingExtra(Exception):
    """The command needs an extra of the package that is not installed (HTTP 501)."""
