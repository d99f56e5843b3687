"""Scheduled messages: kept until they are due on the virtual clock, then sent like any other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from emulator.messaging.send_request import SendRequest
from emulator.messaging.state.content import compose
from emulator.services.sms_voice.errors import BadRequestException, SmsVoiceError
from emulator.services.sms_voice.push_notifications import notify
from emulator.services.sms_voice.service import Context, accept, log
from emulator.services.sms_voice.state import ScheduledMessage, ScheduledMessageDue, ScheduledNotificationDue
from emulator.telecom.numbering import country_of
from emulator.wire.render import iso_8601
from emulator.wire.service import reaction


def due_at(ctx: Context, schedule: dict[str, Any] | None) -> datetime | None:
    """
    Return when a message is to be sent; None means at once.

    Raises:
        BadRequestException: both or neither of Immediate and ScheduledTime, or a time that has passed.
    """
    if schedule is None:
        return None
    immediate, due = schedule.get("Immediate", False), schedule.get("ScheduledTime")
    if bool(immediate) == (due is not None):
        raise BadRequestException("DeliverySchedule must have either Immediate or ScheduledTime")
    if due is None:
        return None
    moment: datetime = due if due.tzinfo else due.replace(tzinfo=timezone.utc)
    if moment <= ctx.now:
        raise BadRequestException(f"DeliverySchedule.ScheduledTime {iso_8601(moment)} has passed")
    return moment


def schedule_text(ctx: Context, message_id: str, request: SendRequest, due: datetime) -> None:
    """Schedule a text, which is sent under this id when it is due."""
    request = replace(request, dry_run=False, message_id=message_id)
    ctx.store.scheduled[message_id] = ScheduledMessage(message_id, request, due)
    ctx.world.clock.schedule_at(due, ScheduledMessageDue(ctx.account, ctx.region, message_id))


def schedule_notification(ctx: Context, to: str, content: dict[str, Any], due: datetime) -> str:
    """Schedule a push notification; return its id."""
    message_id = ctx.world.seeds.uuid("notification")
    request = SendRequest(
        operation="SendNotification",
        channel="push",
        to=to,
        country=country_of(to),
        content=compose("push", content.get("Body", "")),
    )
    ctx.store.scheduled[message_id] = ScheduledMessage(message_id, request, due)
    event = ScheduledNotificationDue(ctx.account, ctx.region, message_id, to, content)
    ctx.world.clock.schedule_at(due, event)
    return message_id


@reaction(ScheduledMessageDue)
def send_scheduled(ctx: Context, event: ScheduledMessageDue) -> None:
    """Send a message that is due. A refusal is recorded, since nobody waits for it."""
    waiting = ctx.store.scheduled.get(event.message_id)
    if waiting is None:
        return
    try:
        accept(ctx, waiting.request)
    except SmsVoiceError as error:
        waiting.refusal = error.message
        log.warning("Scheduled message %s was refused: %s", event.message_id, error.message)


@reaction(ScheduledNotificationDue)
def push_scheduled(ctx: Context, event: ScheduledNotificationDue) -> None:
    """Push a notification that is due; a refusal is recorded."""
    try:
        notify(ctx, event.message_id, event.to, event.content)
    except SmsVoiceError as error:
        waiting = ctx.store.scheduled.get(event.message_id)
        if waiting is not None:
            waiting.refusal = error.message
