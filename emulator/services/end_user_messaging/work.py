"""What jobs do: each concerns one item, and fails alone."""

from __future__ import annotations

from collections.abc import Callable

from emulator.messaging.brand_profiles.exchange import REPLACE, fill_profile, fill_registration
from emulator.messaging.context import as_messaging, messaging_store
from emulator.messaging.registrations.drafts import create_draft
from emulator.messaging.state.brand_profiles import BrandProfile, Job, RegistrationAssociation
from emulator.messaging.state.registrations import Registration
from emulator.services.end_user_messaging.errors import ConflictException, ResourceNotFoundException
from emulator.services.end_user_messaging.service import (
    ATTRIBUTES_MAX,
    BRAND_PROFILE,
    Context,
    add_brand_profile,
    find_brand_profile,
)
from emulator.services.end_user_messaging.timers import JobDue
from emulator.wire.errors import ServiceError
from emulator.wire.service import reaction

Resource = dict[str, str]


@reaction(JobDue)
def finish_job(ctx: Context, event: JobDue) -> None:
    """Do what a job is to do; a refusal by now makes it FAILED. Its error codes are # unverified"""
    job = ctx.store.jobs.get(event.job_id)
    if job is None:
        return
    job.updated_at = ctx.now
    try:
        job.resources = [WORK[job.operation_type](ctx, job)]
    except ServiceError as error:
        job.status, job.error_code, job.error_message = "FAILED", error.code, error.message
        return
    job.status = "SUCCESS"


def _create_registration(ctx: Context, job: Job) -> Resource:
    profile, item = _profile(ctx, job), job.item
    with as_messaging(ctx) as inner:
        registration, _ = create_draft(inner, item.subject)
        fill_registration(inner, profile, registration, smart_match=item.smart_match, on_conflict=REPLACE)
    own_id = registration.registration_id
    profile.associations[own_id] = RegistrationAssociation(own_id, item.subject, ctx.now, item.smart_match)
    return _registration_resource(registration)


def _update_registration(ctx: Context, job: Job) -> Resource:
    profile, item = _profile(ctx, job), job.item
    with as_messaging(ctx) as inner:
        registration = inner.store.registrations.find(item.subject)
        if registration is None:
            raise ResourceNotFoundException("registration", item.subject)
        if registration.current.registration_version_status != "DRAFT":
            raise ConflictException("The registration is not a draft", "registration", item.subject)
        fill_registration(inner, profile, registration, smart_match=item.smart_match, on_conflict=item.on_conflict)
    return _registration_resource(registration)


def _create_profile(ctx: Context, job: Job) -> Resource:
    if job.item.subject not in messaging_store(ctx).registrations:
        raise ResourceNotFoundException("registration", job.item.subject)
    profile = add_brand_profile(ctx, job.item.brand_profile_name, dict(job.item.tags))
    return _read_registration(ctx, job, profile)


def _update_profile(ctx: Context, job: Job) -> Resource:
    return _read_registration(ctx, job, _profile(ctx, job))


def _read_registration(ctx: Context, job: Job, profile: BrandProfile) -> Resource:
    item = job.item
    with as_messaging(ctx) as inner:
        registration = inner.store.registrations.find(item.subject)
        if registration is None:
            raise ResourceNotFoundException("registration", item.subject)
        fill_profile(
            inner,
            profile,
            registration,
            smart_match=item.smart_match,
            on_conflict=item.on_conflict,
            at=ctx.now,
            attributes_max=ATTRIBUTES_MAX,
        )
    profile.updated_at = ctx.now
    return {
        "resourceType": "BRAND_PROFILE",
        "resourceId": profile.brand_profile_id,
        "resourceArn": profile.brand_profile_arn,
    }


def _profile(ctx: Context, job: Job) -> BrandProfile:
    if job.brand_profile_id is None:
        raise ResourceNotFoundException(BRAND_PROFILE, "")
    return find_brand_profile(ctx, job.brand_profile_id)


def _registration_resource(registration: Registration) -> Resource:
    # The model's example has an ARN of end-user-messaging, but registrations really have one of sms-voice.
    return {
        "resourceType": "REGISTRATION",
        "resourceId": registration.registration_id,
        "resourceArn": registration.registration_arn,
    }


WORK: dict[str, Callable[[Context, Job], Resource]] = {
    "CreateRegistrationsFromBrandProfile": _create_registration,
    "UpdateRegistrationsFromBrandProfile": _update_registration,
    "CreateBrandProfileFromRegistration": _create_profile,
    "UpdateBrandProfileFromRegistration": _update_profile,
}
"""By the operation that started a job: what it does."""
