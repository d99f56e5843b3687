"""
The errors of SNS's model, by the names of their shapes; the model gives each its code.

Sentences come from the recorded answers in tests/recorded; those about an invalid attribute of a text, an unknown token, two
destinations of a publish, a preference that the account's state forbids, and all but one about the sandbox, are decided
here. # unverified
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from emulator.wire.errors import ServiceError
from emulator.wire.validation import BrokenConstraint, summary

IN_ATTRIBUTE = re.compile(r"(messageAttributes\..+)\.(dataType)")


class InvalidParameterException(ServiceError):
    """A parameter is invalid."""


class InvalidParameterValueException(ServiceError):
    """A message attribute is invalid."""


class ResourceNotFoundException(ServiceError):
    """The account has no such number in its sandbox."""


class OptedOutException(ServiceError):
    """The number has opted out."""


class UserErrorException(ServiceError):
    """The state of the account does not allow it."""


class ThrottlingException(ServiceError):
    """
    There were too many requests; it is met in place of the model's Throttled.

    Source: re:Post, "ThrottlingException" and "Rate exceeded" errors in Amazon SNS, on Publish and GetSMSAttributes
    """

    def __init__(self) -> None:
        super().__init__("Rate exceeded")


class ValidationError(ServiceError):
    """A constraint of the model is broken; no model lists this error. Source: localstack's snapshots, recorded on AWS"""


class VerificationException(ServiceError):
    """The one-time password is not the one that was sent; Status is the status of the number."""

    def __init__(self, message: str, status: str) -> None:
        super().__init__(message, Status=status)


def invalid(parameter: str, reason: str) -> InvalidParameterException:
    """Return the error of an invalid parameter, in SNS's words."""
    return InvalidParameterException(f"Invalid parameter: {parameter} Reason: {reason}")


def refusal(broken: Iterable[BrokenConstraint]) -> ServiceError:
    """Return the error for broken constraints; what SNS calls the value of a map is its `member`."""
    named = (replace(constraint, name=IN_ATTRIBUTE.sub(r"\1.member.\2", constraint.name)) for constraint in broken)
    return ValidationError(summary(named))


def token_refusal(token: str) -> ServiceError:
    """Return the error for a NextToken that is unknown."""
    return invalid("NextToken", "The token is unknown, expired or of another request")
