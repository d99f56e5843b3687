"""Send voice messages."""

from __future__ import annotations

from emulator.messaging.errors import missing
from emulator.messaging.send_request import build_send_request
from emulator.messaging.sending.lifecycle import accept
from emulator.messaging.state.content import compose
from emulator.messaging.voice.scripts import script_call
from emulator.services.sms_voice_v2.service import Context
from emulator.wire.service import operation


@operation
def send_voice_message(
    ctx: Context,
    *,
    destination_phone_number: str,
    origination_identity: str,
    message_body: str | None = None,
    message_body_text_type: str = "TEXT",
    voice_id: str = "MATTHEW",
    configuration_set_name: str | None = None,
    max_price_per_minute: str | None = None,
    time_to_live: int | None = None,
    context: dict[str, str] | None = None,
    dry_run: bool = False,
    protect_configuration_id: str | None = None,
    message_feedback_enabled: bool | None = None,
) -> dict[str, str]:
    """Accept a message that is read to the recipient. Source: API reference, SendVoiceMessage."""
    if message_body is None:
        raise missing("messageBody")
    voice = build_send_request(
        ctx,
        "SendVoiceMessage",
        "voice",
        compose("voice", message_body, call=script_call(ctx, message_body, message_body_text_type, voice_id)),
        destination_phone_number=destination_phone_number,
        identity=origination_identity,
        configuration_set_name=configuration_set_name,
        max_price=max_price_per_minute,
        time_to_live=time_to_live,
        context=context,
        dry_run=dry_run,
        protect_configuration_id=protect_configuration_id,
        message_feedback_enabled=message_feedback_enabled,
    )
    return {"MessageId": accept(ctx, voice)}
