"""Accept a message, and move it step by step as its carrier decides."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from emulator.services.sms_voice_v2 import routing
from emulator.services.sms_voice_v2.checks import CHECKS, CHECKS_BEFORE_ROUTING
from emulator.services.sms_voice_v2.drafts import Draft
from emulator.services.sms_voice_v2.events import FeedbackDue, MessageAccepted, MessageMoved, MessageStepDue
from emulator.services.sms_voice_v2.routing import Route
from emulator.services.sms_voice_v2.service import Context, service
from emulator.services.sms_voice_v2.settings import load_data
from emulator.services.sms_voice_v2.state.messages import Message
from emulator.services.sms_voice_v2.state.phone_numbers import PhoneNumber
from emulator.telecom import segments, tariff
from emulator.telecom.handsets import ARRIVED
from emulator.telecom.numbering import country_of
from emulator.telecom.tariff import Price

FEEDBACK_WITHIN = timedelta(hours=1)
"""A message without feedback counts as failed then. Source: message-feedback.html"""
EVENT_PREFIX = {"sms": "TEXT", "mms": "MEDIA", "voice": "VOICE", "rcs": "RCS"}


@cache
def event_type(channel: str, status: str) -> str:
    """The event type of a status on a channel."""
    return f"{EVENT_PREFIX[channel]}_{status}"


@cache
def description_of(channel: str, status: str) -> str | None:
    """AWS's words for a status."""
    entry = load_data("event_types.json")["event_types"].get(event_type(channel, status))
    description: str | None = entry["description"] if entry else None
    return description


def accept(context: Context, draft: Draft) -> str:
    """
    Take a message on: route it, refuse it for the first reason that holds, else hand it to the carrier.

    Returns its id; a dry run gets one too, and nothing else happens.
    """
    for check_early in CHECKS_BEFORE_ROUTING:
        check_early(context, draft)
    route = routing.choose(context, draft.identity, draft.to, draft.country, draft.capability, draft.message_type)
    price = tariff.text_part(draft.country, route.sender_type)
    for check in CHECKS:
        check(context, draft, route, price)
    if draft.dry_run:
        return context.world.seeds.uuid("message")
    return _hand_over(context, draft, route, price)


def answer(context: Context, number: PhoneNumber, to: str, body: str) -> str:
    """Send a keyword's answer; it goes out even to who has just opted out. Returns its id."""
    draft = Draft("AutomaticResponse", "sms", "SMS", to, country_of(to), body)
    price = tariff.text_part(draft.country, number.number_type)
    return _hand_over(context, draft, routing.by_number(number), price)


def _hand_over(context: Context, draft: Draft, route: Route, price: Price) -> str:
    world = context.world
    split = segments.split(draft.body)
    message = Message(
        message_id=world.seeds.uuid("message"),
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
        country=draft.country,
        parts=split.parts,
        encoding=split.encoding,
        price=price.price * split.parts,
        carrier_fee=price.carrier_fee * split.parts,
        message_type=draft.message_type or (route.number.message_type if route.number else "TRANSACTIONAL"),
        configuration_set=draft.configuration_set,
        context=draft.context,
        keyword=draft.keyword,
        destination_country_parameters=draft.destination_country_parameters,
        identity_id=route.number.phone_number_id if route.number else None,
        international=route.international,
        time_to_live=draft.time_to_live,
        feedback_enabled=draft.feedback_enabled,
    )
    outcome = world.carriers.outcome(message, world.handsets.get(message.to))
    message.outcome = outcome
    message.carrier = outcome.carrier
    context.store.messages[message.message_id] = message
    world.inbox.add(message)
    context.emit(MessageAccepted(message))
    _schedule_step(context, message)
    if message.feedback_enabled:
        world.clock.schedule(FEEDBACK_WITHIN, FeedbackDue(context.account, context.region, message.message_id))
    return message.message_id


def _schedule_step(context: Context, message: Message) -> None:
    world = context.world
    assert message.outcome is not None
    step = world.carriers.next_step(
        message, message.outcome, len(message.history), message.requested_at, world.clock.now, message.time_to_live
    )
    due = MessageStepDue(context.account, context.region, message.message_id, step.status, step.final)
    world.clock.schedule(step.after, due)


@service.when(MessageStepDue)
def move(context: Context, event: MessageStepDue) -> None:
    """Bring a message to its next status, and schedule the one after."""
    message = context.store.messages[event.message_id]
    outcome = message.outcome
    description = description_of(message.channel, event.status)
    if outcome is not None and outcome.description is not None and event.status == outcome.status:
        description = outcome.description
    entry = message.move(event.status, context.now, description, event.final)
    if event.status in ARRIVED and message.identity_id is not None:
        context.store.sticky[message.to] = (message.identity_id, context.now + routing.STICKY_FOR)
    context.emit(MessageMoved(message, entry))
    if not event.final:
        _schedule_step(context, message)


@service.when(FeedbackDue)
def miss_feedback(context: Context, event: FeedbackDue) -> None:
    """An hour without feedback counts as FAILED."""
    message = context.store.messages[event.message_id]
    if message.feedback_status is None:
        message.feedback_status = "FAILED"
