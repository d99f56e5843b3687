"""Phone numbers: request, list, change, release, search."""

from __future__ import annotations

from typing import Any

from emulator.messaging import sharing
from emulator.messaging.errors import (
    ConflictException,
    ValidationException,
    invalid,
    missing,
    together,
)
from emulator.messaging.limits import throughput
from emulator.messaging.numbers import (
    INTERNATIONAL,
    check_type,
    is_owned,
    lease_number,
    matches_country,
    read_preference,
    shape_number,
)
from emulator.messaging.registrations import associations
from emulator.messaging.state.phone_numbers import PhoneNumber
from emulator.messaging.timers import PhoneNumberReleased
from emulator.services.sms_voice_v2.operations import _two_way as two_way
from emulator.services.sms_voice_v2.operations._filters import select
from emulator.services.sms_voice_v2.service import Context
from emulator.telecom.numbering import new_number
from emulator.wire.service import operation

FILTER_VALUES = {
    "status": ("PENDING", "ACTIVE", "ASSOCIATING", "DISASSOCIATING", "DELETED"),
    "message-type": ("TRANSACTIONAL", "PROMOTIONAL"),
    "number-capability": ("SMS", "VOICE", "MMS", "RCS"),
    "number-type": ("SHORT_CODE", "LONG_CODE", "TOLL_FREE", "TEN_DLC", "SIMULATOR"),
}
AVAILABLE_NUMBERS = 25
"""The most numbers that a search can find."""


@operation
def request_phone_number(
    ctx: Context,
    *,
    iso_country_code: str,
    message_type: str,
    number_capabilities: list[str],
    number_type: str,
    opt_out_list_name: str | None = None,
    pool_id: str | None = None,
    registration_id: str | None = None,
    number_preference: list[dict[str, Any]] | None = None,
    international_sending_enabled: bool | None = None,
    deletion_protection_enabled: bool | None = None,
    tags: list[dict[str, str]] | None = None,
) -> tuple[dict[str, Any], PhoneNumber]:
    """Lease a number. Source: API reference, RequestPhoneNumber; phone-number-types.html."""
    number, echoed = lease_number(
        ctx,
        iso_country_code=iso_country_code,
        message_type=message_type,
        number_capabilities=number_capabilities,
        number_type=number_type,
        opt_out_list_name=opt_out_list_name,
        pool_id=pool_id,
        registration_id=registration_id,
        number_preference=number_preference,
        international_sending_enabled=international_sending_enabled,
        deletion_protection_enabled=deletion_protection_enabled,
        tags=tags,
    )
    return echoed, number


@operation
def describe_phone_numbers(
    ctx: Context,
    *,
    phone_number_ids: list[str] | None = None,
    filters: list[dict[str, Any]] | None = None,
    owner: str = "SELF",
) -> dict[str, Any]:
    """List the account's numbers. Source: API reference, DescribePhoneNumbers."""
    numbers = ctx.store.phone_numbers
    if owner == "SHARED":
        if phone_number_ids:
            raise together("phoneNumberIds", "owner")
        rows = list(sharing.shared_with(ctx, lambda store: store.phone_numbers, lambda row: row.phone_number_arn))
    else:
        rows = [numbers.get(reference) for reference in phone_number_ids] if phone_number_ids else list(numbers)
    reads = {"number-capability": lambda number: number.number_capabilities}
    return {"PhoneNumbers": throughput.with_limits(ctx, select(rows, filters, reads, FILTER_VALUES))}


@operation(reads=two_way.role_reads)
def update_phone_number(
    ctx: Context,
    *,
    phone_number_id: str,
    two_way_enabled: bool | None = None,
    two_way_channel_arn: str | None = None,
    two_way_channel_role: str | None = None,
    self_managed_opt_outs_enabled: bool | None = None,
    opt_out_list_name: str | None = None,
    international_sending_enabled: bool | None = None,
    deletion_protection_enabled: bool | None = None,
) -> PhoneNumber:
    """Change a number's settings; those left out keep their values. Source: API reference, UpdatePhoneNumber."""
    number = ctx.store.phone_numbers.get(phone_number_id)
    if number.status != "ACTIVE":
        raise ConflictException("RESOURCE_NOT_ACTIVE", "phone-number", number.phone_number_id)
    if number.pool_id is not None:
        raise ConflictException("PHONE_NUMBER_ASSOCIATED_TO_POOL", "phone-number", number.phone_number_id)
    if international_sending_enabled and number.number_type != "TOLL_FREE":
        raise ValidationException("INTERNATIONAL_SENDING_NOT_SUPPORTED", INTERNATIONAL)
    two_way.update_settings(
        ctx,
        number,
        two_way_enabled=two_way_enabled,
        two_way_channel_arn=two_way_channel_arn,
        two_way_channel_role=two_way_channel_role,
        self_managed_opt_outs_enabled=self_managed_opt_outs_enabled,
        opt_out_list_name=opt_out_list_name,
        action="UpdatePhoneNumber",
    )
    if international_sending_enabled is not None:
        number.international_sending_enabled = international_sending_enabled
    if deletion_protection_enabled is not None:
        number.deletion_protection_enabled = deletion_protection_enabled
    return number


@operation
def release_phone_number(ctx: Context, *, phone_number_id: str) -> PhoneNumber:
    """Release a number; it cannot be recovered. Source: API reference, ReleasePhoneNumber."""
    number = ctx.store.phone_numbers.get(phone_number_id)
    if number.deletion_protection_enabled:
        raise ConflictException("DELETION_PROTECTION_ENABLED", "phone-number", number.phone_number_id)
    if number.pool_id is not None:
        raise ConflictException("PHONE_NUMBER_ASSOCIATED_TO_POOL", "phone-number", number.phone_number_id)
    associations.check_release(ctx, number)
    if number.status == "DISASSOCIATING":
        raise ConflictException("RESOURCE_NOT_ACTIVE", "phone-number", number.phone_number_id)  # unverified
    associations.leave(ctx, number)
    number.status = "DISASSOCIATING"
    released = PhoneNumberReleased(ctx.account, ctx.region, number.phone_number_id)
    ctx.world.clock.schedule(ctx.world.settings.provisioning, released)
    return number


@operation
def list_available_phone_numbers(
    ctx: Context,
    *,
    iso_country_code: str,
    number_capabilities: list[str],
    number_type: str,
    registration_id: str | None = None,
    number_preference: list[dict[str, Any]] | None = None,
) -> dict[str, list[str]]:
    """Search for 10DLC numbers that can be leased. Source: phone-numbers-10dlc-select.html."""
    check_type(iso_country_code, "TRANSACTIONAL", number_capabilities, number_type)
    if registration_id is not None:
        associations.check_campaign(ctx.store.registrations.get(registration_id))
    elif ctx.world.settings.registrations_required:
        raise missing("registrationId")
    kind, patterns = read_preference(number_preference)
    if kind == "ExactMatch":
        raise invalid("numberPreference", "ExactMatch is only valid for RequestPhoneNumber")
    random = ctx.world.seeds.random(f"available/{iso_country_code}/{kind}/{patterns}")
    candidates = (
        shape_number(new_number(iso_country_code, number_type, random), kind, patterns) for _ in range(AVAILABLE_NUMBERS)
    )

    def free(number: str) -> bool:
        return matches_country(number, iso_country_code) and not is_owned(ctx, number)

    return {"AvailablePhoneNumbers": [number for number in dict.fromkeys(candidates) if free(number)]}
