"""
Sending a code, by the channel and the kind of origination identity: an ordinary text or call from an identity of the
account, a message of a Notify configuration, or an authentication template of WhatsApp.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.kernel.dataclass import dataclass
from emulator.kernel.tables import load_table
from emulator.messaging.context import Context
from emulator.messaging.errors import invalid, missing
from emulator.messaging.notify.sending import send_notify
from emulator.messaging.send_request import build_send_request
from emulator.messaging.sending.lifecycle import accept
from emulator.messaging.state.content import compose
from emulator.messaging.voice.scripts import DEFAULT_VOICE, script_call
from emulator.messaging.whatsapp import sending as whatsapp
from emulator.messaging.whatsapp.accounts import get_number

PLACEHOLDER = "{{code}}"
"""Stands for the code in an inline template. Source: examples of the service model of endusermessaging"""
OPERATION = "SendNotifyCodeVerification"
NOTIFY_PREFIX = "nc-"


@dataclass(frozen=True, slots=True)
class CodeMessage:
    """
    A code on its way.

    Attributes:
        code: the code.
        channel: TEXT, VOICE or WHATSAPP.
        to: the destination.
        valid_minutes: how long it is good.
        origination_identity: the identity, or the Notify configuration, that sends it.
        parameters: the channel parameters by wire name, completed by those of the code configuration.
        configuration_set_name: the configuration set whose event destinations receive the events.
        context: pairs that are repeated in the events.
    """

    code: str
    channel: str
    to: str
    valid_minutes: int
    origination_identity: str
    parameters: Mapping[str, Mapping[str, Any]]
    configuration_set_name: str | None = None
    context: dict[str, str] | None = None


def send_code(ctx: Context, message: CodeMessage) -> str:
    """
    Send a code, and return the id of the message.

    Raises:
        ServiceError: an error of the messaging system, as its own send operations raise it. Members that only an API
            knows are named `template`, `languageCode` and `voiceId`.
    """
    if message.channel == "WHATSAPP":
        return _send_by_whatsapp(ctx, message)
    if is_notify_configuration(ctx, message.origination_identity):
        return _send_by_notify(ctx, message)
    return _send_text(ctx, message) if message.channel == "TEXT" else _send_voice(ctx, message)


def is_notify_configuration(ctx: Context, reference: str) -> bool:
    """Return True if an origination identity is the id or ARN of a Notify configuration, whether or not it exists."""
    is_arn = reference.startswith("arn:") and ":notify-configuration/" in reference
    return is_arn or reference.startswith(NOTIFY_PREFIX) or reference in ctx.store.notify_configurations


def _send_by_notify(ctx: Context, message: CodeMessage) -> str:
    settings = message.parameters.get("notify", {})
    sent = send_notify(
        ctx,
        OPERATION,
        "SMS" if message.channel == "TEXT" else "VOICE",
        configuration_id=message.origination_identity,
        destination=message.to,
        variables={"code": message.code},
        offered={"minutes": str(message.valid_minutes)},  # unverified: AWS names `code` only
        template_id=settings.get("notifyTemplateId"),
        voice_id=_voice(settings.get("voiceId"), None) if "voiceId" in settings else None,
        configuration_set_name=message.configuration_set_name,
        context=message.context,
    )
    return sent.message_id


def _send_text(ctx: Context, message: CodeMessage) -> str:
    settings = message.parameters.get("text", {})
    request = build_send_request(
        ctx,
        OPERATION,
        "sms",
        compose("sms", _body(settings, message.code), code=message.code),
        destination_phone_number=message.to,
        identity=message.origination_identity,
        configuration_set_name=message.configuration_set_name,
        context=message.context,
        destination_country_parameters=settings.get("destinationCountryParameters"),
    )
    return accept(ctx, request)


def _send_voice(ctx: Context, message: CodeMessage) -> str:
    settings = message.parameters.get("voice", {})
    voice_id = _voice(settings.get("voiceId"), settings.get("languageCode"))
    text_type = settings.get("voiceMessageBodyTextType", "TEXT")
    body = _body(settings, message.code)
    request = build_send_request(
        ctx,
        OPERATION,
        "voice",
        compose("voice", body, call=script_call(ctx, body, text_type, voice_id), code=message.code),
        destination_phone_number=message.to,
        identity=message.origination_identity,
        configuration_set_name=message.configuration_set_name,
        context=message.context,
    )
    return accept(ctx, request)


def _send_by_whatsapp(ctx: Context, message: CodeMessage) -> str:
    """Send the template by which Meta sends codes: in the text, and on the button that copies it."""
    settings = message.parameters.get("whatsApp", {})
    account, number = get_number(ctx, message.origination_identity)
    if "whatsAppTemplateName" not in settings:
        raise missing("template")
    if "languageCode" not in settings:
        raise missing("languageCode")
    code = [{"type": "text", "text": message.code}]
    template = {
        "name": settings["whatsAppTemplateName"],
        "language": {"code": settings["languageCode"]},
        "components": [
            {"type": "body", "parameters": code},
            {"type": "button", "sub_type": "url", "index": "0", "parameters": code},
        ],
    }
    payload = {"messaging_product": "whatsapp", "to": message.to, "type": "template", "template": template}
    return whatsapp.accept(ctx, account, number, payload)


def _body(settings: Mapping[str, Any], code: str) -> str:
    template = settings.get("inlineTemplateBody")
    if template is None:
        raise missing("template")
    return str(template).replace(PLACEHOLDER, code)


def _voice(voice_id: str | None, language: str | None) -> str:
    """Return the voice that is named, else the first of the language, else the default. # unverified: by language"""
    voices = load_table("telecom/data/voices.json")["voices"]
    if voice_id is not None:
        # The names of voices are in capitals in pinpoint-sms-voice-v2, and in mixed case in Amazon Polly.
        if voice_id.upper() not in voices:
            raise invalid("voiceId", f"Unknown voice {voice_id}")
        return voice_id.upper()
    if language is None:
        return DEFAULT_VOICE
    fitting = [name for name, voice in voices.items() if voice["language"].lower() == language.lower()]
    fitting += [name for name, voice in voices.items() if voice["language"].lower().startswith(language.lower() + "-")]
    if not fitting:
        raise invalid("languageCode", f"No voice speaks {language}")
    return str(DEFAULT_VOICE if DEFAULT_VOICE in fitting else fitting[0])
