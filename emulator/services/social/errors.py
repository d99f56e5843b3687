"""The errors of broken constraints; those of rules are the messaging system's. Their sentences are # unverified."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.wire.errors import ServiceError
from emulator.wire.validation import BrokenConstraint, summary


class ValidationException(ServiceError):
    """A constraint of the model is broken."""


class DependencyException(ServiceError):
    """A service behind AWS's failed."""


def refusal(broken: Iterable[BrokenConstraint]) -> ServiceError:
    """Return the error for broken constraints, in the words that AWS's services commonly use."""
    return ValidationException(summary(broken))


def token_refusal(token: str) -> ServiceError:
    """Return the error for a token of a page that is unknown."""
    return ValidationException("The nextToken is not valid")


def write_refusal(error: str) -> ServiceError:
    """Return the error for a file that could not be written to S3."""
    return DependencyException(f"The object cannot be written: {error}")
