"""The files of registrations: their types, recognized by their content."""

from __future__ import annotations

from emulator.messaging.context import Context
from emulator.messaging.state.registrations import RegistrationAttachment

SIGNATURES = {
    "application/pdf": b"%PDF-",
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
}
"""The first bytes of files of the three types."""


def content_type_of(body: bytes) -> str | None:
    """Return a file's type by its first bytes; None if it is none of the three."""
    return next((kind for kind, signature in SIGNATURES.items() if body.startswith(signature)), None)


def add_attachment(ctx: Context, body: bytes, content_type: str | None) -> RegistrationAttachment:
    """Add a file that is uploaded already, and return it; it does not count towards the daily quota. # unverified"""
    attachment_id = f"attachment-{ctx.world.seeds.hex_id('attachment')}"
    arn = ctx.store.arn("registration-attachment", attachment_id)
    ctx.store.set_tags(arn, None)
    row = RegistrationAttachment(arn, attachment_id, ctx.now, "UPLOAD_COMPLETE", body=body, content_type=content_type)
    return ctx.store.registration_attachments.add(row)
