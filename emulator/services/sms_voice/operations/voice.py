"""SendVoiceMessage: AWS's form, with `Content`, and the guide's, with `VoiceMessage`."""

from __future__ import annotations

import re
from typing import Any

from emulator.messaging.context import as_messaging
from emulator.messaging.send_request import call_request
from emulator.messaging.voice.scripts import script_call
from emulator.services.sms_voice.errors import BadRequestException, translated_errors
from emulator.services.sms_voice.numbers import destination, origination, registering
from emulator.services.sms_voice.service import Context, accept
from emulator.services.sms_voice.speech import (
    AUDIO,
    audio_reads,
    read_content,
    read_voice_message,
    script_of_recording,
    spoken,
)
from emulator.services.sms_voice.state import Call
from emulator.telecom.numbering import e164
from emulator.wire.service import operation

NUMBER = re.compile(r"\+?[1-9][0-9]{1,18}")


@operation(reads=audio_reads)
def send_voice_message(
    ctx: Context,
    *,
    destination_phone_number: str | None = None,
    origination_phone_number: str | None = None,
    caller_id: str | None = None,
    configuration_set_name: str | None = None,
    content: dict[str, Any] | None = None,
    origination_identity: str | None = None,
    voice_message: dict[str, Any] | None = None,
    duration_seconds: int | None = None,
) -> dict[str, Any]:
    """Call a recipient and speak to them. Source: API reference, SendVoiceMessage; the guide, "Voice Message"."""
    if origination_identity is not None or voice_message is not None:
        if content is not None or origination_phone_number is not None:
            sentence = "OriginationIdentity and VoiceMessage cannot be combined with OriginationPhoneNumber and Content"
            raise BadRequestException(sentence)
        return _by_the_guide(ctx, destination_phone_number, origination_identity, voice_message, duration_seconds)
    if duration_seconds is not None:
        raise BadRequestException("DurationSeconds requires VoiceMessage")
    to = _number("DestinationPhoneNumber", destination_phone_number)
    sender = _number("OriginationPhoneNumber", origination_phone_number)
    shown_sender = None if caller_id is None else _number("CallerId", caller_id)
    if configuration_set_name is not None and configuration_set_name not in ctx.store.configuration_sets:
        # SendVoiceMessage has no NotFoundException.
        raise BadRequestException(f"Configuration set {configuration_set_name} was not found")
    text, call = read_content(content)
    call.configuration_set_name = configuration_set_name
    return {"MessageId": _dial(ctx, to, sender, text, call, shown_sender)}


def _by_the_guide(
    ctx: Context, to: str | None, sender: str | None, voice_message: dict[str, Any] | None, seconds: int | None
) -> dict[str, Any]:
    if voice_message is None or sender is None:
        raise BadRequestException("OriginationIdentity and VoiceMessage must be given together")
    text, call = read_voice_message(ctx, voice_message)
    call.duration_seconds = seconds
    number = destination(to)
    with registering(ctx, origination(sender), "TRANSACTIONAL") as identity:
        return {"MessageId": _dial(ctx, number, identity, text, call), "MessageStatus": "Sent"}


def _dial(ctx: Context, to: str, sender: str, text: str, call: Call, shown_sender: str | None = None) -> str:
    with translated_errors(), as_messaging(ctx) as inner:
        to_speak = script_call(inner, *spoken(text, call))
    if call.text_type == AUDIO:
        to_speak.script = script_of_recording(ctx, text)
    if call.duration_seconds is not None:
        to_speak.seconds_max = min(to_speak.seconds_max, call.duration_seconds)
    request = call_request("SendVoiceMessage", to, text, to_speak, identity=sender)
    message_id = accept(ctx, request, shown_sender)
    ctx.store.calls[message_id] = call
    return message_id


def _number(member: str, number: str | None) -> str:
    if number is None:
        raise BadRequestException(f"{member} is required")
    if not NUMBER.fullmatch(number):
        raise BadRequestException(f"Invalid {member} {number}; must be a phone number in E.164 format")
    return e164(number)
