"""SendVoiceMessage: AWS's form, by `Content`, and the guide's, by `VoiceMessage`."""

from __future__ import annotations

import re
from typing import Any

from emulator.services.sms_voice.errors import BadRequestException, in_words_of_this_api
from emulator.services.sms_voice.service import Context, accept, operation
from emulator.services.sms_voice.spoken import AUDIO, read_content, read_voice_message, script_of_recording, spoken
from emulator.services.sms_voice.state import Call
from emulator.services.sms_voice.writing import destination, origination, registering
from emulator.services.sms_voice_v2.call_scripts import call_of
from emulator.services.sms_voice_v2.drafts import Draft
from emulator.services.sms_voice_v2.service import sms_context
from emulator.telecom.numbering import country_of, e164

NUMBER = re.compile(r"\+?[1-9][0-9]{1,18}")


@operation
def send_voice_message(
    context: Context,
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
    """Call somebody and speak to them. Source: API reference, SendVoiceMessage; the guide, "Voice Message"."""
    if origination_identity is not None or voice_message is not None:
        if content is not None or origination_phone_number is not None:
            raise BadRequestException("OriginationIdentity and VoiceMessage exclude OriginationPhoneNumber and Content")
        return _by_the_guide(context, destination_phone_number, origination_identity, voice_message, duration_seconds)
    if duration_seconds is not None:
        raise BadRequestException("DurationSeconds goes with VoiceMessage")
    to = _number("DestinationPhoneNumber", destination_phone_number)
    sender = _number("OriginationPhoneNumber", origination_phone_number)
    shown_sender = None if caller_id is None else _number("CallerId", caller_id)
    if configuration_set_name is not None and configuration_set_name not in context.store.configuration_sets:
        # SendVoiceMessage has no NotFoundException.
        raise BadRequestException(f"Configuration set {configuration_set_name} was not found")
    text, call = read_content(content)
    call.configuration_set_name = configuration_set_name
    message_id = _dial(context, to, sender, text, call)
    if shown_sender is not None:
        sms_context(context).store.messages[message_id].sender = shown_sender
    return {"MessageId": message_id}


def _by_the_guide(
    context: Context, to: str | None, sender: str | None, voice_message: dict[str, Any] | None, seconds: int | None
) -> dict[str, Any]:
    if voice_message is None or sender is None:
        raise BadRequestException("OriginationIdentity and VoiceMessage go together")
    text, call = read_voice_message(context, voice_message)
    call.duration_seconds = seconds
    number = destination(to)
    with registering(context, origination(sender), "TRANSACTIONAL") as identity:
        return {"MessageId": _dial(context, number, identity, text, call), "MessageStatus": "Sent"}


def _dial(context: Context, to: str, sender: str, text: str, call: Call) -> str:
    with in_words_of_this_api():
        to_speak = call_of(sms_context(context), *spoken(text, call))
    if call.text_type == AUDIO:
        to_speak.script = script_of_recording(context, text)
    if call.duration_seconds is not None:
        to_speak.seconds_max = min(to_speak.seconds_max, call.duration_seconds)
    draft = Draft("SendVoiceMessage", "voice", "VOICE", to, country_of(to), text, identity=sender, call=to_speak)
    message_id = accept(context, draft)
    context.store.calls[message_id] = call
    return message_id


def _number(member: str, number: str | None) -> str:
    if number is None or not NUMBER.fullmatch(number):
        raise BadRequestException(f"{member} must be a telephone number in E.164 format")
    return e164(number)
