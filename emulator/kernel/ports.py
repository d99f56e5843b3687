"""The outside as the world sees it: what a delivery needs from the AWS services that are not ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class Topics(Protocol):
    """SNS."""

    def publish(self, account: str, topic_arn: str, messages: Sequence[str]) -> list[str | None]:
        """Publish the messages in order; for each, None or the error that kept it from the topic."""
        ...


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object of S3; `content` is empty where `size` is above what was asked for at most."""

    content_type: str
    size: int
    content: bytes


class Objects(Protocol):
    """S3."""

    def read(self, account: str, region: str, url: str, size_max: int) -> StoredObject | None:
        """The object at `s3://bucket/key`; None when that account cannot read one there, in a bucket of that region."""
        ...

    def write(self, account: str, region: str, url: str, content: bytes, content_type: str) -> str | None:
        """Put an object at `s3://bucket/key`; returns None, or the error that kept it from there."""
        ...
