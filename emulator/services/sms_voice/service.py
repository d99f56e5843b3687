"""The service object, and its access to the messaging system."""

from __future__ import annotations

import logging

from emulator.messaging.context import World, as_messaging
from emulator.messaging.send_request import SendRequest
from emulator.messaging.sending import lifecycle
from emulator.services.sms_voice.errors import refusal, token_refusal, translated_errors
from emulator.services.sms_voice.state import SmsVoiceStore
from emulator.wire.context import Context as WireContext
from emulator.wire.service import Service

log = logging.getLogger("emulator")

Context = WireContext[SmsVoiceStore, World]

service: Service[SmsVoiceStore, World] = Service(
    "sms-voice",
    lambda world, account, region: SmsVoiceStore(account, region),
    "emulator.services.sms_voice",
    signing_name="sms-voice",
    refusal=refusal,
    token_refusal=token_refusal,
    reuse_refusal=token_refusal,
)


def accept(ctx: Context, request: SendRequest) -> str:
    """
    Have the messaging system accept a message; return its id.

    Raises:
        BadRequestException: the message is refused, with the sentence of pinpoint-sms-voice-v2.
        TooManyRequestsException: the message is throttled.
    """
    with translated_errors(), as_messaging(ctx) as inner:
        return lifecycle.accept(inner, request)
