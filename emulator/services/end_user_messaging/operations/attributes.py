"""The attributes of brand profiles: texts, and files from the request or from S3. Source: service model"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from emulator.kernel.ports import EndpointLookup, ObjectRead, Read
from emulator.messaging.brand_profiles.matching import categories
from emulator.messaging.downloads import endpoint_reads
from emulator.messaging.registrations.attachments import content_type_of
from emulator.messaging.state.brand_profiles import MEDIA_TYPES, BrandProfile, BrandProfileAttribute
from emulator.services.end_user_messaging.errors import (
    ConflictException,
    ResourceNotFoundException,
    ValidationException,
)
from emulator.services.end_user_messaging.media import media_url
from emulator.services.end_user_messaging.service import ATTRIBUTES_MAX, Context, check_quota, find_brand_profile
from emulator.wire.service import operation

ATTRIBUTE = "brand-profile-attribute"
S3_URL = re.compile(r"s3://[a-z0-9][a-z0-9.-]+/.+")
BODY_BYTES_MAX = 5_242_880
"""Source: service model, AttachmentBody"""


def _reads_of_create(world: Any, members: dict[str, Any]) -> list[Read]:
    rows = members.get("attributes") or ()
    return [EndpointLookup(), *(read for row in rows if row["attributeType"] in MEDIA_TYPES for read in _reads(row))]


def _reads_of_update(world: Any, members: dict[str, Any]) -> list[Read]:
    return _reads(members)


def _reads(row: Mapping[str, Any]) -> list[Read]:
    url = row.get("attributeValue") or ""
    return [ObjectRead(url)] if S3_URL.fullmatch(url) else []


@operation(reads=_reads_of_create, writes=True)
def create_brand_profile_attributes(
    ctx: Context, *, brand_profile_id: str, attributes: list[dict[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """Add attributes: all of them, or none. Source: service model, CreateBrandProfileAttributes."""
    profile = find_brand_profile(ctx, brand_profile_id)
    made = [_new(ctx, row, f"/attributes/{place}") for place, row in enumerate(attributes)]
    names = [attribute.attribute_name for attribute in made]
    if len(set(names)) < len(names):
        raise ValidationException(("/attributes", "Attribute names must be unique"))
    for name in names:
        if name in profile.attributes:
            raise ConflictException(f"The attribute {name} exists already", ATTRIBUTE, name)
    check_quota(len(profile.attributes) + len(made) - 1, ATTRIBUTES_MAX, "attributes in a brand profile")
    profile.attributes.update(zip(names, made, strict=True))
    return {"attributes": [_with_url(ctx, profile, attribute) for attribute in made]}


def _new(ctx: Context, row: Mapping[str, Any], path: str) -> BrandProfileAttribute:
    _check_category(row.get("category"), f"{path}/category")
    attribute = BrandProfileAttribute(row["attributeName"], row["attributeType"], ctx.now, ctx.now)
    attribute.description, attribute.category = row.get("description"), row.get("category")
    _set_content(ctx, attribute, row.get("attributeValue"), row.get("attachmentBody"), path)
    if attribute.is_media and attribute.attachment is None:
        raise ValidationException((f"{path}/attachmentBody", "A file, or its s3:// URL as the value, is required"))
    return attribute


def _check_category(category: str | None, path: str) -> None:
    # The examples of the model use CONTACT, which the guide's closed list does not have.
    if category is not None and category not in categories():
        raise ValidationException((path, f"Must be one of {', '.join(categories())}"))


def _set_content(ctx: Context, attribute: BrandProfileAttribute, value: str | None, body: bytes | None, path: str) -> None:
    """Set the text of a TEXT attribute, or the file of the others."""
    pointer = f"{path}/attachmentBody"
    if not attribute.is_media:
        if body is not None:
            raise ValidationException((pointer, "A TEXT attribute has no file"))
        attribute.attribute_value = attribute.attribute_value if value is None else value
        return
    if value is not None:
        if body is not None:
            raise ValidationException((f"{path}/attributeValue", "Cannot be used together with attachmentBody"))
        found = ctx.inputs.get(ObjectRead(value)) if S3_URL.fullmatch(value) else None
        if not found or found.size > BODY_BYTES_MAX:
            raise ValidationException((f"{path}/attributeValue", "Must be the s3:// URL of a readable file"))
        body = found.content
        pointer = f"{path}/attributeValue"
    if body is None:
        return
    if not 0 < len(body) <= BODY_BYTES_MAX:
        raise ValidationException((pointer, f"Must have from 1 to {BODY_BYTES_MAX} bytes"))
    content_type = content_type_of(body)
    if content_type is None or (attribute.attribute_type == "IMAGE") != content_type.startswith("image/"):
        # By analogy with the files of registrations. # unverified: AWS publishes no types
        wanted = "a PNG or JPEG image" if attribute.attribute_type == "IMAGE" else "a PDF document"
        raise ValidationException((pointer, f"Must be {wanted}"))
    attribute.attachment, attribute.media_content_type = body, content_type


def _with_url(ctx: Context, profile: BrandProfile, attribute: BrandProfileAttribute) -> Any:
    url = media_url(ctx, profile, attribute) if attribute.is_media else None
    return {"mediaDownloadUrl": url}, attribute


def _find(profile: BrandProfile, name: str) -> BrandProfileAttribute:
    attribute = profile.attributes.get(name)
    if attribute is None:
        raise ResourceNotFoundException(ATTRIBUTE, name)
    return attribute


@operation(reads=endpoint_reads, writes=True)
def get_brand_profile_attribute(ctx: Context, *, brand_profile_id: str, attribute_name: str) -> Any:
    """Return an attribute with its text, or where to download its file. Source: GetBrandProfileAttribute."""
    profile = find_brand_profile(ctx, brand_profile_id)
    return _with_url(ctx, profile, _find(profile, attribute_name))


@operation
def list_brand_profile_attributes(ctx: Context, *, brand_profile_id: str) -> dict[str, list[BrandProfileAttribute]]:
    """List the attributes, without values. Source: service model, ListBrandProfileAttributes."""
    return {"brandProfileAttributes": list(find_brand_profile(ctx, brand_profile_id).attributes.values())}


@operation(reads=_reads_of_update)
def update_brand_profile_attribute(
    ctx: Context,
    *,
    brand_profile_id: str,
    attribute_name: str,
    attribute_value: str | None = None,
    attachment_body: bytes | None = None,
    description: str | None = None,
    category: str | None = None,
) -> BrandProfileAttribute:
    """Change what is given; name and type stay, and registrations made earlier too. Source: UpdateBrandProfileAttribute."""
    attribute = _find(find_brand_profile(ctx, brand_profile_id), attribute_name)
    _check_category(category, "/category")
    _set_content(ctx, attribute, attribute_value, attachment_body, "")
    attribute.description = attribute.description if description is None else description
    attribute.category = attribute.category if category is None else category
    attribute.updated_at = ctx.now
    return attribute


@operation
def delete_brand_profile_attribute(
    ctx: Context, *, brand_profile_id: str, attribute_name: str
) -> tuple[BrandProfile, BrandProfileAttribute]:
    """Delete an attribute, with its file. Source: service model, DeleteBrandProfileAttribute."""
    profile = find_brand_profile(ctx, brand_profile_id)
    return profile, profile.attributes.pop(_find(profile, attribute_name).attribute_name)
