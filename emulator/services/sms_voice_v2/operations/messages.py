"""Send texts and pictures, and accept feedback on messages of every channel."""

from __future__ import annotations

from emulator.messaging.errors import ResourceNotFoundException, ValidationException, missing
from emulator.messaging.facts import FeedbackGiven
from emulator.messaging.send_request import build_send_request
from emulator.messaging.sending import media
from emulator.messaging.sending.lifecycle import FEEDBACK_WITHIN, accept
from emulator.messaging.state.content import compose
from emulator.services.sms_voice_v2.service import Context
from emulator.wire.service import operation


@operation(deferrable=True)
def send_text_message(
    ctx: Context,
    *,
    destination_phone_number: str,
    origination_identity: str | None = None,
    message_body: str | None = None,
    message_type: str | None = None,
    keyword: str | None = None,
    configuration_set_name: str | None = None,
    max_price: str | None = None,
    time_to_live: int | None = None,
    context: dict[str, str] | None = None,
    destination_country_parameters: dict[str, str] | None = None,
    dry_run: bool = False,
    protect_configuration_id: str | None = None,
    message_feedback_enabled: bool | None = None,
) -> dict[str, str]:
    """Accept a text for delivery. Source: API reference, SendTextMessage."""
    if message_body is None:
        raise missing("messageBody")
    text = build_send_request(
        ctx,
        "SendTextMessage",
        "sms",
        compose("sms", message_body),
        destination_phone_number=destination_phone_number,
        identity=origination_identity,
        message_type=message_type,
        keyword=keyword,
        configuration_set_name=configuration_set_name,
        max_price=max_price,
        time_to_live=time_to_live,
        context=context,
        destination_country_parameters=destination_country_parameters,
        dry_run=dry_run,
        protect_configuration_id=protect_configuration_id,
        message_feedback_enabled=message_feedback_enabled,
    )
    return {"MessageId": accept(ctx, text)}


@operation(reads=media.media_reads, deferrable=True)
def send_media_message(
    ctx: Context,
    *,
    destination_phone_number: str,
    origination_identity: str,
    message_body: str | None = None,
    media_urls: list[str] | None = None,
    configuration_set_name: str | None = None,
    max_price: str | None = None,
    time_to_live: int | None = None,
    context: dict[str, str] | None = None,
    dry_run: bool = False,
    protect_configuration_id: str | None = None,
    message_feedback_enabled: bool | None = None,
) -> dict[str, str]:
    """Accept an MMS for delivery: a text, a file or both. Source: API reference, SendMediaMessage."""
    if message_body is None and not media_urls:
        raise missing("mediaUrls")
    files = media.read(ctx, media_urls or ())
    mms = build_send_request(
        ctx,
        "SendMediaMessage",
        "mms",
        compose("mms", message_body or "", media=files),
        destination_phone_number=destination_phone_number,
        identity=origination_identity,
        defect=media.defect(files),
        configuration_set_name=configuration_set_name,
        max_price=max_price,
        time_to_live=time_to_live,
        context=context,
        dry_run=dry_run,
        protect_configuration_id=protect_configuration_id,
        message_feedback_enabled=message_feedback_enabled,
    )
    return {"MessageId": accept(ctx, mms)}


@operation
def put_message_feedback(ctx: Context, *, message_id: str, message_feedback_status: str) -> dict[str, str]:
    """Record within an hour whether a message served its purpose. Source: message-feedback.html."""
    message = ctx.store.messages.get(message_id)
    if message is None or message.direction != "outbound" or not message.feedback_enabled:
        # Without feedback enabled it is the record of the feedback that does not exist: the operation has no other
        # modelled error for it, and public event routers rely on this one.
        raise ResourceNotFoundException("message", message_id)
    if ctx.now >= message.requested_at + FEEDBACK_WITHIN:
        # unverified: it is documented that feedback is FAILED after an hour, but not what later feedback results in
        raise ValidationException("INVALID_REQUEST", ("messageId", "Feedback is accepted for one hour after the request"))
    message.feedback_status = message_feedback_status
    ctx.emit(FeedbackGiven(message, ctx.now))
    return {"MessageId": message_id, "MessageFeedbackStatus": message_feedback_status}
