"""
The file types that an MMS may contain, and how a file's type is recognized by its first bytes.

Source: mms-limitations-character.html
"""

from __future__ import annotations

import mimetypes

KIB = 1024
IMAGE_BYTES_MAX = 2 * KIB * KIB
OTHER_BYTES_MAX = 600 * KIB
IMAGES = frozenset({"image/gif", "image/jpeg", "image/png"})
SUPPORTED = IMAGES | {
    "image/tiff",
    "audio/3gpp",
    "video/3gpp",
    "audio/3gpp2",
    "video/3gpp2",
    "audio/amr",
    "audio/mp4",
    "video/mp4",
    "audio/mpeg",
    "audio/ogg",
    "video/quicktime",
    "video/webm",
    "text/calendar",
    "text/vcard",
    "text/x-vcard",
    "application/pdf",
}
GENERIC = frozenset({"", "binary/octet-stream", "application/octet-stream"})
"""The types that S3 gives an object that was put without one."""
BY_NAME = {".vcf": "text/vcard", ".amr": "audio/amr", ".3gp": "video/3gpp", ".3g2": "video/3gpp2", ".ogg": "audio/ogg"}

_MP4 = ("video/mp4", "audio/mp4")
SIGNATURES: tuple[tuple[int, bytes, tuple[str, ...]], ...] = (
    (0, b"GIF87a", ("image/gif",)),
    (0, b"GIF89a", ("image/gif",)),
    (0, b"\xff\xd8\xff", ("image/jpeg",)),
    (0, b"\x89PNG\r\n\x1a\n", ("image/png",)),
    (0, b"II*\0", ("image/tiff",)),
    (0, b"MM\0*", ("image/tiff",)),
    (4, b"ftyp3gp", ("video/3gpp", "audio/3gpp")),
    (4, b"ftyp3g2", ("video/3gpp2", "audio/3gpp2")),
    (4, b"ftypqt", ("video/quicktime",)),
    (4, b"moov", ("video/quicktime",)),
    (4, b"ftyp", _MP4),
    (0, b"#!AMR", ("audio/amr",)),
    (0, b"ID3", ("audio/mpeg",)),
    (0, b"\xff\xfb", ("audio/mpeg",)),
    (0, b"\xff\xf3", ("audio/mpeg",)),
    (0, b"\xff\xf2", ("audio/mpeg",)),
    (0, b"OggS", ("audio/ogg",)),
    (0, b"\x1aE\xdf\xa3", ("video/webm",)),
    (0, b"%PDF-", ("application/pdf",)),
    (0, b"BEGIN:VCALENDAR", ("text/calendar",)),
    (0, b"BEGIN:VCARD", ("text/vcard", "text/x-vcard")),
)


def stated_type(content_type: str, name: str) -> str | None:
    """Return the type that a file claims to have: its Content-Type or, if that is generic, its name's extension."""
    said = content_type.partition(";")[0].strip().lower()
    if said not in GENERIC:
        return said
    dot = name.rfind(".")
    return BY_NAME.get(name[dot:].lower()) or mimetypes.guess_type(name)[0] if dot >= 0 else None


def found_types(content: bytes) -> tuple[str, ...]:
    """Return the types that a file may have by its first bytes: a container may hold only sound. Empty if unknown."""
    for offset, signature, types in SIGNATURES:
        if content[offset : offset + len(signature)] == signature:
            return types
    return ()


def bytes_max(content_type: str) -> int:
    """Return the largest size, in bytes, of a file of this type."""
    return IMAGE_BYTES_MAX if content_type in IMAGES else OTHER_BYTES_MAX
