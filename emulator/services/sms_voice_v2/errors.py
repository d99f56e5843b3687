"""
The errors of `pinpoint-sms-voice-v2`: those of the messaging system, and those of the request itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from emulator.messaging.errors import ValidationException
from emulator.wire.errors import ServiceError
from emulator.wire.validation import BrokenConstraint

REASON_BY_MEMBER = {"nextToken": "INVALID_NEXT_TOKEN"}
"""Members whose broken constraints have a reason of their own."""


def refusal(broken: Iterable[BrokenConstraint]) -> ServiceError:
    """The error for broken constraints: a reason of the member's own, else missing, else failed validation."""
    broken = list(broken)
    reasons = {REASON_BY_MEMBER.get(constraint.name) for constraint in broken}
    reason = reasons.pop() if len(reasons) == 1 else None
    if reason is None:
        missing = all(constraint.keyword == "required" for constraint in broken)
        reason = "MISSING_PARAMETER" if missing else "FIELD_VALIDATION_FAILED"
    return ValidationException(reason, *((constraint.name, constraint.message) for constraint in broken))


def token_refusal(token: str) -> ServiceError:
    """The error for a NextToken that is unknown, forgotten or another operation's."""
    return ValidationException("INVALID_NEXT_TOKEN", ("nextToken", "The token is unknown, expired or of another request"))


def reuse_refusal(token: str) -> ServiceError:
    """The error for a ClientToken that comes again with other parameters. # unverified"""
    return ValidationException("INVALID_PARAMETER", ("clientToken", "The token was used with other parameters before"))
