"""The errors of the model. Their sentences are # unverified but for that of an unknown resource."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.wire.errors import ServiceError
from emulator.wire.validation import BrokenConstraint


class PushError(ServiceError):
    """An error of this API."""

    def __init__(self, message: str) -> None:
        super().__init__(message, Message=message)


class BadRequestException(PushError):
    """The request's members are not acceptable."""


class NotFoundException(PushError):
    """There is none by that id or name."""


def refusal(broken: Iterable[BrokenConstraint]) -> ServiceError:
    """The error for broken constraints."""
    return BadRequestException("; ".join(f"{constraint.name}: {constraint.message}" for constraint in broken))


def token_refusal(token: str) -> ServiceError:
    """The error for a token that is unknown."""
    return BadRequestException("The token is not valid")
