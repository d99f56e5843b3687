"""The errors about codes, with the sentences seen in public reports, and those that moto answers."""

from __future__ import annotations

from emulator.kernel.ports import AwsRefusal
from emulator.wire.errors import ServiceError


class CodeMismatchException(ServiceError):
    """The code is not the one that was sent."""

    def __init__(self) -> None:
        super().__init__("Invalid verification code provided, please try again.")


class ExpiredCodeException(ServiceError):
    """The code is too old, was used, or was never sent."""

    def __init__(self) -> None:
        super().__init__("Invalid code provided, please request a code again.")


class LimitExceededException(ServiceError):
    """Too many codes were requested, or too many wrong ones entered."""

    def __init__(self) -> None:
        super().__init__("Attempt limit exceeded, please try after some time.")


class NotAuthorizedException(ServiceError):
    """The state of the user does not allow the request."""


class InvalidParameterException(ServiceError):
    """The request does not fit the user."""


class CodeDeliveryFailureException(ServiceError):
    """The text with the code cannot be sent."""


class ForwardedError(ServiceError):
    """An error that the user pool has answered."""

    def __init__(self, refusal: AwsRefusal) -> None:
        super().__init__(refusal.message)
        self.status = refusal.status
        self._code = refusal.code

    @property
    def code(self) -> str:
        """The error code on the wire."""
        return self._code
