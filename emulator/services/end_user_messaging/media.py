"""Presigned URLs of the files of brand profiles."""

from __future__ import annotations

from emulator.messaging.downloads import download_url
from emulator.messaging.state.brand_profiles import BrandProfile, BrandProfileAttribute
from emulator.services.end_user_messaging.service import Context


def media_url(ctx: Context, profile: BrandProfile, attribute: BrandProfileAttribute) -> str:
    """Return a URL of a file, valid for an hour."""
    key = f"{ctx.account}/{profile.brand_profile_id}/{attribute.attribute_name}"
    content_type = attribute.media_content_type or "application/octet-stream"
    return download_url(ctx, "brand-profile-media", key, attribute.attachment or b"", content_type)
