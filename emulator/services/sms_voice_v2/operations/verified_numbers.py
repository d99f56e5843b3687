"""Verified destination numbers, which an account in the sandbox may send to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from emulator.kernel.tables import load_table
from emulator.messaging.errors import (
    ConflictException,
    ResourceNotFoundException,
    ServiceQuotaExceededException,
    ValidationException,
    invalid,
)
from emulator.messaging.rcs.launches import INVITATION_ANSWERED_AFTER
from emulator.messaging.send_request import SendRequest, find_protection
from emulator.messaging.sending.lifecycle import accept
from emulator.messaging.state.content import compose
from emulator.messaging.state.verified_numbers import CODE_VALID_FOR, DELETABLE_AFTER, VerifiedDestinationNumber
from emulator.messaging.timers import RcsInvitationAnswered
from emulator.messaging.voice.scripts import script_call
from emulator.services.sms_voice_v2.operations._filters import select
from emulator.services.sms_voice_v2.service import Context
from emulator.telecom.numbering import UNKNOWN_COUNTRY, country_of, e164
from emulator.telecom.vocabulary import ChannelName
from emulator.wire.service import operation

FILTER_VALUES = {"status": ("PENDING", "VERIFIED", "UNSUPPORTED")}
CODE_DIGITS = 6
DAY = timedelta(days=1)


@operation
def create_verified_destination_number(
    ctx: Context,
    *,
    destination_phone_number: str,
    rcs_agent_id: str | None = None,
    tags: list[dict[str, str]] | None = None,
) -> tuple[VerifiedDestinationNumber, dict[str, Any]]:
    """Add a number that is to be verified. Source: API reference, CreateVerifiedDestinationNumber."""
    store = ctx.store
    number = e164(destination_phone_number)
    if country_of(number) == UNKNOWN_COUNTRY:
        raise invalid("destinationPhoneNumber", "Invalid phone number: no country has this calling code")
    agent = store.rcs_agents.get(rcs_agent_id) if rcs_agent_id is not None else None
    agent_id = agent.rcs_agent_id if agent else None
    # The testers of an agent are counted separately.
    others = [row for row in store.verified_numbers if row.rcs_agent_id == agent_id]
    if any(row.destination_phone_number == number for row in others):
        raise ConflictException("RESOURCE_ALREADY_EXISTS", "verified-destination-number", number)
    if len(others) >= ctx.world.settings.quotas["VERIFIED_DESTINATION_NUMBERS_PER_ACCOUNT"]:
        raise ServiceQuotaExceededException("VERIFIED_DESTINATION_NUMBERS_PER_ACCOUNT")
    number_id = f"vdn-{ctx.world.seeds.hex_id('vdn')}"
    arn = store.arn("verified-destination-number", number_id)
    echoed = store.set_tags(arn, tags)
    row = VerifiedDestinationNumber(arn, number_id, number, "PENDING", ctx.now, agent_id)
    if agent is not None:
        answered = RcsInvitationAnswered(ctx.account, ctx.region, number_id)
        ctx.world.clock.schedule(INVITATION_ANSWERED_AFTER, answered)
    return store.verified_numbers.add(row), echoed


@operation
def describe_verified_destination_numbers(
    ctx: Context,
    *,
    verified_destination_number_ids: list[str] | None = None,
    destination_phone_numbers: list[str] | None = None,
    filters: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """List the account's verified numbers. Source: API reference, DescribeVerifiedDestinationNumbers."""
    kept = ctx.store.verified_numbers
    rows = list(kept)
    if verified_destination_number_ids:
        rows = [kept.get(reference) for reference in verified_destination_number_ids]
    if destination_phone_numbers:
        known = {row.destination_phone_number for row in kept}
        for number in destination_phone_numbers:
            if e164(number) not in known:
                raise ResourceNotFoundException("verified-destination-number", number)
        wanted = {e164(number) for number in destination_phone_numbers}
        rows = [row for row in rows if row.destination_phone_number in wanted]
    return {"VerifiedDestinationNumbers": select(rows, filters, None, FILTER_VALUES)}


@operation
def send_destination_number_verification_code(
    ctx: Context,
    *,
    verified_destination_number_id: str,
    verification_channel: str,
    language_code: str = "EN_US",
    origination_identity: str | None = None,
    configuration_set_name: str | None = None,
    context: dict[str, str] | None = None,
    destination_country_parameters: dict[str, str] | None = None,
) -> dict[str, str]:
    """Send a code to the number, by text or call. Source: verify-destination-phone-number.html."""
    store = ctx.store
    row = store.verified_numbers.get(verified_destination_number_id)
    if row.status == "VERIFIED":
        reference = row.verified_destination_number_id
        raise ConflictException("VERIFICATION_ALREADY_COMPLETE", "verified-destination-number", reference)
    recent = [at for at in row.codes_sent_at if at > ctx.now - DAY]
    if len(recent) >= ctx.world.settings.quotas["VERIFICATION_ATTEMPTS_PER_DAY"]:
        raise ServiceQuotaExceededException("VERIFICATION_ATTEMPTS_PER_DAY")
    configuration_set = store.configuration_sets.get(configuration_set_name) if configuration_set_name else None
    drawn = ctx.world.seeds.random(f"code/{row.verified_destination_number_id}/{ctx.now}")
    code = f"{drawn.randrange(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    body = load_table("messaging/data/verification_texts.json")["texts"][language_code].format(code=code)
    channel: ChannelName = "sms" if verification_channel == "TEXT" else "voice"
    call = script_call(ctx, body) if channel == "voice" else None
    request = SendRequest(
        operation="SendDestinationNumberVerificationCode",
        channel=channel,
        to=row.destination_phone_number,
        country=country_of(row.destination_phone_number),
        content=compose(channel, body, call=call),
        identity=origination_identity,
        message_type="TRANSACTIONAL",
        configuration_set=configuration_set.configuration_set_name if configuration_set else None,
        context=context,
        destination_country_parameters=destination_country_parameters,
        default_sender_id=configuration_set.default_sender_id if configuration_set else None,
        protect_configuration=find_protection(store, None, configuration_set),
        verification=True,
        # The first code of a number is free. Source: sandbox.html
        free=row.code is None,
    )
    message_id = accept(ctx, request)
    row.code, row.code_sent_at, row.code_channel = code, ctx.now, verification_channel
    row.codes_sent_at = [*recent, ctx.now]
    return {"MessageId": message_id}


@operation
def verify_destination_number(
    ctx: Context, *, verified_destination_number_id: str, verification_code: str
) -> VerifiedDestinationNumber:
    """Verify a number by the code that was sent to it. Source: API reference, VerifyDestinationNumber."""
    row = ctx.store.verified_numbers.get(verified_destination_number_id)
    reference = row.verified_destination_number_id
    if row.status == "VERIFIED":
        raise ConflictException("VERIFICATION_ALREADY_COMPLETE", "verified-destination-number", reference)
    if row.code is None or row.code_sent_at is None or verification_code != row.code:
        raise ValidationException("VERIFICATION_CODE_MISMATCH", ("verificationCode", "Is not the code that was sent"))
    if ctx.now > row.code_sent_at + CODE_VALID_FOR:
        raise ConflictException("VERIFICATION_CODE_EXPIRED", "verified-destination-number", reference)
    row.status = "VERIFIED"
    return row


@operation
def delete_verified_destination_number(ctx: Context, *, verified_destination_number_id: str) -> VerifiedDestinationNumber:
    """Delete a number, at the earliest one day after it was added. Source: sandbox.html."""
    store = ctx.store
    row = store.verified_numbers.get(verified_destination_number_id)
    if ctx.now < row.created_timestamp + DELETABLE_AFTER:
        reference = row.verified_destination_number_id
        raise ConflictException("RESOURCE_DELETION_NOT_ALLOWED", "verified-destination-number", reference)
    store.forget(row.verified_destination_number_arn)
    return store.verified_numbers.remove(row)
