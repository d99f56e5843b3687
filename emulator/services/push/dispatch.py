"""
Send one message to one address, through the address's channel. The outcome is a result, never an error.

The results of push messages were seen in real answers (`emulator.telecom.devices`), and so were two of refused texts (see
`WORDS`). The other sentences, and which refusal has
which `record_status`, follow the pattern of those two. # unverified
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from emulator.kernel.clock import milliseconds
from emulator.messaging.context import as_messaging
from emulator.messaging.facts import AppEventReported
from emulator.messaging.push.notifications import push
from emulator.messaging.send_request import SendRequest, call_request, text_request
from emulator.messaging.sending import lifecycle
from emulator.messaging.state.applications import Application, text_event
from emulator.messaging.voice.scripts import script_call
from emulator.services.push.compose import notification
from emulator.services.push.service import Context
from emulator.services.push.state import App, Document
from emulator.telecom.devices import APPLE, TIME_TO_LIVE_MAX
from emulator.telecom.numbering import UNKNOWN_COUNTRY, country_of, e164, looks_like_a_number
from emulator.wire.errors import ServiceError

SUCCESSFUL, PERMANENT, THROTTLED, OPT_OUT = "SUCCESSFUL", "PERMANENT_FAILURE", "THROTTLED", "OPT_OUT"
PRIORITIES = {"GCM": ("high", "normal"), **dict.fromkeys(APPLE, ("5", "10"))}
NOT_OURS = "The provided number does not exist or does not belong to the account"
OPTED_OUT = "Destination phone number opted out"
WORDS = {
    # Seen: the fixtures of the VA's notification-api, which branches on the sentence.
    "ResourceNotFoundException": (NOT_OURS, "ORIGINATION_IDENTITY_DOES_NOT_EXIST"),
    "AccessDeniedException": (NOT_OURS, "ACCESS_DENIED"),
    "INVALID_IDENTITY_FOR_DESTINATION_COUNTRY": (NOT_OURS, "INVALID_ORIGINATION_IDENTITY"),
    # Seen: the VA's log (notification-api issues 1319, 2092). 18F's identity-idp looks for "opted out" in it.
    "DESTINATION_PHONE_NUMBER_OPTED_OUT": (OPTED_OUT, "OPTED_OUT"),
    "ACCOUNT_DISABLED": ("The account is disabled", "ACCESS_DENIED"),
    "DESTINATION_PHONE_NUMBER_NOT_VERIFIED": ("Destination phone number not verified", "ACCOUNT_IN_SANDBOX"),
    "DESTINATION_COUNTRY_BLOCKED": ("Destination country blocked", "DESTINATION_COUNTRY_NOT_SUPPORTED"),
    "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION": ("Destination country blocked", "BLOCKED"),
    "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE": ("Destination phone number blocked", "BLOCKED"),
    "NO_ORIGINATION_IDENTITIES_FOUND": (
        "No origination identity available to send",
        "NO_ORIGINATION_IDENTITY_AVAILABLE_TO_SEND",
    ),
    "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT": ("Monthly spend limit reached", "NO_QUOTA_LEFT_ON_ACCOUNT"),
    "MONTHLY_SPEND_LIMIT_REACHED_FOR_VOICE": ("Monthly spend limit reached", "NO_QUOTA_LEFT_ON_ACCOUNT"),
    "MESSAGE_TYPE_MISMATCH": ("Message type does not match the origination number", "INVALID_PARAMETERS"),
    "NUMBER_CAPABILITIES_MISMATCH": ("The provided number does not support this channel", "INVALID_ORIGINATION_IDENTITY"),
    "RESOURCE_NOT_ACTIVE": ("The provided number is not active", "INVALID_ORIGINATION_IDENTITY"),
    "SENDER_ID_NOT_REGISTERED": ("The provided sender ID is not registered", "INVALID_SENDER_ID"),
    "ThrottlingException": ("Rate exceeded", "RATE_EXCEEDED"),
}
"""
This API's own sentences, and the `record_status` of the event, by the reason, or else the code, of the messaging system's
refusal. Source of the statuses: "SMS events"
"""
REFUSED = ("Invalid request", "INVALID_PARAMETERS")


def result(status: str, code: int, message: str, message_id: str | None = None) -> Document:
    """Return a MessageResult."""
    return {"DeliveryStatus": status, "StatusCode": code, "StatusMessage": message, "MessageId": message_id}


def send(ctx: Context, app: App, operation: str, channel: str, address: str, parts: Document) -> Document:
    """
    Send a composed message; return its MessageResult.

    Beside the parts of the message, `parts` may have the Context of the request and the EndpointId of the recipient.
    """
    sender = SENDERS.get(channel)
    if sender is None or not app.is_enabled(channel):
        return result(PERMANENT, 400, f"No valid channel of type {channel} is enabled for the application")
    return sender(ctx, app, operation, channel, address, parts)


def _push(ctx: Context, app: App, operation: str, channel: str, token: str, parts: Document) -> Document:
    composed = notification(parts)
    if composed.raw is None and not composed.silent and not (composed.title or composed.body):
        return result(PERMANENT, 400, "The message has no content")
    if composed.priority not in (None, *PRIORITIES.get(channel, (composed.priority,))):
        allowed = ", ".join(PRIORITIES[channel])
        return result(PERMANENT, 400, f"Invalid Priority {composed.priority}; must be one of {allowed}")
    ttl, ttl_max = composed.time_to_live, None if channel in APPLE else TIME_TO_LIVE_MAX
    if ttl is not None and (ttl < timedelta(0) or (ttl_max is not None and ttl > ttl_max)):
        allowed = "at least 0" if ttl_max is None else f"from 0 to {ttl_max.total_seconds():.0f}"
        return result(PERMANENT, 400, f"Invalid TimeToLive {ttl.total_seconds():.0f}; must be {allowed} seconds")
    message, refused, fact = push(ctx.world, ctx.account, ctx.region, operation, token, channel, composed)
    ctx.emit(fact)
    if refused is not None:
        return result(PERMANENT, refused.status_code, refused.status_message(channel), message.message_id)
    return result(SUCCESSFUL, 200, "", message.message_id)


def _text(ctx: Context, app: App, operation: str, channel: str, number: str, parts: Document) -> Document:
    if parts.get("MediaUrl"):
        return result(PERMANENT, 400, "MediaUrl is not supported")
    body = parts.get("Body") or ""
    refusal = _refusal(number, body)
    if refusal is not None:
        return refusal
    settings = app.channels[channel]
    names = {"IN_ENTITY_ID": parts.get("EntityId"), "IN_TEMPLATE_ID": parts.get("TemplateId")}
    registered = {name: value for name, value in names.items() if value}
    identity = (
        parts.get("OriginationNumber") or parts.get("SenderId") or settings.get("ShortCode") or settings.get("SenderId")
    )
    request = text_request(
        operation,
        e164(number),
        body,
        identity=identity,
        message_type=parts.get("MessageType"),
        keyword=parts.get("Keyword"),
        destination_country_parameters=registered or None,
        application=Application(
            app.app_id, parts.get("EndpointId", ctx.account), ctx.request_id, parts.get("Context") or {}
        ),
    )
    return _accept(ctx, app, request)


def _call(ctx: Context, app: App, operation: str, channel: str, number: str, parts: Document) -> Document:
    body = parts.get("Body") or ""
    refusal = _refusal(number, body)
    if refusal is not None:
        return refusal

    try:
        with as_messaging(ctx) as inner:
            call = script_call(inner, body)
    except ServiceError:
        return result(PERMANENT, 400, REFUSED[0])
    return _accept(ctx, app, call_request(operation, e164(number), body, call, identity=parts.get("OriginationNumber")))


def _refusal(number: str, body: str) -> Document | None:
    if not looks_like_a_number(number) or country_of(e164(number)) == UNKNOWN_COUNTRY:
        return result(PERMANENT, 400, "Invalid phone number")
    if not body:
        return result(PERMANENT, 400, "The message has no content")
    return None


def _accept(ctx: Context, app: App, request: SendRequest) -> Document:
    """Send through the messaging system, as every API does, so that all messages are in one inbox; return the result."""
    try:
        with as_messaging(ctx) as inner:
            message_id = lifecycle.accept(inner, request)
    except ServiceError as error:
        words, status = WORDS.get(error.members.get("Reason") or error.code) or WORDS.get(error.code, REFUSED)
        if app.event_stream is not None and request.channel == "sms":
            _report_refusal(ctx, app.event_stream["DestinationStreamArn"], request, status)
        if error.code == "ThrottlingException":
            return result(THROTTLED, 429, words)
        return result(OPT_OUT if words == OPTED_OUT else PERMANENT, 400, words)
    if request.channel == "sms":
        app.last_texts[request.to] = message_id
    return result(SUCCESSFUL, 200, f"MessageId: {message_id}", message_id)


def _report_refusal(ctx: Context, stream: str, request: SendRequest, status: str) -> None:
    """Send the event of a text that was not accepted."""
    assert request.application is not None
    message_id = ctx.world.seeds.uuid("message")
    event = text_event(
        request.application,
        "_SMS.FAILURE",
        account=ctx.account,
        at=milliseconds(ctx.now),
        status=status,
        sender=request.identity or "",
        destination=request.to,
        country=request.country,
        parts=request.content.parts,
        message_id=message_id,
        message_type=request.message_type or "TRANSACTIONAL",
        millicents=0,
    )
    ctx.emit(AppEventReported(ctx.account, ctx.region, stream, message_id, event))


Sender = Callable[[Context, App, str, str, str, Document], Document]
SENDERS: dict[str, Sender] = {"SMS": _text, "VOICE": _call, **dict.fromkeys(("GCM", *APPLE, "ADM", "BAIDU"), _push)}


def send_to_endpoint(ctx: Context, app: App, operation: str, endpoint: Document, parts: Document) -> Document:
    """Send to an endpoint unless it has opted out or is inactive; the result names its address."""
    address = endpoint.get("Address")
    if endpoint["OptOut"] == "ALL":
        answer = result(OPT_OUT, 200, "The endpoint is opted out")
    elif endpoint["EndpointStatus"] != "ACTIVE" or not address:
        answer = result(PERMANENT, 400, "The endpoint is inactive")
    else:
        answer = send(ctx, app, operation, endpoint["ChannelType"], address, parts | {"EndpointId": endpoint["Id"]})
    return {"Address": address, **answer}
