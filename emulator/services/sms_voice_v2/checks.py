"""
The reasons to refuse a message, in the order in which they are looked at.

AWS does not publish its precedence; this order goes from the account over the identity to the person. # unverified
"""

from __future__ import annotations

from emulator.services.sms_voice_v2.drafts import Draft
from emulator.services.sms_voice_v2.errors import AccessDeniedException, ConflictException, ValidationException
from emulator.services.sms_voice_v2.routing import Route
from emulator.services.sms_voice_v2.service import Context
from emulator.telecom.numbering import simulator_numbers
from emulator.telecom.tariff import Price, millicents

CLOSED_COUNTRIES = frozenset({"CN"})
"""Served only to accounts on an allow list. Source: the country notes of the SMS guide"""


def account_is_enabled(context: Context, draft: Draft) -> None:
    """A suspended account sends nothing."""
    if not context.store.enabled:
        raise AccessDeniedException("ACCOUNT_DISABLED")


def country_is_served(context: Context, draft: Draft) -> None:
    """Some countries are closed to most accounts."""
    if draft.country in CLOSED_COUNTRIES:
        raise ValidationException("DESTINATION_COUNTRY_BLOCKED")


def identity_is_active(context: Context, draft: Draft, route: Route, price: Price) -> None:
    """A number that is still being provisioned, or on its way out, sends nothing."""
    number = route.number
    if number is not None and number.status != "ACTIVE":
        raise ConflictException("RESOURCE_NOT_ACTIVE", "phone-number", number.phone_number_id)


def identity_has_the_capability(context: Context, draft: Draft, route: Route, price: Price) -> None:
    """A number without SMS sends no text."""
    number = route.number
    if number is not None and draft.capability not in number.number_capabilities:
        raise ConflictException("NUMBER_CAPABILITIES_MISMATCH", "phone-number", number.phone_number_id)


def identity_has_the_message_type(context: Context, draft: Draft, route: Route, price: Price) -> None:
    """A number sends the type of message that it was requested for."""
    number = route.number
    if number is not None and draft.message_type not in (None, number.message_type):
        raise ConflictException("MESSAGE_TYPE_MISMATCH", "phone-number", number.phone_number_id)


def destination_is_verified_in_sandbox(context: Context, draft: Draft, route: Route, price: Price) -> None:
    """In the sandbox only verified numbers are sent to, and AWS's simulator numbers."""
    store = context.store
    if store.tier == "SANDBOX" and draft.to not in store.verified_numbers and draft.to not in simulator_numbers():
        raise ConflictException("DESTINATION_PHONE_NUMBER_NOT_VERIFIED", "verified-destination-number", draft.to)


def destination_is_not_opted_out(context: Context, draft: Draft, route: Route, price: Price) -> None:
    """Who has opted out is not sent to."""
    if draft.to in context.store.opt_out_lists.get(route.opt_out_list_name).numbers:
        raise ConflictException("DESTINATION_PHONE_NUMBER_OPTED_OUT", "phone-number", draft.to)


def price_is_within_limit(context: Context, draft: Draft, route: Route, price: Price) -> None:
    """MaxPrice is for one part, fees included."""
    if draft.max_price is not None and price.price + price.carrier_fee > millicents(draft.max_price):
        raise ValidationException("PRICE_OVER_THRESHOLD")


CHECKS_BEFORE_ROUTING = (account_is_enabled, country_is_served)
"""What no identity could mend."""
CHECKS = (
    identity_is_active,
    identity_has_the_capability,
    identity_has_the_message_type,
    destination_is_verified_in_sandbox,
    destination_is_not_opted_out,
    price_is_within_limit,
)
