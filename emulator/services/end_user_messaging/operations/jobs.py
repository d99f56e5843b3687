"""Jobs: registrations from brand profiles, and brand profiles from registrations. Source: service model; user guide"""

from __future__ import annotations

from emulator.messaging.context import messaging_store
from emulator.messaging.registrations.forms import forms
from emulator.messaging.state.brand_profiles import BrandProfile, Job, JobItem, RegistrationAssociation
from emulator.messaging.state.registrations import Registration
from emulator.services.end_user_messaging.errors import (
    ConflictException,
    ResourceNotFoundException,
    ValidationException,
)
from emulator.services.end_user_messaging.service import (
    BRAND_PROFILE,
    BRAND_PROFILES_MAX,
    Context,
    check_quota,
    find_brand_profile,
    new_id,
    read_tags,
)
from emulator.services.end_user_messaging.timers import JobDue
from emulator.wire.service import operation

JOBS_MAX = 10_000
"""How many jobs an account and region keeps; the oldest is dropped first."""

Results = dict[str, list[dict[str, str]]]


def _start(ctx: Context, operation_type: str, profile: BrandProfile | None, item: JobItem, written: str) -> dict[str, str]:
    """Start the job of one item, and return its result; `written` is the item as the caller wrote it."""
    jobs = ctx.store.jobs
    own_id = None if profile is None else profile.brand_profile_id
    job = Job(new_id(ctx, "job"), operation_type, item, ctx.now, ctx.now, brand_profile_id=own_id)
    jobs[job.job_id] = job
    if len(jobs) > JOBS_MAX:
        del jobs[next(iter(jobs))]
    ctx.world.clock.schedule(ctx.world.settings.provisioning, JobDue(ctx.account, ctx.region, job.job_id))
    return {"jobId": job.job_id, "resourceIdentifier": written}


def _active_profile(ctx: Context, reference: str) -> BrandProfile:
    profile = find_brand_profile(ctx, reference)
    if profile.status != "ACTIVE":
        raise ConflictException(f"The brand profile is {profile.status}", BRAND_PROFILE, profile.brand_profile_id)
    return profile


def _registration(ctx: Context, reference: str) -> Registration:
    registration = messaging_store(ctx).registrations.find(reference)
    if registration is None:
        raise ResourceNotFoundException("registration", reference)
    return registration


@operation
def create_registrations_from_brand_profile(
    ctx: Context, *, brand_profile_id: str, registration_types: list[str], smart_match: bool = True
) -> Results:
    """Create a draft of each type, filled from the profile; a type may repeat. Source: service model."""
    profile = _active_profile(ctx, brand_profile_id)
    for place, registration_type in enumerate(registration_types):
        if registration_type not in forms():
            # unverified: whether AWS refuses an unknown type at once
            raise ValidationException((f"/registrationTypes/{place}", f"Unknown registration type {registration_type}"))
    name = "CreateRegistrationsFromBrandProfile"
    items = [JobItem(registration_type, smart_match) for registration_type in registration_types]
    return {"results": [_start(ctx, name, profile, item, item.subject) for item in items]}


@operation
def update_registrations_from_brand_profile(
    ctx: Context,
    *,
    brand_profile_id: str,
    registration_ids: list[str],
    smart_match: bool = True,
    on_attribute_conflict: str = "PRESERVE",
) -> Results:
    """
    Push the attributes into drafts that are associated with the profile.

    The model says DRAFT, the guide associated: both must hold, and PRESERVE is the default. # unverified
    """
    profile = _active_profile(ctx, brand_profile_id)
    rows = [_registration(ctx, reference) for reference in registration_ids]
    for row in rows:
        if row.registration_id not in profile.associations:
            sentence = "The registration is not associated with the brand profile"
            raise ConflictException(sentence, "registration", row.registration_id)
        if row.current.registration_version_status != "DRAFT":
            raise ConflictException("The registration is not a draft", "registration", row.registration_id)
    name = "UpdateRegistrationsFromBrandProfile"
    return {
        "results": [
            _start(ctx, name, profile, JobItem(row.registration_id, smart_match, on_attribute_conflict), written)
            for row, written in zip(rows, registration_ids, strict=True)
        ]
    }


@operation
def create_brand_profile_from_registration(
    ctx: Context,
    *,
    registration_id: str,
    brand_profile_name: str,
    smart_match: bool = True,
    tags: list[dict[str, str]] | None = None,
) -> Results:
    """Have a job make a profile of a registration; the job's resources name it. Source: service model."""
    registration = _registration(ctx, registration_id)
    named = read_tags(tags)
    check_quota(len(ctx.store.brand_profiles), BRAND_PROFILES_MAX, "brand profiles")
    item = JobItem(
        registration.registration_id, smart_match, brand_profile_name=brand_profile_name, tags=tuple(named.items())
    )
    return {"results": [_start(ctx, "CreateBrandProfileFromRegistration", None, item, registration_id)]}


@operation
def update_brand_profile_from_registration(
    ctx: Context,
    *,
    brand_profile_id: str,
    registration_id: str,
    smart_match: bool = True,
    on_attribute_conflict: str = "PRESERVE",
) -> Results:
    """Read the values of a complete registration into the attributes. Source: UpdateBrandProfileFromRegistration."""
    profile = _active_profile(ctx, brand_profile_id)
    registration = _registration(ctx, registration_id)
    if registration.registration_status != "COMPLETE":
        raise ConflictException("The registration is not complete", "registration", registration.registration_id)
    item = JobItem(registration.registration_id, smart_match, on_attribute_conflict)
    return {"results": [_start(ctx, "UpdateBrandProfileFromRegistration", profile, item, registration_id)]}


@operation
def list_registrations_from_brand_profile(
    ctx: Context, *, brand_profile_id: str
) -> dict[str, list[RegistrationAssociation]]:
    """List the registrations made from a profile. Source: service model, ListRegistrationsFromBrandProfile."""
    return {"registrationAssociations": list(find_brand_profile(ctx, brand_profile_id).associations.values())}


@operation
def get_job(ctx: Context, *, job_id: str) -> Job:
    """Return a job, flat. Source: service model, GetJob."""
    job = ctx.store.jobs.get(job_id)
    if job is None:
        raise ResourceNotFoundException("job", job_id)
    return job


@operation
def list_jobs(
    ctx: Context, *, status: str | None = None, brand_profile_id: str | None = None, operation_type: str | None = None
) -> dict[str, list[Job]]:
    """List the jobs, oldest first; an unknown profile has none. Source: service model, ListJobs."""
    profile = None if brand_profile_id is None else ctx.store.brand_profiles.find(brand_profile_id)
    profile_id = brand_profile_id if profile is None else profile.brand_profile_id
    return {
        "jobs": [
            job
            for job in ctx.store.jobs.values()
            if status in (None, job.status)
            and operation_type in (None, job.operation_type)
            and profile_id in (None, job.brand_profile_id)
        ]
    }
