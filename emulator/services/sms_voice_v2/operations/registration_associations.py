"""Which resources belong to a registration."""

from __future__ import annotations

from typing import Any

from emulator.services.sms_voice_v2 import associations
from emulator.services.sms_voice_v2.filters import select
from emulator.services.sms_voice_v2.service import Context, operation
from emulator.telecom.numbering import countries


@operation
def create_registration_association(context: Context, *, registration_id: str, resource_id: str) -> tuple[Any, ...]:
    """Put a resource under a registration. Source: API reference, CreateRegistrationAssociation."""
    registration = context.store.registrations.get(registration_id)
    resource = associations.find_resource(context, registration, resource_id)
    associations.check(context, registration, resource)
    return associations.join(context, registration, resource), registration


@operation
def list_registration_associations(
    context: Context, *, registration_id: str, filters: list[dict[str, Any]] | None = None
) -> tuple[Any, ...]:
    """The resources of a registration. Source: API reference, ListRegistrationAssociations."""
    registration = context.store.registrations.get(registration_id)
    values = {"resource-type": associations.RESOURCE_TYPES, "iso-country-code": countries()}
    return {"RegistrationAssociations": select(registration.associations.values(), filters, None, values)}, registration
