"""
GSM 03.38 or UCS-2: the encoding of a text, and the number of parts that it is split into.

A single part holds 160 septets, each of several parts 153; with any character outside GSM 03.38 it is 70 and 67 UTF-16
units. A character of the extension table takes two septets, which are never split between parts.
Source: docs.aws.amazon.com/sms-voice/latest/userguide/sms-limitations-character.html
"""

from __future__ import annotations

from functools import lru_cache

from emulator.kernel.dataclass import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("^{}\\[~]|€\f")
GSM_SINGLE, GSM_SPLIT = 160, 153
UNICODE_SINGLE, UNICODE_SPLIT = 70, 67
PARTS_MAX = 10
"""The API accepts a longer text, which ends as an invalid message: 1530 GSM or 630 Unicode characters are documented."""


@dataclass(frozen=True, slots=True)
class Segments:
    """`encoding` is GSM or UNICODE, as the event records write it."""

    encoding: str
    parts: int


@lru_cache(maxsize=4096)
def split(body: str) -> Segments:
    """Return the encoding of a text and the number of its parts."""
    characters = set(body)
    if characters <= BASIC:
        return Segments("GSM", _parts(len(body), GSM_SINGLE, GSM_SPLIT))
    if characters <= BASIC | EXTENSION:
        return Segments("GSM", _split_whole([2 if c in EXTENSION else 1 for c in body], GSM_SINGLE, GSM_SPLIT))
    if body.isascii() or max(body) <= "\uffff":
        return Segments("UNICODE", _parts(len(body), UNICODE_SINGLE, UNICODE_SPLIT))
    return Segments("UNICODE", _split_whole([2 if c > "\uffff" else 1 for c in body], UNICODE_SINGLE, UNICODE_SPLIT))


def _parts(length: int, single: int, part: int) -> int:
    return 1 if length <= single else -(-length // part)


def _split_whole(widths: list[int], single: int, part: int) -> int:
    """Return the number of parts if some characters take two units, which must stay together."""
    if sum(widths) <= single:
        return 1
    parts, used = 1, 0
    for width in widths:
        if used + width > part:
            parts, used = parts + 1, 0
        used += width
    return parts
