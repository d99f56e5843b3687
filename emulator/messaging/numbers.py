"""Leasing phone numbers: the types available in a country, the choice of a free number, activation and release."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.messaging import sharing
from emulator.messaging.context import Context
from emulator.messaging.errors import (
    ConflictException,
    ResourceNotFoundException,
    ServiceQuotaExceededException,
    ValidationException,
    invalid,
    missing,
)
from emulator.messaging.registrations import associations, requirements
from emulator.messaging.state.opt_out_lists import DEFAULT_LIST
from emulator.messaging.state.phone_numbers import PhoneNumber
from emulator.messaging.state.pools import Pool
from emulator.messaging.state.registrations import Registration
from emulator.messaging.timers import PhoneNumberReady, PhoneNumberReleased
from emulator.telecom.numbering import Country, calling_code_of, calling_code_of_region, countries, is_possible, new_number
from emulator.telecom.tariff import monthly_lease, price_text
from emulator.wire.service import reaction

NUMBER_ATTEMPTS_MAX = 10_000
"""How many random numbers are tried before a preference is refused as one that no free number meets."""
INTERNATIONAL = ("internationalSendingEnabled", "International sending is available for US toll-free numbers only")


def lease_number(
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
) -> tuple[PhoneNumber, dict[str, Any]]:
    """
    Lease a number, and return it with its tags as the answer echoes them.

    Raises:
        ServiceError: If no such number is available, or the pool, the registration or a quota does not allow it.
    """
    store = ctx.store
    check_type(iso_country_code, message_type, number_capabilities, number_type)
    if international_sending_enabled and number_type != "TOLL_FREE":
        raise ValidationException("INTERNATIONAL_SENDING_NOT_SUPPORTED", INTERNATIONAL)
    opt_out_list = sharing.get(
        ctx, lambda owner: owner.opt_out_lists, opt_out_list_name or DEFAULT_LIST, "RequestPhoneNumber"
    )
    registration = store.registrations.get(registration_id) if registration_id is not None else None
    pool = _open_pool(ctx, pool_id) if pool_id else None
    if registration is None and number_type == "TEN_DLC" and ctx.world.settings.registrations_required:
        raise missing("registrationId")
    if len(store.phone_numbers) >= ctx.world.settings.quotas["PHONE_NUMBERS_PER_ACCOUNT"]:
        raise ServiceQuotaExceededException("PHONE_NUMBERS_PER_ACCOUNT")
    phone_number_id = f"phone-{ctx.world.seeds.hex_id('phone')}"
    phone_number = _free_number(ctx, iso_country_code, number_type, phone_number_id, number_preference)
    number = PhoneNumber(
        phone_number_arn=store.arn("phone-number", phone_number_id),
        phone_number_id=phone_number_id,
        phone_number=phone_number,
        status="PENDING",
        iso_country_code=iso_country_code,
        message_type=message_type,
        number_capabilities=list(dict.fromkeys(number_capabilities)),
        number_type=number_type,
        monthly_leasing_price=price_text(monthly_lease(iso_country_code, number_type)),
        opt_out_list_name=opt_out_list.opt_out_list_name,
        opt_out_list_arn=opt_out_list.opt_out_list_arn,
        created_timestamp=ctx.now,
        international_sending_enabled=bool(international_sending_enabled),
        deletion_protection_enabled=bool(deletion_protection_enabled),
    )
    if pool is not None:
        _check_fits(pool, number, opt_out_list_name is not None)
    if registration is not None:
        associations.check(ctx, registration, number)
    echoed = store.set_tags(number.phone_number_arn, tags)
    _add(ctx, number, pool, registration)
    # The number becomes ACTIVE when the clock next moves; the answer shows PENDING, as AWS's does.
    return number, echoed


def _add(ctx: Context, number: PhoneNumber, pool: Pool | None, registration: Registration | None) -> None:
    """Add a number to the account, and to the pool and the registration that it was leased for."""
    ctx.store.phone_numbers.add(number)
    if pool is not None:
        _join(pool, number)
    if registration is not None:
        associations.join(ctx, registration, number)
    if requirements.is_registered(ctx, number):
        ready = PhoneNumberReady(ctx.account, ctx.region, number.phone_number_id)
        ctx.world.clock.schedule(ctx.world.settings.provisioning, ready)


def _open_pool(ctx: Context, pool_id: str) -> Pool:
    """Return a pool; raise an error unless it can take another member."""
    pool = ctx.store.pools.get(pool_id)
    if pool.status != "ACTIVE":
        raise ConflictException("RESOURCE_NOT_ACTIVE", "pool", pool.pool_id)
    if len(pool.members) >= ctx.world.settings.quotas["ORIGINATION_IDENTITIES_PER_POOL"]:
        raise ServiceQuotaExceededException("ORIGINATION_IDENTITIES_PER_POOL")
    return pool


def _check_fits(pool: Pool, number: PhoneNumber, names_its_list: bool) -> None:
    # A new number adopts the settings of the pool; only what the request names can differ. # unverified
    if pool.message_type != number.message_type:
        raise ConflictException("MESSAGE_TYPE_MISMATCH", "phone-number", number.phone_number_id)
    if names_its_list and pool.opt_out_list_arn != number.opt_out_list_arn:
        raise ConflictException("OPT_OUT_LIST_MISMATCH", "phone-number", number.phone_number_id)
    if not pool.shares_a_capability(number):
        raise ConflictException("NUMBER_CAPABILITIES_MISMATCH", "phone-number", number.phone_number_id)


def _join(pool: Pool, number: PhoneNumber) -> None:
    number.pool_id = pool.pool_id
    number.copy_settings_from(pool)
    pool.members[number.phone_number_arn] = number


def check_type(iso: str, message_type: str, capabilities: list[str], number_type: str) -> None:
    """
    Raise an error unless the country offers numbers of this type with these capabilities and this message type.

    Source: the capability tables. Which reason AWS gives is # unverified, as is the resource id for a simulator.

    Raises:
        ValidationException: If it does not (INVALID_PARAMETER, or VOICE_CAPABILITY_NOT_AVAILABLE).
        ResourceNotFoundException: If the number is a simulator for promotional messages.
    """
    there = countries().get(iso)
    if there is None:
        raise invalid("isoCountryCode", f"{iso} is not a supported country")
    voice_only = f"{number_type}(voice)" in there.number_types
    if number_type not in there.number_types and not voice_only:
        raise invalid("numberType", f"{number_type} is not available in {iso}")
    if voice_only and set(capabilities) != {"VOICE"}:
        raise invalid("numberCapabilities", f"{number_type} in {iso} supports VOICE only")
    if number_type == "SIMULATOR" and message_type != "TRANSACTIONAL":
        # Seen by the acceptance tests of terraform-provider-aws (Pool_MessageType).
        raise ResourceNotFoundException("phone-number", number_type)
    for capability in capabilities:
        _check_capability(there, capability, number_type)


def _check_capability(there: Country, capability: str, number_type: str) -> None:
    if capability == "RCS":
        raise invalid("numberCapabilities", "RCS is a capability of RCS agents, not of phone numbers")
    if capability == "VOICE" and not there.voice:
        sentence = f"{number_type} in {there.iso} does not support VOICE"
        raise ValidationException("VOICE_CAPABILITY_NOT_AVAILABLE", ("numberCapabilities", sentence))
    if capability == "MMS" and (not there.mms or number_type == "SIMULATOR"):
        raise invalid("numberCapabilities", f"MMS is not available for {number_type} in {there.iso}")


def _free_number(ctx: Context, iso: str, number_type: str, name: str, preference: list[dict[str, Any]] | None) -> str:
    """Return a number that no account has and that meets the preference."""
    kind, patterns = read_preference(preference)
    if kind == "ExactMatch":
        for number in _wanted_numbers(iso, number_type, patterns):
            if not is_owned(ctx, number):
                return number
        raise invalid("numberPreference", f"None of these numbers is available: {', '.join(patterns)}")
    random = ctx.world.seeds.random(f"number/{name}")
    for _ in range(NUMBER_ATTEMPTS_MAX):
        number = shape_number(new_number(iso, number_type, random), kind, patterns)
        if not is_owned(ctx, number) and matches_country(number, iso):
            return number
    raise invalid(
        "numberPreference", f"No available number matches {kind} {patterns[0]}" if kind else "No number is available"
    )


def _wanted_numbers(iso: str, number_type: str, patterns: list[str]) -> Iterator[str]:
    """Yield the exact numbers of a preference that are possible in the country, in their order."""
    # A short code has neither a plus nor a calling code.
    is_short = number_type == "SHORT_CODE"
    for pattern in patterns:
        number = ("" if is_short else "+") + pattern.removeprefix("+")
        if is_short or (matches_country(number, iso) and is_possible(number)):
            yield number


def read_preference(preference: list[dict[str, Any]] | None) -> tuple[str | None, list[str]]:
    """
    Return the type of the one preference that can be given, and its patterns: only `ExactMatch` takes more than one.

    Source: service model, NumberFilterList

    Raises:
        ValidationException: If another type has more than one pattern.
    """
    if not preference:
        return None, []
    kind, patterns = preference[0]["PreferenceType"][0], preference[0]["Filter"]
    if kind != "ExactMatch" and len(patterns) > 1:
        raise invalid("filter", f"{kind} takes exactly one value, not {len(patterns)}")
    return kind, patterns


def shape_number(number: str, kind: str | None, patterns: list[str]) -> str:
    """Return the number with its digits overwritten by those of the preference."""
    if not kind:
        return number
    wanted = patterns[0].removeprefix("+")
    digits = number.removeprefix("+")
    if kind == "StartsWith":
        return "+" + wanted + digits[len(wanted) :]
    if kind == "EndsWith":
        return "+" + digits[: -len(wanted)] + wanted
    middle = max(1, (len(digits) - len(wanted)) // 2)
    return "+" + digits[:middle] + wanted + digits[middle + len(wanted) :]


def matches_country(number: str, iso: str) -> bool:
    """Return True if the number has the country's calling code, which a preference may have overwritten."""
    return calling_code_of(number) == calling_code_of_region(iso)


def is_owned(ctx: Context, number: str) -> bool:
    """Return True if any account has the number."""
    return any(number in store.phone_numbers for store in ctx.world.messaging_stores)


@reaction(PhoneNumberReady)
def activate_phone_number(ctx: Context, event: PhoneNumberReady) -> None:
    """Activate a number that is provisioned, or associated with its campaign, unless it has been released meanwhile."""
    number = ctx.store.phone_numbers.find(event.phone_number_id)
    if number is not None and number.status in ("PENDING", "ASSOCIATING"):
        number.status = "ACTIVE"


@reaction(PhoneNumberReleased)
def remove_phone_number(ctx: Context, event: PhoneNumberReleased) -> None:
    """Remove a released number with its tags and its policy."""
    number = ctx.store.phone_numbers.remove(ctx.store.phone_numbers.get(event.phone_number_id))
    ctx.store.forget(number.phone_number_arn)
