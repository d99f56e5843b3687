"""
Routing: the choice of the origination identity that sends a message.

A named number or sender id sends it, or the request is refused. A named pool chooses among its members, and a request
that names none chooses among all identities of the account, in AWS's order: the one that reached this destination within
the last 25 hours, then by type; identities whose recent messages have failed come last. If none fits, the configuration
set's default sender id or the shared route may be used.
Source: phone-pool.html, phone-pool-shared-routes.html, rcs-sms-fallback.html
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import timedelta

from emulator.messaging import sharing
from emulator.messaging.context import Context
from emulator.messaging.errors import (
    AccessDeniedException,
    ConflictException,
    ResourceNotFoundException,
    ValidationException,
)
from emulator.messaging.registrations import requirements
from emulator.messaging.send_request import SendRequest
from emulator.messaging.sending import media
from emulator.messaging.state.messages import Message
from emulator.messaging.state.opt_out_lists import DEFAULT_LIST
from emulator.messaging.state.phone_numbers import PhoneNumber
from emulator.messaging.state.pools import Identity, Pool
from emulator.messaging.state.rcs import USABLE, RcsAgent
from emulator.messaging.state.routes import Route
from emulator.messaging.state.sender_ids import SenderId
from emulator.telecom.numbering import country, looks_like_a_number, simulator_numbers

PRIORITY = ("RCS_AGENT", "SHORT_CODE", "TEN_DLC", "TOLL_FREE", "LONG_CODE", "SENDER_ID", "SIMULATOR")
TRANSACTIONAL = "TRANSACTIONAL"
SEND_TEXT = "SendTextMessage"
"""What an AWS service needs to be allowed, to send by an identity."""
STICKY_FOR = timedelta(hours=25)
"""Source: rcs-sms-fallback.html"""
RECEIPTS_WATCHED = 10
FAILING_FROM = 3
"""An identity is failing if at least this many, and at least half, of its last ten messages failed. # unverified"""


def choose(ctx: Context, request: SendRequest, *, without_rcs: bool = False) -> Route:
    """
    Return the route of a message.

    Args:
        ctx: the unit of work.
        request: the message.
        without_rcs: exclude RCS agents and the shared route, for a fallback.

    Raises:
        ResourceNotFoundException: If the named identity does not exist.
        AccessDeniedException: If it belongs to another account, which does not share it for this operation.
        ValidationException: If it cannot send to the country.
        ConflictException: If no identity can (NO_ORIGINATION_IDENTITIES_FOUND), the pool is not active or is for another
            message type, or the destination is not verified for testing the RCS agent.
    """
    if request.identity is None:
        return _of_account(ctx, request, without_rcs)
    identity = find_identity(ctx, request.identity, request.country, request.operation)
    if not sharing.serves(ctx, identity.origination_identity_arn, request.service, SEND_TEXT):
        raise AccessDeniedException()
    if isinstance(identity, Pool):
        return _of_pool(ctx, request, identity, without_rcs)
    if isinstance(identity, RcsAgent) and identity.status == "TESTING" and not carries(ctx, identity, request):
        raise ConflictException("DESTINATION_PHONE_NUMBER_NOT_VERIFIED", "verified-destination-number", request.to)
    if not carries(ctx, identity, request) and is_active(identity):
        sentence = f"{request.identity} cannot send {request.capability} to {request.country}"
        raise ValidationException("INVALID_IDENTITY_FOR_DESTINATION_COUNTRY", ("originationIdentity", sentence))
    return by_identity(ctx, identity)


def find_identity(ctx: Context, reference: str, iso: str | None, action: str) -> Identity | Pool:
    """
    Return a number, pool, sender id or RCS agent by any of its names; the name of a sender id is looked up for a country.

    Raises:
        ResourceNotFoundException: If there is none by that name.
        AccessDeniedException: If it belongs to another account, which does not share it for this operation.
    """
    store = ctx.store
    number = store.phone_numbers.find(reference)
    if number is not None:
        return number
    number = sharing.find(ctx, lambda owner: owner.phone_numbers, reference, action)
    if number is None and not reference.startswith("+"):
        number = store.phone_numbers.find(f"+{reference}")
    if number is not None:
        return number
    pool = sharing.find(ctx, lambda owner: owner.pools, reference, action)
    if pool is not None:
        return pool
    sender_id = sharing.find(ctx, lambda owner: owner.sender_ids, reference, action)
    if sender_id is not None:
        return sender_id
    agent = sharing.find(ctx, lambda owner: owner.rcs_agents, reference, action)
    if agent is not None:
        return agent
    return _sender_id_by_name(ctx, reference, iso)


def _sender_id_by_name(ctx: Context, name: str, iso: str | None) -> SenderId:
    # A sender id for another country is found too: it is then refused as one that cannot send to this country.
    named = [row for row in ctx.store.sender_ids if row.sender_id == name.upper()]
    named.sort(key=lambda row: row.iso_country_code != iso)
    if not named:
        raise ResourceNotFoundException(resource_type_of(name), name)
    return named[0]


def resource_type_of(reference: str) -> str:
    """Return the resource type that a reference looks like, whether or not the resource exists."""
    if reference.startswith("arn:"):
        kind = reference.split(":", 5)[-1].partition("/")[0]
        return kind if kind in ("pool", "sender-id", "rcs-agent") else "phone-number"
    for prefix, kind in (("phone-", "phone-number"), ("pool-", "pool"), ("rcs-", "rcs-agent")):
        if reference.startswith(prefix):
            return kind
    return "phone-number" if looks_like_a_number(reference) else "sender-id"


def _of_account(ctx: Context, request: SendRequest, without_rcs: bool) -> Route:
    store = ctx.store
    # The members of a pool are not used by a request that names no identity. # unverified
    free = [number for number in store.phone_numbers if number.pool_id is None]
    agents = [] if without_rcs else [agent for agent in store.rcs_agents if agent.pool_id is None]
    own = _fitting(ctx, request, [*agents, *free, *store.sender_ids])
    if own:
        return by_identity(ctx, _best(ctx, request, own))
    if without_rcs:
        raise ConflictException("NO_ORIGINATION_IDENTITIES_FOUND", "account", ctx.account)
    if request.default_sender_id is not None and accepts_sender_ids(request):
        shown = requirements.displayed_sender(ctx, request.default_sender_id, request.country)
        return Route(shown, "SENDER_ID", store.arn("opt-out-list", DEFAULT_LIST))
    if accepts_sender_ids(request) or request.shared_route:
        shown = requirements.displayed_sender(ctx, requirements.GENERIC_SENDER, request.country)
        return Route(shown, "SHARED_ROUTE", store.arn("opt-out-list", DEFAULT_LIST))
    raise ConflictException("NO_ORIGINATION_IDENTITIES_FOUND", "account", ctx.account)


def _of_pool(ctx: Context, request: SendRequest, pool: Pool, without_rcs: bool) -> Route:
    if pool.status != "ACTIVE":
        raise ConflictException("RESOURCE_NOT_ACTIVE", "pool", pool.pool_id)
    if request.message_type not in (None, pool.message_type):
        raise ConflictException("MESSAGE_TYPE_MISMATCH", "pool", pool.pool_id)
    members = [row for row in pool.members.values() if not (without_rcs and isinstance(row, RcsAgent))]
    own = _fitting(ctx, request, members)
    if own:
        best = _best(ctx, request, own)
        return Route(*_shown(ctx, best), pool.opt_out_list_arn, best, best.origination_identity_arn, pool)
    if not without_rcs and pool.shared_routes_enabled and accepts_sender_ids(request):
        shown = requirements.displayed_sender(ctx, requirements.GENERIC_SENDER, request.country)
        return Route(shown, "SHARED_ROUTE", pool.opt_out_list_arn, pool=pool)
    raise ConflictException("NO_ORIGINATION_IDENTITIES_FOUND", "pool", pool.pool_id)


def accepts_sender_ids(request: SendRequest) -> bool:
    """Return True if the destination can show a sender id."""
    # Shared routes are not available in the United States. Source: phone-pool-shared-routes.html
    return (
        request.capability == "SMS" and country(request.country).sender_id != "no" and request.to not in simulator_numbers()
    )


def is_active(identity: Identity) -> bool:
    """Return True if the status of an identity lets it send."""
    return identity.status in USABLE if isinstance(identity, RcsAgent) else identity.status == "ACTIVE"


def has_capability(identity: Identity, request: SendRequest) -> bool:
    """Return True if an identity has the capability that a request needs; an RCS agent sends texts too."""
    return request.capability in identity.number_capabilities or (
        isinstance(identity, RcsAgent) and request.channel == "sms"
    )


def _fitting(ctx: Context, request: SendRequest, identities: Iterable[Identity]) -> list[Identity]:
    return [
        identity
        for identity in identities
        if is_active(identity)
        and has_capability(identity, request)
        and (request.message_type is None or request.message_type in message_types_of(identity))
        and carries(ctx, identity, request)
        and not requirements.is_refused(ctx, identity)
        and sharing.serves(ctx, identity.origination_identity_arn, request.service, SEND_TEXT)
    ]


def _best(ctx: Context, request: SendRequest, identities: list[Identity]) -> Identity:
    # Earlier messages may have been delivered or have failed by now, which changes the order.
    ctx.world.run_due()
    sticky_id, until = ctx.store.sticky.get(request.to, ("", ctx.now))
    if until <= ctx.now:
        sticky_id = ""

    def rank(identity: Identity) -> tuple[bool, bool, int]:
        arn = identity.origination_identity_arn
        return _is_failing(ctx, arn), arn != sticky_id, PRIORITY.index(_sender_of(identity)[1])

    return min(identities, key=rank)


def _sender_of(identity: Identity) -> tuple[str, str]:
    """Return the sender as the recipient sees it, and its type."""
    if isinstance(identity, PhoneNumber):
        return identity.phone_number, identity.number_type
    if isinstance(identity, RcsAgent):
        return identity.rcs_agent_id, "RCS_AGENT"
    return identity.sender_id, "SENDER_ID"


def _shown(ctx: Context, identity: Identity) -> tuple[str, str]:
    """Return the sender and its type; countries replace sender ids that are not registered."""
    if isinstance(identity, PhoneNumber):
        return identity.phone_number, identity.number_type
    sender, sender_type = _sender_of(identity)
    if isinstance(identity, SenderId):
        sender = requirements.displayed_sender(ctx, sender, identity.iso_country_code, identity)
    return sender, sender_type


def message_types_of(identity: Identity) -> list[str]:
    """Return the message types that an identity can send."""
    return [identity.message_type] if isinstance(identity, PhoneNumber) else list(identity.message_types)


def message_type_of(request: SendRequest, route: Route) -> str:
    """Return the message type of a message: that of the request, else that of the identity."""
    return request.message_type or (message_types_of(route.identity)[0] if route.identity else TRANSACTIONAL)


def by_identity(ctx: Context, identity: Identity) -> Route:
    """Return the route of one identity; its opt-out list is that of its pool if it is in one."""
    if isinstance(identity, SenderId):
        arn = ctx.store.arn("opt-out-list", DEFAULT_LIST)
    else:
        arn = identity.opt_out_list_arn if identity.pool_id is None else settings_holder(ctx, identity).opt_out_list_arn
    return Route(*_shown(ctx, identity), arn, identity, identity.origination_identity_arn)


def settings_holder(ctx: Context, number: PhoneNumber | RcsAgent) -> PhoneNumber | RcsAgent | Pool:
    """Return the holder of the keywords, opt-out list and two-way settings of a number: its pool if it is in one."""
    if number.pool_id is None:
        return number
    pool = sharing.owner_of(ctx, number.origination_identity_arn).pools.find(number.pool_id)
    return number if pool is None else pool


def carries(ctx: Context, identity: Identity, request: SendRequest) -> bool:
    """Return True if an identity of this type and country can send the message to its destination."""
    if isinstance(identity, RcsAgent):
        is_launched = identity.launched_in(request.country) and request.to not in simulator_numbers()
        return is_launched or ctx.store.is_test_recipient(request.to, identity.rcs_agent_id)
    if request.channel == "rcs":
        return False
    if request.channel == "mms" and not media.carries(identity, request.country):
        return False
    if request.channel == "voice":
        # Calls are limited by the country of the destination, not by that of the number. Source: quotas.html # unverified
        if not isinstance(identity, PhoneNumber):
            return False
        # A simulator number calls the numbers that it can text. # unverified
        return identity.number_type != "SIMULATOR" or reaches(identity, request.to, request.country)
    return reaches(identity, request.to, request.country)


def reaches(identity: Identity, destination: str, iso: str) -> bool:
    """Return True if an identity of this type and country can send to the destination."""
    if isinstance(identity, RcsAgent):
        return identity.launched_in(iso)
    if isinstance(identity, SenderId):
        return iso == identity.iso_country_code and destination not in simulator_numbers()
    if identity.number_type == "SIMULATOR":
        simulated = simulator_numbers().get(destination)
        return simulated is not None and simulated["iso_country_code"] == identity.iso_country_code
    if iso == identity.iso_country_code:
        return True
    if identity.number_type != "TOLL_FREE":
        return False
    # US toll-free numbers reach the territories and Canada, and with international sending most of the world.
    there = country(iso)
    return there.us_toll_free or iso == "CA" or (identity.international_sending_enabled and there.us_toll_free_international)


def remember_receipt(ctx: Context, message: Message, arrived: bool) -> None:
    """Record a final receipt, which affects the order of identities: who reached the destination, and who is failing."""
    arn = message.origin.identity_arn
    if arn is None:
        return
    if arrived:
        ctx.store.sticky[message.to] = (arn, ctx.now + STICKY_FOR)
    receipts = ctx.store.receipts.get(arn)
    if receipts is None:
        receipts = ctx.store.receipts[arn] = deque(maxlen=RECEIPTS_WATCHED)
    receipts.append(arrived)


def _is_failing(ctx: Context, arn: str) -> bool:
    receipts = ctx.store.receipts.get(arn, ())
    failed = sum(not arrived for arrived in receipts)
    return failed >= FAILING_FROM and failed * 2 >= len(receipts)
