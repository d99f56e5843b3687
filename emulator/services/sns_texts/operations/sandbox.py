"""
The sandbox: the numbers to which an account may send before it has left it, the same that `pinpoint-sms-voice-v2` has.

Source: docs.aws.amazon.com/sns/latest/dg/sns-sms-sandbox.html
"""

from __future__ import annotations

from emulator.messaging import verified_destinations
from emulator.messaging.context import as_messaging, messaging_store
from emulator.messaging.errors import ConflictException, ServiceQuotaExceededException, ValidationException
from emulator.messaging.state.opt_out_lists import DEFAULT_LIST
from emulator.messaging.state.verified_numbers import VerifiedDestinationNumber
from emulator.services.sns_texts.errors import (
    OptedOutException,
    ResourceNotFoundException,
    UserErrorException,
    VerificationException,
    invalid,
)
from emulator.services.sns_texts.sending import failure_of
from emulator.services.sns_texts.service import Context
from emulator.telecom.numbering import UNKNOWN_COUNTRY, country_of, is_e164
from emulator.wire.errors import ServiceError
from emulator.wire.service import operation

CREATE = "sns:CreateSMSSandboxPhoneNumber"
LANGUAGES = {"kr-KR": "KO_KR"}
"""SNS's names of languages that are not just written otherwise than those of `pinpoint-sms-voice-v2`."""
STATUSES = {"PENDING": "Pending", "VERIFIED": "Verified"}


def _rows(ctx: Context) -> list[VerifiedDestinationNumber]:
    """Return the numbers of the sandbox; the testers of RCS agents are not among them."""
    return [row for row in messaging_store(ctx).verified_numbers if row.rcs_agent_id is None]


def _find(ctx: Context, number: str) -> VerifiedDestinationNumber | None:
    return next((row for row in _rows(ctx) if row.destination_phone_number == number), None)


def _get(ctx: Context, number: str) -> VerifiedDestinationNumber:
    row = _find(ctx, number)
    if row is None:
        raise ResourceNotFoundException(f"Phone number {number} does not exist in the SMS sandbox")
    return row


@operation
def create_sms_sandbox_phone_number(ctx: Context, *, phone_number: str, language_code: str = "en-US") -> None:
    """Add a number and send it a one-time password, or send another one to a number that is not verified yet."""
    if not is_e164(phone_number) or country_of(phone_number) == UNKNOWN_COUNTRY:
        raise invalid("PhoneNumber", f"{phone_number} is not valid to publish to")
    if phone_number in messaging_store(ctx).opt_out_lists.get(DEFAULT_LIST).numbers:
        raise OptedOutException(f"{phone_number} is opted out")
    language = LANGUAGES.get(language_code, language_code.upper().replace("-", "_"))
    shared_route = not ctx.world.settings.registrations_required
    with as_messaging(ctx) as inner:
        try:
            row = _find(ctx, phone_number)
            added = verified_destinations.new_verified_number(inner, phone_number) if row is None else row
            verified_destinations.send_code(inner, added, CREATE, language, shared_route=shared_route)
        except ServiceQuotaExceededException as error:
            raise UserErrorException(error.message) from error
        except ConflictException as error:
            if error.members["Reason"] == "VERIFICATION_ALREADY_COMPLETE":
                raise UserErrorException(f"{phone_number} is already verified") from error
            raise UserErrorException(failure_of(error).provider_response or error.message) from error
        except ServiceError as error:
            raise UserErrorException(failure_of(error).provider_response or error.message) from error
        if row is None:
            inner.store.set_tags(added.verified_destination_number_arn, None)
            inner.store.verified_numbers.add(added)


@operation
def verify_sms_sandbox_phone_number(ctx: Context, *, phone_number: str, one_time_password: str) -> None:
    """Verify a number by the one-time password that it was sent."""
    row = _get(ctx, phone_number)
    with as_messaging(ctx) as inner:
        try:
            verified_destinations.verify(inner, row, one_time_password)
        except (ValidationException, ConflictException) as error:
            raise VerificationException("The one-time password is not valid", STATUSES[row.status]) from error


@operation
def delete_sms_sandbox_phone_number(ctx: Context, *, phone_number: str) -> None:
    """Delete a number, a day after it was added at the earliest."""
    row = _get(ctx, phone_number)
    with as_messaging(ctx) as inner:
        try:
            verified_destinations.delete(inner, row)
        except ConflictException as error:
            sentence = "A phone number can be deleted 24 hours after it was verified, or after the last attempt"
            raise UserErrorException(sentence) from error


@operation
def list_sms_sandbox_phone_numbers(ctx: Context) -> dict[str, list[dict[str, str]]]:
    """Return the numbers of the sandbox with their status."""
    return {
        "PhoneNumbers": [
            {"PhoneNumber": row.destination_phone_number, "Status": STATUSES.get(row.status, "Pending")}
            for row in _rows(ctx)
        ]
    }


@operation
def get_sms_sandbox_account_status(ctx: Context) -> dict[str, bool]:
    """Return whether the account is in the sandbox: its tier."""
    return {"IsInSandbox": messaging_store(ctx).tier == "SANDBOX"}
