"""Webhooks: plain HTTP."""

from __future__ import annotations

import urllib.request
from collections.abc import Sequence

from emulator.kernel.ports import Errors

WEBHOOK_SECONDS_MAX = 5
ANSWER_BYTES_MAX = 10 * 1024 * 1024


class Webhooks:
    """The webhook part of kernel.ports.Replies."""

    def post(self, url: str, bodies: Sequence[str]) -> Errors:
        """kernel.ports.Replies."""
        for body in bodies:
            request = urllib.request.Request(url, body.encode(), {"Content-Type": "application/json"})
            with urllib.request.urlopen(request, timeout=WEBHOOK_SECONDS_MAX):
                pass
        return [None] * len(bodies)

    def call(self, url: str, body: str) -> bytes:
        """
        Return what a webhook answers to a JSON body.

        Raises:
            OSError: it cannot be reached in time, or answers an error.
        """
        request = urllib.request.Request(url, body.encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=WEBHOOK_SECONDS_MAX) as answer:
            found: bytes = answer.read(ANSWER_BYTES_MAX)
        return found
