"""
The errors of the model, and what those of the messaging system become.

The sentences, and which error a state has, are # unverified.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from emulator.wire.errors import ServiceError
from emulator.wire.validation import BrokenConstraint


class ValidationException(ServiceError):
    """Members of the request are invalid; `fields` are pairs of a JSON pointer and a sentence."""

    def __init__(self, *fields: tuple[str, str]) -> None:
        sentences = "; ".join(f"{path} {message}" for path, message in fields)
        super().__init__(
            f"Validation failed: {sentences}",
            fieldList=[{"path": path, "message": message} for path, message in fields],
        )


class ResourceNotFoundException(ServiceError):
    """The account has no such resource."""

    def __init__(self, resource_type: str, resource_id: str) -> None:
        super().__init__(
            f"Resource not found: {resource_type} {resource_id}", resourceId=resource_id, resourceType=resource_type
        )


class ConflictException(ServiceError):
    """The state of a resource does not allow the request. Unlike that of `pinpoint-sms-voice-v2` it has no Reason."""

    def __init__(self, message: str, resource_type: str | None = None, resource_id: str | None = None) -> None:
        members = {"resourceId": resource_id, "resourceType": resource_type}
        super().__init__(message, **{name: value for name, value in members.items() if value is not None})


class ServiceQuotaExceededException(ServiceError):
    """A quota is used up."""


class AccessDeniedException(ServiceError):
    """The account may not do this."""


class ThrottlingException(ServiceError):
    """There were too many requests per second."""


def pointer(name: str) -> str:
    """Return the JSON pointer of a member from its path: `/attributes/0/category` for `attributes.1.member.category`."""
    counted = re.sub(r"(\d+)\.member", lambda found: str(int(found[1]) - 1), name)
    return "/" + counted.replace(".", "/")


def refusal(broken: Iterable[BrokenConstraint]) -> ServiceError:
    """Return the error for broken constraints."""
    return ValidationException(*((pointer(constraint.name), constraint.message) for constraint in broken))


def token_refusal(token: str) -> ServiceError:
    """Return the error for a nextToken that is unknown or from another request."""
    return ValidationException(("/nextToken", "The token is unknown, expired or from another request"))


def reuse_refusal(token: str) -> ServiceError:
    """Return the error for a clientToken that is used again with other parameters."""
    return ConflictException("The clientToken was already used with different parameters")


MEMBERS = {"destinationPhoneNumber": "destinationIdentity", "notifyConfigurationId": "originationIdentity"}
"""What a member of `pinpoint-sms-voice-v2` is called in a request of this API, where that differs."""


@contextmanager
def translated_errors(members: dict[str, str]) -> Iterator[None]:
    """
    Translate the messaging system's errors that are raised inside the block into this API's errors.

    Args:
        members: the paths of this request's members, by their names in `pinpoint-sms-voice-v2`, besides MEMBERS.
    """
    try:
        yield
    except ServiceError as error:
        translated = _translate(error, MEMBERS | members)
        if translated is error:
            raise
        raise translated from error


def _translate(error: ServiceError, names: dict[str, str]) -> ServiceError:
    found = error.members
    if "Reason" not in found and "ResourceType" not in found and error.code != "ThrottlingException":
        return error
    if error.code == "ValidationException":
        fields = [(pointer(names.get(row["Name"], row["Name"])), row["Message"]) for row in found.get("Fields", ())]
        return ValidationException(*fields or [("/", error.message)])
    if error.code == "ConflictException":
        return ConflictException(error.message, found["ResourceType"], found["ResourceId"])
    if error.code == "ResourceNotFoundException":
        return ResourceNotFoundException(found["ResourceType"], found["ResourceId"])
    by_code = {
        "ServiceQuotaExceededException": ServiceQuotaExceededException,
        "AccessDeniedException": AccessDeniedException,
        "ThrottlingException": ThrottlingException,
    }
    return by_code[error.code](error.message)
