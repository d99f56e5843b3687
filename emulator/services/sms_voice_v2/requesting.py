"""What every send operation makes of the members that they have in common."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from emulator.services.sms_voice_v2.drafts import Draft
from emulator.services.sms_voice_v2.errors import invalid
from emulator.services.sms_voice_v2.sending import protecting
from emulator.services.sms_voice_v2.service import Context
from emulator.telecom.numbering import UNKNOWN_COUNTRY, country_of, e164


def draft(
    call: Context,
    operation: str,
    channel: str,
    destination_phone_number: str,
    body: str,
    /,
    *,
    capability: str,
    identity: str | None = None,
    message_type: str | None = None,
    configuration_set_name: str | None = None,
    protect_configuration_id: str | None = None,
    message_feedback_enabled: bool | None = None,
    time_to_live: int | None = None,
    **members: Any,
) -> Draft:
    """
    A message to be; `members` are further fields of Draft.

    Raises:
        ValidationException: no country has the destination's calling code.
        ResourceNotFoundException: no such configuration set or protect configuration.
    """
    to = e164(destination_phone_number)
    country = country_of(to)
    if country == UNKNOWN_COUNTRY:
        raise invalid("destinationPhoneNumber", "Invalid phone number: no country has this calling code")  # unverified
    wanted = Draft(operation, channel, capability, to, country, body, identity, message_type, **members)
    wanted.feedback_enabled = bool(message_feedback_enabled)
    if time_to_live:
        wanted.time_to_live = timedelta(seconds=time_to_live)
    configuration_set = None
    if configuration_set_name is not None:
        configuration_set = call.store.configuration_sets.get(configuration_set_name)
        wanted.configuration_set = configuration_set.configuration_set_name
        wanted.default_sender_id = configuration_set.default_sender_id
        wanted.message_type = message_type or configuration_set.default_message_type
        if message_feedback_enabled is None:
            wanted.feedback_enabled = bool(configuration_set.default_message_feedback_enabled)
    wanted.protect_configuration = protecting(call.store, protect_configuration_id, configuration_set)
    return wanted
