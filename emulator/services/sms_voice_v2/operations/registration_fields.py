"""The forms of registrations, and the values of their fields."""

from __future__ import annotations

from typing import Any

from emulator.messaging.errors import ConflictException, ResourceNotFoundException, ValidationException
from emulator.messaging.registrations.forms import (
    Definition,
    check_attachment,
    check_choices,
    check_kind,
    check_text,
    form_of,
)
from emulator.messaging.state.registrations import FieldValue, Registration
from emulator.services.sms_voice_v2.service import Context
from emulator.wire.service import operation


@operation
def describe_registration_section_definitions(
    ctx: Context, *, registration_type: str, section_paths: list[str] | None = None
) -> dict[str, Any]:
    """List the sections of a form. Source: API reference, DescribeRegistrationSectionDefinitions."""
    form = form_of(registration_type)
    paths = section_paths or list(form.sections)
    return {
        "RegistrationType": registration_type,
        "RegistrationSectionDefinitions": [form.section(path) for path in paths],
    }


@operation
def describe_registration_field_definitions(
    ctx: Context, *, registration_type: str, section_path: str | None = None, field_paths: list[str] | None = None
) -> dict[str, Any]:
    """List the fields of a form. Source: API reference, DescribeRegistrationFieldDefinitions."""
    form = form_of(registration_type)
    paths = form.select(section_path, field_paths)
    return {
        "RegistrationType": registration_type,
        "RegistrationFieldDefinitions": [form.fields[path] for path in paths],
    }


@operation
def put_registration_field_value(
    ctx: Context,
    *,
    registration_id: str,
    field_path: str,
    select_choices: list[str] | None = None,
    text_value: str | None = None,
    registration_attachment_id: str | None = None,
) -> tuple[FieldValue, dict[str, int], Registration]:
    """Fill in a field of a draft. Source: API reference, PutRegistrationFieldValue."""
    registration = ctx.store.registrations.get(registration_id)
    definition = form_of(registration.registration_type).field(field_path)
    given = {
        "selectChoices": select_choices,
        "textValue": text_value,
        "registrationAttachmentId": registration_attachment_id,
    }
    check_kind(definition, given)
    if text_value is not None:
        check_text(definition, text_value)
    if select_choices is not None:
        check_choices(definition, select_choices)
    if registration_attachment_id is not None:
        registration_attachment_id = _uploaded(ctx, definition, registration_attachment_id)
    _check_draft(registration)
    value = FieldValue(field_path, select_choices, text_value, registration_attachment_id)
    registration.current.values[field_path] = value
    return value, *_of(registration)


def _uploaded(ctx: Context, definition: Definition, reference: str) -> str:
    attachment = ctx.store.registration_attachments.get(reference)
    own_id = attachment.registration_attachment_id
    if attachment.attachment_status != "UPLOAD_COMPLETE":
        raise ConflictException("RESOURCE_NOT_ACTIVE", "registration-attachment", own_id)
    check_attachment(definition, attachment.content_type, len(attachment.body or b""))
    return own_id


def _check_draft(registration: Registration) -> None:
    if registration.current.registration_version_status != "DRAFT":
        raise ConflictException("EDIT_REGISTRATION_FIELD_VALUES_NOT_ALLOWED", "registration", registration.registration_id)


def _of(registration: Registration) -> tuple[dict[str, int], Registration]:
    return {"VersionNumber": registration.current_version_number}, registration


@operation
def describe_registration_field_values(
    ctx: Context,
    *,
    registration_id: str,
    version_number: int | None = None,
    section_path: str | None = None,
    field_paths: list[str] | None = None,
) -> tuple[dict[str, Any], Registration]:
    """List the values of a version, in the form's order. Source: API reference, DescribeRegistrationFieldValues."""
    registration = ctx.store.registrations.get(registration_id)
    paths = form_of(registration.registration_type).select(section_path, field_paths)
    version = registration.version(version_number)
    rows = [version.values[path] for path in paths if path in version.values]
    return {"RegistrationFieldValues": rows, "VersionNumber": version.version_number}, registration


@operation
def delete_registration_field_value(
    ctx: Context, *, registration_id: str, field_path: str
) -> tuple[FieldValue, dict[str, int], Registration]:
    """Empty a field of a draft; a required one can only be overwritten. Source: API reference, and a real answer."""
    registration = ctx.store.registrations.get(registration_id)
    definition = form_of(registration.registration_type).field(field_path)
    if definition["FieldRequirement"] == "REQUIRED":
        sentence = "A required field cannot be deleted, only overwritten"
        raise ValidationException("REGISTRATION_FIELD_CANNOT_BE_DELETED", ("fieldPath", sentence))
    _check_draft(registration)
    value = registration.current.values.pop(field_path, None)
    if value is None:
        raise ResourceNotFoundException("registration", registration.registration_id)  # unverified
    return value, *_of(registration)
