"""Verified destination numbers, which an account in the sandbox may send to."""

from __future__ import annotations

from typing import Any

from emulator.messaging.errors import ResourceNotFoundException, invalid
from emulator.messaging.rcs.launches import INVITATION_ANSWERED_AFTER
from emulator.messaging.state.verified_numbers import VerifiedDestinationNumber
from emulator.messaging.timers import RcsInvitationAnswered
from emulator.messaging.verified_destinations import delete, new_verified_number, send_code, verify
from emulator.services.sms_voice_v2.operations._filters import select
from emulator.services.sms_voice_v2.service import Context
from emulator.telecom.numbering import UNKNOWN_COUNTRY, country_of, e164
from emulator.wire.service import operation

FILTER_VALUES = {"status": ("PENDING", "VERIFIED", "UNSUPPORTED")}


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
    row = new_verified_number(ctx, number, agent.rcs_agent_id if agent else None)
    echoed = store.set_tags(row.verified_destination_number_arn, tags)
    if agent is not None:
        answered = RcsInvitationAnswered(ctx.account, ctx.region, row.verified_destination_number_id)
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
    message_id = send_code(
        ctx,
        row,
        "SendDestinationNumberVerificationCode",
        language_code,
        channel="sms" if verification_channel == "TEXT" else "voice",
        identity=origination_identity,
        configuration_set=store.configuration_sets.get(configuration_set_name) if configuration_set_name else None,
        context=context,
        destination_country_parameters=destination_country_parameters,
    )
    return {"MessageId": message_id}


@operation
def verify_destination_number(
    ctx: Context, *, verified_destination_number_id: str, verification_code: str
) -> VerifiedDestinationNumber:
    """Verify a number by the code that was sent to it. Source: API reference, VerifyDestinationNumber."""
    row = ctx.store.verified_numbers.get(verified_destination_number_id)
    verify(ctx, row, verification_code)
    return row


@operation
def delete_verified_destination_number(ctx: Context, *, verified_destination_number_id: str) -> VerifiedDestinationNumber:
    """Delete a number, at the earliest one day after it was added. Source: sandbox.html."""
    return delete(ctx, ctx.store.verified_numbers.get(verified_destination_number_id))
