"""Send texts and pictures, and take feedback on messages of every channel."""

from __future__ import annotations

from emulator.services.sms_voice_v2 import media
from emulator.services.sms_voice_v2.errors import ResourceNotFoundException, ValidationException, missing
from emulator.services.sms_voice_v2.events import FeedbackGiven
from emulator.services.sms_voice_v2.requesting import draft
from emulator.services.sms_voice_v2.sending import accept
from emulator.services.sms_voice_v2.service import Context, operation, service

service.quiet |= {"SendTextMessage", "SendMediaMessage"}


@operation
def send_text_message(
    call: Context,
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
        raise missing("messageBody")  # unverified: the model leaves it optional
    text = draft(
        call,
        "SendTextMessage",
        "sms",
        destination_phone_number,
        message_body,
        capability="SMS",
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
    return {"MessageId": accept(call, text)}


@operation
def send_media_message(
    call: Context,
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
        raise missing("mediaUrls")  # unverified
    files = media.read(call, media_urls or ())
    mms = draft(
        call,
        "SendMediaMessage",
        "mms",
        destination_phone_number,
        message_body or "",
        capability="MMS",
        identity=origination_identity,
        media=files,
        defect=media.defect(files),
        configuration_set_name=configuration_set_name,
        max_price=max_price,
        time_to_live=time_to_live,
        context=context,
        dry_run=dry_run,
        protect_configuration_id=protect_configuration_id,
        message_feedback_enabled=message_feedback_enabled,
    )
    return {"MessageId": accept(call, mms)}


@operation
def put_message_feedback(context: Context, *, message_id: str, message_feedback_status: str) -> dict[str, str]:
    """Say whether a message did what it was for. Source: message-feedback.html."""
    message = context.store.messages.get(message_id)
    if message is None or message.direction != "outbound":
        raise ResourceNotFoundException("message", message_id)
    if not message.feedback_enabled:
        raise ValidationException("INVALID_REQUEST", ("messageId", "The message was sent without feedback"))  # unverified
    message.feedback_status = message_feedback_status
    context.emit(FeedbackGiven(message, context.now))
    return {"MessageId": message_id, "MessageFeedbackStatus": message_feedback_status}
