"""Brand profiles. Source: service model of endusermessaging; user guide, brand profiles"""

from __future__ import annotations

from emulator.messaging.brand_profiles.matching import default_attributes
from emulator.messaging.state.brand_profiles import BrandProfile, BrandProfileAttribute
from emulator.services.end_user_messaging.errors import ConflictException
from emulator.services.end_user_messaging.service import (
    BRAND_PROFILE,
    Context,
    add_brand_profile,
    find_brand_profile,
    read_tags,
)
from emulator.wire.service import operation


@operation
def create_brand_profile(
    ctx: Context,
    *,
    brand_profile_name: str,
    deletion_protection_enabled: bool = False,
    tags: list[dict[str, str]] | None = None,
) -> tuple[BrandProfile, dict[str, int]]:
    """
    Create a profile, active at once, with twelve standard attributes that have no value yet.

    The guide says twelve, the model's example none: a setting decides. # unverified. Source: CreateBrandProfile.
    """
    named = read_tags(tags)
    profile = add_brand_profile(ctx, brand_profile_name, named, deletion_protection_enabled)
    for field in default_attributes() if ctx.world.settings.brand_profile_attributes else ():
        profile.attributes[field.name] = BrandProfileAttribute(field.name, "TEXT", ctx.now, ctx.now, category=field.category)
    return profile, {"attributesCreated": len(profile.attributes)}


@operation
def get_brand_profile(ctx: Context, *, brand_profile_id: str) -> BrandProfile:
    """Return a profile. Source: service model, GetBrandProfile."""
    return find_brand_profile(ctx, brand_profile_id)


@operation
def list_brand_profiles(ctx: Context) -> dict[str, list[BrandProfile]]:
    """List the profiles, whatever their status, oldest first. # unverified: the order"""
    return {"brandProfiles": list(ctx.store.brand_profiles)}


@operation
def update_brand_profile(
    ctx: Context,
    *,
    brand_profile_id: str,
    brand_profile_name: str | None = None,
    deletion_protection_enabled: bool | None = None,
) -> BrandProfile:
    """Change the name or the deletion protection; nothing else can change. Source: service model, UpdateBrandProfile."""
    profile = find_brand_profile(ctx, brand_profile_id)
    if brand_profile_name is not None:
        profile.brand_profile_name = brand_profile_name
    if deletion_protection_enabled is not None:
        profile.deletion_protection_enabled = deletion_protection_enabled
    profile.updated_at = ctx.now
    return profile


@operation
def delete_brand_profile(ctx: Context, *, brand_profile_id: str) -> BrandProfile:
    """Delete a profile with its attributes; registrations made from it stay. Source: service model, DeleteBrandProfile."""
    profile = find_brand_profile(ctx, brand_profile_id)
    if profile.deletion_protection_enabled:
        raise ConflictException("Deletion protection is enabled", BRAND_PROFILE, profile.brand_profile_id)
    ctx.store.brand_profiles.remove(profile)
    del ctx.store.tags[profile.brand_profile_arn]
    return profile
