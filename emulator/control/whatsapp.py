"""WhatsApp: accounts linked without Meta's pop-up, what users do on their phones, and what Meta decides."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

from emulator.control.command import command
from emulator.control.errors import InvalidArgument, NotFound
from emulator.control.parsing import (
    Account,
    FilledText,
    Flag,
    Identity,
    OptionalText,
    Parser,
    PhoneNumber,
    Region,
    Text,
    choice,
    parse_int,
    quoted,
)
from emulator.control.views import MessageView, message_view
from emulator.messaging.context import Context
from emulator.messaging.receiving.inbound import open_store, stores_of
from emulator.messaging.state.messages import Message
from emulator.messaging.state.whatsapp import Document, WhatsAppAccount, WhatsAppNumber, WhatsAppTemplate
from emulator.messaging.whatsapp import accounts, calls, preferences, receiving, sending, templates
from emulator.messaging.whatsapp.errors import MetaError, codes
from emulator.services.social.service import service as social
from emulator.telecom.vocabulary import Status
from emulator.wire.credentials import DEFAULT_ACCOUNT, DEFAULT_REGION
from emulator.wire.errors import ServiceError
from emulator.world import World

STATUSES: dict[str, Status] = {
    "sent": "SENT",
    "delivered": "DELIVERED",
    "read": "READ",
    "played": "PLAYED",
    "failed": "FAILED",
}
QUALITIES = ("GREEN", "YELLOW", "RED", "UNKNOWN")
DECISIONS = ("APPROVED", "REJECTED", "PAUSED", "DISABLED")
CATEGORIES = ("MARKETING", "UTILITY", "AUTHENTICATION")
ENFORCEMENT_MAX = 30
"""Source: service model, DirectSendEnforcementStatus"""


def parse_code(value: Any, name: str) -> int | None:
    """Return one of Meta's error codes, or None."""
    if value is None:
        return None
    code = parse_int(value, name)
    if code not in codes():
        raise InvalidArgument(f"{name} must be one of Meta's codes, such as 131026, not {quoted(value)}", name)
    return code


ErrorCode = Annotated[int | None, Parser(parse_code, {"enum": [*sorted(codes()), None]})]


Part = Annotated[Any, Parser(lambda value, name: value, {})]
"""A part of a message of the Cloud API's inbound kinds, checked with the whole of it."""


class LinkView(TypedDict):
    """A linked account with its number, under AWS's ids and Meta's."""

    id: str
    arn: str
    waba_id: str
    name: str
    phone_number: str
    display_name: str
    phone_number_id: str
    phone_number_arn: str
    meta_phone_number_id: str


class NumberView(LinkView):
    """A number as Meta sees it."""

    account: str
    region: str
    quality_rating: str
    messaging_limit: int | None
    refuses_with: int | None
    is_registered: bool
    direct_send: bool
    direct_send_enforcement: str | None


class Numbers(TypedDict):
    """The numbers of all accounts."""

    numbers: list[NumberView]


class InboundView(TypedDict):
    """What a user sent: AWS's id in the inbox, and Meta's."""

    inbound_message_id: str
    wamid: str


class TemplateView(TypedDict):
    """A template as it stands."""

    meta_template_id: str
    name: str
    language: str
    category: str
    status: str
    quality_score: str


class CallView(TypedDict):
    """A call between a user and a business."""

    call_id: str
    status: str


def _link_view(account: WhatsAppAccount, number: WhatsAppNumber) -> LinkView:
    return {
        "id": account.id,
        "arn": account.arn,
        "waba_id": account.waba_id,
        "name": account.waba_name,
        "phone_number": number.phone_number,
        "display_name": number.display_phone_number_name,
        "phone_number_id": number.phone_number_id,
        "phone_number_arn": number.arn,
        "meta_phone_number_id": number.meta_phone_number_id,
    }


@command("POST /whatsapp/accounts", status=201)
def link_whatsapp_account(
    world: World,
    *,
    phone_number: PhoneNumber,
    display_name: FilledText,
    name: FilledText | None = None,
    event_destination: FilledText | None = None,
    account: Account = DEFAULT_ACCOUNT,
    region: Region = DEFAULT_REGION,
) -> LinkView:
    """Link a WhatsApp Business account with one number, as if its sign-up had been completed; events go to a topic's ARN."""
    with world.transaction(social, account, region) as ctx:
        try:
            destinations = [] if event_destination is None else [{"eventDestinationArn": event_destination}]
            accounts.check_destinations(destinations)
            linked, number = accounts.link(ctx, phone_number, display_name, name or display_name)
        except ServiceError as error:
            raise InvalidArgument(error.message) from error
        linked.event_destinations = destinations
    return _link_view(linked, number)


@command("GET /whatsapp/numbers")
def list_whatsapp_numbers(world: World, *, account: Account | None = None, region: Region | None = None) -> Numbers:
    """List the numbers of the linked accounts."""
    found = [
        _number_view(store.account, store.region, linked, number)
        for store in stores_of(world, account, region)
        for linked, number in accounts.numbers_of(store)
    ]
    return {"numbers": found}


def _number_view(account: str, region: str, linked: WhatsAppAccount, number: WhatsAppNumber) -> NumberView:
    return {
        **_link_view(linked, number),
        "account": account,
        "region": region,
        "quality_rating": number.quality_rating,
        "messaging_limit": number.messaging_limit,
        "refuses_with": number.refuses_with,
        "is_registered": number.is_registered,
        "direct_send": linked.direct_send,
        "direct_send_enforcement": linked.direct_send_enforcement_status,
    }


def open_number(world: World, to: str) -> tuple[Context, WhatsAppAccount, WhatsAppNumber]:
    """Return the linked number that a user calls by its number or id, with its account and a unit of work."""
    found = accounts.dialled(world, to)
    if found is None:
        raise NotFound(f"no linked WhatsApp account has the number {to}")
    store, account, number = found
    return open_store(world, store), account, number


OptionalLimit = Annotated[
    int | None, Parser(lambda value, name: None if value is None else parse_int(value, name), {"type": ["integer", "null"]})
]


def _enforcement(value: Any, name: str) -> str | None:
    if value is not None and not (isinstance(value, str) and 0 < len(value) <= ENFORCEMENT_MAX):
        raise InvalidArgument(f"{name} must be null or a text of 1 to {ENFORCEMENT_MAX} characters", name)
    return value


class NumberState(TypedDict, total=False):
    """
    What Meta makes of a number; with `refuses_with` everything that it sends fails with that code.

    `direct_send` and `direct_send_enforcement` concern its account: whether messages may name a category in place of a
    template, and the status by which Meta has blocked that.
    """

    quality_rating: Annotated[str, choice(*QUALITIES)]
    messaging_limit: OptionalLimit
    refuses_with: ErrorCode
    is_registered: Flag
    direct_send: Flag
    direct_send_enforcement: Annotated[str | None, Parser(_enforcement, {"type": ["string", "null"]})]


ACCOUNT_FIELDS = {"direct_send": "direct_send", "direct_send_enforcement": "direct_send_enforcement_status"}
"""By field of a number's state: the field of its account."""


@command("PUT /whatsapp/numbers/{number}", fields=NumberState)
def change_whatsapp_number(world: World, *, number: Identity, **changes: Any) -> NumberView:
    """Change what Meta makes of a number; a new quality is reported to the account's event destination."""
    transaction, account, row = open_number(world, number)
    with transaction as ctx:
        for name, value in changes.items():
            if name == "quality_rating" and value != row.quality_rating:
                event = "FLAGGED" if value == "RED" else "UNFLAGGED"
                report = {"display_phone_number": row.digits, "event": event, "current_limit": _tier(row)}
                accounts.report(ctx, account, "phone_number_quality_update", report)
            setattr(account if name in ACCOUNT_FIELDS else row, ACCOUNT_FIELDS.get(name, name), value)
        return _number_view(ctx.account, ctx.region, account, row)


def _tier(number: WhatsAppNumber) -> str:
    return "TIER_UNLIMITED" if number.messaging_limit is None else f"TIER_{number.messaging_limit}"


# --- Users ------------------------------------------------------------------------------------------------------------

PARTS = ("context", "referral", "errors", *receiving.INBOUND_TYPES)
InboundParts = TypedDict("InboundParts", dict.fromkeys(PARTS, Part), total=False)  # type: ignore[misc]


@command("POST /handsets/{number}/whatsapp", fields=InboundParts, status=201)
def receive_whatsapp(
    world: World,
    *,
    number: PhoneNumber,
    to: Identity | None = None,
    body: FilledText | None = None,
    type: FilledText | None = None,  # noqa: A002  the Cloud API's name
    **parts: Any,
) -> InboundView:
    """
    Send a message from a handset by WhatsApp: a text (`body`), or a message of the Cloud API's inbound kinds (`type`).

    A file is given by its content: `{"type": "image", "image": {"data": base64, "mime_type"}}`. `to` is the number of a
    business, or its id; by default the business of the latest message.
    """
    if (body is None) == (type is None):
        raise InvalidArgument("exactly one of body and type is required", "body")
    message = {"type": "text", "text": {"body": body}} if type is None else {"type": type, **parts}
    transaction, _, row = open_number(world, to or last_business(world, number))
    return receive_from(transaction, row, number, message)


def receive_from(transaction: Context, number: WhatsAppNumber, user: str, message: Document) -> InboundView:
    """Process a message of a user; what is wrong with it is the caller's mistake."""
    with transaction as ctx:
        try:
            received = receiving.receive(ctx, number, user, message)
        except MetaError as error:
            raise InvalidArgument(error.details or str(error)) from error
    content = received.whatsapp
    assert content is not None
    return {"inbound_message_id": received.message_id, "wamid": content.wamid}


def last_business(world: World, number: str) -> str:
    """Return the number of the business with which a phone has exchanged the latest WhatsApp message."""
    for message in world.inbox.by_handset.newest_first(number):
        if message.whatsapp is not None:
            return message.whatsapp.number.phone_number
    raise InvalidArgument(f"{number} has no conversation by WhatsApp yet; name the business to write to as `to`", "to")


def tap_whatsapp(world: World, message: Message, tapped: Document) -> InboundView:
    """Tap a button or row of a message: the answer has the message as its context."""
    content = message.whatsapp
    assert content is not None
    transaction, _, row = open_number(world, content.number.phone_number_id)
    return receive_from(transaction, row, message.to, {"context": receiving.reply_context(message), **tapped["message"]})


def find_choice(message: Message, text: str, place: int = 0) -> Document | None:
    """Return what can be tapped in a WhatsApp message: the choice at this place among those with the text, or None."""
    content = message.whatsapp
    found = [] if content is None else [each for each in content.choices if each["text"] == text]
    return found[place] if place < len(found) else None


@command("POST /handsets/{number}/whatsapp-calls", status=201)
def call_whatsapp(world: World, *, number: PhoneNumber, to: Identity) -> CallView:
    """Call a business by WhatsApp, which opens the window; the business accepts or rejects by SendWhatsAppCallEvent."""
    transaction, account, row = open_number(world, to)
    with transaction as ctx:
        call = calls.call_business(ctx, account, row, number)
    return {"call_id": call.call_id, "status": call.status}


def report_marketing(world: World, user: str, *, accepts: bool) -> None:
    """Report to every business that has written with a user that the user stops marketing messages, or takes them again."""
    for store in stores_of(world, None, None):
        for account, number in list(accounts.numbers_of(store)):
            if user not in number.contacts:
                continue
            with open_store(world, store) as ctx:
                preferences.report_choice(ctx, account, number, user, accepts=accepts)


# --- Meta -------------------------------------------------------------------------------------------------------------


@command("POST /messages/{message_id}/status")
def force_whatsapp_status(
    world: World,
    *,
    message_id: Text,
    status: Annotated[str, choice(*STATUSES)],
    error_code: ErrorCode = None,
) -> MessageView:
    """Bring a WhatsApp message to a status at once; a failed one by any of Meta's codes, 131026 by default."""
    message = world.inbox.messages.get(message_id)
    if message is None or message.whatsapp is None or message.direction == "inbound":
        raise NotFound(f"no WhatsApp message {message_id} of a business")
    if error_code is not None and status != "failed":
        raise InvalidArgument("error_code goes with the status failed only", "error_code")
    with world.transaction(social, message.account, message.region) as ctx:
        sending.force_status(ctx, message, STATUSES[status], error_code)
    return message_view(message)


def _find_template(world: World, meta_template_id: str) -> tuple[Context, WhatsAppAccount, WhatsAppTemplate]:
    for store in stores_of(world, None, None):
        ctx = open_store(world, store)
        found = templates.by_meta_id(ctx, meta_template_id)
        if found is not None:
            return ctx, *found
    raise NotFound(f"no linked WhatsApp account has the template {meta_template_id}")


def _template_view(template: WhatsAppTemplate) -> TemplateView:
    return {
        "meta_template_id": template.meta_template_id,
        "name": template.template_name,
        "language": template.template_language,
        "category": template.template_category,
        "status": template.template_status,
        "quality_score": template.template_quality_score,
    }


@command("POST /whatsapp/templates/{meta_template_id}/decision")
def decide_whatsapp_template(
    world: World,
    *,
    meta_template_id: Text,
    status: Annotated[str, choice(*DECISIONS)] | None = None,
    reason: OptionalText = None,
    quality_score: Annotated[str, choice(*QUALITIES)] | None = None,
    category: Annotated[str, choice(*CATEGORIES)] | None = None,
) -> TemplateView:
    """Decide on a template as Meta's reviewer: its status, its quality score, or another category."""
    transaction, account, template = _find_template(world, meta_template_id)
    with transaction as ctx:
        if status is not None:
            templates.decide(ctx, account, template, status, reason)
        if quality_score is not None:
            templates.set_quality(ctx, account, template, quality_score)
        if category is not None:
            templates.recategorize(ctx, account, template, category)
    return _template_view(template)
