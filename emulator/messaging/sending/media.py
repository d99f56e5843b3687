"""
The files of an MMS.

A request is refused for what S3 reports about an object: that it cannot be read, its declared type, its size. What only
the content shows (a file of another type than declared, or too large for its actual type) is found by the carrier: the
message is accepted and ends in a MEDIA_FILE_* event. AWS documents both, but not where it draws the line. # unverified
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from emulator.kernel.ports import ObjectRead, Read
from emulator.messaging.context import Context
from emulator.messaging.errors import ValidationException
from emulator.messaging.state.media import Media
from emulator.messaging.state.phone_numbers import PhoneNumber
from emulator.messaging.state.pools import Identity
from emulator.telecom import media_types

NUMBER_TYPES = {
    "US": frozenset({"SHORT_CODE", "TEN_DLC", "TOLL_FREE", "SIMULATOR"}),
    "CA": frozenset({"SHORT_CODE", "LONG_CODE"}),
}
"""The number types that send MMS, by country, and only within it. Source: phone-numbers-mms-by-country.html"""


def carries(identity: Identity, iso: str) -> bool:
    """Return True if an identity can send an MMS to the country."""
    return (
        isinstance(identity, PhoneNumber)
        and identity.iso_country_code == iso
        and identity.number_type in NUMBER_TYPES.get(iso, ())
    )


def read(ctx: Context, urls: Iterable[str]) -> tuple[Media, ...]:
    """
    Return the files at these S3 URLs.

    Raises:
        ValidationException: If a file cannot be read (RESOURCE_NOT_ACCESSIBLE), has a type that is not supported
            (MEDIA_TYPE_NOT_SUPPORTED), or is too large for its type (MAXIMUM_SIZE_EXCEEDED).
    """
    return tuple(_read_one(ctx, url) for url in urls)


def _read_one(ctx: Context, url: str) -> Media:
    found = ctx.inputs.get(ObjectRead(url))
    if found is None:
        raise _refusal("RESOURCE_NOT_ACCESSIBLE", f"{url} cannot be read")
    real = media_types.found_types(found.content)
    stated = media_types.stated_type(found.content_type, url) or (real[0] if real else "")
    if stated not in media_types.SUPPORTED:
        supported = ", ".join(sorted(media_types.SUPPORTED))
        raise _refusal("MEDIA_TYPE_NOT_SUPPORTED", f"{url} is {stated or 'of an unknown type'}; supported: {supported}")
    limit = media_types.bytes_max(stated)
    if found.size > limit:
        raise _refusal("MAXIMUM_SIZE_EXCEEDED", f"{url} has {found.size} bytes, more than the {limit} allowed for {stated}")
    return Media(url, stated if stated in real or not real else real[0], found.size, found.content)


def _refusal(reason: str, sentence: str) -> ValidationException:
    return ValidationException(reason, ("mediaUrls", sentence))


def defect(files: Iterable[Media]) -> str | None:
    """Return the status in which the carrier ends a message with these files; None if it can deliver them."""
    for file in files:
        if not media_types.found_types(file.content):
            return "FILE_TYPE_UNSUPPORTED"
        if file.size > media_types.bytes_max(file.content_type):
            return "FILE_SIZE_EXCEEDED"
    return None


def media_reads(world: Any, members: dict[str, Any]) -> list[Read]:
    """Return the objects that a request's MediaUrls name."""
    return [ObjectRead(url) for url in members.get("MediaUrls") or ()]
