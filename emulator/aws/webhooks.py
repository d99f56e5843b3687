"""Webhooks: plain HTTP."""

from __future__ import annotations

import urllib.request
from collections.abc import Sequence

from emulator.kernel.ports import Errors

WEBHOOK_SECONDS_MAX = 5


class Webhooks:
    """The webhook part of kernel.ports.Replies."""

    def post(self, url: str, bodies: Sequence[str]) -> Errors:
        """kernel.ports.Replies."""
        for body in bodies:
            request = urllib.request.Request(url, body.encode(), {"Content-Type": "application/json"})
            with urllib.request.urlopen(request, timeout=WEBHOOK_SECONDS_MAX):
                pass
        return [None] * len(bodies)
