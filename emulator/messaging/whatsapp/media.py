"""
Files at Meta: uploaded by a number or received by it, until their ids expire.

Sources: the user guide, media; data/message_types.json for types and sizes
"""

from __future__ import annotations

import base64
import mimetypes
import re
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

from emulator.kernel.ports import ObjectRead, StoredObject
from emulator.messaging.context import Context
from emulator.messaging.state.whatsapp import Document, WhatsAppMedia, WhatsAppNumber
from emulator.messaging.whatsapp.accounts import meta_id, state_of
from emulator.messaging.whatsapp.errors import InvalidParametersException, MetaError, ResourceNotFoundException
from emulator.messaging.whatsapp.fields import INVALID
from emulator.messaging.whatsapp.payloads import MEDIA_KINDS, message_types
from emulator.telecom.media_types import stated_type

UPLOAD_ERROR = 131053
MEDIA_MAX = 10_000
"""Files that an account keeps; the oldest is dropped first. A limit of the emulator."""
BYTES_MAX = 100 * 1024 * 1024
EXTENSIONS = {"image/jpeg": ".jpeg", "audio/ogg": ".ogg", "audio/amr": ".amr", "video/3gpp": ".3gp", "image/webp": ".webp"}
"""Where the standard table says something else, or nothing."""
SIGNATURES = ("X-Amz-Signature", "Signature")
UNREACHABLE = ".invalid"
"""The top-level domain that nothing is reached under (RFC 2606): a link there stands for one that Meta cannot fetch."""


def mime_of(content_type: str) -> str:
    """Return a MIME type without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def is_allowed(kind: str, content_type: str, size: int) -> bool:
    """Return True if a file of this type and size may be sent as this kind of message."""
    limits = message_types()[kind]["limits"]
    # An animated sticker may be larger; which one is animated is not looked at.
    most = limits.get("bytes", limits.get("bytes_animated"))
    return mime_of(content_type) in limits["mime"] and size <= most


def store(ctx: Context, number: WhatsAppNumber, content_type: str, content: bytes, life: timedelta) -> WhatsAppMedia:
    """Keep a file of a number for so long."""
    kept = state_of(ctx).media
    for media in [each for each in kept.values() if each.expires_at <= ctx.now]:
        del kept[media.media_id]
    if len(kept) >= MEDIA_MAX:
        del kept[next(iter(kept))]
    expires_at = ctx.now + life
    media = WhatsAppMedia(meta_id(ctx, "media"), number.phone_number_id, content_type, content, len(content), expires_at)
    kept[media.media_id] = media
    return media


def find(ctx: Context, number: WhatsAppNumber, media_id: str) -> WhatsAppMedia | None:
    """Return a file of a number; None if it has none by that id, or no longer."""
    media = state_of(ctx).media.get(media_id)
    is_own = media is not None and media.phone_number_id == number.phone_number_id and ctx.now < media.expires_at
    return media if is_own else None


def get(ctx: Context, number: WhatsAppNumber, media_id: str) -> WhatsAppMedia:
    """
    Return a file of a number.

    Raises:
        ResourceNotFoundException: the number has none by that id, or no longer.
    """
    media = find(ctx, number, media_id)
    if media is None:
        raise ResourceNotFoundException("Media not found")
    return media


def check_sent(ctx: Context, number: WhatsAppNumber, kind: str, file: Document) -> WhatsAppMedia | None:
    """
    Check a file of a message, and return it if it was uploaded. What a link leads to is not fetched.

    Raises:
        MetaError: 100 for an unknown id, 131053 for a file of a wrong type or size, or a link that cannot be reached.
    """
    if "id" in file:
        media = find(ctx, number, str(file["id"]))
        if media is None:
            raise MetaError(INVALID, f"Param {kind}.id is not a valid media attachment ID")
        if not is_allowed(kind, media.content_type, media.size):
            raise MetaError(UPLOAD_ERROR, f"{media.content_type} of {media.size} bytes cannot be sent as {kind}")
        return media
    address = urlsplit(str(file["link"]))
    stated = stated_type("", unquote(address.path))
    if (address.hostname or "").endswith(UNREACHABLE):
        raise MetaError(UPLOAD_ERROR, f"Downloading media from weblink failed: {file['link']}")
    if stated is not None and not is_allowed(kind, stated, 0):
        raise MetaError(UPLOAD_ERROR, f"{stated} cannot be sent as {kind}")
    return None


def supported(content_type: str, size: int) -> bool:
    """Return True if a file can be uploaded at all: it may be sent as some kind of message."""
    return any(is_allowed(kind, content_type, size) for kind in MEDIA_KINDS)


def s3_url(file: Document | None, presigned: Document | None) -> str | None:
    """
    Return the `s3://` URL of the object that a request names, directly or by a presigned URL; None if it names none.

    Raises:
        InvalidParametersException: the URL is not presigned, or names no object.
    """
    if file is not None:
        return f"s3://{file['bucketName']}/{file['key']}"
    if presigned is None:
        return None
    address = urlsplit(presigned["url"])
    if not any(name in parse_qs(address.query) for name in SIGNATURES):
        raise InvalidParametersException("The URL is not a presigned URL")
    path = unquote(address.path).lstrip("/")
    in_host = re.fullmatch(r"(.+)\.s3[.-][a-z0-9.-]*", address.hostname or "")
    url = f"s3://{in_host[1]}/{path}" if in_host else f"s3://{path}"
    if "/" not in url.removeprefix("s3://").rstrip("/"):
        raise InvalidParametersException("The URL names no object")
    return url


def read_object(ctx: Context, url: str) -> StoredObject:
    """
    Return an object of S3 that was read for the request.

    Raises:
        InvalidParametersException: the account cannot read it.
    """
    found: StoredObject | None = ctx.inputs.get(ObjectRead(url))
    if found is None:
        raise InvalidParametersException(f"The object cannot be read: {url}")
    return found


def check_upload(content_type: str, found: StoredObject) -> None:
    """
    Refuse a file that WhatsApp does not carry.

    Raises:
        InvalidParametersException: its type is unknown, or it is too large for its type.
    """
    if found.size > BYTES_MAX or not supported(content_type, found.size):
        error = MetaError(UPLOAD_ERROR, f"{content_type} of {found.size} bytes is not supported")
        raise error.as_refusal()


def extension_of(content_type: str) -> str:
    """Return the ending of the name of a file of this type, with its dot."""
    kind = mime_of(content_type)
    return EXTENSIONS.get(kind) or mimetypes.guess_extension(kind) or ""


def target_url(url: str, media: WhatsAppMedia) -> str:
    """Return where a file is written: the key, the media id, and the ending by its type. Source: the service model"""
    return f"{url}{media.media_id}{extension_of(media.content_type)}"


def header_handle(ctx: Context, content_type: str) -> str:
    """Return a new handle of a template's sample file; its middle part is the MIME type. Source: AWS's skill text"""
    key = base64.b64encode(bytes.fromhex(ctx.world.seeds.hex_id("handle"))).decode().rstrip("=")
    handle = f"4::{base64.b64encode(content_type.encode()).decode()}:ARb{key}"
    handles = state_of(ctx).header_handles
    handles[handle] = content_type
    if len(handles) > MEDIA_MAX:
        del handles[next(iter(handles))]
    return handle
