"""
The checks that can refuse a message, in order of precedence.

AWS does not publish its precedence; this order goes from the account to the identity and on to the recipient. # unverified
"""

from __future__ import annotations

from emulator.messaging import sharing
from emulator.messaging.channels import CHANNELS
from emulator.messaging.context import Context
from emulator.messaging.errors import (
    AccessDeniedException,
    ConflictException,
    ServiceQuotaExceededException,
    ValidationException,
)
from emulator.messaging.limits import call_limits, guide_rates, request_rates
from emulator.messaging.send_request import SendRequest
from emulator.messaging.sending.routing import TRANSACTIONAL, has_capability, is_active, message_type_of, message_types_of
from emulator.messaging.state.routes import Route
from emulator.telecom.numbering import simulator_numbers
from emulator.telecom.tariff import MILLICENTS_PER_DOLLAR, Price, millicents

CLOSED_COUNTRIES = frozenset({"CN"})
"""Available only to accounts on an allow list. Source: the country notes of the SMS guide"""


def account_is_enabled(ctx: Context, request: SendRequest) -> None:
    """Refuse a suspended account."""
    if not ctx.store.enabled:
        raise AccessDeniedException("ACCOUNT_DISABLED")


def country_is_served(ctx: Context, request: SendRequest) -> None:
    """Refuse a country that is closed to most accounts."""
    if request.country in CLOSED_COUNTRIES:
        raise ValidationException(
            "DESTINATION_COUNTRY_BLOCKED", ("destinationPhoneNumber", f"{request.country} is not served")
        )


def identity_can_send(ctx: Context, request: SendRequest, route: Route, price: Price) -> None:
    """Refuse an identity that is not active, lacks the capability, or was leased for another message type."""
    identity = route.identity
    if identity is None:
        return
    reason = ""
    if not is_active(identity):
        reason = "RESOURCE_NOT_ACTIVE"
    elif not has_capability(identity, request):
        reason = "NUMBER_CAPABILITIES_MISMATCH"
    elif request.message_type is not None and request.message_type not in message_types_of(identity):
        reason = "MESSAGE_TYPE_MISMATCH"
    if reason:
        raise ConflictException(reason, identity.resource_type, identity.origination_identity)


def destination_is_verified_in_sandbox(ctx: Context, request: SendRequest, route: Route, price: Price) -> None:
    """Refuse, in the sandbox, a destination that is neither verified nor one of AWS's simulator numbers."""
    store = ctx.store
    if store.tier != "SANDBOX" or request.verification:
        return
    if request.to not in simulator_numbers() and not store.is_verified(request.to):
        raise ConflictException("DESTINATION_PHONE_NUMBER_NOT_VERIFIED", "verified-destination-number", request.to)


def destination_is_not_opted_out(ctx: Context, request: SendRequest, route: Route, price: Price) -> None:
    """
    Refuse a recipient who has opted out.

    No override of a protect configuration changes that, but the setting `transactional_to_opted_out` can.
    """
    if ctx.world.settings.transactional_to_opted_out and message_type_of(request, route) == TRANSACTIONAL:
        return
    if request.to in sharing.opt_out_list(ctx, route.opt_out_list_arn).numbers:
        raise ConflictException("DESTINATION_PHONE_NUMBER_OPTED_OUT", "phone-number", request.to)


def destination_is_not_protected(ctx: Context, request: SendRequest, route: Route, price: Price) -> None:
    """Refuse a destination whose live override is BLOCK, or without one, whose country is blocked. Source: protect-*.html"""
    protect = request.protect_configuration
    if protect is None:
        return
    override = protect.override(request.to, ctx.now)
    reason = ""
    if override == "BLOCK":
        reason = "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE"
    elif override is None and protect.status(request.capability, request.country) == "BLOCK":
        reason = "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION"
    if reason:
        raise ConflictException(reason, "protect-configuration", protect.protect_configuration_id)


def price_is_within_limit(ctx: Context, request: SendRequest, route: Route, price: Price) -> None:
    """Refuse a price above MaxPrice, which applies to a part of a text, a minute of a call or an RCS message, with fees."""
    cost = (price.price + price.carrier_fee) * (request.content.parts if request.channel == "rcs" else 1)
    if request.max_price is not None and cost > millicents(request.max_price):
        name = "maxPricePerMinute" if request.channel == "voice" else "maxPrice"
        sentence = f"The price is {cost / MILLICENTS_PER_DOLLAR:.5f} US dollars, more than {request.max_price}"
        raise ValidationException("PRICE_OVER_THRESHOLD", (name, sentence))


def spend_is_within_limit(ctx: Context, request: SendRequest, route: Route, price: Price) -> None:
    """Refuse a message beyond the limit of what a channel may cost in a calendar month. Source: spend-limit.html"""
    if request.dry_run or request.free:
        return
    limit = request.limit
    spend = ctx.store.spend
    most = spend.overrides.get(limit)
    if most is None:
        most = request_rates.spend_limit(ctx, limit)
    left = most * MILLICENTS_PER_DOLLAR - (price.price + price.carrier_fee) * request.content.parts
    if spend.in_month(limit, ctx.world.clock.now) <= left:
        return
    # The charges of messages that have turned out to be free by now are refunded.
    ctx.world.run_due()
    if spend.in_month(limit, ctx.now) > left:
        raise ServiceQuotaExceededException(f"MONTHLY_SPEND_LIMIT_REACHED_FOR_{limit}")


def rate_is_within_limit(ctx: Context, request: SendRequest, route: Route, price: Price) -> None:
    """Limit the parts per second of the identity and the messages per second to the recipient, or by the guide's rates."""
    settings = ctx.world.settings
    if settings.rates == "guide" and CHANNELS[request.channel].is_text and not request.dry_run:
        guide_rates.consume(ctx, route, request.to, message_type_of(request, route))
    if settings.rates == "guide" or not settings.rates_enforced:
        return
    parts = request.content.parts
    most = request_rates.parts_per_second(route.sender_type, request.country, request.channel)
    if request.dry_run:
        request_rates.consume(ctx, (f"dry-run/{route.sender}", parts, min(most, request_rates.DRY_RUN_PARTS)))
        return
    of_sender = (f"parts/{request.channel}/{route.sender}", parts, most)
    request_rates.consume(ctx, of_sender, (f"recipient/{request.to}", 1, request_rates.RECIPIENT_MESSAGES))


def calls_are_within_limits(ctx: Context, request: SendRequest, route: Route, price: Price) -> None:
    """Refuse a call beyond the limits on how often and to which countries an account may call."""
    if request.channel == "voice":
        call_limits.check(ctx, request)


CHECKS_BEFORE_ROUTING = (account_is_enabled, country_is_served)
"""Checks that do not depend on the identity."""
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
"""Checks of an identity that is named for a fallback; price and spend are checked for the RCS message."""
