"""Files for registrations, from the request or from S3; their type is recognized by their content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from emulator.kernel.ports import ObjectRead, Read
from emulator.kernel.tables import load_table
from emulator.messaging.errors import (
    ConflictException,
    ServiceQuotaExceededException,
    ValidationException,
    invalid,
    missing,
    together,
)
from emulator.messaging.registrations.attachments import content_type_of
from emulator.messaging.state.registrations import FieldValue, RegistrationAttachment
from emulator.messaging.timers import UploadDue
from emulator.services.sms_voice_v2.operations._filters import select
from emulator.services.sms_voice_v2.service import Context
from emulator.wire.service import operation, reaction

S3_URL = re.compile(r"s3://[a-z0-9][a-z0-9.-]+/.+")
STATUSES = ("UPLOAD_IN_PROGRESS", "UPLOAD_COMPLETE", "UPLOAD_FAILED", "DELETED")
PER_ACCOUNT, PER_DAY = "REGISTRATION_ATTACHMENTS_PER_ACCOUNT", "REGISTRATION_ATTACHMENTS_CREATED_PER_DAY"


def _attachment_reads(world: Any, members: dict[str, Any]) -> list[Read]:
    url = members.get("AttachmentUrl")
    return [ObjectRead(url)] if url and S3_URL.fullmatch(url) else []


@operation(reads=_attachment_reads)
def create_registration_attachment(
    ctx: Context,
    *,
    attachment_body: bytes | None = None,
    attachment_url: str | None = None,
    tags: list[dict[str, str]] | None = None,
) -> tuple[RegistrationAttachment, dict[str, Any]]:
    """Accept a file, which can be used once it is uploaded. Source: API reference, CreateRegistrationAttachment."""
    store, quotas = ctx.store, ctx.world.settings.quotas
    if attachment_body is not None and attachment_url is not None:
        raise together("attachmentBody", "attachmentUrl")
    if attachment_body is None and attachment_url is None:
        raise missing("attachmentBody")
    if attachment_url is not None and not S3_URL.fullmatch(attachment_url):
        raise invalid("attachmentUrl", "Must have the form s3://BucketName/FileName")
    if attachment_body is not None:
        _check_content(attachment_body)
    if len(store.registration_attachments) >= quotas[PER_ACCOUNT]:
        raise ServiceQuotaExceededException(PER_ACCOUNT)
    if attachment_url is not None:
        # The upload of a file that is missing or too large fails later; so does that of a file in a bucket that is not the
        # account's own in this region, as with media. # unverified
        found = ctx.inputs.get(ObjectRead(attachment_url))
        attachment_body = found.content if found else None
    attachment_id = f"attachment-{ctx.world.seeds.hex_id('attachment')}"
    arn = store.arn("registration-attachment", attachment_id)
    store.count_daily(PER_DAY, quotas[PER_DAY], ctx.now)
    echoed = store.set_tags(arn, tags)
    attachment = RegistrationAttachment(arn, attachment_id, ctx.now, "UPLOAD_IN_PROGRESS", attachment_url, attachment_body)
    store.registration_attachments.add(attachment)
    due = UploadDue(ctx.account, ctx.region, attachment_id)
    ctx.world.clock.schedule(ctx.world.settings.upload, due)
    return attachment, echoed


def _check_content(body: bytes) -> None:
    """Check a file's size and type."""
    maximum = load_table("messaging/registrations/data/registration_types.json")["attachment"]["max_bytes"]
    if len(body) > maximum:
        sentence = f"Must have at most {maximum} bytes, not {len(body)}"
        raise ValidationException("MAXIMUM_SIZE_EXCEEDED", ("attachmentBody", sentence))
    if content_type_of(body) is None:
        raise ValidationException("ATTACHMENT_TYPE_NOT_SUPPORTED", ("attachmentBody", "Must be a PDF, JPEG or PNG file"))


@reaction(UploadDue)
def upload(ctx: Context, event: UploadDue) -> None:
    """Complete an upload; it fails if a file from S3 is missing, too large or of another type."""
    attachment = ctx.store.registration_attachments.find(event.registration_attachment_id)
    if attachment is None:
        return
    try:
        _check_content(attachment.body or b"")
    except ValidationException:
        attachment.attachment_status = "UPLOAD_FAILED"
        attachment.attachment_upload_error_reason = "INTERNAL_ERROR"
        return
    attachment.attachment_status = "UPLOAD_COMPLETE"
    attachment.content_type = content_type_of(attachment.body or b"")


@operation
def describe_registration_attachments(
    ctx: Context, *, registration_attachment_ids: list[str] | None = None, filters: list[dict[str, Any]] | None = None
) -> dict[str, list[RegistrationAttachment]]:
    """List the account's files. Source: API reference, DescribeRegistrationAttachments."""
    table = ctx.store.registration_attachments
    references = registration_attachment_ids
    rows = [table.get(reference) for reference in references] if references else list(table)
    return {"RegistrationAttachments": select(rows, filters, None, {"attachment-status": STATUSES})}


@operation
def delete_registration_attachment(ctx: Context, *, registration_attachment_id: str) -> RegistrationAttachment:
    """Delete a file that no pending or approved form uses. Source: API reference, DeleteRegistrationAttachment."""
    store = ctx.store
    attachment = store.registration_attachments.get(registration_attachment_id)
    own_id = attachment.registration_attachment_id
    if any(own_id == value.registration_attachment_id for value in _values_in_use(ctx)):
        raise ConflictException("RESOURCE_DELETION_NOT_ALLOWED", "registration-attachment", own_id)
    attachment.attachment_status = "DELETED"
    store.forget(attachment.registration_attachment_arn)
    return store.registration_attachments.remove(attachment)


def _values_in_use(ctx: Context) -> Iterator[FieldValue]:
    # unverified: a file of a version that was denied, discarded or archived may be deleted
    for registration in ctx.store.registrations:
        for version in registration.versions:
            if version.registration_version_status not in ("DENIED", "DISCARDED", "ARCHIVED", "REVOKED"):
                yield from version.values.values()
