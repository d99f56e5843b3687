"""The files of messages."""

from __future__ import annotations

from dataclasses import field

from emulator.kernel.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Media:
    """A file of a message, as read from S3 when the message was accepted; `size` in bytes."""

    url: str
    content_type: str
    size: int
    content: bytes = field(repr=False)
