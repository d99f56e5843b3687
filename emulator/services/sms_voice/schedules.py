"""Messages for later: kept until their hour on the virtual clock, then sent like any other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from emulator.services.sms_voice.errors import BadRequestException, SmsVoiceError
from emulator.services.sms_voice.pushing import notify
from emulator.services.sms_voice.service import Context, accept, log, service
from emulator.services.sms_voice.state import ScheduledMessage, ScheduledMessageDue, ScheduledNotificationDue
from emulator.services.sms_voice_v2.drafts import Draft
from emulator.telecom.numbering import country_of


def due_at(context: Context, schedule: dict[str, Any] | None) -> datetime | None:
    """
    When a message is to go out; None for at once.

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
    if moment <= context.now:
        raise BadRequestException("DeliverySchedule.ScheduledTime has passed")
    return moment


def keep_text(context: Context, message_id: str, draft: Draft, due: datetime) -> None:
    """Send the text then, under this id."""
    draft = replace(draft, dry_run=False, message_id=message_id)
    context.store.scheduled[message_id] = ScheduledMessage(message_id, draft, due)
    context.world.clock.schedule_at(due, ScheduledMessageDue(context.account, context.region, message_id))


def keep_notification(context: Context, to: str, content: dict[str, Any], due: datetime) -> str:
    """Push the notification then; returns its id."""
    message_id = context.world.seeds.uuid("notification")
    draft = Draft("SendNotification", "push", "PUSH", to, country_of(to), content.get("Body", ""))
    context.store.scheduled[message_id] = ScheduledMessage(message_id, draft, due)
    event = ScheduledNotificationDue(context.account, context.region, message_id, to, content)
    context.world.clock.schedule_at(due, event)
    return message_id


@service.when(ScheduledMessageDue)
def send_scheduled(context: Context, event: ScheduledMessageDue) -> None:
    """The hour has come; what is refused now is so noted, since nobody is there to be told."""
    waiting = context.store.scheduled[event.message_id]
    try:
        accept(context, waiting.draft)
    except SmsVoiceError as error:
        waiting.refusal = error.message
        log.warning("The scheduled message %s was refused: %s", event.message_id, error.message)


@service.when(ScheduledNotificationDue)
def push_scheduled(context: Context, event: ScheduledNotificationDue) -> None:
    """The hour has come."""
    try:
        notify(context, event.message_id, event.to, event.content)
    except SmsVoiceError as error:
        context.store.scheduled[event.message_id].refusal = error.message
