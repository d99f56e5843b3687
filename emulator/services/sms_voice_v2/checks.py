"""
The reasons to refuse a message, in the order in which they are looked at.

AWS does not publish its precedence; this order goes from the account over the identity to the person. # unverified
"""

from __future__ import annotations

from emulator.services.sms_voice_v2 import call_limits, guide_rates, rates, sharing
from emulator.services.sms_voice_v2.drafts import Draft
from emulator.services.sms_voice_v2.errors import (
    AccessDeniedException,
    ConflictException,
    ServiceQuotaExceededException,
    ValidationException,
)
from emulator.services.sms_voice_v2.routing import (
    TRANSACTIONAL,
    Route,
    has_capability,
    is_active,
    message_type_of,
    message_types_of,
)
from emulator.services.sms_voice_v2.service import Context
from emulator.telecom.numbering import simulator_numbers
from emulator.telecom.tariff import MILLICENTS_PER_DOLLAR, Price, millicents

CLOSED_COUNTRIES = frozenset({"CN"})
"""Served only to accounts on an allow list. Source: the country notes of the SMS guide"""


def account_is_enabled(context: Context, draft: Draft) -> None:
    """A suspended account sends nothing."""
    if not context.store.enabled:
        raise AccessDeniedException("ACCOUNT_DISABLED")


def country_is_served(context: Context, draft: Draft) -> None:
    """Some countries are closed to most accounts."""
    if draft.country in CLOSED_COUNTRIES:
        raise ValidationException(
            "DESTINATION_COUNTRY_BLOCKED", ("destinationPhoneNumber", f"{draft.country} is not served")
        )


def identity_can_send(context: Context, draft: Draft, route: Route, price: Price) -> None:
    """A number that is not active sends nothing, one without SMS no text, and each only the type that it was leased for."""
    identity = route.identity
    if identity is None:
        return
    reason = ""
    if not is_active(identity):
        reason = "RESOURCE_NOT_ACTIVE"
    elif not has_capability(identity, draft):
        reason = "NUMBER_CAPABILITIES_MISMATCH"
    elif draft.message_type is not None and draft.message_type not in message_types_of(identity):
        reason = "MESSAGE_TYPE_MISMATCH"
    if reason:
        raise ConflictException(reason, identity.resource_type, identity.origination_identity)


def destination_is_verified_in_sandbox(context: Context, draft: Draft, route: Route, price: Price) -> None:
    """In the sandbox only verified numbers are sent to, and AWS's simulator numbers."""
    store = context.store
    if store.tier != "SANDBOX" or draft.verification:
        return
    if draft.to not in simulator_numbers() and not store.is_verified(draft.to):
        raise ConflictException("DESTINATION_PHONE_NUMBER_NOT_VERIFIED", "verified-destination-number", draft.to)


def destination_is_not_opted_out(context: Context, draft: Draft, route: Route, price: Price) -> None:
    """Who has opted out is not sent to; no override of a protect configuration changes that, but a setting of ours may."""
    if context.world.settings.transactional_to_opted_out and message_type_of(draft, route) == TRANSACTIONAL:
        return
    if draft.to in sharing.opt_out_list(context, route.opt_out_list_arn).numbers:
        raise ConflictException("DESTINATION_PHONE_NUMBER_OPTED_OUT", "phone-number", draft.to)


def destination_is_not_protected(context: Context, draft: Draft, route: Route, price: Price) -> None:
    """A live override of the number decides; without one a BLOCK for its country. Source: protect-*.html"""
    protect = draft.protect_configuration
    if protect is None:
        return
    override = protect.override(draft.to, context.now)
    reason = ""
    if override == "BLOCK":
        reason = "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE"
    elif override is None and protect.status(draft.capability, draft.country) == "BLOCK":
        reason = "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION"
    if reason:
        raise ConflictException(reason, "protect-configuration", protect.protect_configuration_id)


def price_is_within_limit(context: Context, draft: Draft, route: Route, price: Price) -> None:
    """MaxPrice is for one part of a text, a minute of a call or a whole RCS message, fees included."""
    units = draft.segments.parts if draft.channel == "rcs" else 1
    if draft.max_price is not None and (price.price + price.carrier_fee) * units > millicents(draft.max_price):
        name = "maxPricePerMinute" if draft.channel == "voice" else "maxPrice"
        raise ValidationException("PRICE_OVER_THRESHOLD", (name, "The message would cost more"))


def spend_is_within_limit(context: Context, draft: Draft, route: Route, price: Price) -> None:
    """What a channel may cost in a calendar month. Source: spend-limit.html"""
    if draft.dry_run or draft.free:
        return
    limit = draft.limit
    spend = context.store.spend
    most = spend.overrides.get(limit)
    if most is None:
        most = rates.spend_limit(context, limit)
    left = most * MILLICENTS_PER_DOLLAR - (price.price + price.carrier_fee) * draft.segments.parts
    if spend.in_month(limit, context.world.clock.now) <= left:
        return
    # What turned out to be free by now has been given back.
    context.world.look()
    if spend.in_month(limit, context.now) > left:
        raise ServiceQuotaExceededException(f"MONTHLY_SPEND_LIMIT_REACHED_FOR_{limit}")


def rate_is_within_limit(context: Context, draft: Draft, route: Route, price: Price) -> None:
    """Message parts a second of the identity, and messages a second to the recipient; or the guide's rates."""
    settings = context.world.settings
    if settings.rates == "guide" and draft.channel in guide_rates.COUNTED and not draft.dry_run:
        guide_rates.take(context, route.sender, route.sender_type, draft.to, message_type_of(draft, route))
    if settings.rates == "guide" or not settings.rates_enforced:
        return
    parts = draft.segments.parts
    most = rates.parts_per_second(route.sender_type, draft.country, draft.channel)
    if draft.dry_run:
        rates.take(context, (f"dry-run/{route.sender}", parts, min(most, rates.DRY_RUN_PARTS)))
        return
    of_sender = (f"parts/{draft.channel}/{route.sender}", parts, most)
    rates.take(context, of_sender, (f"recipient/{draft.to}", 1, rates.RECIPIENT_MESSAGES))


def calls_are_within_limits(context: Context, draft: Draft, route: Route, price: Price) -> None:
    """How often an account calls, and where to."""
    if draft.channel == "voice":
        call_limits.check(context, draft)


CHECKS_BEFORE_ROUTING = (account_is_enabled, country_is_served)
"""What no identity could mend."""
CHECKS = (
    identity_can_send,
    destination_is_verified_in_sandbox,
    destination_is_not_opted_out,
    destination_is_not_protected,
    price_is_within_limit,
    calls_are_within_limits,
    spend_is_within_limit,
    rate_is_within_limit,
)
CHECKS_OF_FALLBACKS = (identity_can_send, destination_is_not_opted_out, destination_is_not_protected)
"""What an identity that is named for a fallback is held to besides; price and spend are those of the RCS message."""
