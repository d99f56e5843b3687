"""Accept a message, and move it step by step as its carrier decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

from emulator.services.sms_voice_v2 import call_limits, duties, rcs_content, routing
from emulator.services.sms_voice_v2.checks import CHECKS, CHECKS_BEFORE_ROUTING, destination_is_not_opted_out
from emulator.services.sms_voice_v2.drafts import Draft
from emulator.services.sms_voice_v2.errors import ConflictException
from emulator.services.sms_voice_v2.events import (
    CallAnswered,
    FallbackDue,
    FeedbackDue,
    MessageAccepted,
    MessageMoved,
    MessageStepDue,
)
from emulator.services.sms_voice_v2.routing import Route
from emulator.services.sms_voice_v2.service import Context, service
from emulator.services.sms_voice_v2.settings import load_data
from emulator.services.sms_voice_v2.state.configuration_sets import ConfigurationSet
from emulator.services.sms_voice_v2.state.messages import WAITS_FOR_RCS, Fallback, Message
from emulator.services.sms_voice_v2.state.phone_numbers import PhoneNumber
from emulator.services.sms_voice_v2.state.protect import ProtectConfiguration
from emulator.services.sms_voice_v2.state.rcs import Conversation, RcsAgent
from emulator.services.sms_voice_v2.store import SmsStore
from emulator.telecom import tariff
from emulator.telecom.carriers import READ_AFTER, Outcome
from emulator.telecom.handsets import ARRIVED
from emulator.telecom.numbering import country_of
from emulator.telecom.tariff import Price

PROTECT_BLOCKED = "PROTECT_BLOCKED"
FEEDBACK_WITHIN = timedelta(hours=1)
"""A message without feedback counts as failed then. Source: message-feedback.html"""
QUIET_CHANNELS = frozenset({"sms", "mms"})
"""Channels whose messages change nothing that a later send could tell, but what `routing` and `checks` look again for."""
EVENT_PREFIX = {"sms": "TEXT", "mms": "MEDIA", "voice": "VOICE", "rcs": "RCS"}
EVENT_OF_STATUS = {
    ("mms", "PROTECT_BLOCKED"): "BLOCKED",
    ("voice", "SPAM"): "FAILED",
    ("voice", "PROTECT_BLOCKED"): "FAILED",
    ("rcs", "PENDING"): "QUEUED",
    ("rcs", "UNDELIVERABLE"): "FAILED",
    ("rcs", "REJECTED"): "FAILED",
    ("rcs", "TTL_EXPIRATION_REVOKED"): "TTL_EXPIRED",
    ("rcs", "TTL_EXPIRATION_REVOKE_FAILED"): "TTL_EXPIRED",
}
"""Statuses that have no event type of their own. # unverified: which one AWS files them under"""


@cache
def event_type(channel: str, status: str) -> str:
    """The event type of a status on a channel."""
    return f"{EVENT_PREFIX[channel]}_{EVENT_OF_STATUS.get((channel, status), status)}"


@cache
def description_of(channel: str, status: str) -> str | None:
    """AWS's words for a status."""
    entry = load_data("event_types.json")["event_types"].get(event_type(channel, status))
    description: str | None = entry["description"] if entry else None
    return description


def accept(context: Context, draft: Draft, choose: Callable[[Context, Draft], Route] = routing.choose) -> str:
    """
    Take a message on: route it, refuse it for the first reason that holds, else hand it to the carrier.

    Returns its id; a dry run gets one too, and nothing else happens.
    """
    for check_early in CHECKS_BEFORE_ROUTING:
        check_early(context, draft)
    route = choose(context, draft)
    if isinstance(route.identity, RcsAgent) and draft.channel == "sms" and (route.pool or draft.identity is None):
        draft = replace(draft, fallback=implicit_fallback(context, draft))
    price = tariff.unit_price(draft.channel, draft.country, route.sender_type)
    for check in CHECKS:
        check(context, draft, route, price)
    if draft.dry_run:
        return context.world.seeds.uuid("message")
    order = _order(context, draft, route, price)
    if draft.channel in QUIET_CHANNELS:
        clock = context.world.clock
        clock.schedule_at(clock.now, order, quiet=True)
    else:
        hand_over(context, order)
    return order.message_id


def implicit_fallback(context: Context, draft: Draft) -> Fallback | None:
    """The text by another identity of the pool or account, after 25 seconds; None when there is none that could send it."""
    try:
        route = routing.choose(context, draft, without_rcs=True)
        destination_is_not_opted_out(context, draft, route, Price(0, 0))
    except ConflictException:
        return None
    return fallback_by(draft, route, WAITS_FOR_RCS)


def fallback_by(draft: Draft, route: Route, after: timedelta | None) -> Fallback:
    """What a draft is when a route carries it."""
    price = tariff.unit_price(draft.channel, draft.country, route.sender_type)
    split = draft.segments
    return Fallback(
        draft.channel,
        route.sender,
        route.sender_type,
        route.identity_id,
        route.identity_type,
        draft.body,
        draft.media,
        split.parts,
        split.encoding,
        price.price * split.parts,
        price.carrier_fee * split.parts,
        draft.limit,
        after,
    )


def protecting(
    store: SmsStore, protect_configuration_id: str | None, configuration_set: ConfigurationSet | None
) -> ProtectConfiguration | None:
    """Which protect configuration applies: the request's, else the set's, else the account's. Source: protect-*.html"""
    if protect_configuration_id is not None:
        return store.protect_configurations.get(protect_configuration_id)
    if configuration_set is not None and configuration_set.protect_configuration_id is not None:
        return store.protect_configurations.get(configuration_set.protect_configuration_id)
    return store.account_default_protect


def answer(context: Context, identity: PhoneNumber | RcsAgent, to: str, body: str) -> str:
    """Send a keyword's answer; it goes out even to who has just opted out. Returns its id."""
    draft = Draft("AutomaticResponse", "sms", "SMS", to, country_of(to), body)
    if isinstance(identity, RcsAgent):
        draft = replace(draft, channel="rcs", capability="RCS", rcs=rcs_content.text(body))
    route = routing.by_identity(context, identity)
    order = _order(context, draft, route, tariff.unit_price(draft.channel, draft.country, route.sender_type))
    hand_over(context, order)
    return order.message_id


@dataclass(slots=True)
class HandOverDue:
    """
    Timed, and at once: an accepted message goes to its carrier. Prices are in millicents, for all its parts.

    The request that it came with is answered by then: that it was accepted is all that an answer tells.
    """

    account: str
    region: str
    message_id: str
    draft: Draft
    route: Route
    price: int
    carrier_fee: int
    conversation: Conversation | None


def _order(context: Context, draft: Draft, route: Route, price: Price) -> HandOverDue:
    """Give the message its id, and count what it costs."""
    conversation = _conversation(context, draft, route) if draft.channel == "rcs" else None
    # A call costs what it takes, and within a conversation the session is paid, not the message.
    is_free = draft.free or draft.call is not None or conversation is not None
    parts = 0 if is_free else draft.segments.parts
    cost, carrier_fee = price.price * parts, price.carrier_fee * parts
    if draft.call is not None:
        draft.call.minute_price = 0 if draft.free else price.price
    world = context.world
    context.store.spend.add(draft.limit, world.clock.now, cost + carrier_fee)
    message_id = draft.message_id or world.seeds.uuid("message")
    return HandOverDue(context.account, context.region, message_id, draft, route, cost, carrier_fee, conversation)


def _conversation(context: Context, draft: Draft, route: Route) -> Conversation | None:
    """The open session between an agent and the destination."""
    agent = route.identity
    conversation = agent.conversations.get(draft.to) if isinstance(agent, RcsAgent) else None
    return conversation if conversation is not None and conversation.live(context.now) else None


@service.when(HandOverDue)
def hand_over(context: Context, order: HandOverDue) -> None:
    """Put the message into the world, and have its carrier decide what becomes of it."""
    world, draft, route = context.world, order.draft, order.route
    identity, split = route.identity, draft.segments
    message = Message(
        message_id=order.message_id,
        account=context.account,
        region=context.region,
        channel=draft.channel,
        direction="outbound",
        sender=route.sender,
        sender_type=route.sender_type,
        to=draft.to,
        body=draft.body,
        status="ACCEPTED",
        requested_at=world.clock.now,
        operation=draft.operation,
        spend_limit=draft.limit,
        country=draft.country,
        parts=split.parts,
        encoding=split.encoding,
        price=order.price,
        carrier_fee=order.carrier_fee,
        message_type=routing.message_type_of(draft, route),
        configuration_set=draft.configuration_set,
        context=draft.context,
        keyword=draft.keyword,
        destination_country_parameters=draft.destination_country_parameters,
        identity_arn=route.identity_id,
        identity_type=route.identity_type,
        international=route.international,
        time_to_live=draft.time_to_live,
        feedback_enabled=draft.feedback_enabled,
        media=draft.media,
        call=draft.call,
        rcs=draft.rcs,
        fallback=draft.fallback,
        conversation=order.conversation,
        agent=identity if isinstance(identity, RcsAgent) else None,
    )
    if draft.call is not None:
        call_limits.count(context, draft)
    outcome = duties.blocked(context, draft, identity) or world.carriers.outcome(message, world.handsets.get(message.to))
    if draft.defect is not None:
        outcome = replace(outcome, status=draft.defect)
    message.carrier = outcome.carrier
    message.outcome = _protected(message, draft, outcome) if draft.protect_configuration else outcome
    context.store.messages[message.message_id] = message
    world.inbox.add(message)
    context.emit(MessageAccepted(message))
    schedule_step(context, message)
    if message.fallback is not None and message.fallback.after is not None:
        due = FallbackDue(context.account, context.region, message.message_id)
        world.clock.schedule(message.fallback.after, due)
    if message.feedback_enabled:
        world.clock.schedule(FEEDBACK_WITHIN, FeedbackDue(context.account, context.region, message.message_id))


def _protected(message: Message, draft: Draft, outcome: Outcome) -> Outcome:
    """
    What protect makes of the outcome: where a country is monitored or filtered, traffic is judged.

    Traffic counts as artificially inflated when the tester says so, by the outcome PROTECT_BLOCKED of a rule or handset.
    """
    protect = draft.protect_configuration
    assert protect is not None
    message.protect_configuration_id = protect.protect_configuration_id
    allowed = protect.override(message.to, message.requested_at) == "ALLOW"
    message.protect_status = "ALLOW" if allowed else protect.status(draft.capability, draft.country)
    suspected = outcome.status == PROTECT_BLOCKED
    if message.protect_status in ("MONITOR", "FILTER"):
        message.protect_recommendation = "BLOCK" if suspected else "ALLOW"
    if suspected and message.protect_status != "FILTER":
        return replace(outcome, status="DELIVERED")
    return outcome


def schedule_step(context: Context, message: Message) -> None:
    """Ask the carrier what comes next, and when."""
    world = context.world
    assert message.outcome is not None
    step = world.carriers.next_step(
        message,
        message.outcome,
        len(message.history) - message.hops_before,
        message.sent_at or message.requested_at,
        world.clock.now,
        message.time_to_live,
    )
    due = MessageStepDue(context.account, context.region, message.message_id, step.status, step.final)
    is_quiet = message.channel in QUIET_CHANNELS and message.fallback is None
    message.timer = world.clock.schedule(step.after, due, quiet=is_quiet)


def withdraw(context: Context, message: Message) -> None:
    """Whatever its carrier had in mind with the message is void."""
    if message.timer is not None:
        context.world.clock.cancel(message.timer)


@service.when(MessageStepDue)
def move(context: Context, event: MessageStepDue) -> None:
    """Bring a message to its next status, and schedule the one after."""
    message = context.store.messages[event.message_id]
    clock, scope = context.world.clock, (context.account, context.region, message.message_id)
    if event.final and message.fallback is not None and event.status not in ARRIVED | {PROTECT_BLOCKED}:
        if message.fallback.after is None:
            clock.schedule(timedelta(0), FallbackDue(*scope))
        return
    reach(context, message, event.status, event.final)
    if event.status == "ANSWERED":
        clock.schedule(timedelta(0), CallAnswered(*scope))
    elif not event.final:
        schedule_step(context, message)
    elif event.status == "DELIVERED" and message.outcome is not None and message.outcome.reads:
        clock.schedule(READ_AFTER, MessageStepDue(*scope, "READ", True))


def reach(context: Context, message: Message, status: str, final: bool) -> None:
    """Have a message at a status, with AWS's words for it or the tester's."""
    outcome = message.outcome
    description = description_of(message.channel, status)
    if outcome is not None and outcome.description is not None and status == outcome.status:
        description = outcome.description
    entry = message.move(status, context.now, description, final)
    if final:
        routing.remember_receipt(context, message, status in ARRIVED)
        _give_back(context, message)
    context.emit(MessageMoved(message, entry))


def _give_back(context: Context, message: Message) -> None:
    """What turned out to be free does not count towards the month."""
    charged = message.price + message.carrier_fee
    if sum(message.cost_in(message.status)) != charged:
        context.store.spend.add(message.spend_limit, message.requested_at, -charged)


@service.when(FeedbackDue)
def miss_feedback(context: Context, event: FeedbackDue) -> None:
    """An hour without feedback counts as FAILED."""
    message = context.store.messages[event.message_id]
    if message.feedback_status is None:
        message.feedback_status = "FAILED"
