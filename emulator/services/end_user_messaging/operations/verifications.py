"""Sending and checking one-time codes. Source: service model of endusermessaging; user guide, one-time passcodes"""

from __future__ import annotations

from typing import Any

from emulator.messaging.codes.making import draw_code, is_right, keep_code, policy_of
from emulator.messaging.codes.sending import CodeMessage, send_code
from emulator.messaging.context import as_messaging
from emulator.messaging.state.codes import IssuedCode
from emulator.messaging.whatsapp import errors as whatsapp_errors
from emulator.services.end_user_messaging.errors import (
    ResourceNotFoundException,
    ValidationException,
    translated_errors,
)
from emulator.services.end_user_messaging.operations._templates import check_templates
from emulator.services.end_user_messaging.service import Context, find_code_configuration, new_id
from emulator.telecom.numbering import e164
from emulator.wire.service import operation

WHATSAPP = "WHATSAPP"
PARAMETERS_OF = {"TEXT": "text", "VOICE": "voice", WHATSAPP: "whatsApp"}
"""The member of the channel parameters that belongs to each channel."""


@operation
def send_notify_code_verification(
    ctx: Context,
    *,
    channel: str,
    destination_identity: str,
    origination_identity: str,
    notify_code_configuration: str | None = None,
    override_channel_parameters: dict[str, dict[str, Any]] | None = None,
    override_code_configuration_parameters: dict[str, Any] | None = None,
    configuration_set_name: str | None = None,
    context: dict[str, str] | None = None,
    reference_id: str | None = None,
) -> dict[str, str]:
    """
    Make a code and send it: by one channel, without a fallback, and without showing it in the answer.

    What the request leaves out comes from the configuration, and then from AWS's defaults; it is frozen now, so that a
    later change of the configuration does not affect this code. Source: service model, SendNotifyCodeVerification.
    """
    configuration = None if notify_code_configuration is None else find_code_configuration(ctx, notify_code_configuration)
    overrides = override_channel_parameters or {}
    check_templates(overrides, "overrideChannelParameters")
    stored = (configuration.channel_parameters if configuration else None) or {}
    # A channel that is given in part is merged with the configuration's member by member. # unverified
    parameters = {name: {**stored.get(name, {}), **overrides.get(name, {})} for name in (*stored, *overrides)}
    own_policy = (configuration.code_configuration_parameters if configuration else None) or {}
    policy = policy_of({**own_policy, **(override_code_configuration_parameters or {})})
    code = draw_code(ctx.world.seeds, ctx.request_id, policy)
    minutes = int(policy.validity.total_seconds()) // 60
    message = CodeMessage(
        code, channel, destination_identity, minutes, origination_identity, parameters, configuration_set_name, context
    )
    path = f"overrideChannelParameters.{PARAMETERS_OF[channel]}"
    names = {
        "template": f"{path}.{'whatsAppTemplateName' if channel == WHATSAPP else 'inlineTemplateBody'}",
        "messageBody": f"{path}.inlineTemplateBody",
        "voiceId": f"{path}.voiceId",
        "languageCode": f"{path}.languageCode",
        "templateId": "overrideChannelParameters.notify.notifyTemplateId",
    }
    with translated_errors(names), as_messaging(ctx) as inner:
        try:
            message_id = send_code(inner, message)
        except whatsapp_errors.ResourceNotFoundException as error:
            raise ResourceNotFoundException("phone-number-id", origination_identity) from error
        except whatsapp_errors.InvalidParametersException as error:
            raise ValidationException(("/destinationIdentity", error.message)) from error
    issued = IssuedCode(
        code,
        e164(destination_identity),
        channel,
        message_id,
        sent_at=ctx.now,
        valid_until=ctx.now + policy.validity,
        attempts_left=policy.attempts_max,
        verification_id=new_id(ctx, "ver"),
    )
    # A second code for the same destination and reference replaces the first one. # unverified
    keep_code(ctx.store.codes, (issued.to, reference_id or ""), issued)
    return {"verificationId": issued.verification_id, "messageId": message_id}


@operation
def validate_notify_code_verification(
    ctx: Context, *, destination_identity: str, code: str, reference_id: str | None = None
) -> dict[str, str]:
    """
    Check a code: VALID once, and INVALID if it is wrong, late, used, exhausted, or was never sent.

    It is found by destination and reference; one that was sent with a reference is not found without it.
    Source: service model, ValidateNotifyCodeVerification.
    """
    key = (e164(destination_identity), reference_id or "")
    if not is_right(ctx.store.codes.get(key), code, ctx.now):
        return {"status": "INVALID"}
    del ctx.store.codes[key]
    return {"status": "VALID"}
