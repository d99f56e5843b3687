"""Messages, and the files of messages. Sources: the service model; the user guide, sending and media"""

from __future__ import annotations

import re
from typing import Any

from emulator.kernel.ports import ObjectRead, ObjectWrite, Read
from emulator.messaging.state.whatsapp import UPLOADED_MEDIA_LIFE, Document
from emulator.messaging.whatsapp import accounts, media, sending
from emulator.messaging.whatsapp.errors import InvalidParametersException
from emulator.messaging.whatsapp.templates import read_json
from emulator.services.social.service import Context
from emulator.telecom.media_types import stated_type
from emulator.wire.service import operation

VERSION = re.compile(r"v(\d+)(\.\d+)?")
VERSION_MIN = 20
"""Source: the user guide. What an older version is answered with is # unverified"""
KIB = 1024


def check_version(meta_api_version: str) -> None:
    """
    Refuse a version of Meta's API that AWS does not support.

    Raises:
        InvalidParametersException: it is older, or no version.
    """
    found = VERSION.fullmatch(meta_api_version)
    if found is None or int(found[1]) < VERSION_MIN:
        raise InvalidParametersException(f"The metaApiVersion is not supported: {meta_api_version}")


def read_document(blob: bytes, name: str) -> Document:
    """
    Return the JSON object of a blob.

    Raises:
        InvalidParametersException: it is none.
    """
    found = read_json(blob, name)
    if not isinstance(found, dict):
        raise InvalidParametersException(f"{name} must be a JSON object")
    return found


@operation
def send_whatsapp_message(
    ctx: Context, *, origination_phone_number_id: str, message: bytes, meta_api_version: str
) -> dict[str, str]:
    """Accept a message; what Meta makes of it is an event."""
    account, number = accounts.get_number(ctx, origination_phone_number_id)
    check_version(meta_api_version)
    payload = read_document(message, "message")
    if account.registration_status != accounts.COMPLETE:
        raise InvalidParametersException(f"The registration of {account.id} is not complete")
    return {"messageId": sending.accept(ctx, account, number, payload)}


def source_reads(world: Any, members: dict[str, Any]) -> list[Read]:
    """Return the object that a request uploads; none if it does not name exactly one."""
    sources = [members[name] for name in ("sourceS3File", "sourceS3PresignedUrl") if members.get(name) is not None]
    if len(sources) != 1:
        return []
    try:
        url = media.s3_url(members.get("sourceS3File"), members.get("sourceS3PresignedUrl"))
    except InvalidParametersException:
        return []
    return [] if url is None else [ObjectRead(url)]


@operation(reads=source_reads)
def post_whatsapp_message_media(
    ctx: Context,
    *,
    origination_phone_number_id: str,
    source_s3_presigned_url: Document | None = None,
    source_s3_file: Document | None = None,
) -> dict[str, str]:
    """Upload a file from S3; only the number that it is uploaded for can send it."""
    _, number = accounts.get_number(ctx, origination_phone_number_id)
    if (source_s3_file is None) == (source_s3_presigned_url is None):
        raise InvalidParametersException("Exactly one of sourceS3File and sourceS3PresignedUrl is required")
    url = media.s3_url(source_s3_file, source_s3_presigned_url) or ""
    headers = {name.lower(): value for name, value in (source_s3_presigned_url or {}).get("headers", {}).items()}
    if source_s3_presigned_url is not None and "content-type" not in headers:
        raise InvalidParametersException("The headers of a presigned URL must have Content-Type")
    found = media.read_object(ctx, url)
    content_type = stated_type(headers.get("content-type", found.content_type), url) or found.content_type
    media.check_upload(content_type, found)
    return {"mediaId": media.store(ctx, number, content_type, found.content, UPLOADED_MEDIA_LIFE).media_id}


@operation(writes=True)
def get_whatsapp_message_media(
    ctx: Context,
    *,
    media_id: str,
    origination_phone_number_id: str,
    metadata_only: bool = False,
    destination_s3_presigned_url: Document | None = None,
    destination_s3_file: Document | None = None,
) -> Document:
    """Write a file to S3, or only say what it is. The size is in KB, as the model's documentation has it."""
    _, number = accounts.get_number(ctx, origination_phone_number_id)
    file = media.get(ctx, number, media_id)
    targets = [each for each in (destination_s3_file, destination_s3_presigned_url) if each is not None]
    if len(targets) > 1 or (not targets and not metadata_only):
        raise InvalidParametersException("Exactly one of destinationS3File and destinationS3PresignedUrl is required")
    url = media.s3_url(destination_s3_file, destination_s3_presigned_url)
    if url is not None and not metadata_only:
        # A presigned URL is for one key, so nothing can be added to that.
        target = media.target_url(url, file) if destination_s3_file is not None else url
        ctx.outputs.append(ObjectWrite(target, file.content, file.content_type))
    return {"mimeType": file.content_type, "fileSize": -(-file.size // KIB)}


@operation
def delete_whatsapp_message_media(ctx: Context, *, media_id: str, origination_phone_number_id: str) -> dict[str, bool]:
    """Delete a file at Meta; what is in S3 stays."""
    _, number = accounts.get_number(ctx, origination_phone_number_id)
    file = media.get(ctx, number, media_id)
    del accounts.state_of(ctx).media[file.media_id]
    return {"success": True}
