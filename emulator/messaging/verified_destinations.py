"""Verified destination numbers, to which an account in the sandbox may send: the rules that every API shares."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from emulator.kernel.tables import load_table
from emulator.messaging.context import Context
from emulator.messaging.errors import ConflictException, ServiceQuotaExceededException, ValidationException
from emulator.messaging.send_request import SendRequest, find_protection
from emulator.messaging.sending.lifecycle import accept
from emulator.messaging.state.configuration_sets import ConfigurationSet
from emulator.messaging.state.content import compose
from emulator.messaging.state.verified_numbers import CODE_VALID_FOR, DELETABLE_AFTER, VerifiedDestinationNumber
from emulator.messaging.voice.scripts import script_call
from emulator.telecom.numbering import country_of
from emulator.telecom.vocabulary import ChannelName

CODE_DIGITS = 6
DAY = timedelta(days=1)
RESOURCE_TYPE = "verified-destination-number"


def new_verified_number(ctx: Context, number: str, rcs_agent_id: str | None = None) -> VerifiedDestinationNumber:
    """
    Return a number that is to be verified, with an id; it is not stored yet.

    Args:
        ctx: the unit of work.
        number: the number in E.164.
        rcs_agent_id: the agent to be tested with it, if any; the testers of an agent are counted by themselves.

    Raises:
        ConflictException: If the account has it already.
        ServiceQuotaExceededException: If the account has as many as it may have.
    """
    store = ctx.store
    others = [row for row in store.verified_numbers if row.rcs_agent_id == rcs_agent_id]
    if any(row.destination_phone_number == number for row in others):
        raise ConflictException("RESOURCE_ALREADY_EXISTS", RESOURCE_TYPE, number)
    if len(others) >= ctx.world.settings.quotas["VERIFIED_DESTINATION_NUMBERS_PER_ACCOUNT"]:
        raise ServiceQuotaExceededException("VERIFIED_DESTINATION_NUMBERS_PER_ACCOUNT")
    number_id = f"vdn-{ctx.world.seeds.hex_id('vdn')}"
    arn = store.arn(RESOURCE_TYPE, number_id)
    return VerifiedDestinationNumber(arn, number_id, number, "PENDING", ctx.now, rcs_agent_id)


def send_code(
    ctx: Context,
    row: VerifiedDestinationNumber,
    operation: str,
    language_code: str,
    *,
    channel: ChannelName = "sms",
    identity: str | None = None,
    configuration_set: ConfigurationSet | None = None,
    shared_route: bool = False,
    **members: Any,
) -> str:
    """
    Send a new code to a number, by text or call, and return the id of the message. The first code is free.

    Args:
        ctx: the unit of work.
        row: the number.
        operation: the API operation that sends it.
        language_code: the language of the text, as `pinpoint-sms-voice-v2` names it.
        channel: sms, or voice.
        identity: the origination identity that the request names.
        configuration_set: the configuration set that the request names.
        shared_route: whether it can be sent without an identity of the account.
        members: further fields of SendRequest.

    Raises:
        ConflictException: If the number is verified already.
        ServiceQuotaExceededException: If too many codes were sent to it in 24 hours.
        ServiceError: If the account cannot send the message.
    """
    if row.status == "VERIFIED":
        raise ConflictException("VERIFICATION_ALREADY_COMPLETE", RESOURCE_TYPE, row.verified_destination_number_id)
    recent = [at for at in row.codes_sent_at if at > ctx.now - DAY]
    if len(recent) >= ctx.world.settings.quotas["VERIFICATION_ATTEMPTS_PER_DAY"]:
        raise ServiceQuotaExceededException("VERIFICATION_ATTEMPTS_PER_DAY")
    code = _draw_code(ctx, row)
    body = load_table("messaging/data/verification_texts.json")["texts"][language_code].format(code=code)
    call = script_call(ctx, body) if channel == "voice" else None
    request = SendRequest(
        operation=operation,
        channel=channel,
        to=row.destination_phone_number,
        country=country_of(row.destination_phone_number),
        content=compose(channel, body, call=call),
        identity=identity,
        message_type="TRANSACTIONAL",
        configuration_set=configuration_set.configuration_set_name if configuration_set else None,
        default_sender_id=configuration_set.default_sender_id if configuration_set else None,
        protect_configuration=find_protection(ctx.store, None, configuration_set),
        shared_route=shared_route,
        verification=True,
        # The first code of a number costs nothing. Source: sandbox.html
        free=row.code is None,
        **members,
    )
    message_id = accept(ctx, request)
    row.code, row.code_sent_at, row.code_channel = code, ctx.now, "TEXT" if channel == "sms" else "VOICE"
    row.codes_sent_at = [*recent, ctx.now]
    return message_id


def _draw_code(ctx: Context, row: VerifiedDestinationNumber) -> str:
    drawn = ctx.world.seeds.random(f"code/{row.verified_destination_number_id}/{ctx.now}")
    return f"{drawn.randrange(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def verify(ctx: Context, row: VerifiedDestinationNumber, code: str) -> None:
    """
    Set a number to VERIFIED if the code is the one that was sent to it last.

    Raises:
        ConflictException: If the number is verified already, or the code has expired.
        ValidationException: If the code is another one.
    """
    reference = row.verified_destination_number_id
    if row.status == "VERIFIED":
        raise ConflictException("VERIFICATION_ALREADY_COMPLETE", RESOURCE_TYPE, reference)
    if row.code is None or row.code_sent_at is None or code != row.code:
        raise ValidationException("VERIFICATION_CODE_MISMATCH", ("verificationCode", "Is not the code that was sent"))
    if ctx.now > row.code_sent_at + CODE_VALID_FOR:
        raise ConflictException("VERIFICATION_CODE_EXPIRED", RESOURCE_TYPE, reference)
    row.status = "VERIFIED"


def delete(ctx: Context, row: VerifiedDestinationNumber) -> VerifiedDestinationNumber:
    """
    Delete a number.

    Raises:
        ConflictException: If it was created less than a day ago. Source: sandbox.html
    """
    if ctx.now < row.created_timestamp + DELETABLE_AFTER:
        raise ConflictException("RESOURCE_DELETION_NOT_ALLOWED", RESOURCE_TYPE, row.verified_destination_number_id)
    ctx.store.forget(row.verified_destination_number_arn)
    return ctx.store.verified_numbers.remove(row)
