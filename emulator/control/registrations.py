"""The reviewer: decisions on registrations, and on the campaigns of the guide."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, TypedDict

from emulator.control.command import command
from emulator.control.errors import InvalidArgument, NotFound
from emulator.control.parsing import (
    Account,
    Parser,
    Region,
    Text,
    choice,
    parse_list,
    parse_object,
    parse_optional_text,
)
from emulator.messaging.receiving.inbound import open_store, stores_of
from emulator.messaging.registrations import reviews
from emulator.messaging.registrations.forms import form_of
from emulator.messaging.state.registrations import DeniedReason, Registration
from emulator.messaging.store import MessagingStore
from emulator.services.sms_voice.service import service as sms_voice
from emulator.services.sms_voice.state import APPROVED, PENDING, REJECTED
from emulator.world import World

DECISIONS = ("COMPLETE", "REQUIRES_UPDATES", "REVIEWING", "PROVISIONING", "REQUIRES_AUTHENTICATION", "CLOSED")
CAMPAIGN = "campaign-"
"""The prefix of a campaign's id."""
CAMPAIGN_STATUSES = {"COMPLETE": APPROVED, "REQUIRES_UPDATES": REJECTED, "CLOSED": REJECTED, "REVIEWING": PENDING}
"""The status of a campaign after each decision."""


class RegistrationView(TypedDict, total=False):
    """A registration and its status; a campaign has only its id and status."""

    registration_id: str
    campaign_id: str
    account: str
    region: str
    registration_type: str
    status: str
    version: int
    version_status: str
    approved_version: int | None
    latest_denied_version: int | None
    reasons: list[dict[str, Any]]
    associations: list[str]


class Registrations(TypedDict):
    """Registrations, oldest first in each account."""

    registrations: list[RegistrationView]


@command("GET /registrations")
def list_registrations(
    world: World,
    *,
    account: Account | None = None,
    region: Region | None = None,
    status: Text | None = None,
    registration_type: Text | None = None,
) -> Registrations:
    """List the registrations of all accounts."""
    found = [
        _view(store, row)
        for store in stores_of(world, account, region)
        for row in store.registrations
        if status in (None, row.registration_status) and registration_type in (None, row.registration_type)
    ]
    return {"registrations": found}


def _parse_reason(body: dict[str, Any]) -> DeniedReason:
    fields = parse_object(body, ("reason", "short_description", "field_path"), "reason")
    reason = str(parse_optional_text(fields["reason"], "reason"))
    description = parse_optional_text(fields.get("short_description"), "short_description")
    field_path = parse_optional_text(fields.get("field_path"), "field_path")
    return DeniedReason(reason, description or reason.replace("_", " ").capitalize(), field_path)


REASONS_SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["reason"],
        "additionalProperties": False,
        "properties": {name: {"type": "string"} for name in ("reason", "short_description", "field_path")},
    },
}
Reasons = Annotated[
    list[DeniedReason], Parser(lambda value, name: parse_list(value, "reason", _parse_reason), REASONS_SCHEMA)
]


@command("POST /registrations/{registration_id}/decision")
def decide_registration(
    world: World,
    *,
    registration_id: Text,
    status: Annotated[str, choice(*DECISIONS)],
    reasons: Reasons | None = None,
) -> RegistrationView:
    """Decide on a registration of any account, or on a campaign; `reasons` explain a denial."""
    if registration_id.startswith(CAMPAIGN):
        return _decide_campaign(world, registration_id, status)
    for store in world.messaging_stores:
        registration = store.registrations.find(registration_id)
        if registration is not None:
            break
    else:
        raise NotFound(f"no account has the registration {registration_id}")
    if reasons and status != "REQUIRES_UPDATES":
        raise InvalidArgument("reasons are only allowed with the status REQUIRES_UPDATES", "reasons")
    for reason in reasons or ():
        if reason.field_path is not None and reason.field_path not in form_of(registration.registration_type).fields:
            sentence = f"{registration.registration_type} does not have the field {reason.field_path}"
            raise InvalidArgument(sentence, "field_path")
    if not reviews.can_reach(registration, status):
        raise InvalidArgument(f"a registration that is {registration.registration_status} cannot become {status}", "status")
    with open_store(world, store) as ctx:
        reviews.decide(ctx, registration, status, reasons or ())
    return _view(store, registration)


def _decide_campaign(world: World, campaign_id: str, decision: str) -> RegistrationView:
    if decision not in CAMPAIGN_STATUSES:
        raise InvalidArgument(
            f"the status of a campaign must be one of {', '.join(CAMPAIGN_STATUSES)}, not {decision}", "status"
        )
    for store in world.stores[sms_voice.name]:
        campaign = store.campaigns.get(campaign_id)
        if campaign is not None:
            campaign.status = CAMPAIGN_STATUSES[decision]
            return {
                "campaign_id": campaign_id,
                "account": store.account,
                "region": store.region,
                "status": campaign.status,
            }
    raise NotFound(f"no account has the campaign {campaign_id}")


def _view(store: MessagingStore, registration: Registration) -> RegistrationView:
    version = registration.current
    return {
        "registration_id": registration.registration_id,
        "account": store.account,
        "region": store.region,
        "registration_type": registration.registration_type,
        "status": registration.registration_status,
        "version": version.version_number,
        "version_status": version.registration_version_status,
        "approved_version": registration.approved_version_number,
        "latest_denied_version": registration.latest_denied_version_number,
        "reasons": [asdict(reason) for reason in version.denied_reasons],
        "associations": [row.resource_arn for row in registration.associations.values()],
    }
