"""How large a picture is, by the header of its file."""

from __future__ import annotations

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8"
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG's markers of a frame; the three left out share their range and are none."""
ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""JPEG's markers that no length follows."""


def dimensions(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None when the content is no PNG or JPEG that says so."""
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
