"""State as JSON: how the control API shows a message, a handset, a rule. The types are the schemas of its description."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, timezone
from typing import Any, TypedDict

from emulator.engine import StreamView
from emulator.messaging.event_types import event_type
from emulator.messaging.facts import KeysPressed, MessageAccepted, MessageStatusChanged, NotificationSent
from emulator.messaging.state.calls import Call, Instructions
from emulator.messaging.state.messages import HistoryEntry, Message
from emulator.messaging.state.whatsapp import WhatsAppContent
from emulator.reporting.records import RECORDS as RECORDS_OF_SETS
from emulator.reporting.whatsapp_events import whatsapp_record
from emulator.request_log import LoggedRequest
from emulator.telecom.carriers import Rule
from emulator.telecom.devices import Device
from emulator.telecom.handsets import Handset
from emulator.telecom.script import seconds_of, text_of
from emulator.telecom.tariff import dollars
from emulator.wire.render import iso_8601

RECORDS = {**RECORDS_OF_SETS, "whatsapp": whatsapp_record}
"""How each channel writes its events."""


class HistoryView(TypedDict):
    """A status that a message reached."""

    status: str
    at: str
    description: str | None


class MediaView(TypedDict):
    """A file of a message."""

    url: str
    content_type: str
    size: int
    href: str


class VoiceView(TypedDict):
    """What was said and done in a call; `audio_href` renders its sound."""

    voice_id: str
    text_type: str
    duration_seconds: int | None
    digits: str
    spoken: str
    heard_seconds: float
    steps: list[str]
    waits_for: str | None
    recordings: list[dict[str, Any]]
    audio_href: str


_MESSAGE = {
    "message_id": str,
    "direction": str,
    "channel": str,
    "account": str,
    "region": str,
    "from": str,
    "to": str,
    "body": str,
    "media": list[MediaView],
    "status": str,
    "final": bool,
    "history": list[HistoryView],
    "parts": int,
    "encoding": str,
    "price": float,
    "carrier_fee": float,
    "currency": str,
    "message_type": str | None,
    "configuration_set": str | None,
    "context": dict[str, str],
    "country": str,
    "carrier": str | None,
    "feedback": str | None,
    "code": str | None,
    "requested_at": str,
    "operation": str,
}
_MessageFields = TypedDict("_MessageFields", _MESSAGE)  # type: ignore[misc]  # "from" cannot be written as an attribute


class WhatsAppView(TypedDict):
    """
    What is of WhatsApp in a message: Meta's id and type, the message itself, its category, why it failed, its choices.

    `shown` is what the phone shows: header, body, footer and buttons. `is_read` says of what a user sent whether the
    business has marked it as read, `is_deleted` whether the user has deleted it, `edited` to which text it was changed.
    """

    wamid: str
    type: str
    content: dict[str, Any]
    category: str
    price_type: str
    error: dict[str, Any] | None
    choices: list[str]
    shown: dict[str, Any]
    is_read: bool
    is_deleted: bool
    edited: str | None


class MessageView(_MessageFields, total=False):
    """A message; a call also has `voice`, a rich message `rcs`, a push notification `push`, WhatsApp `whatsapp`."""

    voice: VoiceView
    rcs: dict[str, Any]
    push: dict[str, Any]
    whatsapp: WhatsAppView


class DeliveryView(TypedDict, total=False):
    """A delivery of a record to one destination."""

    destination: str
    target: str
    status: str
    error: str


class RequestView(TypedDict):
    """A call to an AWS API; `to` is the number that a message was for."""

    request_id: str
    at: str
    service: str
    operation: str
    account: str
    region: str
    status: int
    error: str | None
    reason: str | None
    hint: str | None
    duration_ms: float
    answered_by: str
    message_id: str | None
    to: str | None


class EventView(TypedDict):
    """An event record, and the message that it is about."""

    message_id: str
    account: str
    region: str
    event_type: str
    at: str
    record: dict[str, Any]


class HandsetView(TypedDict):
    """How a handset behaves."""

    number: str
    outcome: str | None
    description: str | None
    answers: str
    presses: list[str]
    says: str | None
    carrier: str | None
    rcs: bool
    reads_rcs: bool
    whatsapp: bool
    reads_whatsapp: bool
    whatsapp_name: str | None
    whatsapp_marketing: bool
    whatsapp_blocks: list[str]
    whatsapp_error: int | None
    delay_seconds: float


class DeviceView(TypedDict):
    """A device that receives push notifications."""

    token: str
    platform: str
    state: str
    phone_number: str | None
    last_seen: str


class RuleView(TypedDict):
    """A carrier rule."""

    match: dict[str, str]
    outcome: str
    probability: float
    times: int | None
    via: list[str]
    receipts: int
    delay_seconds: float


def iso(moment: datetime) -> str:
    """Return a time as ISO 8601, UTC, with milliseconds."""
    return iso_8601(moment.astimezone(timezone.utc))


def message_view(message: Message) -> MessageView:
    """Return a message as the control API shows it."""
    price, carrier_fee = message.cost_in(message.status)
    view: Any = {
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
        "code": message.code,
        "requested_at": iso(message.requested_at),
        "operation": message.operation,
    }
    if message.push is not None:
        view["push"] = message.push
    if message.rcs is not None:
        view["rcs"] = message.rcs.content
    if message.whatsapp is not None:
        view["whatsapp"] = whatsapp_view(message.whatsapp)
    if message.call is not None:
        view["voice"] = voice_view(message, message.call)
    shown: MessageView = view
    return shown


def _media_view(message: Message) -> list[MediaView]:
    return [
        {
            "url": file.url,
            "content_type": file.content_type,
            "size": file.size,
            "href": f"/_emulator/media/{message.message_id}/{place}",
        }
        for place, file in enumerate(message.media)
    ]


def whatsapp_view(content: WhatsAppContent) -> WhatsAppView:
    """Return what is of WhatsApp in a message."""
    return {
        "wamid": content.wamid,
        "type": content.kind,
        "content": content.payload,
        "category": content.category,
        "price_type": content.price_type,
        "error": content.error,
        "choices": [choice["text"] for choice in content.choices],
        "shown": content.shown,
        "is_read": content.is_read,
        "is_deleted": content.is_deleted,
        "edited": content.edited,
    }


def voice_view(message: Message, call: Call) -> VoiceView:
    """Return what was said and done in a call."""
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
    """Return the instructions of calls, as they were set."""
    return {"start": instructions.start, "steps": {name: asdict(step) for name, step in instructions.steps.items()}}


def event_view(message: Message, entry: HistoryEntry) -> EventView:
    """Return an event record, and the message that it is about."""
    return {
        "message_id": message.message_id,
        "account": message.account,
        "region": message.region,
        "event_type": event_type(entry.channel, entry.status),
        "at": iso(entry.at),
        "record": RECORDS[entry.channel](message, entry),
    }


def handset_view(handset: Handset) -> HandsetView:
    """Return how a handset behaves."""
    view: Any = asdict(handset)
    view["delay_seconds"] = view.pop("delay").total_seconds()
    shown: HandsetView = view
    return shown


def device_view(device: Device, now: datetime) -> DeviceView:
    """Return a device that receives push notifications."""
    return {
        "token": device.token,
        "platform": device.platform,
        "state": device.state(now),
        "phone_number": device.phone_number,
        "last_seen": iso(device.last_seen),
    }


def rule_view(rule: Rule) -> RuleView:
    """Return a carrier rule."""
    view: Any = asdict(rule)
    view["delay_seconds"] = view.pop("delay").total_seconds()
    shown: RuleView = view
    return shown


def request_view(entry: LoggedRequest) -> RequestView:
    """Return a call to an AWS API, without its parameters and its answer."""
    return {
        "request_id": entry.request_id,
        "at": iso(entry.at),
        "service": entry.service,
        "operation": entry.operation,
        "account": entry.account,
        "region": entry.region,
        "status": entry.status,
        "error": entry.error,
        "reason": entry.reason,
        "hint": entry.hint,
        "duration_ms": entry.duration_ms,
        "answered_by": entry.answered_by,
        "message_id": entry.message_id,
        "to": entry.destination,
    }


def _accepted(fact: MessageAccepted | NotificationSent) -> Iterator[tuple[str, Any]]:
    yield "message", message_view(fact.message)


def _keys_pressed(fact: KeysPressed) -> Iterator[tuple[str, Any]]:
    yield "dtmf", {"message_id": fact.message.message_id, "pressed": fact.digits, "digits": fact.message.digits}


def _status_changed(fact: MessageStatusChanged) -> Iterator[tuple[str, Any]]:
    yield "status", message_view(fact.message)
    yield "event", event_view(fact.message, fact.entry)


def _requested(entry: LoggedRequest) -> Iterator[tuple[str, Any]]:
    yield "request", request_view(entry)


STREAM_VIEWS: Mapping[type, StreamView] = {
    LoggedRequest: _requested,
    MessageAccepted: _accepted,
    NotificationSent: _accepted,
    KeysPressed: _keys_pressed,
    MessageStatusChanged: _status_changed,
}
"""By type of fact, the events that it adds to the event stream."""
