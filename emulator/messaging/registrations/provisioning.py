"""What the approval of a registration makes, and its end unmakes: numbers that may send, sender ids, short codes."""

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
"""Five or six digits, as most countries have them. # unverified for each country"""


def provision(ctx: Context, registration: Registration) -> None:
    """Make the identity that an approval brings, and let the associated numbers send."""
    for supported in form_of(registration.registration_type).associations:
        if supported["AssociationBehavior"] == "ASSOCIATE_ON_APPROVAL":
            make = _sender_id if supported["ResourceType"] == "sender-id" else _short_code
            make(ctx, registration, supported["IsoCountryCode"])
    for association in registration.associated("phone-number"):
        number = ctx.store.phone_numbers.get(association.resource_id)
        if number.status == "PENDING":
            number.status = "ACTIVE"


def withdraw(ctx: Context, registration: Registration) -> None:
    """The names of a registration that was revoked or closed are not registered any more."""
    for association in registration.associated("sender-id"):
        ctx.store.sender_ids.get(association.resource_arn).registered = False


def _sender_id(ctx: Context, registration: Registration, iso: str) -> None:
    """The form's sender id is created, or marked when the account has it already. Source: SupportedAssociation"""
    store = ctx.store
    name = (registration.current.values["senderIdInfo.senderId"].text_value or "").upper()
    key = f"{name}/{iso}"
    row = store.sender_ids.find(key)
    if row is None:
        # unverified: what it costs, and which message types it gets
        row = SenderId(store.arn("sender-id", key), name, iso, ["TRANSACTIONAL", "PROMOTIONAL"], price_text(0))
        store.set_tags(row.sender_id_arn, None)
        store.sender_ids.add(row)
    row.registered = True
    associations.join(ctx, registration, row)


def _short_code(ctx: Context, registration: Registration, iso: str) -> None:
    """A short code of the country, unless an earlier version of the form has brought one already."""
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
