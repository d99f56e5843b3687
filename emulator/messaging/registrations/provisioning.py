"""Provisioning: the numbers, sender ids and short codes that may send once a registration is approved, until its end."""

from __future__ import annotations

from emulator.messaging.context import Context
from emulator.messaging.registrations import associations
from emulator.messaging.registrations.forms import form_of
from emulator.messaging.state.opt_out_lists import DEFAULT_LIST
from emulator.messaging.state.phone_numbers import PhoneNumber
from emulator.messaging.state.registrations import Registration
from emulator.messaging.state.sender_ids import SenderId
from emulator.telecom.tariff import monthly_lease, price_text

SHORT_CODES = (20_000, 800_000)
"""The range of short codes: five or six digits, as in most countries. # unverified for each country"""


def provision(ctx: Context, registration: Registration) -> None:
    """Create the identity that an approval provides, and activate the associated numbers."""
    for supported in form_of(registration.registration_type).associations:
        if supported["AssociationBehavior"] == "ASSOCIATE_ON_APPROVAL":
            make = _sender_id if supported["ResourceType"] == "sender-id" else _short_code
            make(ctx, registration, supported["IsoCountryCode"])
    for association in registration.associated("phone-number"):
        number = ctx.store.phone_numbers.get(association.resource_id)
        if number.status == "PENDING":
            number.status = "ACTIVE"


def withdraw(ctx: Context, registration: Registration) -> None:
    """Mark the sender ids of a revoked or closed registration as not registered."""
    for association in registration.associated("sender-id"):
        ctx.store.sender_ids.get(association.resource_arn).registered = False


def _sender_id(ctx: Context, registration: Registration, iso: str) -> None:
    """Create the sender id of the form, or mark an existing one as registered. Source: SupportedAssociation"""
    store = ctx.store
    name = (registration.current.values["senderIdInfo.senderId"].text_value or "").upper()
    key = f"{name}/{iso}"
    row = store.sender_ids.find(key)
    if row is None:
        # A sender id costs nothing. Source: sender-id.html
        row = SenderId(store.arn("sender-id", key), name, iso, ["TRANSACTIONAL", "PROMOTIONAL"], price_text(0))
        store.set_tags(row.sender_id_arn, None)
        store.sender_ids.add(row)
    row.registered = True
    associations.join(ctx, registration, row)


def _short_code(ctx: Context, registration: Registration, iso: str) -> None:
    """Create a short code of the country, unless an earlier version of the form has already provided one."""
    store = ctx.store
    if registration.associated("phone-number"):
        return
    number_id = f"phone-{ctx.world.seeds.hex_id('phone')}"
    random = ctx.world.seeds.random(f"short-code/{number_id}")
    code = str(random.randrange(*SHORT_CODES))
    while any(code in other.phone_numbers for other in ctx.world.messaging_stores):
        code = str(random.randrange(*SHORT_CODES))
    number = PhoneNumber(
        phone_number_arn=store.arn("phone-number", number_id),
        phone_number_id=number_id,
        phone_number=code,
        status="PENDING",
        iso_country_code=iso,
        message_type="TRANSACTIONAL",
        number_capabilities=["SMS"],
        number_type="SHORT_CODE",
        monthly_leasing_price=price_text(monthly_lease(iso, "SHORT_CODE")),
        opt_out_list_name=DEFAULT_LIST,
        opt_out_list_arn=store.arn("opt-out-list", DEFAULT_LIST),
        created_timestamp=ctx.now,
    )
    store.set_tags(number.phone_number_arn, None)
    store.phone_numbers.add(number)
    associations.join(ctx, registration, number)
