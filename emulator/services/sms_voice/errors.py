"""The six errors of the model. Their sentences are # unverified: AWS publishes none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from emulator.wire.errors import ServiceError
from emulator.wire.validation import BrokenConstraint


class SmsVoiceError(ServiceError):
    """An error of this API; its only member is `Message`."""

    def __init__(self, message: str) -> None:
        super().__init__(message, Message=message)


class AlreadyExistsException(SmsVoiceError):
    """The account already has one with this name."""


class BadRequestException(SmsVoiceError):
    """A member of the request is not acceptable."""


class LimitExceededException(SmsVoiceError):
    """The account has reached the limit."""


class NotFoundException(SmsVoiceError):
    """There is none with this name."""


class TooManyRequestsException(SmsVoiceError):
    """Too many requests per second."""


def refusal(broken: Iterable[BrokenConstraint]) -> ServiceError:
    """Return the error for broken constraints."""
    return BadRequestException("; ".join(f"{constraint.name}: {constraint.message}" for constraint in broken))


def token_refusal(token: str) -> ServiceError:
    """Return the error for an unknown NextToken."""
    return BadRequestException("NextToken is not valid")


BY_NAME: dict[str, Callable[[str], SmsVoiceError]] = {"ThrottlingException": TooManyRequestsException}
"""What an error of pinpoint-sms-voice-v2 is called here; any other becomes a BadRequestException, the closest one."""


@contextmanager
def translated_errors() -> Iterator[None]:
    """Translate the messaging system's errors that are raised inside the block into this API's errors."""
    try:
        yield
    except SmsVoiceError:
        raise
    except ServiceError as error:
        raise BY_NAME.get(error.code, BadRequestException)(error.message) from error
