"""Brand profiles: what they hold and which registrations were made from them, and what AWS decides about them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, TypedDict

from emulator.control.command import command
from emulator.control.errors import NotFound
from emulator.control.parsing import Account, Region, Text, choice
from emulator.control.views import iso
from emulator.messaging.state.brand_profiles import BrandProfile, Job
from emulator.services.end_user_messaging.service import NAME
from emulator.services.end_user_messaging.state import EndUserMessagingStore
from emulator.world import World

STATUSES = ("ACTIVE", "BLOCKED", "PAUSED", "CANCELLED", "FAILED")


class AttributeView(TypedDict):
    """An attribute: a text, or a file by its type and size."""

    name: str
    type: str
    value: str | None
    description: str | None
    category: str | None
    content_type: str | None
    size: int | None


class AssociationView(TypedDict):
    """A registration that was made from a profile, with its status now; null once it is deleted."""

    registration_id: str
    registration_type: str
    status: str | None
    smart_match: bool
    created_at: str


class JobView(TypedDict):
    """A job, and what it has made or changed."""

    job_id: str
    operation: str
    status: str
    error: str | None
    resources: list[dict[str, str]]


class BrandProfileView(TypedDict):
    """A brand profile."""

    brand_profile_id: str
    name: str
    status: str
    deletion_protection: bool
    account: str
    region: str
    created_at: str
    updated_at: str
    attributes: list[AttributeView]
    registrations: list[AssociationView]
    jobs: list[JobView]


class BrandProfiles(TypedDict):
    """The profiles of all accounts, oldest first."""

    brand_profiles: list[BrandProfileView]


@command("GET /brand-profiles")
def list_brand_profiles(world: World, *, account: Account | None = None, region: Region | None = None) -> BrandProfiles:
    """List the brand profiles with their attributes, registrations and jobs."""
    found = [
        _view(world, store, profile) for store in _stores(world, account, region) for profile in list(store.brand_profiles)
    ]
    return {"brand_profiles": found}


@command("POST /brand-profiles/{brand_profile_id}/decision")
def decide_brand_profile(
    world: World, *, brand_profile_id: Text, status: Annotated[str, choice(*STATUSES)]
) -> BrandProfileView:
    """Set the status of a brand profile, as AWS does; what is not ACTIVE cannot be exchanged with registrations."""
    for store in _stores(world, None, None):
        profile = store.brand_profiles.find(brand_profile_id)
        if profile is not None:
            profile.status, profile.updated_at = status, world.clock.now
            return _view(world, store, profile)
    raise NotFound(f"no account has the brand profile {brand_profile_id}")


def _stores(world: World, account: str | None, region: str | None) -> Iterator[EndUserMessagingStore]:
    # A service that the installed botocore does not know has no stores.
    for store in world.stores.get(NAME, ()):
        if account in (None, store.account) and region in (None, store.region):
            yield store


def _view(world: World, store: EndUserMessagingStore, profile: BrandProfile) -> BrandProfileView:
    return {
        "brand_profile_id": profile.brand_profile_id,
        "name": profile.brand_profile_name,
        "status": profile.status,
        "deletion_protection": profile.deletion_protection_enabled,
        "account": store.account,
        "region": store.region,
        "created_at": iso(profile.created_at),
        "updated_at": iso(profile.updated_at),
        "attributes": [
            {
                "name": attribute.attribute_name,
                "type": attribute.attribute_type,
                "value": attribute.attribute_value,
                "description": attribute.description,
                "category": attribute.category,
                "content_type": attribute.media_content_type,
                "size": attribute.media_size_bytes,
            }
            for attribute in profile.attributes.values()
        ],
        "registrations": [
            {
                "registration_id": row.registration_id,
                "registration_type": row.registration_type,
                "status": _status(world, store, row.registration_id),
                "smart_match": row.smart_match_used,
                "created_at": iso(row.created_at),
            }
            for row in profile.associations.values()
        ],
        "jobs": [_job_view(job) for job in store.jobs.values() if job.brand_profile_id == profile.brand_profile_id],
    }


def _status(world: World, store: EndUserMessagingStore, registration_id: str) -> str | None:
    found: Any = world.messaging_stores[store.account, store.region].registrations.find(registration_id)
    return None if found is None else str(found.registration_status)


def _job_view(job: Job) -> JobView:
    return {
        "job_id": job.job_id,
        "operation": job.operation_type,
        "status": job.status,
        "error": job.error_message,
        "resources": job.resources or [],
    }
