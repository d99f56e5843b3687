"""The life of a message: it is accepted, submitted, and goes from status to status as its carrier decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from emulator.messaging.channels import CHANNELS
from emulator.messaging.context import Context
from emulator.messaging.errors import ConflictException
from emulator.messaging.event_types import description_of
from emulator.messaging.facts import MessageAccepted, MessageStatusChanged
from emulator.messaging.limits import call_limits
from emulator.messaging.rcs import content as rcs_content
from emulator.messaging.registrations import requirements
from emulator.messaging.send_request import SendRequest, text_request
from emulator.messaging.sending import routing
from emulator.messaging.sending.checks import CHECKS, CHECKS_BEFORE_ROUTING, destination_is_not_opted_out
from emulator.messaging.state.messages import (
    RCS_FALLBACK_AFTER,
    Carriage,
    Fallback,
    Message,
    Protection,
    carriage_of,
    charge_of,
)
from emulator.messaging.state.phone_numbers import PhoneNumber
from emulator.messaging.state.protect import CAPABILITIES
from emulator.messaging.state.rcs import Conversation, RcsAgent
from emulator.messaging.state.routes import Route
from emulator.messaging.timers import CallAnswered, FallbackDue, FeedbackDue, MessageStepDue, SubmissionDue
from emulator.telecom import tariff
from emulator.telecom.carriers import READ_AFTER, Outcome
from emulator.telecom.handsets import ARRIVED
from emulator.telecom.tariff import Price
from emulator.telecom.vocabulary import Status
from emulator.wire.service import reaction

PROTECT_BLOCKED: Status = "PROTECT_BLOCKED"
FEEDBACK_WITHIN = timedelta(hours=1)
"""The time after which a message without feedback counts as failed. Source: message-feedback.html"""


def accept(ctx: Context, request: SendRequest, choose: Callable[[Context, SendRequest], Route] = routing.choose) -> str:
    """
    Accept a message: route it, run all checks, and have it submitted to its carrier.

    Returns:
        The id of the message. A dry run gets an id too, but is not sent.

    Raises:
        ServiceError: If no route is found, or a check fails; the first one decides.
    """
    default = ctx.store.account_default_protect
    if default is not None and request.protect_configuration is None and request.capability in CAPABILITIES:
        # What names no configuration, such as a text of SNS or Pinpoint, is protected by that of the account.
        request = replace(request, protect_configuration=default)
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
    if CHANNELS[request.channel].is_text:
        clock = ctx.world.clock
        clock.schedule_at(clock.now, submission, deferrable=True)
    else:
        submit_to_carrier(ctx, submission)
    return submission.message_id


def implicit_fallback(ctx: Context, request: SendRequest) -> Fallback | None:
    """Return the text through another identity of the pool or account, due after 25 seconds; None if there is none."""
    try:
        route = routing.choose(ctx, request, without_rcs=True)
        destination_is_not_opted_out(ctx, request, route, Price(0, 0))
    except ConflictException:
        return None
    return fallback_by(request, route, RCS_FALLBACK_AFTER)


def fallback_by(request: SendRequest, route: Route, after: timedelta | None) -> Fallback:
    """Return the fallback that sends a request by a route, `after` so much time or None for when RCS has failed."""
    price = tariff.unit_price(request.channel, request.country, route.sender_type)
    return Fallback(request.channel, route.origin, request.content, request.cost(price), after=after)


def answer(ctx: Context, identity: PhoneNumber | RcsAgent, to: str, body: str) -> str:
    """Send the answer to a keyword, even to a recipient who has just opted out, and return its id."""
    request = text_request("AutomaticResponse", to, body)
    if isinstance(identity, RcsAgent):
        request = request.as_channel("rcs", rcs_content.compose_text(body))
    route = routing.by_identity(ctx, identity)
    price = tariff.unit_price(request.channel, request.country, route.sender_type)
    submission = _prepare_submission(ctx, request, route, price)
    submit_to_carrier(ctx, submission)
    return submission.message_id


def _prepare_submission(ctx: Context, request: SendRequest, route: Route, price: Price) -> SubmissionDue:
    """Return the submission of a message, with its id; count its charge towards the spend limit."""
    conversation = _conversation(ctx, request, route) if request.channel == "rcs" else None
    call = request.content.extras.call
    # A call is charged when it ends; within a conversation the session is charged, not the message.
    is_free = request.free or call is not None or conversation is not None
    charge = charge_of(0, 0, request.limit) if is_free else request.cost(price)
    if call is not None:
        call.minute_price = 0 if request.free else price.price
    world = ctx.world
    ctx.store.spend.add(charge.limit, world.clock.now, charge.total)
    message_id = request.message_id or world.seeds.uuid("message")
    return SubmissionDue(ctx.account, ctx.region, message_id, request, route=route, charge=charge, conversation=conversation)


def _conversation(ctx: Context, request: SendRequest, route: Route) -> Conversation | None:
    """Return the open conversation between an agent and the destination, if there is one."""
    agent = route.identity
    conversation = agent.conversations.get(request.to) if isinstance(agent, RcsAgent) else None
    return conversation if conversation is not None and conversation.live(ctx.now) else None


@reaction(SubmissionDue)
def submit_to_carrier(ctx: Context, submission: SubmissionDue) -> None:
    """Store the message, and have its carrier decide its outcome."""
    world, request, route = ctx.world, submission.request, submission.route
    message = Message(
        message_id=submission.message_id,
        account=ctx.account,
        region=ctx.region,
        channel=request.channel,
        direction="outbound",
        origin=route.origin,
        to=request.to,
        country=request.country,
        content=request.content,
        operation=request.operation,
        requested_at=world.clock.now,
        status="ACCEPTED",
        charge=submission.charge,
        message_type=routing.message_type_of(request, route),
        configuration_set=request.configuration_set,
        context=request.context,
        keyword=request.keyword,
        destination_country_parameters=request.destination_country_parameters,
        feedback_enabled=request.feedback_enabled,
        application=request.application,
    )
    if request.content.extras.call is not None:
        call_limits.count(ctx, request)
    outcome, fallback = _outcome(ctx, message, submission), request.fallback
    if fallback is None and submission.conversation is None:
        message.carriage = carriage_of(request.time_to_live, outcome)
    else:
        message.carriage = Carriage(request.time_to_live, outcome, fallback, submission.conversation)
    ctx.store.add_message(message)
    world.inbox.add(message)
    ctx.emit(MessageAccepted(message))
    schedule_step(ctx, message)
    if fallback is not None and fallback.after is not None:
        world.clock.schedule(fallback.after, FallbackDue(ctx.account, ctx.region, message.message_id))
    if message.feedback_enabled:
        world.clock.schedule(FEEDBACK_WITHIN, FeedbackDue(ctx.account, ctx.region, message.message_id))


def _outcome(ctx: Context, message: Message, submission: SubmissionDue) -> Outcome:
    world, request = ctx.world, submission.request
    outcome = requirements.carrier_verdict(ctx, request, submission.route.identity)
    if outcome is None:
        outcome = world.carriers.outcome(message, world.handsets.get(message.to))
    if request.defect is not None:
        outcome = replace(outcome, status=request.defect)
    return outcome if request.protect_configuration is None else _protect(message, request, outcome)


def _protect(message: Message, request: SendRequest, outcome: Outcome) -> Outcome:
    """
    Apply a protect configuration, and return the outcome: where a country is monitored or filtered, traffic is judged.

    Traffic counts as artificially inflated if a carrier rule or the handset has the outcome PROTECT_BLOCKED.
    """
    protect = request.protect_configuration
    assert protect is not None
    allowed = protect.override(message.to, message.requested_at) == "ALLOW"
    status = "ALLOW" if allowed else protect.status(request.capability, request.country)
    suspected = outcome.status == PROTECT_BLOCKED
    recommendation = ("BLOCK" if suspected else "ALLOW") if status in ("MONITOR", "FILTER") else None
    message.protection = Protection(protect.protect_configuration_id, status, recommendation)
    if suspected and status != "FILTER":
        return replace(outcome, status="DELIVERED")
    return outcome


def schedule_step(ctx: Context, message: Message) -> None:
    """Schedule the next step of the carrier."""
    world, carriage = ctx.world, message.carriage
    assert carriage.outcome is not None
    step = world.carriers.next_step(
        message,
        carriage.outcome,
        hops=len(message.history) - carriage.hops_before,
        sent_at=carriage.sent_at or message.requested_at,
        now=world.clock.now,
        ttl=carriage.time_to_live,
    )
    due = MessageStepDue(ctx.account, ctx.region, message.message_id, step.status, final=step.final)
    deferrable = CHANNELS[message.channel].is_text and carriage.fallback is None
    message.timer = world.clock.schedule(step.after, due, deferrable=deferrable)


def withdraw(ctx: Context, message: Message) -> None:
    """Cancel the next step of the carrier."""
    if message.timer is not None:
        ctx.world.clock.cancel(message.timer)


@reaction(MessageStepDue)
def apply_carrier_step(ctx: Context, event: MessageStepDue) -> None:
    """Bring a message to its next status, and schedule the following one, or the fallback if the message has failed."""
    message = ctx.store.messages.get(event.message_id)
    if message is None:
        return  # it was dropped: more messages have come since than are kept
    clock, scope = ctx.world.clock, (ctx.account, ctx.region, message.message_id)
    fallback, outcome = message.carriage.fallback, message.carriage.outcome
    if event.final and fallback is not None and event.status not in ARRIVED | {PROTECT_BLOCKED}:
        if fallback.after is None:
            clock.schedule(timedelta(0), FallbackDue(*scope))
        return
    set_status(ctx, message, event.status, event.final)
    if event.final:
        message.timer = None  # its work is done, and the message may be kept for long
    if event.status == "ANSWERED":
        clock.schedule(timedelta(0), CallAnswered(*scope))
    elif not event.final:
        schedule_step(ctx, message)
    elif event.status == "DELIVERED" and outcome is not None and outcome.reads:
        clock.schedule(READ_AFTER, MessageStepDue(*scope, "READ", final=True))


def set_status(ctx: Context, message: Message, status: Status, final: bool) -> None:
    """Bring a message to a status, with AWS's description or the one that was set for the handset."""
    outcome = message.carriage.outcome
    description = description_of(message.channel, status)
    if outcome is not None and outcome.description is not None and status == outcome.status:
        description = outcome.description
    entry = message.add_status(status, ctx.now, description, final)
    if final:
        routing.remember_receipt(ctx, message, status in ARRIVED)
        _refund(ctx, message)
    ctx.emit(MessageStatusChanged(message, entry))


def _refund(ctx: Context, message: Message) -> None:
    """Refund the charge of a message that turned out to be free from the month's spend."""
    charge = message.charge
    if sum(message.cost_in(message.status)) != charge.total:
        ctx.store.spend.add(charge.limit, message.requested_at, -charge.total)


@reaction(FeedbackDue)
def expire_feedback(ctx: Context, event: FeedbackDue) -> None:
    """Set the feedback of a message without any to FAILED."""
    message = ctx.store.messages.get(event.message_id)
    if message is not None and message.feedback_status is None:
        message.feedback_status = "FAILED"
