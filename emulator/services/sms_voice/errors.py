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
    """The account has one by that name."""


class BadRequestException(SmsVoiceError):
    """The request's members are not acceptable."""


class LimitExceededException(SmsVoiceError):
    """The account has as many as it may have."""


class NotFoundException(SmsVoiceError):
    """There is none by that name."""


class TooManyRequestsException(SmsVoiceError):
    """Too many requests a second."""


def refusal(broken: Iterable[BrokenConstraint]) -> ServiceError:
    """The error for broken constraints."""
    return BadRequestException("; ".join(f"{constraint.name}: {constraint.message}" for constraint in broken))


def token_refusal(token: str) -> ServiceError:
    """The error for a NextToken that is unknown."""
    return BadRequestException("NextToken is not valid")


BY_NAME: dict[str, Callable[[str], SmsVoiceError]] = {"ThrottlingException": TooManyRequestsException}
"""What an error of pinpoint-sms-voice-v2 is called here; any other is a BadRequestException, for lack of another word."""


@contextmanager
def translated_errors() -> Iterator[None]:
    """What the simulated telephone world refuses inside the block is refused in this API's errors."""
    try:
        yield
    except SmsVoiceError:
        raise
    except ServiceError as error:
        raise BY_NAME.get(error.code, BadRequestException)(error.message) from error
