"""What the tester orders and asks of compliance: the reviewer's decisions, and the audit trail of consent."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from emulator.services.sms_voice_v2 import reviews
from emulator.services.sms_voice_v2.forms import form_of
from emulator.services.sms_voice_v2.service import service as sms_voice_v2
from emulator.services.sms_voice_v2.state.consent import ConsentRecord
from emulator.services.sms_voice_v2.state.registrations import DeniedReason, Registration
from emulator.services.sms_voice_v2.store import SmsStore
from emulator.tester.campaigns import CAMPAIGN, decide_campaign
from emulator.tester.errors import BadCommand, UnknownThing
from emulator.tester.readers import any_number, check_scope, one_of, read_each, read_members, read_time, text_or_none
from emulator.tester.views import iso

if TYPE_CHECKING:
    from emulator.engine import Emulator

DECISIONS = ("COMPLETE", "REQUIRES_UPDATES", "REVIEWING", "PROVISIONING", "REQUIRES_AUTHENTICATION", "CLOSED")
ACTIONS = ("OPT_OUT", "OPT_IN")
CAUSES = ("KEYWORD", "API", "CONFIRMATION")


def list_registrations(
    emulator: Emulator,
    *,
    account: Any = None,
    region: Any = None,
    status: Any = None,
    registration_type: Any = None,
) -> dict[str, Any]:
    """The registrations of all accounts, oldest first in each."""
    check_scope(account=account, region=region)
    found = [
        _view(store, row)
        for store in emulator.world.sms_stores
        for row in store.registrations
        if account in (None, store.account)
        and region in (None, store.region)
        and status in (None, row.registration_status)
        and registration_type in (None, row.registration_type)
    ]
    return {"registrations": found}


def decide_registration(
    emulator: Emulator, *, registration_id: str, status: Any = None, reasons: Any = None
) -> dict[str, Any]:
    """The reviewer's word on a registration of any account, or a campaign; the reasons are those of a denial."""
    wanted = one_of(status, DECISIONS, "status")
    world = emulator.world
    if registration_id.startswith(CAMPAIGN):
        return decide_campaign(emulator, registration_id, wanted)
    for store in world.sms_stores:
        registration = store.registrations.find(registration_id)
        if registration is not None:
            break
    else:
        raise UnknownThing(f"no account has the registration {registration_id}")
    given = read_each(reasons or [], "reason", _read_reason)
    if given and wanted != "REQUIRES_UPDATES":
        raise BadCommand("reasons belong to a denial: the status REQUIRES_UPDATES", "reasons")
    for reason in given:
        if reason.field_path is not None and reason.field_path not in form_of(registration.registration_type).fields:
            raise BadCommand(f"{registration.registration_type} has no field {reason.field_path}", "field_path")
    if not reviews.can_reach(registration, wanted):
        raise BadCommand(f"a registration that is {registration.registration_status} cannot become {wanted}", "status")
    context = world.context(sms_voice_v2, store.account, store.region)
    reviews.decide(context, registration, wanted, given)
    world.bus.publish_all(context.facts)
    return _view(store, registration)


def _read_reason(body: dict[str, Any]) -> DeniedReason:
    members = read_members(body, ("reason", "short_description", "field_path"), "reason")
    reason = str(text_or_none(members["reason"], "reason"))
    description = text_or_none(members.get("short_description"), "short_description")
    field_path = text_or_none(members.get("field_path"), "field_path")
    return DeniedReason(reason, description or reason.replace("_", " ").capitalize(), field_path)


def _view(store: SmsStore, registration: Registration) -> dict[str, Any]:
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


def list_consent(
    emulator: Emulator,
    *,
    number: Any = None,
    action: Any = None,
    cause: Any = None,
    account: Any = None,
    region: Any = None,
    since: Any = None,
    before: Any = None,
) -> dict[str, Any]:
    """Who has opted out or in, when and by what; oldest first."""
    check_scope(account=account, region=region)
    wanted = {
        "number": None if number is None else any_number(number),
        "action": None if action is None else one_of(action, ACTIONS, "action"),
        "cause": None if cause is None else one_of(cause, CAUSES, "cause"),
        "account": account,
        "region": region,
    }
    first = None if since is None else read_time(since, "since")
    last = None if before is None else read_time(before, "before")
    rows = [
        row
        for store in emulator.world.sms_stores
        for row in store.consent
        if all(value in (None, getattr(row, name)) for name, value in wanted.items())
        and (first is None or row.at >= first)
        and (last is None or row.at < last)
    ]
    return {"records": [_record(row) for row in sorted(rows, key=lambda row: row.at)]}


def _record(row: ConsentRecord) -> dict[str, Any]:
    return asdict(row) | {"at": iso(row.at)}


def consent_csv(records: Iterable[Mapping[str, Any]]) -> str:
    """The records as a table with a line of names."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(ConsentRecord.__dataclass_fields__))
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue()


COMMANDS: tuple[Callable[..., Any], ...] = (
    list_registrations,
    decide_registration,
    list_consent,
)
