"""The service object, and its access to the messaging system."""

from __future__ import annotations

import logging
from dataclasses import replace

from emulator.messaging.context import Context as MessagingContext
from emulator.messaging.context import World, as_messaging
from emulator.messaging.send_request import SendRequest
from emulator.messaging.sending import lifecycle, routing
from emulator.messaging.state.routes import Route
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


def accept(ctx: Context, request: SendRequest, shown_sender: str | None = None) -> str:
    """
    Have the messaging system accept a message, shown to the recipient as from another number if one is given; return its id.

    Raises:
        BadRequestException: the message is refused, with the sentence of pinpoint-sms-voice-v2.
        TooManyRequestsException: the message is throttled.
    """

    def choose(ctx: MessagingContext, request: SendRequest) -> Route:
        route = routing.choose(ctx, request)
        return route if shown_sender is None else replace(route, sender=shown_sender)

    with translated_errors(), as_messaging(ctx) as inner:
        return lifecycle.accept(inner, request, choose)
