"""
The errors of WhatsApp: those of AWS's API, and Meta's codes, by which a message fails later.

AWS publishes none of its sentences but two, nor which error a file or a topic has that it cannot use; Meta's sentences are
known for some codes only. The others are # unverified. Source of the codes: data/errors.json
"""

from __future__ import annotations

from functools import cache
from typing import Any

from emulator.kernel.tables import load_table
from emulator.wire.errors import ServiceError

HREF = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"


class InvalidParametersException(ServiceError):
    """A rule of content is broken that the model does not know."""


class ResourceNotFoundException(ServiceError):
    """There is no such account, number, template, flow or file."""


class AccessDeniedByMetaException(ServiceError):
    """Meta refuses."""


class ConflictException(ServiceError):
    """Another operation on the same call is going on."""


class LimitExceededException(ServiceError):
    """A quota of the account is used up."""


class ThrottledRequestException(ServiceError):
    """Too many requests a second."""

    def __init__(self) -> None:
        super().__init__("Rate exceeded")  # seen in a published log


@cache
def codes() -> dict[int, dict[str, Any]]:
    """Return Meta's errors by code."""
    return {row["code"]: row for row in load_table("messaging/whatsapp/data/errors.json")["errors"]}


class MetaError(Exception):
    """Meta refuses a message by a code; `details` says what is wrong with it."""

    def __init__(self, code: int, details: str | None = None) -> None:
        super().__init__(f"({code}) {details}")
        self.code = code
        self.details = details

    def as_webhook(self) -> dict[str, Any]:
        """Return the error as webhooks show it: `title` and `message` are the same bare title."""
        row = codes()[self.code]
        details = self.details or row.get("details") or f"{row['title']}."
        return {
            "code": self.code,
            "title": row["title"],
            "message": row["title"],
            "error_data": {"details": details},
            "href": HREF,
        }

    def as_refusal(self) -> InvalidParametersException:
        """Return the error that AWS answers when Meta refuses while AWS waits: Meta's sentence."""
        title = codes()[self.code]["title"]
        sentence = f"(#{self.code}) {title}"
        return InvalidParametersException(f"{sentence}: {self.details}" if self.details else sentence)
