"""
Errors that become an AWS response.

A service's own errors are modelled and defined beside it; those here are raised by the protocol itself, and no model
lists them. Their messages are those that AWS's JSON services commonly return. # unverified for this service
"""

from __future__ import annotations

from typing import Any


class ServiceError(Exception):
    """An AWS error: its code is the class name, and its members are sent along with the message."""

    status: int | None = None
    """The HTTP status; None stands for the model's, or else 400."""
    namespace: str | None = None
    """The part of `__type` before the `#`; None stands for that of the service that was called."""

    delay_seconds = 0.0
    """How long the front end waits before it responds; only an injected fault sets it."""

    def __init__(self, message: str, **members: Any) -> None:
        super().__init__(message)
        self.message = message
        self.members = members

    @property
    def code(self) -> str:
        """The error code on the wire."""
        return type(self).__name__


class ProtocolError(ServiceError):
    """An error raised before any operation was reached."""

    namespace = "com.amazon.coral.service"


class SerializationException(ProtocolError):
    """The body cannot be parsed, or the JSON type of a value differs from the model."""


class UnknownOperationException(ProtocolError):
    """The request names no operation, or one that does not exist."""


class InvalidSignatureException(ProtocolError):
    """The request is signed for a region that AWS does not have."""

    status = 403

    def __init__(self, region: str) -> None:
        super().__init__(f"Credential should be scoped to a valid region, not '{region}'.")


class RequestEntityTooLargeException(ProtocolError):
    """The body is larger than the emulator accepts."""

    status = 413


class NotImplementedYet(ServiceError):
    """The operation is modelled, but the emulator does not implement it yet: HTTP 501, code `NotImplemented`."""

    status = 501

    @property
    def code(self) -> str:
        """The error code on the wire."""
        return "NotImplemented"


class InternalServerException(ServiceError):
    """A bug in the emulator."""

    status = 500

    def __init__(self, request_id: str) -> None:
        super().__init__("An internal error occurred", RequestId=request_id)
