"""
Which origination identity carries a message.

A named number or sender id carries it, or the send is refused. A named pool chooses among its members, and a send
without a name among all that the account has, in AWS's order: the one that reached this destination within the last 25
hours, then by type; identities whose messages have failed of late come last. Where none fits, the set's default sender
id or the shared route may serve. Source: phone-pool.html, phone-pool-shared-routes.html, rcs-sms-fallback.html
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from emulator.services.sms_voice_v2 import duties, media, sharing
from emulator.services.sms_voice_v2.drafts import Draft
from emulator.services.sms_voice_v2.errors import ConflictException, ResourceNotFoundException, ValidationException
from emulator.services.sms_voice_v2.service import Context
from emulator.services.sms_voice_v2.state.messages import Message
from emulator.services.sms_voice_v2.state.opt_out_lists import DEFAULT_LIST
from emulator.services.sms_voice_v2.state.phone_numbers import PhoneNumber
from emulator.services.sms_voice_v2.state.pools import Identity, Pool
from emulator.services.sms_voice_v2.state.rcs import USABLE, RcsAgent
from emulator.services.sms_voice_v2.state.sender_ids import SenderId
from emulator.telecom.numbering import country, looks_like_a_number, simulator_numbers

PRIORITY = ("RCS_AGENT", "SHORT_CODE", "TEN_DLC", "TOLL_FREE", "LONG_CODE", "SENDER_ID", "SIMULATOR")
TRANSACTIONAL = "TRANSACTIONAL"
STICKY_FOR = timedelta(hours=25)
"""Source: rcs-sms-fallback.html"""
SHARED_SENDER = "NOTICE"
"""The generic sender of the shared route. Source: phone-pool-shared-routes.html"""
RECEIPTS_WATCHED = 10
FAILING_FROM = 3
"""An identity is failing when at least so many of its last ten messages, and at least half, did not arrive. # unverified"""


@dataclass(slots=True)
class Route:
    """Who a message comes from; `identity` is None on the shared route."""

    sender: str
    sender_type: str
    opt_out_list_arn: str
    identity: Identity | None = None
    identity_id: str | None = None
    pool: Pool | None = None

    @property
    def identity_type(self) -> str | None:
        """What kind of resource it was sent through."""
        return "POOL" if self.pool else self.identity.resource_type if self.identity else None

    @property
    def international(self) -> bool:
        """As `isInternationalSend` in the event records."""
        return isinstance(self.identity, PhoneNumber) and self.identity.international_sending_enabled


def choose(context: Context, draft: Draft, *, without_rcs: bool = False) -> Route:
    """
    The route of a message; `without_rcs` that of its fallback, which no shared route carries.

    Raises:
        ResourceNotFoundException: the named identity does not exist.
        AccessDeniedException: it is another account's, and not shared.
        ValidationException: it cannot send to that country.
        ConflictException: no identity can (NO_ORIGINATION_IDENTITIES_FOUND), or the pool is not active.
    """
    if draft.identity is None:
        return _of_account(context, draft, without_rcs)
    identity = find_identity(context, draft.identity, draft.country, draft.operation)
    if isinstance(identity, Pool):
        return _of_pool(context, draft, identity, without_rcs)
    if isinstance(identity, RcsAgent) and identity.status == "TESTING" and not carries(context, identity, draft):
        raise ConflictException("DESTINATION_PHONE_NUMBER_NOT_VERIFIED", "verified-destination-number", draft.to)
    if not carries(context, identity, draft) and is_active(identity):
        sentence = f"The origination identity cannot send such a message to {draft.country}"
        raise ValidationException("INVALID_IDENTITY_FOR_DESTINATION_COUNTRY", ("originationIdentity", sentence))
    return by_identity(context, identity)


def find_identity(context: Context, reference: str, iso: str | None, action: str) -> Identity | Pool:
    """
    A number, pool or sender id by any of its names; a sender id's name is looked up for the country `iso`.

    Raises:
        ResourceNotFoundException: there is none by that name.
        AccessDeniedException: it is another account's, and not shared.
    """
    store = context.store
    number = store.phone_numbers.find(reference)
    if number is not None:
        return number
    number = sharing.find(context, lambda owner: owner.phone_numbers, reference, action)
    if number is None and not reference.startswith("+"):
        number = store.phone_numbers.find(f"+{reference}")
    if number is not None:
        return number
    pool = sharing.find(context, lambda owner: owner.pools, reference, action)
    if pool is not None:
        return pool
    sender_id = sharing.find(context, lambda owner: owner.sender_ids, reference, action)
    if sender_id is not None:
        return sender_id
    agent = sharing.find(context, lambda owner: owner.rcs_agents, reference, action)
    if agent is not None:
        return agent
    return _sender_id_by_name(context, reference, iso)


def _sender_id_by_name(context: Context, name: str, iso: str | None) -> SenderId:
    # A sender id that the account has for other countries is found too: it is then refused as one that cannot send there.
    named = [row for row in context.store.sender_ids if row.sender_id == name.upper()]
    named.sort(key=lambda row: row.iso_country_code != iso)
    if not named:
        raise ResourceNotFoundException(resource_type_of(name), name)
    return named[0]


def resource_type_of(reference: str) -> str:
    """What a reference would name if it named something."""
    if reference.startswith("arn:"):
        kind = reference.split(":", 5)[-1].partition("/")[0]
        return kind if kind in ("pool", "sender-id", "rcs-agent") else "phone-number"
    for prefix, kind in (("phone-", "phone-number"), ("pool-", "pool"), ("rcs-", "rcs-agent")):
        if reference.startswith(prefix):
            return kind
    return "phone-number" if looks_like_a_number(reference) else "sender-id"


def _of_account(context: Context, draft: Draft, without_rcs: bool) -> Route:
    store = context.store
    # Members of a pool are the pool's: a send without a name leaves them alone. # unverified
    free = [number for number in store.phone_numbers if number.pool_id is None]
    agents = [] if without_rcs else [agent for agent in store.rcs_agents if agent.pool_id is None]
    own = _fitting(context, draft, [*agents, *free, *store.sender_ids])
    if own:
        return by_identity(context, _best(context, draft, own))
    if without_rcs:
        raise ConflictException("NO_ORIGINATION_IDENTITIES_FOUND", "account", context.account)
    if draft.default_sender_id is not None and _takes_sender_ids(draft):
        shown = duties.sender_shown(context, draft.default_sender_id, draft.country)
        return Route(shown, "SENDER_ID", store.arn("opt-out-list", DEFAULT_LIST))
    if _takes_sender_ids(draft) or draft.shared_route:
        shown = duties.sender_shown(context, SHARED_SENDER, draft.country)
        return Route(shown, "SHARED_ROUTE", store.arn("opt-out-list", DEFAULT_LIST))
    raise ConflictException("NO_ORIGINATION_IDENTITIES_FOUND", "account", context.account)


def _of_pool(context: Context, draft: Draft, pool: Pool, without_rcs: bool) -> Route:
    if pool.status != "ACTIVE":
        raise ConflictException("RESOURCE_NOT_ACTIVE", "pool", pool.pool_id)
    if draft.message_type not in (None, pool.message_type):
        raise ConflictException("MESSAGE_TYPE_MISMATCH", "pool", pool.pool_id)
    members = [row for row in pool.members.values() if not (without_rcs and isinstance(row, RcsAgent))]
    own = _fitting(context, draft, members)
    if own:
        best = _best(context, draft, own)
        return Route(*_shown(context, best), pool.opt_out_list_arn, best, best.origination_identity_arn, pool)
    if not without_rcs and pool.shared_routes_enabled and _takes_sender_ids(draft):
        shown = duties.sender_shown(context, SHARED_SENDER, draft.country)
        return Route(shown, "SHARED_ROUTE", pool.opt_out_list_arn, pool=pool)
    raise ConflictException("NO_ORIGINATION_IDENTITIES_FOUND", "pool", pool.pool_id)


def _takes_sender_ids(draft: Draft) -> bool:
    # Shared routes are not available in the United States. Source: phone-pool-shared-routes.html
    return draft.capability == "SMS" and country(draft.country).sender_id != "no" and draft.to not in simulator_numbers()


def is_active(identity: Identity) -> bool:
    """Whether an identity sends at all."""
    return identity.status in USABLE if isinstance(identity, RcsAgent) else identity.status == "ACTIVE"


def has_capability(identity: Identity, draft: Draft) -> bool:
    """Whether an identity sends messages of that kind; an RCS agent sends texts too."""
    return draft.capability in identity.number_capabilities or (isinstance(identity, RcsAgent) and draft.channel == "sms")


def _fitting(context: Context, draft: Draft, identities: Iterable[Identity]) -> list[Identity]:
    return [
        identity
        for identity in identities
        if is_active(identity)
        and has_capability(identity, draft)
        and (draft.message_type is None or draft.message_type in message_types_of(identity))
        and carries(context, identity, draft)
        and not duties.is_refused(context, identity)
    ]


def _best(context: Context, draft: Draft, identities: list[Identity]) -> Identity:
    # What was sent before may have arrived by now, or failed.
    context.world.look()
    sticky_id, until = context.store.sticky.get(draft.to, ("", context.now))
    if until <= context.now:
        sticky_id = ""

    def rank(identity: Identity) -> tuple[bool, bool, int]:
        arn = identity.origination_identity_arn
        return _is_failing(context, arn), arn != sticky_id, PRIORITY.index(_sender_of(identity)[1])

    return min(identities, key=rank)


def _sender_of(identity: Identity) -> tuple[str, str]:
    """The sender as the recipient sees it, and its type."""
    if isinstance(identity, PhoneNumber):
        return identity.phone_number, identity.number_type
    if isinstance(identity, RcsAgent):
        return identity.rcs_agent_id, "RCS_AGENT"
    return identity.sender_id, "SENDER_ID"


def _shown(context: Context, identity: Identity) -> tuple[str, str]:
    """As `_sender_of`, with what a country puts in place of a name that it does not know."""
    if isinstance(identity, PhoneNumber):
        return identity.phone_number, identity.number_type
    sender, sender_type = _sender_of(identity)
    if isinstance(identity, SenderId):
        sender = duties.sender_shown(context, sender, identity.iso_country_code, identity)
    return sender, sender_type


def message_types_of(identity: Identity) -> list[str]:
    """What an identity sends."""
    return [identity.message_type] if isinstance(identity, PhoneNumber) else list(identity.message_types)


def message_type_of(draft: Draft, route: Route) -> str:
    """What a message is sent as: what the request says, else what its identity sends."""
    return draft.message_type or (message_types_of(route.identity)[0] if route.identity else TRANSACTIONAL)


def by_identity(context: Context, identity: Identity) -> Route:
    """The route of one number or sender id; the opt-out list is that of its pool if it is in one."""
    if isinstance(identity, SenderId):
        arn = context.store.arn("opt-out-list", DEFAULT_LIST)
    else:
        arn = identity.opt_out_list_arn if identity.pool_id is None else settings_owner(context, identity).opt_out_list_arn
    return Route(*_shown(context, identity), arn, identity, identity.origination_identity_arn)


def settings_owner(context: Context, number: PhoneNumber | RcsAgent) -> PhoneNumber | RcsAgent | Pool:
    """Whose keywords, opt-out list and two-way settings count for a number: those of its pool if it is in one."""
    if number.pool_id is None:
        return number
    pool = sharing.owner_of(context, number.origination_identity_arn).pools.find(number.pool_id)
    return number if pool is None else pool


def carries(context: Context, identity: Identity, draft: Draft) -> bool:
    """Whether an identity of this type and country can send such a message to its destination."""
    if isinstance(identity, RcsAgent):
        is_launched = identity.launched_in(draft.country) and draft.to not in simulator_numbers()
        return is_launched or context.store.is_tester(draft.to, identity.rcs_agent_id)
    if draft.channel == "rcs":
        return False
    if draft.channel == "mms" and not media.carries(identity, draft.country):
        return False
    if draft.channel == "voice":
        # Calls are limited by the country that is called, not by that of the number. Source: quotas.html # unverified
        return isinstance(identity, PhoneNumber) and identity.number_type != "SIMULATOR"
    return reaches(identity, draft.to, draft.country)


def reaches(identity: Identity, destination: str, iso: str) -> bool:
    """Whether an identity of this type and country can send to the destination."""
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
    # US toll-free numbers serve the territories, Canada, and with international sending most of the world.
    there = country(iso)
    return there.us_toll_free or iso == "CA" or (identity.international_sending_enabled and there.us_toll_free_international)


def remember_receipt(context: Context, message: Message, arrived: bool) -> None:
    """Learn from a final receipt: who reached the destination, and who fails."""
    arn = message.identity_arn
    if arn is None:
        return
    if arrived:
        context.store.sticky[message.to] = (arn, context.now + STICKY_FOR)
    receipts = context.store.receipts.get(arn)
    if receipts is None:
        receipts = context.store.receipts[arn] = deque(maxlen=RECEIPTS_WATCHED)
    receipts.append(arrived)


def _is_failing(context: Context, arn: str) -> bool:
    receipts = context.store.receipts.get(arn, ())
    failed = sum(not arrived for arrived in receipts)
    return failed >= FAILING_FROM and failed * 2 >= len(receipts)
