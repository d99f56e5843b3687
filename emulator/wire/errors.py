"""
Errors that become an AWS answer.

A service's own errors are modelled and live beside it; those here are raised by the protocol itself, and no model lists
them. Their sentences are those that AWS's JSON services commonly give. # unverified for this service
"""

from __future__ import annotations

from typing import Any


class ServiceError(Exception):
    """An AWS error: its code is the class's name, its members are what the answer carries besides the message."""

    status: int | None = None
    """The HTTP status; None means the one that the model names, else 400."""
    namespace: str | None = None
    """What precedes `#` in `__type`; None means that of the service which was called."""

    delay_seconds = 0.0
    """How long the front waits before it answers; only an injected fault sets it."""

    def __init__(self, message: str, **members: Any) -> None:
        super().__init__(message)
        self.message = message
        self.members = members

    @property
    def code(self) -> str:
        """The error's name on the wire."""
        return type(self).__name__


class ProtocolError(ServiceError):
    """An error from before any operation was reached."""

    namespace = "com.amazon.coral.service"


class SerializationException(ProtocolError):
    """The body cannot be read, or a value in it has another JSON type than the model."""


class UnknownOperationException(ProtocolError):
    """No operation by that name, or none named."""


class RequestEntityTooLargeException(ProtocolError):
    """The body is larger than the emulator accepts."""

    status = 413


class NotImplementedYet(ServiceError):
    """The model has the operation, the emulator does not have it yet: HTTP 501, code `NotImplemented`."""

    status = 501

    @property
    def code(self) -> str:
        """The error's name on the wire."""
        return "NotImplemented"


class InternalServerException(ServiceError):
    """A bug of the emulator."""

    status = 500

    def __init__(self, request_id: str) -> None:
        super().__init__("An internal error occurred", RequestId=request_id)  # unverified
