"""The errors of `pinpoint-sms-voice-v2`: those of the messaging system, and those about the request itself."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.messaging.errors import ValidationException
from emulator.wire.errors import ServiceError
from emulator.wire.validation import BrokenConstraint

REASON_BY_MEMBER = {"nextToken": "INVALID_NEXT_TOKEN"}
"""Members whose broken constraints have their own reason."""


def refusal(broken: Iterable[BrokenConstraint]) -> ServiceError:
    """Return the error for broken constraints; its reason is the member's own, else missing, else failed validation."""
    broken = list(broken)
    reasons = {REASON_BY_MEMBER.get(constraint.name) for constraint in broken}
    reason = reasons.pop() if len(reasons) == 1 else None
    if reason is None:
        missing = all(constraint.keyword == "required" for constraint in broken)
        reason = "MISSING_PARAMETER" if missing else "FIELD_VALIDATION_FAILED"
    return ValidationException(reason, *((constraint.name, constraint.message) for constraint in broken))


def token_refusal(token: str) -> ServiceError:
    """Return the error for a NextToken that is unknown, expired or from another request."""
    return ValidationException("INVALID_NEXT_TOKEN", ("nextToken", "The token is unknown, expired or from another request"))


def reuse_refusal(token: str) -> ServiceError:
    """Return the error for a ClientToken that is used again with different parameters. # unverified"""
    return ValidationException("INVALID_PARAMETER", ("clientToken", "The token was already used with different parameters"))
