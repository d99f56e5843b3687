"""State as JSON: what the control API shows of a message, a handset, a rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timezone
from typing import Any

from emulator.reporting.records import record_of
from emulator.services.push.events import NotificationSent
from emulator.services.push.state import PushMessage
from emulator.services.sms_voice_v2.events import KeysPressed, MessageAccepted, MessageMoved
from emulator.services.sms_voice_v2.sending import event_type
from emulator.services.sms_voice_v2.state.calls import Call, Instructions
from emulator.services.sms_voice_v2.state.messages import HistoryEntry, Message
from emulator.telecom.carriers import Rule
from emulator.telecom.devices import Device
from emulator.telecom.handsets import Handset
from emulator.telecom.script import seconds_of, text_of
from emulator.telecom.tariff import dollars


def iso(moment: datetime) -> str:
    """ISO 8601, UTC, with milliseconds."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def message_view(message: Message) -> dict[str, Any]:
    """A message as the control API shows it; a call has its `voice` too, a rich message its `rcs`."""
    price, carrier_fee = message.cost_in(message.status)
    body = {
        "message_id": message.message_id,
        "direction": message.direction,
        "channel": message.channel,
        "account": message.account,
        "region": message.region,
        "from": message.sender,
        "to": message.to,
        "body": message.body,
        "media": _media_view(message),
        "status": message.status,
        "final": message.final,
        "history": [
            {"status": entry.status, "at": iso(entry.at), "description": entry.description} for entry in message.history
        ],
        "parts": message.parts,
        "encoding": message.encoding,
        "price": dollars(price),
        "carrier_fee": dollars(carrier_fee),
        "currency": "USD",
        "message_type": message.message_type,
        "configuration_set": message.configuration_set,
        "context": message.context or {},
        "country": message.country,
        "carrier": message.carrier,
        "feedback": message.feedback_status,
        "requested_at": iso(message.requested_at),
        "operation": message.operation,
    }
    if isinstance(message, PushMessage):
        body["push"] = message.push
    if message.rcs is not None:
        body["rcs"] = message.rcs.content
    return body if message.call is None else body | {"voice": voice_view(message, message.call)}


def _media_view(message: Message) -> list[dict[str, Any]]:
    return [
        {
            "url": file.url,
            "content_type": file.content_type,
            "size": file.size,
            "href": f"/_emulator/media/{message.message_id}/{place}",
        }
        for place, file in enumerate(message.media)
    ]


def voice_view(message: Message, call: Call) -> dict[str, Any]:
    """What was said and done in a call; its sound is rendered when `audio_href` is fetched."""
    return {
        "voice_id": call.voice_id,
        "text_type": call.text_type,
        "duration_seconds": message.duration_seconds,
        "digits": call.digits,
        "spoken": text_of(call.spoken),
        "heard_seconds": round(seconds_of(call.spoken), 1),
        "steps": list(call.path),
        "waits_for": call.phase,
        "recordings": list(call.recordings),
        "audio_href": f"/_emulator/calls/{message.message_id}/audio.wav",
    }


def instructions_view(instructions: Instructions) -> dict[str, Any]:
    """What calls do, as it was told."""
    return {"start": instructions.start, "steps": {name: asdict(step) for name, step in instructions.steps.items()}}


def event_view(message: Message, entry: HistoryEntry) -> dict[str, Any]:
    """An event record, and what it is about."""
    return {
        "message_id": message.message_id,
        "account": message.account,
        "region": message.region,
        "event_type": event_type(entry.channel, entry.status),
        "at": iso(entry.at),
        "record": record_of(message, entry),
    }


def handset_view(handset: Handset) -> dict[str, Any]:
    """How a handset behaves."""
    body = asdict(handset)
    body["delay_seconds"] = body.pop("delay").total_seconds()
    return body


def device_view(device: Device, now: datetime) -> dict[str, Any]:
    """A device that takes push notifications."""
    return {
        "token": device.token,
        "platform": device.platform,
        "state": device.state(now),
        "phone_number": device.phone_number,
        "last_seen": iso(device.last_seen),
    }


def rule_view(rule: Rule) -> dict[str, Any]:
    """A carrier's rule."""
    body = asdict(rule)
    body["delay_seconds"] = body.pop("delay").total_seconds()
    return body


REPORTED = (MessageAccepted, MessageMoved, KeysPressed, NotificationSent)


def reports(fact: MessageAccepted | MessageMoved | KeysPressed | NotificationSent) -> Iterator[tuple[str, dict[str, Any]]]:
    """
    A fact as (kind, body) of the event stream.

    That is a new message; keys that were pressed; or a message's new status, and the event record made of that.
    """
    if isinstance(fact, MessageAccepted | NotificationSent):
        yield "message", message_view(fact.message)
    elif isinstance(fact, KeysPressed):
        yield "dtmf", {"message_id": fact.message.message_id, "pressed": fact.digits, "digits": fact.message.digits}
    else:
        yield "status", message_view(fact.message)
        yield "event", event_view(fact.message, fact.entry)
