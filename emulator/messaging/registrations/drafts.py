"""New registrations."""

from __future__ import annotations

from typing import Any

from emulator.messaging.context import Context
from emulator.messaging.errors import ServiceQuotaExceededException
from emulator.messaging.registrations import associations
from emulator.messaging.registrations.forms import form_of
from emulator.messaging.state.registrations import Registration, RegistrationVersion


def create_draft(
    ctx: Context, registration_type: str, tags: list[dict[str, str]] | None = None
) -> tuple[Registration, dict[str, Any]]:
    """
    Create a registration with an empty version 1, and return it with its tags.

    Raises:
        ValidationException: If the type is unknown.
        ServiceQuotaExceededException: If the account has as many registrations as it may have.
    """
    store, quotas = ctx.store, ctx.world.settings.quotas
    form_of(registration_type)
    if len(store.registrations) >= quotas["REGISTRATIONS_PER_ACCOUNT"]:
        raise ServiceQuotaExceededException("REGISTRATIONS_PER_ACCOUNT")
    registration_id = f"registration-{ctx.world.seeds.hex_id('registration')}"
    arn = store.arn("registration", registration_id)
    echoed = store.set_tags(arn, tags)
    version = RegistrationVersion(1, ctx.now)
    registration = Registration(arn, registration_id, registration_type, ctx.now, [version])
    store.registrations.add(registration)
    associations.emit_status(ctx, registration)
    return registration, echoed
