"""The resources that are associated with a registration."""

from __future__ import annotations

from typing import Any

from emulator.messaging.registrations import associations
from emulator.messaging.state.registrations import Association, Registration
from emulator.services.sms_voice_v2.operations._filters import select
from emulator.services.sms_voice_v2.service import Context
from emulator.telecom.numbering import countries
from emulator.wire.service import operation


@operation
def create_registration_association(
    ctx: Context, *, registration_id: str, resource_id: str
) -> tuple[Association, Registration]:
    """Associate a resource with a registration. Source: API reference, CreateRegistrationAssociation."""
    registration = ctx.store.registrations.get(registration_id)
    resource = associations.find_resource(ctx, registration, resource_id)
    associations.check(ctx, registration, resource)
    return associations.join(ctx, registration, resource), registration


@operation
def list_registration_associations(
    ctx: Context, *, registration_id: str, filters: list[dict[str, Any]] | None = None
) -> tuple[dict[str, list[Association]], Registration]:
    """List the resources of a registration. Source: API reference, ListRegistrationAssociations."""
    registration = ctx.store.registrations.get(registration_id)
    values = {"resource-type": associations.RESOURCE_TYPES, "iso-country-code": countries()}
    return {"RegistrationAssociations": select(registration.associations.values(), filters, None, values)}, registration
