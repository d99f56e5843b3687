"""The service object, and functions that its operations share."""

from __future__ import annotations

from emulator.messaging.context import World
from emulator.messaging.state.brand_profiles import BrandProfile
from emulator.messaging.state.codes import NotifyCodeConfiguration
from emulator.services.end_user_messaging.errors import (
    ResourceNotFoundException,
    ServiceQuotaExceededException,
    ValidationException,
    refusal,
    reuse_refusal,
    token_refusal,
)
from emulator.services.end_user_messaging.state import EndUserMessagingStore
from emulator.wire.context import Context as WireContext
from emulator.wire.service import Service

NAME = "endusermessaging"
ID_CHARACTERS = 17
TAGS_MAX = 50
"""Tags of a resource. Source: service model, TagList"""
BRAND_PROFILES_MAX = 1_000
ATTRIBUTES_MAX = 200
"""Attributes of a profile. # unverified: AWS publishes no quotas of this API"""
CODE_CONFIGURATION, BRAND_PROFILE = "notify-code-configuration", "brand-profile"

Context = WireContext[EndUserMessagingStore, World]

service: Service[EndUserMessagingStore, World] = Service(
    NAME,
    lambda world, account, region: EndUserMessagingStore(account, region),
    "emulator.services.end_user_messaging",
    signing_name="end-user-messaging",
    refusal=refusal,
    token_refusal=token_refusal,
    reuse_refusal=reuse_refusal,
)


def new_id(ctx: Context, prefix: str) -> str:
    """Return a new id: `bp-gkma20fagojtpys0e`, a prefix and 17 letters and digits."""
    return f"{prefix}-{ctx.world.seeds.hex_id(prefix)[:ID_CHARACTERS]}"


def find_code_configuration(ctx: Context, reference: str) -> NotifyCodeConfiguration:
    """
    Return a notify code configuration by its id or ARN.

    Raises:
        ResourceNotFoundException: the account has none by that name; an ARN of another account or region is unknown too.
    """
    row = ctx.store.code_configurations.find(reference)
    if row is None:
        raise ResourceNotFoundException(CODE_CONFIGURATION, reference)
    return row


def find_brand_profile(ctx: Context, reference: str) -> BrandProfile:
    """
    Return a brand profile by its id or ARN.

    Raises:
        ResourceNotFoundException: the account has none by that name; an ARN of another account or region is unknown too.
    """
    row = ctx.store.brand_profiles.find(reference)
    if row is None:
        raise ResourceNotFoundException(BRAND_PROFILE, reference)
    return row


def read_tags(tags: list[dict[str, str]] | None) -> dict[str, str]:
    """
    Return tags by key.

    Raises:
        ValidationException: a key occurs twice.
    """
    found = {tag["key"]: tag["value"] for tag in tags or ()}
    if len(found) < len(tags or ()):
        raise ValidationException(("/tags", "Tag keys must be unique"))
    return found


def check_quota(count: int, limit: int, what: str) -> None:
    """
    Check a quota before one more is created.

    Raises:
        ServiceQuotaExceededException: there are `limit` already.
    """
    if count >= limit:
        raise ServiceQuotaExceededException(f"Service quota exceeded: at most {limit} {what}")


def add_brand_profile(ctx: Context, name: str, tags: dict[str, str], deletion_protection: bool = False) -> BrandProfile:
    """
    Add a profile without attributes, and return it; names need not be unique. # unverified

    Raises:
        ServiceQuotaExceededException: there are too many profiles.
    """
    store = ctx.store
    check_quota(len(store.brand_profiles), BRAND_PROFILES_MAX, "brand profiles")
    profile_id = new_id(ctx, "bp")
    arn = store.arn(BRAND_PROFILE, profile_id)
    profile = BrandProfile(profile_id, arn, name, deletion_protection, created_at=ctx.now, updated_at=ctx.now)
    store.tags[arn] = tags
    return store.brand_profiles.add(profile)
