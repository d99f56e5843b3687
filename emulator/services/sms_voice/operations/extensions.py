"""
The guide's additions to AWS's operations: texts, notifications, a summary of statuses, events of the account, registered
numbers.

AWS offers none of them under this client's name. The model is our overlay, `botocore_models/sms-voice`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from emulator.messaging.context import messaging_store
from emulator.messaging.event_types import event_types
from emulator.messaging.limits.request_rates import parts_per_second
from emulator.messaging.send_request import text_request
from emulator.messaging.state.messages import Message
from emulator.messaging.state.sms_voice_destinations import FAILURE, SUCCESS, TARGETS, EventDestination
from emulator.services.sms_voice.errors import AlreadyExistsException, BadRequestException
from emulator.services.sms_voice.numbers import destination, origination, register, registering
from emulator.services.sms_voice.push_notifications import notify
from emulator.services.sms_voice.schedules import due_at, schedule_notification, schedule_text
from emulator.services.sms_voice.service import Context, accept
from emulator.services.sms_voice.state import APPROVED
from emulator.telecom.handsets import ARRIVED
from emulator.wire.render import iso_8601
from emulator.wire.service import operation

SENT = "Sent"
SCHEDULED = "Scheduled"
NUMBER_TYPES = {"LongCode": "LONG_CODE", "TollFree": "TOLL_FREE", "ShortCode": "SHORT_CODE", "TenDlc": "TEN_DLC"}
GUIDE_EVENTS = {SUCCESS, FAILURE}
CAPABILITIES = {"SMS", "VOICE", "MMS"}
SINKS = {
    "CloudWatchLogsEventDestination": "arn:[^:]+:logs:[^:]+:[^:]+:log-group:.",
    "SnsDestination": "arn:[^:]+:sns:[^:]+:[^:]+:.",
    "SqsDestination": "arn:[^:]+:sqs:[^:]+:[^:]+:.",
    "LambdaDestination": "arn:[^:]+:lambda:[^:]+:[^:]+:function:.",
    "KinesisFirehoseDestination": "arn:[^:]+:firehose:[^:]+:[^:]+:deliverystream/.",
    "WebhookDestination": "https?://.",
}
"""The sinks of an event destination of the account, with patterns of their targets; a destination may have several."""


@operation
def send_text_message(
    ctx: Context,
    *,
    destination_phone_number: str,
    origination_identity: str,
    message_body: str,
    message_type: str = "TRANSACTIONAL",
    dry_run: bool = False,
    delivery_schedule: dict[str, Any] | None = None,
) -> dict[str, str]:
    """Send a text now, or schedule it. Source: the guide, "Python SDK" and "AWS CLI"."""
    if not message_body:
        raise BadRequestException("MessageBody must not be empty")
    to = destination(destination_phone_number)
    due = due_at(ctx, delivery_schedule)
    _check_campaigns(ctx, origination(origination_identity))
    with registering(ctx, origination(origination_identity), message_type) as identity:
        request = text_request(
            "SendTextMessage",
            to,
            message_body,
            identity=identity,
            message_type=message_type,
            dry_run=dry_run or due is not None,
        )
        message_id = accept(ctx, request)
    if due is not None and not dry_run:
        schedule_text(ctx, message_id, request, due)
        return {"MessageId": message_id, "MessageStatus": SCHEDULED}
    return {"MessageId": message_id, "MessageStatus": SENT}


def _check_campaigns(ctx: Context, sender: str) -> None:
    """Check that one of a number's campaigns is approved; a number without any is assumed to be approved."""
    statuses = [row.status for row in ctx.store.campaigns.values() if row.sender_identity == sender]
    if statuses and APPROVED not in statuses:
        raise BadRequestException(f"Campaign not approved: no campaign of {sender} is approved yet")


@operation
def send_notification(
    ctx: Context,
    *,
    channel: str,
    destination_phone_number: str | None = None,
    target_phone_number: str | None = None,
    notification: dict[str, Any] | None = None,
    notification_content: dict[str, Any] | None = None,
    message_content: dict[str, Any] | None = None,
    delivery_schedule: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """
    Push to every device of a recipient.

    Source: the guide, "Push Notification", which spells two of the members in several ways.
    """
    contents = [each for each in (notification, notification_content, message_content) if each is not None]
    if len(contents) != 1:
        raise BadRequestException("Exactly one of Notification, NotificationContent and MessageContent is required")
    content = contents[0]
    if not (content.get("Title") or content.get("Body") or content.get("Data")):
        raise BadRequestException("A notification must have a Title, a Body or Data")
    to = destination(destination_phone_number or target_phone_number)
    due = due_at(ctx, delivery_schedule)
    if due is not None:
        return {"MessageId": schedule_notification(ctx, to, content, due), "MessageStatus": SCHEDULED}
    results = notify(ctx, ctx.world.seeds.uuid("notification"), to, content)
    return {"MessageId": results[0]["NotificationId"], "MessageStatus": SENT, "Results": results}


@operation
def get_message_status_summary(ctx: Context, *, message_id: str | None = None) -> dict[str, Any]:
    """
    Return the status of one message, or the counts of all the account's messages; an unknown id counts none.

    Sent messages are on their way, Delivered ones have arrived, Failed ones ended in any other way. Source: the guide,
    "Delivery status".
    """
    found = list(_statuses(ctx, message_id))
    members: dict[str, Any] = {"Total": len(found), "Counts": dict(Counter(status for status, _, _ in found))}
    if message_id is None:
        return members
    members["MessageId"] = message_id
    if found:
        status, detail, at = found[0]
        members |= {"MessageStatus": status, "StatusDetail": detail, "LastUpdatedTimestamp": iso_8601(at)}
    return members


def _statuses(ctx: Context, message_id: str | None) -> Iterable[tuple[str, str, datetime]]:
    store = ctx.store
    for waiting in store.scheduled.values():
        if message_id in (None, waiting.message_id) and waiting.refusal is not None:
            yield "Failed", waiting.refusal, waiting.due
        elif message_id in (None, waiting.message_id) and waiting.due > ctx.now:
            yield SCHEDULED, SCHEDULED, waiting.due
    known = ctx.world.inbox.messages
    wanted = list(known) if message_id is None else store.notifications.get(message_id, [message_id])
    for name in wanted:
        message = known.get(name)
        if isinstance(message, Message) and _is_ours(ctx, message):
            at = message.history[-1].at if message.history else message.requested_at
            yield summarised(message), message.status, at


def _is_ours(ctx: Context, message: Message) -> bool:
    scope = message.account, message.region, message.direction
    return scope == (ctx.account, ctx.region, "outbound")


def summarised(message: Message) -> str:
    """Return a message's status in the guide's words."""
    if not message.final:
        return SENT
    return "Delivered" if message.status in ARRIVED else "Failed"


@operation
def create_event_destination(
    ctx: Context, *, event_destination_name: str, event_destination: dict[str, Any]
) -> dict[str, Any]:
    """Add a destination for the account's events, without a configuration set. Source: the guide, "Python SDK"."""
    destinations = ctx.store.account_destinations
    if event_destination_name in destinations:
        raise AlreadyExistsException(f"Event destination {event_destination_name} already exists")
    sinks = {member: event_destination[member] for member in SINKS if member in event_destination}
    if not sinks:
        raise BadRequestException(f"EventDestination must have at least one of {', '.join(SINKS)}")
    for member, value in sinks.items():
        if not _has_valid_target(member, value):
            raise BadRequestException(f"{member} must name a log group, or exactly one target of its own kind")
    unknown = set(event_destination["MatchingEventTypes"]) - GUIDE_EVENTS - set(event_types())
    if unknown:
        raise BadRequestException(f"Unknown event types: {', '.join(sorted(unknown))}")
    row = EventDestination(
        event_destination_name,
        event_destination.get("Enabled", False),
        list(event_destination["MatchingEventTypes"]),
        sinks,
    )
    destinations[event_destination_name] = row
    return {"EventDestinationName": row.name, "EventDestination": event_destination}


def _has_valid_target(member: str, value: dict[str, str]) -> bool:
    """Return whether a sink names a target of its own kind: an ARN of its service, a log group, or a URL."""
    if value.get("LogGroupName"):
        return True
    targets = [value[key] for key in TARGETS if key in value]
    return len(targets) == 1 and re.match(SINKS[member], targets[0]) is not None


@operation
def register_phone_number(
    ctx: Context,
    *,
    phone_number: str,
    number_type: str = "LongCode",
    iso_country_code: str = "US",
    capabilities: list[str] | None = None,
    message_type: str = "TRANSACTIONAL",
) -> dict[str, Any]:
    """Register a number, as in the guide's console flow; from then on it is like one from RequestPhoneNumber."""
    number = origination(phone_number)
    kind = NUMBER_TYPES[number_type]
    if kind == "LONG_CODE" and iso_country_code == "US":
        kind = "TEN_DLC"
    capabilities = [capability.upper() for capability in capabilities or ("SMS", "VOICE")]
    unknown = set(capabilities) - CAPABILITIES
    if unknown:
        allowed = ", ".join(sorted(CAPABILITIES))
        raise BadRequestException(f"Unknown capabilities: {', '.join(sorted(unknown))}; allowed: {allowed}")
    if not number.removeprefix("+").isdigit():
        raise BadRequestException(f"Invalid phone number: {phone_number}")
    number_id = register(ctx, number, message_type, kind, capabilities, iso_country_code)
    return _number_view(ctx, number_id)


@operation
def list_phone_numbers(ctx: Context) -> dict[str, Any]:
    """List the account's numbers, as in the guide's "Example Phone Pool"."""
    return {"PhoneNumbers": [_number_view(ctx, row.phone_number_id) for row in messaging_store(ctx).phone_numbers]}


def _number_view(ctx: Context, number_id: str) -> dict[str, Any]:
    row = messaging_store(ctx).phone_numbers.get(number_id)
    guide_type = {aws: ours for ours, aws in NUMBER_TYPES.items()}.get(row.number_type, row.number_type)
    return {
        "PhoneNumberId": row.phone_number_id,
        "PhoneNumber": row.phone_number,
        "Country": row.iso_country_code,
        "Type": guide_type,
        "Capability": ",".join(row.number_capabilities),
        "Status": row.status.capitalize(),
        "Throughput": parts_per_second(row.number_type, row.iso_country_code, "sms"),
        "MonthlyLeasingPrice": row.monthly_leasing_price,
    }
