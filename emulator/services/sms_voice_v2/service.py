"""The service object of `pinpoint-sms-voice-v2`, which works on the messaging system's own state."""

from __future__ import annotations

from emulator.messaging.context import Context as Context
from emulator.messaging.context import World, messaging
from emulator.messaging.limits.request_rates import throttle
from emulator.messaging.store import MessagingStore
from emulator.services.sms_voice_v2.errors import refusal, reuse_refusal, token_refusal
from emulator.wire.service import Service

service: Service[MessagingStore, World] = Service(
    "pinpoint-sms-voice-v2",
    messaging.new_store,
    "emulator.services.sms_voice_v2.operations",
    stores_of=messaging,
    signing_name="sms-voice",
    target_prefix="PinpointSMSVoiceV2",
    namespace="com.amazonaws.pinpointsmsvoicev2",
    refusal=refusal,
    token_refusal=token_refusal,
    reuse_refusal=reuse_refusal,
    throttle=throttle,
)
