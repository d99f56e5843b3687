"""
The end of a write-ahead log of SQLite: whether a write was cut off there.

SQLite leaves out what was not committed, and says nothing. Source: sqlite.org, Database File Format, "The Write-Ahead Log"
"""

from __future__ import annotations

import struct
from pathlib import Path

HEADER = struct.Struct(">8I")
FRAME = struct.Struct(">6I")
MAGIC = 0x377F0682
"""Its last bit is set if the checksums are of big-endian words."""


def torn_bytes(path: Path) -> int:
    """Return how many bytes of the newest generation of a log follow its last commit."""
    try:
        content = path.read_bytes()
    except OSError:
        return 0
    if len(content) < HEADER.size:
        return 0
    magic, _, page_size, _, *salts, _, _ = HEADER.unpack_from(content)
    if magic & ~1 != MAGIC:
        return 0
    order = ">" if magic & 1 else "<"
    sums = _checksum(order, content[: HEADER.size - 8], (0, 0))
    place = committed = HEADER.size
    size = FRAME.size + page_size
    while place + FRAME.size <= len(content):
        _, pages, *rest = FRAME.unpack_from(content, place)
        if rest[:2] != salts:
            # What follows is left of an earlier generation, and will be overwritten.
            return place - committed
        if place + size > len(content):
            break
        sums = _checksum(order, content[place : place + 8], sums)
        sums = _checksum(order, content[place + FRAME.size : place + size], sums)
        if sums != tuple(rest[2:]):
            break
        place += size
        if pages:
            committed = place
    return len(content) - committed


def _checksum(order: str, content: bytes, sums: tuple[int, int]) -> tuple[int, int]:
    first, second = sums
    words = struct.unpack(f"{order}{len(content) // 4}I", content)
    for index in range(0, len(words), 2):
        first = (first + words[index] + second) & 0xFFFFFFFF
        second = (second + words[index + 1] + first) & 0xFFFFFFFF
    return first, second
