"""Registrations and their versions: create, list, submit, discard, delete; and the types of registrations."""

from __future__ import annotations

from typing import Any

from emulator.messaging.errors import ConflictException
from emulator.messaging.registrations import associations, reviews
from emulator.messaging.registrations.drafts import create_draft
from emulator.messaging.registrations.forms import form_of, forms
from emulator.messaging.state.registrations import IN_REVIEW, UNDER_WAY, Registration, RegistrationVersion
from emulator.services.sms_voice_v2.operations._filters import select
from emulator.services.sms_voice_v2.service import Context
from emulator.telecom.numbering import countries
from emulator.wire.service import operation

STATUSES = (
    "CREATED",
    "SUBMITTED",
    "AWS_REVIEWING",
    "REVIEWING",
    "REQUIRES_AUTHENTICATION",
    "PROVISIONING",
    "COMPLETE",
    "REQUIRES_UPDATES",
    "CLOSED",
    "DELETED",
)
VERSION_STATUSES = (
    "DRAFT",
    "SUBMITTED",
    "AWS_REVIEWING",
    "REVIEWING",
    "REQUIRES_AUTHENTICATION",
    "APPROVED",
    "DISCARDED",
    "DENIED",
    "REVOKED",
    "ARCHIVED",
    "REQUIRES_OFFLINE_REVIEW",
)
DISCARDABLE = frozenset({"DRAFT", "SUBMITTED"})
"""The guide names Submitted only (registrations-discard.html); that a draft can be discarded too is # unverified."""
VERSIONS_PER_DAY = "REGISTRATION_VERSIONS_CREATED_PER_DAY"


@operation
def describe_registration_type_definitions(
    ctx: Context, *, registration_types: list[str] | None = None, filters: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """List the types of registrations. Source: API reference, DescribeRegistrationTypeDefinitions."""
    rows = [form_of(name) for name in registration_types] if registration_types else list(forms().values())
    reads = {
        "supported-association-resource-type": lambda form: [row["ResourceType"] for row in form.associations],
        "supported-association-iso-country-code": lambda form: [row.get("IsoCountryCode") for row in form.associations],
    }
    values = {
        "supported-association-resource-type": associations.RESOURCE_TYPES,
        "supported-association-iso-country-code": countries(),
    }
    kept = select(rows, filters, reads, values)
    return {"RegistrationTypeDefinitions": [form.definition for form in kept]}


@operation
def create_registration(
    ctx: Context, *, registration_type: str, tags: list[dict[str, str]] | None = None
) -> tuple[Registration, dict[str, Any]]:
    """Create a registration with an empty version 1. Source: API reference, CreateRegistration."""
    return create_draft(ctx, registration_type, tags)


@operation
def describe_registrations(
    ctx: Context, *, registration_ids: list[str] | None = None, filters: list[dict[str, Any]] | None = None
) -> dict[str, list[Registration]]:
    """List the account's registrations. Source: API reference, DescribeRegistrations."""
    table = ctx.store.registrations
    rows = [table.get(reference) for reference in registration_ids] if registration_ids else list(table)
    values = {"registration-type": forms(), "registration-status": STATUSES}
    return {"Registrations": select(rows, filters, None, values)}


@operation
def delete_registration(ctx: Context, *, registration_id: str) -> Registration:
    """Delete a registration that is not under review and that nothing depends on. Source: API reference."""
    store = ctx.store
    registration = store.registrations.get(registration_id)
    if not _can_be_deleted(ctx, registration):
        raise ConflictException("RESOURCE_DELETION_NOT_ALLOWED", "registration", registration.registration_id)
    associations.disassociate_all(ctx, registration)
    registration.registration_status = "DELETED"
    associations.emit_status(ctx, registration)
    store.forget(registration.registration_arn)
    return store.registrations.remove(registration)


def _can_be_deleted(ctx: Context, registration: Registration) -> bool:
    if registration.registration_status in UNDER_WAY or associations.holders(ctx, registration.registration_arn):
        return False
    for supported in form_of(registration.registration_type).associations:
        held = registration.associated(supported["ResourceType"])
        behaviour = supported["DisassociationBehavior"]
        closes = behaviour == "DISASSOCIATE_ALL_CLOSES_REGISTRATION" and registration.registration_status == "COMPLETE"
        if held and (closes or behaviour == "DISASSOCIATE_ALL_ALLOWS_DELETE_REGISTRATION"):
            return False
    return True


@operation
def create_registration_version(ctx: Context, *, registration_id: str) -> tuple[RegistrationVersion, Registration]:
    """Create a new version without values, once the one before is neither a draft nor in review. Source: API reference."""
    registration = ctx.store.registrations.get(registration_id)
    open_version = registration.current.registration_version_status in IN_REVIEW | {"DRAFT"}
    if open_version or registration.registration_status in ("CLOSED", "PROVISIONING"):
        raise ConflictException("CREATE_REGISTRATION_VERSION_NOT_ALLOWED", "registration", registration.registration_id)
    ctx.store.count_daily(VERSIONS_PER_DAY, ctx.world.settings.quotas[VERSIONS_PER_DAY], ctx.now)
    version = RegistrationVersion(registration.current_version_number + 1, ctx.now)
    registration.versions.append(version)
    return version, registration


@operation
def describe_registration_versions(
    ctx: Context,
    *,
    registration_id: str,
    version_numbers: list[int] | None = None,
    filters: list[dict[str, Any]] | None = None,
) -> tuple[dict[str, Any], Registration]:
    """List the versions of a registration, oldest first. Source: API reference, DescribeRegistrationVersions."""
    registration = ctx.store.registrations.get(registration_id)
    numbers = version_numbers or range(1, registration.current_version_number + 1)
    rows = [registration.version(number) for number in numbers]
    kept = select(rows, filters, None, {"registration-version-status": VERSION_STATUSES})
    shown = [{"DeniedReasons": row.denied_reasons or None} for row in kept]
    return {"RegistrationVersions": list(zip(shown, kept, strict=True))}, registration


@operation
def discard_registration_version(ctx: Context, *, registration_id: str) -> tuple[RegistrationVersion, Registration]:
    """Discard the newest version, unless its review has begun. Source: registrations-discard.html."""
    registration = ctx.store.registrations.get(registration_id)
    version = registration.current
    if version.registration_version_status not in DISCARDABLE:
        raise ConflictException("DISCARD_REGISTRATION_VERSION_NOT_ALLOWED", "registration", registration.registration_id)
    version.set_status("DISCARDED", ctx.now)
    before = registration.registration_status
    if before in UNDER_WAY:
        # unverified: the status of a registration without its newest version
        denied = registration.latest_denied_version_number is not None
        approved = registration.approved_version_number is not None
        registration.registration_status = "COMPLETE" if approved else "REQUIRES_UPDATES" if denied else "CREATED"
        associations.emit_status(ctx, registration)
    return version, registration


@operation
def submit_registration_version(
    ctx: Context, *, registration_id: str, aws_review: bool = False
) -> tuple[RegistrationVersion, dict[str, bool], Registration]:
    """Submit the newest version. Source: API reference, SubmitRegistrationVersion; registrations-sms-cli.html."""
    registration = ctx.store.registrations.get(registration_id)
    _check_submittable(ctx, registration)
    reviews.submit(ctx, registration, aws_review)
    return registration.current, {"AwsReview": aws_review}, registration


def _check_submittable(ctx: Context, registration: Registration) -> None:
    own_id = registration.registration_id
    version = registration.current
    if version.registration_version_status in IN_REVIEW:
        raise ConflictException("REGISTRATION_ALREADY_SUBMITTED", "registration", own_id)
    form = form_of(registration.registration_type)
    bare = [
        supported
        for supported in form.associations
        if supported["AssociationBehavior"] == "ASSOCIATE_BEFORE_SUBMIT"
        and not registration.associated(supported["ResourceType"])
    ]
    is_draft = version.registration_version_status == "DRAFT" and registration.registration_status != "CLOSED"
    if not is_draft or bare:
        raise ConflictException("SUBMIT_REGISTRATION_VERSION_NOT_ALLOWED", "registration", own_id)
    for association in registration.associated("registration"):
        brand = ctx.store.registrations.get(association.resource_id)
        if brand.registration_status != "COMPLETE":
            raise ConflictException("REGISTRATION_NOT_COMPLETE", "registration", brand.registration_id)
