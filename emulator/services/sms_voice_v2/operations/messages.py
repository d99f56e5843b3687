"""Send texts, and take feedback on them."""

from __future__ import annotations

from datetime import timedelta

from emulator.services.sms_voice_v2.drafts import TIME_TO_LIVE_DEFAULT, Draft
from emulator.services.sms_voice_v2.errors import ResourceNotFoundException, ValidationException, invalid, missing
from emulator.services.sms_voice_v2.events import FeedbackGiven
from emulator.services.sms_voice_v2.sending import accept, protecting
from emulator.services.sms_voice_v2.service import Context, operation
from emulator.telecom.numbering import UNKNOWN_COUNTRY, country_of, e164


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
    to = e164(destination_phone_number)
    country = country_of(to)
    if country == UNKNOWN_COUNTRY:
        raise invalid("destinationPhoneNumber", "Invalid phone number: no country has this calling code")  # unverified
    configuration_set = None
    if configuration_set_name is not None:
        configuration_set = call.store.configuration_sets.get(configuration_set_name)
        message_type = message_type or configuration_set.default_message_type
        if message_feedback_enabled is None:
            message_feedback_enabled = configuration_set.default_message_feedback_enabled
    draft = Draft(
        operation="SendTextMessage",
        channel="sms",
        capability="SMS",
        to=to,
        country=country,
        body=message_body,
        identity=origination_identity,
        message_type=message_type,
        keyword=keyword,
        configuration_set=configuration_set.configuration_set_name if configuration_set else None,
        max_price=max_price,
        time_to_live=timedelta(seconds=time_to_live) if time_to_live else TIME_TO_LIVE_DEFAULT,
        context=context,
        destination_country_parameters=destination_country_parameters,
        feedback_enabled=bool(message_feedback_enabled),
        dry_run=dry_run,
        default_sender_id=configuration_set.default_sender_id if configuration_set else None,
        protect_configuration=protecting(call.store, protect_configuration_id, configuration_set),
    )
    return {"MessageId": accept(call, draft)}


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
