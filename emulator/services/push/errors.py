"""The errors of the model. Their sentences are # unverified, except that for an unknown resource."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.wire.errors import ServiceError
from emulator.wire.validation import BrokenConstraint


class PushError(ServiceError):
    """An error of this API."""

    def __init__(self, message: str) -> None:
        super().__init__(message, Message=message)


class BadRequestException(PushError):
    """A member of the request is not acceptable."""


class NotFoundException(PushError):
    """No resource has this id or name."""


def refusal(broken: Iterable[BrokenConstraint]) -> ServiceError:
    """Return the error for broken constraints."""
    return BadRequestException("; ".join(f"{constraint.name}: {constraint.message}" for constraint in broken))


def token_refusal(token: str) -> ServiceError:
    """Return the error for an unknown token."""
    return BadRequestException("The token is not valid")
