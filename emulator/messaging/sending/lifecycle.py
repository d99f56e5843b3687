"""Accept a message, and move it step by step as its carrier decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from emulator.messaging.context import Context
from emulator.messaging.errors import ConflictException
from emulator.messaging.event_types import description_of
from emulator.messaging.facts import MessageAccepted, MessageStatusChanged
from emulator.messaging.limits import call_limits
from emulator.messaging.rcs import content as rcs_content
from emulator.messaging.registrations import requirements
from emulator.messaging.send_request import SendRequest
from emulator.messaging.sending import routing
from emulator.messaging.sending.checks import CHECKS, CHECKS_BEFORE_ROUTING, destination_is_not_opted_out
from emulator.messaging.state.messages import WAITS_FOR_RCS, Fallback, Message
from emulator.messaging.state.phone_numbers import PhoneNumber
from emulator.messaging.state.rcs import Conversation, RcsAgent
from emulator.messaging.state.routes import Route
from emulator.messaging.timers import CallAnswered, FallbackDue, FeedbackDue, MessageStepDue, SubmissionDue
from emulator.telecom import tariff
from emulator.telecom.carriers import READ_AFTER, Outcome
from emulator.telecom.handsets import ARRIVED
from emulator.telecom.numbering import country_of
from emulator.telecom.tariff import Price
from emulator.wire.service import reaction

PROTECT_BLOCKED = "PROTECT_BLOCKED"
FEEDBACK_WITHIN = timedelta(hours=1)
"""A message without feedback counts as failed then. Source: message-feedback.html"""


DEFERRABLE_CHANNELS = frozenset({"sms", "mms"})
"""Channels whose messages change nothing that a later send could observe, but what `routing` and `checks` run due first."""


def accept(ctx: Context, request: SendRequest, choose: Callable[[Context, SendRequest], Route] = routing.choose) -> str:
    """
    Take a message on: route it, refuse it for the first reason that holds, else hand it to the carrier.

    Returns its id; a dry run gets one too, and nothing else happens.
    """
    for check_early in CHECKS_BEFORE_ROUTING:
        check_early(ctx, request)
    route = choose(ctx, request)
    if isinstance(route.identity, RcsAgent) and request.channel == "sms" and (route.pool or request.identity is None):
        request = replace(request, fallback=implicit_fallback(ctx, request))
    price = tariff.unit_price(request.channel, request.country, route.sender_type)
    for check in CHECKS:
        check(ctx, request, route, price)
    if request.dry_run:
        return ctx.world.seeds.uuid("message")
    submission = _prepare_submission(ctx, request, route, price)
    if request.channel in DEFERRABLE_CHANNELS:
        clock = ctx.world.clock
        clock.schedule_at(clock.now, submission, deferrable=True)
    else:
        submit_to_carrier(ctx, submission)
    return submission.message_id


def implicit_fallback(ctx: Context, request: SendRequest) -> Fallback | None:
    """The text by another identity of the pool or account, after 25 seconds; None when there is none that could send it."""
    try:
        route = routing.choose(ctx, request, without_rcs=True)
        destination_is_not_opted_out(ctx, request, route, Price(0, 0))
    except ConflictException:
        return None
    return fallback_by(request, route, WAITS_FOR_RCS)


def fallback_by(request: SendRequest, route: Route, after: timedelta | None) -> Fallback:
    """What a request is when a route carries it."""
    price = tariff.unit_price(request.channel, request.country, route.sender_type)
    split = request.segments
    return Fallback(
        request.channel,
        route.sender,
        route.sender_type,
        route.identity_id,
        route.identity_type,
        request.body,
        request.media,
        split.parts,
        split.encoding,
        price.price * split.parts,
        price.carrier_fee * split.parts,
        request.limit,
        after,
    )


def answer(ctx: Context, identity: PhoneNumber | RcsAgent, to: str, body: str) -> str:
    """Send a keyword's answer; it goes out even to who has just opted out. Returns its id."""
    request = SendRequest("AutomaticResponse", "sms", "SMS", to, country_of(to), body)
    if isinstance(identity, RcsAgent):
        request = replace(request, channel="rcs", capability="RCS", rcs=rcs_content.text(body))
    route = routing.by_identity(ctx, identity)
    submission = _prepare_submission(
        ctx, request, route, tariff.unit_price(request.channel, request.country, route.sender_type)
    )
    submit_to_carrier(ctx, submission)
    return submission.message_id


def _prepare_submission(ctx: Context, request: SendRequest, route: Route, price: Price) -> SubmissionDue:
    """Give the message its id, and count what it costs."""
    conversation = _conversation(ctx, request, route) if request.channel == "rcs" else None
    # A call costs what it takes, and within a conversation the session is paid, not the message.
    is_free = request.free or request.call is not None or conversation is not None
    parts = 0 if is_free else request.segments.parts
    cost, carrier_fee = price.price * parts, price.carrier_fee * parts
    if request.call is not None:
        request.call.minute_price = 0 if request.free else price.price
    world = ctx.world
    ctx.store.spend.add(request.limit, world.clock.now, cost + carrier_fee)
    message_id = request.message_id or world.seeds.uuid("message")
    return SubmissionDue(ctx.account, ctx.region, message_id, request, route, cost, carrier_fee, conversation)


def _conversation(ctx: Context, request: SendRequest, route: Route) -> Conversation | None:
    """The open session between an agent and the destination."""
    agent = route.identity
    conversation = agent.conversations.get(request.to) if isinstance(agent, RcsAgent) else None
    return conversation if conversation is not None and conversation.live(ctx.now) else None


@reaction(SubmissionDue)
def submit_to_carrier(ctx: Context, submission: SubmissionDue) -> None:
    """Put the message into the world, and have its carrier decide what becomes of it."""
    world, request, route = ctx.world, submission.request, submission.route
    identity, split = route.identity, request.segments
    message = Message(
        message_id=submission.message_id,
        account=ctx.account,
        region=ctx.region,
        channel=request.channel,
        direction="outbound",
        sender=route.sender,
        sender_type=route.sender_type,
        to=request.to,
        body=request.body,
        status="ACCEPTED",
        requested_at=world.clock.now,
        operation=request.operation,
        spend_limit=request.limit,
        country=request.country,
        parts=split.parts,
        encoding=split.encoding,
        price=submission.price,
        carrier_fee=submission.carrier_fee,
        message_type=routing.message_type_of(request, route),
        configuration_set=request.configuration_set,
        context=request.context,
        keyword=request.keyword,
        destination_country_parameters=request.destination_country_parameters,
        identity_arn=route.identity_id,
        identity_type=route.identity_type,
        international=route.international,
        time_to_live=request.time_to_live,
        feedback_enabled=request.feedback_enabled,
        media=request.media,
        call=request.call,
        rcs=request.rcs,
        fallback=request.fallback,
        conversation=submission.conversation,
        agent=identity if isinstance(identity, RcsAgent) else None,
    )
    if request.call is not None:
        call_limits.count(ctx, request)
    outcome = requirements.carrier_verdict(ctx, request, identity) or world.carriers.outcome(
        message, world.handsets.get(message.to)
    )
    if request.defect is not None:
        outcome = replace(outcome, status=request.defect)
    message.carrier = outcome.carrier
    message.outcome = _protected(message, request, outcome) if request.protect_configuration else outcome
    ctx.store.messages[message.message_id] = message
    world.inbox.add(message)
    ctx.emit(MessageAccepted(message))
    schedule_step(ctx, message)
    if message.fallback is not None and message.fallback.after is not None:
        due = FallbackDue(ctx.account, ctx.region, message.message_id)
        world.clock.schedule(message.fallback.after, due)
    if message.feedback_enabled:
        world.clock.schedule(FEEDBACK_WITHIN, FeedbackDue(ctx.account, ctx.region, message.message_id))


def _protected(message: Message, request: SendRequest, outcome: Outcome) -> Outcome:
    """
    What protect makes of the outcome: where a country is monitored or filtered, traffic is judged.

    Traffic counts as artificially inflated when the tester says so, by the outcome PROTECT_BLOCKED of a rule or handset.
    """
    protect = request.protect_configuration
    assert protect is not None
    message.protect_configuration_id = protect.protect_configuration_id
    allowed = protect.override(message.to, message.requested_at) == "ALLOW"
    message.protect_status = "ALLOW" if allowed else protect.status(request.capability, request.country)
    suspected = outcome.status == PROTECT_BLOCKED
    if message.protect_status in ("MONITOR", "FILTER"):
        message.protect_recommendation = "BLOCK" if suspected else "ALLOW"
    if suspected and message.protect_status != "FILTER":
        return replace(outcome, status="DELIVERED")
    return outcome


def schedule_step(ctx: Context, message: Message) -> None:
    """Ask the carrier what comes next, and when."""
    world = ctx.world
    assert message.outcome is not None
    step = world.carriers.next_step(
        message,
        message.outcome,
        len(message.history) - message.hops_before,
        message.sent_at or message.requested_at,
        world.clock.now,
        message.time_to_live,
    )
    due = MessageStepDue(ctx.account, ctx.region, message.message_id, step.status, step.final)
    is_deferrable = message.channel in DEFERRABLE_CHANNELS and message.fallback is None
    message.timer = world.clock.schedule(step.after, due, deferrable=is_deferrable)


def withdraw(ctx: Context, message: Message) -> None:
    """Whatever its carrier had in mind with the message is void."""
    if message.timer is not None:
        ctx.world.clock.cancel(message.timer)


@reaction(MessageStepDue)
def apply_carrier_step(ctx: Context, event: MessageStepDue) -> None:
    """Bring a message to its next status, and schedule the one after."""
    message = ctx.store.messages[event.message_id]
    clock, scope = ctx.world.clock, (ctx.account, ctx.region, message.message_id)
    if event.final and message.fallback is not None and event.status not in ARRIVED | {PROTECT_BLOCKED}:
        if message.fallback.after is None:
            clock.schedule(timedelta(0), FallbackDue(*scope))
        return
    set_status(ctx, message, event.status, event.final)
    if event.status == "ANSWERED":
        clock.schedule(timedelta(0), CallAnswered(*scope))
    elif not event.final:
        schedule_step(ctx, message)
    elif event.status == "DELIVERED" and message.outcome is not None and message.outcome.reads:
        clock.schedule(READ_AFTER, MessageStepDue(*scope, "READ", True))


def set_status(ctx: Context, message: Message, status: str, final: bool) -> None:
    """Have a message at a status, with AWS's words for it or the tester's."""
    outcome = message.outcome
    description = description_of(message.channel, status)
    if outcome is not None and outcome.description is not None and status == outcome.status:
        description = outcome.description
    entry = message.add_status(status, ctx.now, description, final)
    if final:
        routing.remember_receipt(ctx, message, status in ARRIVED)
        _refund(ctx, message)
    ctx.emit(MessageStatusChanged(message, entry))


def _refund(ctx: Context, message: Message) -> None:
    """What turned out to be free does not count towards the month."""
    charged = message.price + message.carrier_fee
    if sum(message.cost_in(message.status)) != charged:
        ctx.store.spend.add(message.spend_limit, message.requested_at, -charged)


@reaction(FeedbackDue)
def expire_feedback(ctx: Context, event: FeedbackDue) -> None:
    """An hour without feedback counts as FAILED."""
    message = ctx.store.messages[event.message_id]
    if message.feedback_status is None:
        message.feedback_status = "FAILED"
