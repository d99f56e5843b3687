"""The service object, and the way to the simulated telephones."""

from __future__ import annotations

import logging
from typing import Any

from emulator.services.sms_voice.errors import in_words_of_this_api, refusal, token_refusal
from emulator.services.sms_voice.state import SmsVoiceStore
from emulator.services.sms_voice_v2 import sending
from emulator.services.sms_voice_v2.drafts import Draft
from emulator.services.sms_voice_v2.service import SharedWorld, sms_context
from emulator.services.sms_voice_v2.service import service as sms_voice_v2
from emulator.wire.service import Context as WireContext
from emulator.wire.service import Service

log = logging.getLogger("emulator")


Context = WireContext[SmsVoiceStore, SharedWorld]

service: Service[SmsVoiceStore, SharedWorld] = Service(
    "sms-voice",
    lambda world, account, region: SmsVoiceStore(account, region),
    signing_name="sms-voice",
    refusal=refusal,
    token_refusal=token_refusal,
    reuse_refusal=token_refusal,
)
operation = service.operation


def accept(context: Context, draft: Draft) -> str:
    """
    Have the telephone world take a message on; returns its id.

    Raises:
        BadRequestException: it refuses the message; the sentence is that of pinpoint-sms-voice-v2.
        TooManyRequestsException: it does so for now.
    """
    inner = sms_context(context)
    with in_words_of_this_api():
        message_id = sending.accept(inner, draft)
    for fact in inner.facts:
        context.emit(fact)
    return message_id


def call_v2(context: Context, operation_name: str, **members: Any) -> dict[str, Any]:
    """
    The answer of an operation of pinpoint-sms-voice-v2, its members by their wire names.

    Raises:
        BadRequestException: it is refused there.
    """
    inner = sms_context(context)
    found = sms_voice_v2.find(operation_name)
    with in_words_of_this_api():
        sms_voice_v2.check(found, members)
        answer = sms_voice_v2.call(inner, found, members)
    for fact in inner.facts:
        context.emit(fact)
    return answer


def request_number(context: Context, **arguments: Any) -> None:
    """
    RequestPhoneNumber past its model, which has no SHORT_CODE (AWS leases those by a support case, for which this
    stands) and, in an older botocore, no NumberPreference; so the arguments have the handler's names.

    Raises:
        BadRequestException: it is refused there.
    """
    inner = sms_context(context)
    handler = sms_voice_v2.handlers["request_phone_number"]
    with in_words_of_this_api():
        handler(inner, **arguments)
    for fact in inner.facts:
        context.emit(fact)
