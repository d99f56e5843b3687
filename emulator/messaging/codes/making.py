"""Codes: their alphabets, how they are drawn, and how they are checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from string import ascii_uppercase, digits
from typing import Any, TypeVar

from emulator.kernel.seeds import Seeds
from emulator.messaging.state.codes import CodePolicy, IssuedCode

ALPHABETS = {"NUMERIC": digits, "ALPHA": ascii_uppercase, "ALPHANUMERIC": ascii_uppercase + digits}
"""The characters of each type of code. Source: service model of endusermessaging, CodeType"""
CODES_MAX = 10_000
"""How many unused codes an account and region keeps; the oldest is dropped first."""

Key = TypeVar("Key")


def policy_of(parameters: Mapping[str, Any]) -> CodePolicy:
    """Return the policy that CodeConfigurationParameters describe; what they leave out has AWS's default."""
    default = CodePolicy()
    minutes = parameters.get("validityPeriodMinutes")
    return CodePolicy(
        code_type=parameters.get("codeType", default.code_type),
        code_length=parameters.get("codeLength", default.code_length),
        validity=default.validity if minutes is None else timedelta(minutes=minutes),
        attempts_max=parameters.get("maxAttempts", default.attempts_max),
    )


def draw_code(seeds: Seeds, name: str, policy: CodePolicy) -> str:
    """Return a new code; the name identifies the decision, and must differ from code to code."""
    random = seeds.random(f"code/{name}")
    return "".join(random.choice(ALPHABETS[policy.code_type]) for _ in range(policy.code_length))


def keep_code(codes: dict[Key, IssuedCode], key: Key, code: IssuedCode) -> None:
    """Store a code under its key, replacing an older one; drop the oldest if there are too many."""
    codes.pop(key, None)
    codes[key] = code
    if len(codes) > CODES_MAX:
        del codes[next(iter(codes))]


def is_right(issued: IssuedCode | None, code: str, at: datetime) -> bool:
    """
    Return True if a code is the one that was issued and can still be used; a wrong one costs an attempt.

    The comparison is exact: capitals are sent, and small letters do not match. # unverified
    """
    if issued is None or not issued.is_active(at):
        return False
    if issued.code != code:
        issued.attempts_left -= 1
        return False
    return True
