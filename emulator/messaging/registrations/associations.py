"""
The associations of registrations with resources: which are allowed, how they are made, and how they end.

Source: API reference, CreateRegistrationAssociation and SupportedAssociation; registrations-10dlc*.html,
registrations-tfn*.html. The reason of each refusal is # unverified except for those seen: an association that exists, a
number that another registration holds, and the release of a number that is held.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.kernel.dataclass import dataclass
from emulator.kernel.stores import Table
from emulator.messaging.context import Context
from emulator.messaging.errors import (
    ConflictException,
    ResourceNotFoundException,
    ServiceQuotaExceededException,
    ValidationException,
)
from emulator.messaging.facts import RegistrationStatusChanged
from emulator.messaging.rcs import launches
from emulator.messaging.registrations.forms import form_of
from emulator.messaging.sending import routing
from emulator.messaging.state.phone_numbers import PhoneNumber
from emulator.messaging.state.pools import Identity
from emulator.messaging.state.registrations import Association, Registration
from emulator.messaging.state.sender_ids import SenderId
from emulator.messaging.store import MessagingStore
from emulator.messaging.timers import PhoneNumberReady

Resource = Identity | Registration
"""A resource that can be associated with a registration."""
BRAND = "US_TEN_DLC_BRAND_REGISTRATION"
CAMPAIGN = "US_TEN_DLC_CAMPAIGN_REGISTRATION"
TOLL_FREE = "US_TOLL_FREE_REGISTRATION"
VETTING = "US_TEN_DLC_BRAND_VETTING"
CAMPAIGNS_PER_BRAND = 10
"""Source: registrations-10dlc.html"""
NUMBERS_PER_REGISTRATION = {TOLL_FREE: 1}
"""The registration types for which the number is not the quota. Source: registrations-tfn.html"""
RESOURCE_TYPES = ("phone-number", "sender-id", "registration", "rcs-agent")
"""All resource types that can be associated with a registration."""
RESOURCES: dict[str, Callable[[MessagingStore], Table[Any]]] = {
    "phone-number": lambda store: store.phone_numbers,
    "registration": lambda store: store.registrations,
    "rcs-agent": lambda store: store.rcs_agents,
}
"""The tables of what a client can associate, by ResourceType; sender ids and short codes are associated on approval."""


@dataclass(frozen=True, slots=True)
class HeldReason:
    """The conflict if another registration has the resource; with `same_type`, only one of the same type counts."""

    reason: str
    same_type: bool


HELD = {
    "phone-number": HeldReason("PHONE_NUMBER_ASSOCIATED_TO_REGISTRATION", False),
    "rcs-agent": HeldReason("RCS_AGENT_ALREADY_ASSOCIATED_TO_REGISTRATION_TYPE", True),
}


def number_type_of(registration_type: str) -> str:
    """Return the number type that a registration type is for, such as `TEN_DLC` for a campaign."""
    return "TEN_DLC" if registration_type == CAMPAIGN else registration_type[3:].removesuffix("_REGISTRATION")


def find_resource(ctx: Context, registration: Registration, reference: str) -> Resource:
    """
    Return the resource that a client wants to associate.

    Raises:
        ValidationException: If the registration type does not allow such a resource (INVALID_REGISTRATION_ASSOCIATION).
        ConflictException: If it is a number in another region.
        ResourceNotFoundException: If there is none by that id or ARN.
    """
    kind = "registration" if "registration-" in reference else routing.resource_type_of(reference)
    supported = form_of(registration.registration_type).association(kind)
    if supported is None or supported["AssociationBehavior"] == "ASSOCIATE_ON_APPROVAL":
        raise _not_associable(f"A client cannot associate a {kind} with {registration.registration_type}")
    if kind == "phone-number" and reference.startswith("arn:") and reference.split(":")[3] != ctx.region:
        raise ConflictException("PHONE_NUMBER_NOT_IN_REGISTRATION_REGION", "phone-number", reference)
    table = RESOURCES.get(kind)
    if table is None:
        raise ResourceNotFoundException(kind, reference)
    resource: Resource = table(ctx.store).get(reference)
    return resource


def association_of(resource: Resource) -> Association:
    """Return the association that represents a resource."""
    if isinstance(resource, Registration):
        return Association(resource.registration_arn, resource.registration_id, "registration")
    if isinstance(resource, PhoneNumber):
        where = resource.iso_country_code, resource.phone_number
        return Association(resource.phone_number_arn, resource.phone_number_id, "phone-number", *where)
    if isinstance(resource, SenderId):
        return Association(resource.sender_id_arn, resource.sender_id, "sender-id", resource.iso_country_code)
    return Association(resource.origination_identity_arn, resource.origination_identity, resource.resource_type)


def check(ctx: Context, registration: Registration, resource: Resource) -> None:
    """
    Raise an error unless the resource may be associated with the registration; the first failed check decides.

    Raises:
        ConflictException: If the state of the resource or the registration does not allow it.
        ValidationException: If the registration type does not allow such a resource.
        ServiceQuotaExceededException: If the registration or the brand has too many associations.
    """
    wanted = association_of(resource)
    own_id = registration.registration_id
    if wanted.resource_arn in registration.associations:
        raise ConflictException("RESOURCE_ALREADY_ASSOCIATED", wanted.resource_type, wanted.resource_id)
    _check_is_free(ctx, registration, wanted)
    if registration.registration_status == "CLOSED":
        raise ConflictException("RESOURCE_NOT_ACTIVE", "registration", own_id)
    if isinstance(resource, PhoneNumber):
        _check_number(registration, resource)
    elif isinstance(resource, Registration):
        _check_brand(registration, resource)
    supported = form_of(registration.registration_type).association(wanted.resource_type)
    behaviour = supported["AssociationBehavior"] if supported else None
    if behaviour == "ASSOCIATE_BEFORE_SUBMIT" and registration.current.registration_version_status != "DRAFT":
        raise ConflictException("REGISTRATION_ALREADY_SUBMITTED", "registration", own_id)
    if behaviour == "ASSOCIATE_AFTER_COMPLETE" and registration.registration_status != "COMPLETE":
        raise ConflictException("REGISTRATION_NOT_COMPLETE", "registration", own_id)
    if isinstance(resource, PhoneNumber) and registration.registration_type == CAMPAIGN:
        _check_campaign(registration, resource)
    _check_quota(ctx, registration, wanted)


def _not_associable(message: str) -> ValidationException:
    return ValidationException("INVALID_REGISTRATION_ASSOCIATION", ("resourceId", message))


def _check_is_free(ctx: Context, registration: Registration, wanted: Association) -> None:
    held = HELD.get(wanted.resource_type)
    for other in ctx.store.registrations if held else ():
        same_type = other.registration_type == registration.registration_type
        if held and wanted.resource_arn in other.associations and (same_type or not held.same_type):
            raise ConflictException(held.reason, wanted.resource_type, wanted.resource_id)


def _check_number(registration: Registration, number: PhoneNumber) -> None:
    supported = form_of(registration.registration_type).association("phone-number")
    if supported is None:
        raise _not_associable(f"A phone-number cannot be associated with {registration.registration_type}")
    if supported.get("IsoCountryCode") not in (None, number.iso_country_code):
        raise ConflictException("PHONE_NUMBER_NOT_IN_REGISTRATION_REGION", "phone-number", number.phone_number_id)
    number_type = number_type_of(registration.registration_type)
    if number.number_type != number_type:
        sentence = f"{registration.registration_type} requires a {number_type} number, not {number.number_type}"
        raise _not_associable(sentence)
    if number.status not in ("PENDING", "ACTIVE"):
        raise ConflictException("RESOURCE_NOT_ACTIVE", "phone-number", number.phone_number_id)


def _check_brand(registration: Registration, brand: Registration) -> None:
    if brand.registration_type != BRAND:
        raise _not_associable(f"{registration.registration_type} requires a {BRAND}, not {brand.registration_type}")
    if brand.registration_status != "COMPLETE":
        raise ConflictException("REGISTRATION_NOT_COMPLETE", "registration", brand.registration_id)


def _check_campaign(campaign: Registration, number: PhoneNumber) -> None:
    """Check a number against the approved form of its campaign, in which the message type is optional."""
    version = campaign.version(campaign.approved_version_number)
    capabilities = version.values["campaignCapabilities.numberCapabilities"].choices
    if {word for choice in capabilities for word in choice.split(" and ")} != set(number.number_capabilities):
        raise ConflictException("NUMBER_CAPABILITIES_MISMATCH", "phone-number", number.phone_number_id)
    message_type = version.values.get("campaignCapabilities.messageType")
    if message_type is not None and number.message_type not in {choice.upper() for choice in message_type.choices}:
        raise ConflictException("MESSAGE_TYPE_MISMATCH", "phone-number", number.phone_number_id)


def _check_quota(ctx: Context, registration: Registration, wanted: Association) -> None:
    quotas = ctx.world.settings.quotas
    if wanted.resource_type == "phone-number":
        most = NUMBERS_PER_REGISTRATION.get(registration.registration_type, quotas["PHONE_NUMBERS_PER_REGISTRATION"])
        if len(registration.associated("phone-number")) >= most:
            raise ServiceQuotaExceededException("PHONE_NUMBERS_PER_REGISTRATION")
        return
    # A campaign or vetting belongs to one brand, and the campaigns of a brand are limited.
    siblings = holders(ctx, wanted.resource_arn, registration.registration_type)
    full = registration.registration_type == CAMPAIGN and len(siblings) >= CAMPAIGNS_PER_BRAND
    if full or len(registration.associated(wanted.resource_type)) >= 1:
        raise ServiceQuotaExceededException("ASSOCIATIONS_PER_REGISTRATION")
    if len(registration.associations) >= quotas["ASSOCIATIONS_PER_REGISTRATION"]:
        raise ServiceQuotaExceededException("ASSOCIATIONS_PER_REGISTRATION")


def check_campaign(registration: Registration) -> None:
    """
    Raise an error unless numbers can be searched for this registration.

    Raises:
        ValidationException: If it is not a campaign.
        ConflictException: If it is not complete.
    """
    if registration.registration_type != CAMPAIGN:
        sentence = f"Must be a {CAMPAIGN}, not {registration.registration_type}"
        raise ValidationException("INVALID_REGISTRATION_ASSOCIATION", ("registrationId", sentence))
    if registration.registration_status != "COMPLETE":
        raise ConflictException("REGISTRATION_NOT_COMPLETE", "registration", registration.registration_id)


def holders(ctx: Context, resource_arn: str, registration_type: str | None = None) -> list[Registration]:
    """Return the registrations that the resource is associated with, optionally of one type."""
    return [
        row
        for row in ctx.store.registrations
        if resource_arn in row.associations and registration_type in (None, row.registration_type)
    ]


def join(ctx: Context, registration: Registration, resource: Resource) -> Association:
    """Associate a resource that `check` has accepted; a number becomes active if the registration is complete."""
    association = association_of(resource)
    registration.associations[association.resource_arn] = association
    if isinstance(resource, PhoneNumber | SenderId):
        resource.registration_id = registration.registration_id
    if isinstance(resource, PhoneNumber) and registration.registration_status == "COMPLETE":
        if resource.status == "ACTIVE":
            resource.status = "ASSOCIATING"
        ready = PhoneNumberReady(ctx.account, ctx.region, resource.phone_number_id)
        ctx.world.clock.schedule(ctx.world.settings.provisioning, ready)
    return association


def check_release(ctx: Context, resource: PhoneNumber | SenderId) -> None:
    """
    Raise an error unless the resource may be released: not before its registration is complete or closed.

    Raises:
        ConflictException: If its registration holds it.
    """
    association = association_of(resource)
    for registration in holders(ctx, association.resource_arn):
        if registration.registration_status not in ("COMPLETE", "CLOSED"):
            if isinstance(resource, PhoneNumber):
                raise ConflictException("PHONE_NUMBER_ASSOCIATED_TO_REGISTRATION", "phone-number", association.resource_id)
            registration_id = registration.registration_id
            raise ConflictException("DISASSOCIATE_REGISTRATION_NOT_ALLOWED", "registration", registration_id)


def leave(ctx: Context, resource: PhoneNumber | SenderId) -> None:
    """Disassociate a released resource from its registration; some registrations close with their last resource."""
    association = association_of(resource)
    resource.registration_id = None
    for registration in holders(ctx, association.resource_arn):
        del registration.associations[association.resource_arn]
        supported = form_of(registration.registration_type).association(association.resource_type)
        closes = supported is not None and supported["DisassociationBehavior"] == "DISASSOCIATE_ALL_CLOSES_REGISTRATION"
        is_open = registration.registration_status != "CLOSED"
        if closes and is_open and not registration.associated(association.resource_type):
            registration.registration_status = "CLOSED"
            emit_status(ctx, registration)


def disassociate_all(ctx: Context, registration: Registration) -> None:
    """Disassociate all resources of a deleted registration."""
    for association in registration.associated("rcs-agent"):
        launches.withdraw(ctx, association.resource_arn, registration.registration_id)
    for association in registration.associations.values():
        for table in (ctx.store.phone_numbers, ctx.store.sender_ids):
            resource: Any = table.find(association.resource_arn)
            if resource is not None:
                resource.registration_id = None
    registration.associations.clear()


def emit_status(ctx: Context, registration: Registration) -> None:
    """Emit the status of a registration."""
    ctx.emit(
        RegistrationStatusChanged(
            ctx.account,
            ctx.region,
            registration.registration_arn,
            registration.registration_id,
            registration.registration_type,
            registration.current_version_number,
            registration.registration_status,
            ctx.now,
        )
    )
