"""
Sending a text for SNS: by the same numbers, opt-outs and limits as any other, but by SNS's rules.

SNS accepts what has the right form. What the state of the account prevents is accepted too, and fails afterwards with a
sentence that only the delivery log shows. It needs no origination identity: without one it sends by a shared route.
Source: docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html and sms_stats_cloudwatch.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from emulator.kernel.dataclass import dataclass
from emulator.kernel.ports import TopicText
from emulator.kernel.tables import load_table
from emulator.messaging import errors as messaging_errors
from emulator.messaging import sharing
from emulator.messaging.context import Context as MessagingContext
from emulator.messaging.context import as_messaging
from emulator.messaging.facts import MessageAccepted, SnsTextRequested
from emulator.messaging.registrations import requirements
from emulator.messaging.send_request import SendRequest, text_request
from emulator.messaging.sending import routing
from emulator.messaging.sending.checks import destination_is_not_opted_out
from emulator.messaging.sending.lifecycle import accept, schedule_step
from emulator.messaging.state.messages import Carriage, Message, Origin
from emulator.messaging.state.opt_out_lists import DEFAULT_LIST
from emulator.messaging.state.routes import Route
from emulator.messaging.state.sns_texts import OPERATION, PublishedText
from emulator.messaging.timers import SnsUsageReportDue
from emulator.services.sns_texts import attributes as attribute
from emulator.services.sns_texts.errors import ThrottlingException
from emulator.services.sns_texts.service import Context
from emulator.telecom.carriers import Outcome
from emulator.telecom.tariff import Price
from emulator.telecom.vocabulary import Status
from emulator.wire.errors import ServiceError
from emulator.wire.service import reaction

PRINCIPAL = "sns.amazonaws.com"
PROMOTIONAL = "PROMOTIONAL"
"""The type of a text when neither the request nor the preferences name one. Source: API reference, SetSMSAttributes"""


@dataclass(frozen=True, slots=True)
class Failure:
    """How a text that SNS has accepted fails: its status, and SNS's sentence in the delivery log."""

    status: Status
    provider_response: str | None


def send(
    ctx: Context,
    number: str,
    body: str,
    values: Mapping[str, str],
    published: PublishedText,
    *,
    code: str | None = None,
    is_direct: bool = False,
) -> str:
    """
    Send a text and return its id; what the account's state prevents is accepted too, and fails later.

    Args:
        ctx: the unit of work.
        number: the destination in E.164.
        body: the text.
        values: the values of its message attributes, by name.
        published: how it was published.
        code: the one-time code in it.
        is_direct: whether a caller waits, who is told of throttling.

    Raises:
        ThrottlingException: If it is direct, and texts are sent faster than the account may send.
    """
    preferences = ctx.store.preferences
    message_type = values.get(attribute.SMS_TYPE) or preferences.get("DefaultSMSType")
    parameters = {to: values[name] for name, to in attribute.COUNTRY_PARAMETERS.items() if name in values}
    with as_messaging(ctx) as inner:
        request = text_request(
            OPERATION,
            number,
            body,
            identity=values.get(attribute.ORIGINATION_NUMBER),
            service=PRINCIPAL,
            max_price=values.get(attribute.MAX_PRICE),
            default_sender_id=values.get(attribute.SENDER_ID) or preferences.get("DefaultSenderID"),
            # Where registrations are required, a country without sender ids is reached by a number only.
            shared_route=not ctx.world.settings.registrations_required,
            protect_configuration=inner.store.account_default_protect,
            destination_country_parameters=parameters or None,
        )
        if code is not None:
            request.content = replace(request.content, extras=replace(request.content.extras, code=code))
        if message_type is not None and request.identity is None:
            request.message_type = message_type.upper()
        try:
            message_id = accept(inner, request, _choose)
        except messaging_errors.ThrottlingException as error:
            if is_direct:
                raise ThrottlingException from error
            message_id = _fail(inner, request, failure_of(error))
            published = replace(published, is_refused=True)
        except ServiceError as error:
            message_id = _fail(inner, request, failure_of(error))
            published = replace(published, is_refused=True)
    ctx.store.remember(message_id, published)
    _schedule_report(ctx)
    return message_id


def _schedule_report(ctx: Context) -> None:
    """Schedule the usage report of the day for its end, if it is the first text of the day and reports are wanted."""
    day = f"{ctx.now:%Y-%m-%d}"
    if "UsageReportS3Bucket" in ctx.store.preferences and ctx.store.report_day != day:
        ctx.store.report_day = day
        midnight = ctx.now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        ctx.world.clock.schedule_at(midnight, SnsUsageReportDue(ctx.account, ctx.region, day), deferrable=True)


def send_from_topic(ctx: Context, text: TopicText) -> None:
    """
    Send a text that a topic has for a phone: an ordinary text, by the attributes of the publish, then the preferences.

    Attributes that a phone could not be published to with are ignored: the topic has accepted them. # unverified
    """
    values = attribute.usable(text.attributes)
    published = PublishedText(
        {name: dict(value) for name, value in text.attributes.items()},
        text.subject,
        text.message_structure,
        text.topic_arn,
        text.subscription_arn,
    )
    send(ctx, text.number, text.body, values, published)


@reaction(SnsTextRequested)
def send_for_service(ctx: Context, event: SnsTextRequested) -> None:
    """Send a text for another AWS service, by the account's preferences."""
    send(ctx, event.number, event.body, {}, PublishedText({}), code=event.code)


def _choose(ctx: MessagingContext, request: SendRequest) -> Route:
    """Return the route: the number that was named, else the sender id where there are any, else as for any text."""
    sender_id = request.default_sender_id
    if request.identity is None and sender_id is not None and routing.accepts_sender_ids(request):
        own = ctx.store.sender_ids.find(f"{sender_id.upper()}/{request.country}")
        if own is not None and not sharing.serves(ctx, own.sender_id_arn, PRINCIPAL, routing.SEND_TEXT):
            raise messaging_errors.AccessDeniedException()
        if own is not None and request.message_type in (None, *own.message_types):
            route = routing.by_identity(ctx, own)
        else:
            shown = requirements.displayed_sender(ctx, sender_id, request.country)
            route = Route(shown, "SENDER_ID", ctx.store.arn("opt-out-list", DEFAULT_LIST))
    else:
        route = routing.choose(ctx, request)
    if request.message_type is None and route.identity is None:
        request.message_type = PROMOTIONAL
    # Whoever SNS says has opted out gets nothing, whatever list the number has of its own. # unverified
    by_default_list = replace(route, opt_out_list_arn=ctx.store.arn("opt-out-list", DEFAULT_LIST))
    destination_is_not_opted_out(ctx, request, by_default_list, Price(0, 0))
    return route


def failure_of(error: ServiceError) -> Failure:
    """Return how SNS reports what `pinpoint-sms-voice-v2` would have refused."""
    table = load_table("services/sns_texts/data/failures.json")
    row = table["reasons"].get(error.members.get("Reason")) or table["errors"].get(error.code) or table["otherwise"]
    return Failure(row["status"], row.get("providerResponse"))


def _fail(ctx: MessagingContext, request: SendRequest, failure: Failure) -> str:
    """Store a text that is not sent, and have it end in its failure; return its id."""
    world = ctx.world
    sender_id = request.default_sender_id if routing.accepts_sender_ids(request) else None
    sender = request.identity or sender_id or requirements.GENERIC_SENDER
    message = Message(
        message_id=world.seeds.uuid("message"),
        account=ctx.account,
        region=ctx.region,
        channel=request.channel,
        direction="outbound",
        origin=Origin(sender, "SHARED_ROUTE"),
        to=request.to,
        country=request.country,
        content=request.content,
        operation=request.operation,
        requested_at=ctx.now,
        status="ACCEPTED",
        carriage=Carriage(request.time_to_live, outcome=Outcome(failure.status, failure.provider_response)),
        message_type=request.message_type or PROMOTIONAL,
    )
    ctx.store.add_message(message)
    world.inbox.add(message)
    ctx.emit(MessageAccepted(message))
    schedule_step(ctx, message)
    return message.message_id
