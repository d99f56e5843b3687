"""What the AWS SDKs do after an error that they try again after."""

from __future__ import annotations

from datetime import timedelta

from emulator.wire.http import Request

THROTTLED = frozenset({"ThrottledRequestException", "ThrottlingException", "TooManyRequestsException"})
"""Errors after which a client waits and tries again."""
ATTEMPTS_MAX = 10
WAIT_MAX = timedelta(seconds=20)
"""The longest time that the AWS SDKs wait before they try again."""


def client_wait(request: Request) -> timedelta:
    """Return how long a throttled client waits at most: 1, 2, 4 … seconds, by the attempt that its header names."""
    # Such as `attempt=2; max=5`; a client that sends no such header may not try again, but time passes for it too.
    attempt = request.headers.get("amz-sdk-request", "").partition("attempt=")[2].partition(";")[0]
    tried = min(int(attempt), ATTEMPTS_MAX) if attempt.isdecimal() and int(attempt) else 1
    return min(timedelta(seconds=2 ** (tried - 1)), WAIT_MAX)
