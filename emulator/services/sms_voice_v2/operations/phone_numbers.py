"""Phone numbers: request, list, change, release, search."""

from __future__ import annotations

from typing import Any

from emulator.services.sms_voice_v2 import associations, duties, sharing, two_way
from emulator.services.sms_voice_v2.errors import (
    ConflictException,
    ServiceQuotaExceededException,
    ValidationException,
    invalid,
    missing,
    together,
)
from emulator.services.sms_voice_v2.events import PhoneNumberReady, PhoneNumberReleased
from emulator.services.sms_voice_v2.filters import select
from emulator.services.sms_voice_v2.service import Context, operation, service
from emulator.services.sms_voice_v2.state.opt_out_lists import DEFAULT_LIST
from emulator.services.sms_voice_v2.state.phone_numbers import PhoneNumber
from emulator.services.sms_voice_v2.state.pools import Pool
from emulator.telecom.numbering import Country, calling_code_of, calling_code_of_region, countries, is_possible, new_number
from emulator.telecom.tariff import monthly_lease, price_text

FILTER_VALUES = {
    "status": ("PENDING", "ACTIVE", "ASSOCIATING", "DISASSOCIATING", "DELETED"),
    "message-type": ("TRANSACTIONAL", "PROMOTIONAL"),
    "number-capability": ("SMS", "VOICE", "MMS", "RCS"),
    "number-type": ("SHORT_CODE", "LONG_CODE", "TOLL_FREE", "TEN_DLC", "SIMULATOR"),
}
NUMBER_ATTEMPTS_MAX = 10_000
"""How many candidates are drawn before a preference counts as one that no free number meets."""
AVAILABLE_NUMBERS = 25
"""How many numbers a search can find."""


@operation
def request_phone_number(
    context: Context,
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
) -> Any:
    """Lease a number. Source: API reference, RequestPhoneNumber; phone-number-types.html."""
    store = context.store
    _check_type(iso_country_code, message_type, number_capabilities, number_type)
    if international_sending_enabled and number_type != "TOLL_FREE":
        raise ValidationException("INTERNATIONAL_SENDING_NOT_SUPPORTED")
    opt_out_list = sharing.get(
        context, lambda owner: owner.opt_out_lists, opt_out_list_name or DEFAULT_LIST, "RequestPhoneNumber"
    )
    registration = store.registrations.get(registration_id) if registration_id is not None else None
    pool = store.pools.get(pool_id) if pool_id else None
    if pool is not None and pool.status != "ACTIVE":
        raise ConflictException("RESOURCE_NOT_ACTIVE", "pool", pool.pool_id)
    if pool is not None and len(pool.members) >= context.world.settings.quotas["ORIGINATION_IDENTITIES_PER_POOL"]:
        raise ServiceQuotaExceededException("ORIGINATION_IDENTITIES_PER_POOL")
    if registration is None and number_type == "TEN_DLC" and context.world.settings.registrations_required:
        raise missing("registrationId")
    if len(store.phone_numbers) >= context.world.settings.quotas["PHONE_NUMBERS_PER_ACCOUNT"]:
        raise ServiceQuotaExceededException("PHONE_NUMBERS_PER_ACCOUNT")
    phone_number_id = f"phone-{context.world.seeds.hex_id('phone')}"
    number = PhoneNumber(
        phone_number_arn=store.arn("phone-number", phone_number_id),
        phone_number_id=phone_number_id,
        phone_number=_free_number(context, iso_country_code, number_type, phone_number_id, number_preference),
        status="PENDING",
        iso_country_code=iso_country_code,
        message_type=message_type,
        number_capabilities=list(dict.fromkeys(number_capabilities)),
        number_type=number_type,
        monthly_leasing_price=price_text(monthly_lease(iso_country_code, number_type)),
        opt_out_list_name=opt_out_list.opt_out_list_name,
        opt_out_list_arn=opt_out_list.opt_out_list_arn,
        created_timestamp=context.now,
        international_sending_enabled=bool(international_sending_enabled),
        deletion_protection_enabled=bool(deletion_protection_enabled),
    )
    if pool is not None:
        _check_fits(pool, number, opt_out_list_name is not None)
    if registration is not None:
        associations.check(context, registration, number)
    echoed = store.set_tags(number.phone_number_arn, tags)
    store.phone_numbers.add(number)
    if pool is not None:
        _join(pool, number)
    if registration is not None:
        associations.join(context, registration, number)
    if duties.is_registered(context, number):
        ready = PhoneNumberReady(context.account, context.region, phone_number_id)
        context.world.clock.schedule(context.world.settings.provisioning, ready)
    # It becomes ACTIVE when the clock moves next; the answer shows PENDING, as AWS's does.
    return echoed, number


def _check_fits(pool: Pool, number: PhoneNumber, names_its_list: bool) -> None:
    # A new number takes the pool's settings over; only what the request names can differ. # unverified
    if pool.message_type != number.message_type:
        raise ConflictException("MESSAGE_TYPE_MISMATCH", "phone-number", number.phone_number_id)
    if names_its_list and pool.opt_out_list_arn != number.opt_out_list_arn:
        raise ConflictException("OPT_OUT_LIST_MISMATCH", "phone-number", number.phone_number_id)
    if not pool.shares_a_capability(number):
        raise ConflictException("NUMBER_CAPABILITIES_MISMATCH", "phone-number", number.phone_number_id)


def _join(pool: Pool, number: PhoneNumber) -> None:
    number.pool_id = pool.pool_id
    number.take_settings_of(pool)
    pool.members[number.phone_number_arn] = number


def _check_type(iso: str, message_type: str, capabilities: list[str], number_type: str) -> None:
    """What can be leased where. Source: the capability tables; which reason AWS gives is # unverified."""
    there = countries().get(iso)
    if there is None:
        raise invalid("isoCountryCode", f"{iso} is no supported country")
    voice_only = f"{number_type}(voice)" in there.number_types
    if number_type not in there.number_types and not voice_only:
        raise invalid("numberType", f"{number_type} is not available in {iso}")
    if voice_only and set(capabilities) != {"VOICE"}:
        raise invalid("numberCapabilities", f"{number_type} in {iso} carries VOICE only")
    if number_type == "SIMULATOR" and message_type != "TRANSACTIONAL":
        raise invalid("messageType", "SIMULATOR numbers are TRANSACTIONAL")
    for capability in capabilities:
        _check_capability(there, capability, number_type)


def _check_capability(there: Country, capability: str, number_type: str) -> None:
    if capability == "RCS":
        raise invalid("numberCapabilities", "RCS belongs to RCS agents")
    if capability == "VOICE" and (not there.voice or number_type == "SIMULATOR"):
        raise ValidationException("VOICE_CAPABILITY_NOT_AVAILABLE")
    if capability == "MMS" and not there.mms:
        raise invalid("numberCapabilities", f"MMS is not available in {there.iso}")


def _free_number(context: Context, iso: str, number_type: str, name: str, preference: list[dict[str, Any]] | None) -> str:
    """A number that nobody has and that meets the preference."""
    kind, patterns = _read_preference(preference)
    if kind == "ExactMatch":
        # A short code has no plus, and no country in it.
        plus = "" if number_type == "SHORT_CODE" else "+"
        number = plus + patterns[0].removeprefix("+")
        fits = number_type == "SHORT_CODE" or (_at_home(number, iso) and is_possible(number))
        if _owned(context, number) or not fits:
            raise invalid("numberPreference", f"{number} is not available")
        return number
    random = context.world.seeds.random(f"number/{name}")
    for _ in range(NUMBER_ATTEMPTS_MAX):
        number = _shaped(new_number(iso, number_type, random), kind, patterns)
        if not _owned(context, number) and _at_home(number, iso):
            return number
    raise invalid("numberPreference", "No number meets the preference")


def _read_preference(preference: list[dict[str, Any]] | None) -> tuple[str | None, list[str]]:
    """The kind of the one preference that can be given, and its patterns."""
    return (preference[0]["PreferenceType"][0], preference[0]["Filter"]) if preference else (None, [])


def _shaped(number: str, kind: str | None, patterns: list[str]) -> str:
    """The number with the wanted digits written over it."""
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


def _at_home(number: str, iso: str) -> bool:
    """Whether the number has its country's calling code; a preference may have written another over it."""
    return calling_code_of(number) == calling_code_of_region(iso)


def _owned(context: Context, number: str) -> bool:
    return any(number in store.phone_numbers for store in context.world.sms_stores)


@service.when(PhoneNumberReady)
def activate_phone_number(context: Context, event: PhoneNumberReady) -> None:
    """A requested number is provisioned, or has settled in its campaign, unless it was released meanwhile."""
    number = context.store.phone_numbers.find(event.phone_number_id)
    if number is not None and number.status in ("PENDING", "ASSOCIATING"):
        number.status = "ACTIVE"


@operation
def describe_phone_numbers(
    context: Context,
    *,
    phone_number_ids: list[str] | None = None,
    filters: list[dict[str, Any]] | None = None,
    owner: str = "SELF",
) -> Any:
    """The account's numbers. Source: API reference, DescribePhoneNumbers."""
    numbers = context.store.phone_numbers
    if owner == "SHARED":
        if phone_number_ids:
            raise together("phoneNumberIds", "owner")
        rows = list(sharing.shared_with(context, lambda store: store.phone_numbers, lambda row: row.phone_number_arn))
    else:
        rows = [numbers.get(reference) for reference in phone_number_ids] if phone_number_ids else list(numbers)
    reads = {"number-capability": lambda number: number.number_capabilities}
    return {"PhoneNumbers": select(rows, filters, reads, FILTER_VALUES)}


@operation
def update_phone_number(
    context: Context,
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
    """Change a number's settings; the members that are left out stay. Source: API reference, UpdatePhoneNumber."""
    number = context.store.phone_numbers.get(phone_number_id)
    if number.status != "ACTIVE":
        raise ConflictException("RESOURCE_NOT_ACTIVE", "phone-number", number.phone_number_id)
    if number.pool_id is not None:
        raise ConflictException("PHONE_NUMBER_ASSOCIATED_TO_POOL", "phone-number", number.phone_number_id)
    if international_sending_enabled and number.number_type != "TOLL_FREE":
        raise ValidationException("INTERNATIONAL_SENDING_NOT_SUPPORTED")
    two_way.update(
        context,
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
def release_phone_number(context: Context, *, phone_number_id: str) -> PhoneNumber:
    """Give a number back; it cannot be recovered. Source: API reference, ReleasePhoneNumber."""
    number = context.store.phone_numbers.get(phone_number_id)
    if number.deletion_protection_enabled:
        raise ConflictException("DELETION_PROTECTION_ENABLED", "phone-number", number.phone_number_id)
    if number.pool_id is not None:
        raise ConflictException("PHONE_NUMBER_ASSOCIATED_TO_POOL", "phone-number", number.phone_number_id)
    associations.check_release(context, number)
    if number.status == "DISASSOCIATING":
        raise ConflictException("RESOURCE_NOT_ACTIVE", "phone-number", number.phone_number_id)  # unverified
    associations.leave(context, number)
    number.status = "DISASSOCIATING"
    released = PhoneNumberReleased(context.account, context.region, number.phone_number_id)
    context.world.clock.schedule(context.world.settings.provisioning, released)
    return number


@service.when(PhoneNumberReleased)
def remove_phone_number(context: Context, event: PhoneNumberReleased) -> None:
    """A released number is gone, its tags and policy with it."""
    number = context.store.phone_numbers.remove(context.store.phone_numbers.get(event.phone_number_id))
    context.store.forget(number.phone_number_arn)


@operation
def list_available_phone_numbers(
    context: Context,
    *,
    iso_country_code: str,
    number_capabilities: list[str],
    number_type: str,
    registration_id: str | None = None,
    number_preference: list[dict[str, Any]] | None = None,
) -> dict[str, list[str]]:
    """Search for 10DLC numbers that can be leased. Source: phone-numbers-10dlc-select.html."""
    _check_type(iso_country_code, "TRANSACTIONAL", number_capabilities, number_type)
    if registration_id is not None:
        associations.check_campaign(context.store.registrations.get(registration_id))
    elif context.world.settings.registrations_required:
        raise missing("registrationId")
    kind, patterns = _read_preference(number_preference)
    if kind == "ExactMatch":
        raise invalid("numberPreference", "ExactMatch is for RequestPhoneNumber only")
    random = context.world.seeds.random(f"available/{iso_country_code}/{kind}/{patterns}")
    candidates = (
        _shaped(new_number(iso_country_code, number_type, random), kind, patterns) for _ in range(AVAILABLE_NUMBERS)
    )

    def free(number: str) -> bool:
        return _at_home(number, iso_country_code) and not _owned(context, number)

    return {"AvailablePhoneNumbers": [number for number in dict.fromkeys(candidates) if free(number)]}
