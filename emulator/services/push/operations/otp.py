"""One-time passwords and phone number validation. Source: the API reference of Amazon Pinpoint, "OTP Message"."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from emulator.services.push.dispatch import send
from emulator.services.push.errors import BadRequestException
from emulator.services.push.service import Context, find_app
from emulator.services.push.state import OneTimeCode
from emulator.telecom.numbering import e164
from emulator.telecom.validation import validated
from emulator.wire.service import operation

RANGES = {"CodeLength": (5, 8, 6), "ValidityPeriod": (5, 60, 15), "AllowedAttempts": (1, 5, 3)}
"""Minimum, maximum and default of each; the period is in minutes. Source: SendOTPMessageRequestParameters"""
TEXT = "{brand}: your verification code is {code}."  # unverified, and in English whatever Language says
NAMES_MAX = {"BrandName": 20, "ReferenceId": 48}
"""Characters. Source: SendOTPMessageRequestParameters"""


@operation
def send_otp_message(
    ctx: Context, *, application_id: str, send_otp_message_request_parameters: dict[str, Any]
) -> dict[str, Any]:
    """Text a code to a recipient; a new one for the same reference replaces the previous one."""
    app = find_app(ctx, application_id)
    asked = send_otp_message_request_parameters
    _check(asked)
    length, minutes, attempts = (_ranged(asked, name) for name in RANGES)
    code = str(ctx.world.seeds.random(f"otp/{ctx.request_id}").randrange(10 ** (length - 1), 10**length))
    parts = {
        "Body": TEXT.format(brand=asked["BrandName"], code=code),
        "OriginationNumber": asked["OriginationIdentity"],
        "MessageType": "TRANSACTIONAL",
        "EntityId": asked.get("EntityId"),
        "TemplateId": asked.get("TemplateId"),
    }
    destination = asked["DestinationIdentity"]
    sent = send(ctx, app, "SendOTPMessage", "SMS", destination, parts)
    if sent["DeliveryStatus"] == "SUCCESSFUL":
        good_until = ctx.now + timedelta(minutes=minutes)
        key = asked["ReferenceId"], e164(destination)
        app.one_time_codes[key] = OneTimeCode(code, ctx.now, good_until, attempts)
    answer = {"ApplicationId": app.app_id, "RequestId": ctx.request_id, "Result": {destination: sent}}
    return {"MessageResponse": answer}


def _check(asked: dict[str, Any]) -> None:
    if asked["Channel"] != "SMS":
        raise BadRequestException(f"Invalid Channel {asked['Channel']}; must be SMS")
    for name, maximum in NAMES_MAX.items():
        if not 0 < len(asked[name]) <= maximum:
            raise BadRequestException(f"{name} must be 1 to {maximum} characters, not {len(asked[name])}")


def _ranged(asked: dict[str, Any], name: str) -> int:
    minimum, maximum, default = RANGES[name]
    value = int(asked.get(name, default))
    if not minimum <= value <= maximum:
        raise BadRequestException(f"Invalid {name} {value}; must be from {minimum} to {maximum}")
    return value


@operation
def verify_otp_message(
    ctx: Context, *, application_id: str, verify_otp_message_request_parameters: dict[str, Any]
) -> dict[str, Any]:
    """Check a code: it is valid once, within its validity period and within the allowed attempts."""
    app = find_app(ctx, application_id)
    asked = verify_otp_message_request_parameters
    key = asked["ReferenceId"], e164(asked["DestinationIdentity"])
    known = app.one_time_codes.get(key)
    valid = False
    if known is not None and known.attempts_left > 0 and ctx.now < known.good_until:
        known.attempts_left -= 1
        valid = known.code == asked["Otp"]
    if valid:
        del app.one_time_codes[key]
    return {"VerificationResponse": {"Valid": valid}}


@operation
def phone_number_validate(ctx: Context, *, number_validate_request: dict[str, Any]) -> dict[str, Any]:
    """Return what is known about a phone number. Source: the API reference, "Phone Number Validate"."""
    number = number_validate_request.get("PhoneNumber")
    if not number:
        raise BadRequestException("PhoneNumber is required")
    return {"NumberValidateResponse": validated(number, number_validate_request.get("IsoCountryCode"))}
