"""The dimensions of a picture, read from its file's header."""

from __future__ import annotations

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8"
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG's frame markers; the three that are left out are in the same range, but mark no frame."""
ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""JPEG's markers that are not followed by a length."""


def dimensions(content: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels; None if the content is not a PNG or JPEG that states them."""
    if content.startswith(PNG):
        return _of_png(content)
    return _of_jpeg(content) if content.startswith(JPEG) else None


def _of_png(content: bytes) -> tuple[int, int] | None:
    if content[12:16] != b"IHDR" or len(content) < 24:
        return None
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")


def _of_jpeg(content: bytes) -> tuple[int, int] | None:
    place = len(JPEG)
    while place + 9 <= len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if marker in FRAMES:
            height, width = content[place + 5 : place + 7], content[place + 7 : place + 9]
            return int.from_bytes(width, "big"), int.from_bytes(height, "big")
        length = 0 if marker in ALONE else int.from_bytes(content[place + 2 : place + 4], "big")
        place += 2 + length
    return None
