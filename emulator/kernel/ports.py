"""The outside as the world sees it: what a delivery needs from the AWS services that are not ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Topics(Protocol):
    """SNS."""

    def publish(self, account: str, topic_arn: str, messages: Sequence[str]) -> list[str | None]:
        """Publish the messages in order; for each, None or the error that kept it from the topic."""
        ...


class Objects(Protocol):
    """S3."""

    def get_object(self, account: str, region: str, bucket: str, key: str) -> bytes | None:
        """The object's content; None when it is absent or cannot be read."""
        ...
