"""
The errors of the messaging system, and the templates of their messages.

The errors are those of `pinpoint-sms-voice-v2`, the only API for which AWS publishes reasons; the other APIs translate
them into the errors of their own models.

The messages follow the pattern of the conflict and of the validation error seen in the wild (the latter with the names of
its fields: terraform-provider-aws, issue 50038). The headlines of all but the conflict, which are the words before the dash,
are # unverified.
"""

from __future__ import annotations

from functools import cache

import botocore

from emulator.wire.errors import ServiceError
from emulator.wire.models import load_model


@cache
def _enum(shape: str) -> frozenset[str]:
    return frozenset(load_model("pinpoint-sms-voice-v2").shape_for(shape).metadata["enum"])


COMPLETE_SINCE = (1, 43, 11)
"""The first botocore whose model has every reason and resource type that is named here."""


@cache
def _is_complete() -> bool:
    return tuple(int(part) for part in botocore.__version__.split(".")[:3]) >= COMPLETE_SINCE


def _known(shape: str, value: str) -> str:
    # A typo must fail the first test that reaches it.
    assert value in _enum(shape) or not _is_complete(), f"{value} is not a value of {shape}"
    return value


def _sentence(headline: str, **parts: str) -> str:
    details = " ".join(f'{name}="{value}"' for name, value in parts.items() if value)
    return f"{headline} - {details}" if details else headline


class AccessDeniedException(ServiceError):
    """The account is not allowed to do this."""

    def __init__(self, reason: str | None = None) -> None:
        # A denial by a policy has no reason. # unverified
        members = {"Reason": _known("AccessDeniedExceptionReason", reason)} if reason else {}
        super().__init__(_sentence("Access denied", **members), **members)


class ConflictException(ServiceError):
    """The state of a resource does not allow the request."""

    def __init__(self, reason: str, resource_type: str, resource_id: str) -> None:
        super().__init__(
            _sentence("Conflict Occurred", Reason=reason, ResourceType=resource_type, ResourceId=resource_id),
            Reason=_known("ConflictExceptionReason", reason),
            ResourceType=_known("ResourceType", resource_type),
            ResourceId=resource_id,
        )


class ResourceNotFoundException(ServiceError):
    """No resource of this type has this id, name or ARN."""

    def __init__(self, resource_type: str, resource_id: str) -> None:
        super().__init__(
            _sentence("Resource not found", ResourceType=resource_type, ResourceId=resource_id),
            ResourceType=_known("ResourceType", resource_type),
            ResourceId=resource_id,
        )


class ServiceQuotaExceededException(ServiceError):
    """A quota of the account or resource is used up."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            _sentence("Service quota exceeded", Reason=reason),
            Reason=_known("ServiceQuotaExceededExceptionReason", reason),
        )


class ThrottlingException(ServiceError):
    """There were too many requests or message parts per second."""

    def __init__(self) -> None:
        # The usual sentence of AWS's services.
        super().__init__("Rate exceeded")


class ValidationException(ServiceError):
    """Fields of a request are invalid; `fields` are pairs of the name in lower camel case and the field's message."""

    def __init__(self, reason: str, *fields: tuple[str, str]) -> None:
        names = ",".join(dict.fromkeys(name for name, _ in fields))
        super().__init__(
            _sentence("Validation failed", Reason=reason, Fields=names),
            Reason=_known("ValidationExceptionReason", reason),
            **({"Fields": [{"Name": name, "Message": message} for name, message in fields]} if fields else {}),
        )


def invalid(name: str, message: str) -> ValidationException:
    """Return the error of an invalid value, where the model's constraints do not exclude it."""
    return ValidationException("INVALID_PARAMETER", (name, message))


def together(*names: str) -> ValidationException:
    """Return the error of fields that cannot be used together."""
    sentence = "Member cannot be used together with the others named"
    return ValidationException("PARAMETERS_CANNOT_BE_USED_TOGETHER", *((name, sentence) for name in names))


def not_accessible(name: str, message: str) -> ValidationException:
    """Return the error of a role, topic or stream that cannot be used; its message was seen to repeat the field's."""
    error = ValidationException("RESOURCE_NOT_ACCESSIBLE", (name, message))
    error.message = f"{error.message} {message}"
    return error


def missing(name: str) -> ValidationException:
    """
    Return the error of a missing field that the request requires.

    The model leaves the body of a message optional; that AWS requires it all the same is # unverified.
    """
    return ValidationException("MISSING_PARAMETER", (name, "Member must not be null"))
