"""
The effects of sending without a registration; none in the friendly profile, in which all are assumed to be granted.

If registrations are required, a number or sender id is registered from the approval of its registration until that is
closed or revoked. An update under review changes nothing: the approved version is archived only when a newer one is
approved (the service model, RegistrationVersionStatus).
Source: phone-number-types.html, registrations*.html, the country notes of the SMS guide
"""

from __future__ import annotations

from emulator.messaging import sharing
from emulator.messaging.channels import CHANNELS
from emulator.messaging.context import Context
from emulator.messaging.errors import ValidationException
from emulator.messaging.registrations.forms import forms
from emulator.messaging.send_request import SendRequest
from emulator.messaging.state.phone_numbers import PhoneNumber
from emulator.messaging.state.pools import Identity
from emulator.messaging.state.rcs import RcsAgent
from emulator.messaging.state.sender_ids import SenderId
from emulator.telecom.carriers import Outcome
from emulator.telecom.numbering import country, simulator_numbers

GENERIC_SENDER = "NOTICE"
"""The sender of the shared route, and of names that are not registered. Source: phone-pool-shared-routes.html"""
REPLACED_BY = {"SG": "LIKELY-SCAM", "IE": "Likely Scam"}
"""The replacement by country, where the regulator prescribes one. Source: the country notes of the SMS guide"""
ENFORCED = frozenset({"IN"})
"""The countries for which AWS refuses a sender id that is not registered. # unverified: which countries"""
DLT_PARAMETERS = ("IN_ENTITY_ID", "IN_TEMPLATE_ID")
"""India's carriers match both with their request_state. Source: registrations-sms-senderid-india-specify-ids.html"""
CARRIER_BLOCKED = Outcome("CARRIER_BLOCKED")


def registration_type_for(iso: str, number_type: str, capabilities: list[str]) -> str | None:
    """Return the registration type that a number needs before it may send texts; None if it needs none."""
    if "SMS" not in capabilities:
        return None
    name = {
        "TEN_DLC": "US_TEN_DLC_CAMPAIGN_REGISTRATION",
        "TOLL_FREE": "US_TOLL_FREE_REGISTRATION",
        "LONG_CODE": f"{iso}_LONG_CODE_REGISTRATION",
    }.get(number_type)
    return name if name in forms() else None


def is_registered(ctx: Context, identity: PhoneNumber | SenderId) -> bool:
    """Return True if an identity has the registration that it needs, or needs none."""
    if not ctx.world.settings.registrations_required:
        return True
    if isinstance(identity, SenderId):
        if country(identity.iso_country_code).sender_id != "registration":
            return True
    elif registration_type_for(identity.iso_country_code, identity.number_type, identity.number_capabilities) is None:
        return True
    owner = sharing.owner_of(ctx, identity.origination_identity_arn)
    registration = owner.registrations.find(identity.registration_id or "")
    return (
        registration is not None
        and registration.approved_version_number is not None
        and registration.registration_status != "CLOSED"
    )


def is_refused(ctx: Context, identity: Identity) -> bool:
    """Return True for a sender id that is not registered, in a country for which AWS refuses it."""
    if not isinstance(identity, SenderId) or identity.iso_country_code not in ENFORCED:
        return False
    return not is_registered(ctx, identity)


def displayed_sender(ctx: Context, sender: str, iso: str, identity: SenderId | None = None) -> str:
    """
    Return the sender that the recipient of a text from this sender id sees.

    Raises:
        ValidationException: If the country allows registered sender ids only (SENDER_ID_NOT_REGISTERED).
    """
    if not ctx.world.settings.registrations_required or country(iso).sender_id != "registration":
        return sender
    if identity is not None and is_registered(ctx, identity):
        return sender
    if identity is not None and is_refused(ctx, identity):
        sentence = f"{sender} is not registered; {iso} allows registered sender ids only"
        raise ValidationException("SENDER_ID_NOT_REGISTERED", ("originationIdentity", sentence))
    return REPLACED_BY.get(iso, GENERIC_SENDER)


def carrier_verdict(ctx: Context, request: SendRequest, identity: Identity | None) -> Outcome | None:
    """
    Return the carrier's verdict on a text whose sender is not registered, or that lacks India's ids; None lets it pass.

    RCS agents are exempt: they send only where they are launched, and registrations launch them.
    """
    if not ctx.world.settings.registrations_required or not CHANNELS[request.channel].is_text:
        return None
    if identity is None or isinstance(identity, RcsAgent) or request.to in simulator_numbers():
        return None
    if isinstance(identity, PhoneNumber):
        return None if is_registered(ctx, identity) else CARRIER_BLOCKED
    given = request.destination_country_parameters or {}
    if request.country == "IN" and any(not given.get(name) for name in DLT_PARAMETERS):
        return CARRIER_BLOCKED
    return None
