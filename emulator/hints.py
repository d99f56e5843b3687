"""
Hints: what AWS's answers do not say, in plain English, for the request log and the page.

A hint never reaches AWS's own answer. It says what was probably meant, and names the call that mends it.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from emulator.faults import InjectedFault
from emulator.kernel.dataclass import dataclass
from emulator.messaging.state.opt_out_lists import OptOutList
from emulator.messaging.store import MessagingStore
from emulator.request_log import RequestLog
from emulator.telecom.numbering import country, country_of, is_possible
from emulator.wire.credentials import read_scope
from emulator.wire.errors import ServiceError
from emulator.wire.http import Request, Response
from emulator.wire.models import known_regions
from emulator.wire.service import Service
from emulator.world import World

LEAST_CLI = {1: (1, 29, 0), 2: (2, 13, 0)}
"""The first AWS CLI of each line that reads AWS_ENDPOINT_URL. Source: SDKs and tools guide, service-specific endpoints"""
CLI = re.compile(r"aws-cli/(\d+)\.(\d+)\.(\d+)")
EXAMPLE = "+14255550100"
COMPARED_MAX = 200
"""How many names are compared with one that is unknown: it takes long, and the world is locked meanwhile."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is known of a call when it has been answered; `error` is None if it succeeded."""

    world: World
    account: str
    region: str
    members: Mapping[str, Any]
    error: ServiceError | None
    user_agent: str

    def rows(self, table: str) -> list[Any]:
        """Return the rows of a table of the call's account and region, without creating its state."""
        store = self.world.messaging_stores.find((self.account, self.region))
        return [] if store is None else list(getattr(store, table))

    @property
    def reason(self) -> str:
        """The reason of the error, or its code."""
        return "" if self.error is None else str(self.error.members.get("Reason") or self.error.code)


UNLOGGED = "x-emulator-unlogged"
"""The header of what the page reads for itself, which is not a call of the application that is being developed."""


def log_call(
    log: RequestLog,
    world: World,
    started: float,
    service: Service[Any, Any],
    operation: str | None,
    request: Request,
    members: Mapping[str, Any],
    response: Response,
    error: ServiceError | None,
) -> Response:
    """
    Add a call to one of our services to the request log, with its hint, and return its response.

    Args:
        log: the request log.
        world: the world that answered; the caller holds its lock if there is an error.
        started: when the call began, by `time.perf_counter`.
        service: the service that was called.
        operation: the operation; None if the request has not been decoded.
        request: the request.
        members: the request's members by wire name.
        response: the response.
        error: why it was refused, if it was.
    """
    if UNLOGGED in request.headers and error is None:
        return response
    scope = read_scope(request)
    call = Call(world, scope.account, scope.region, members, error, request.headers.get("user-agent", ""))
    log.add(
        request_id=response.headers.get("x-amzn-RequestId", ""),
        at=world.clock.now,
        service=service.name,
        operation=operation or service.protocol.operation_named(request) or f"{request.method} {request.path}",
        account=scope.account,
        region=scope.region,
        status=response.status,
        error=None if error is None else error.code,
        reason=None if error is None else error.members.get("Reason"),
        hint=hint_for(call),
        duration_ms=round((time.perf_counter() - started) * 1000, 1),
        answered_by="emulator",
        request=members,
        request_bytes=len(request.body),
        response=response.body,
    )
    return response


def log_plain_call(
    log: RequestLog, world: World, started: float, service: str, request: Request, response: Response
) -> Response:
    """Add a call in AWS JSON that no service of the world's has answered to the request log, and return its response."""
    scope = read_scope(request)
    log.add(
        request_id=response.headers.get("x-amzn-RequestId", ""),
        at=world.clock.now,
        service=service,
        operation=request.headers.get("x-amz-target", "").rpartition(".")[2],
        account=scope.account,
        region=scope.region,
        status=response.status,
        error=str(json.loads(response.body)["__type"]) if response.status >= 400 else None,
        reason=None,
        hint=None,
        duration_ms=round((time.perf_counter() - started) * 1000, 1),
        answered_by="emulator",
        request=request.body,
        response=response.body if response.status >= 400 else None,
    )
    return response


def hint_for(call: Call) -> str | None:
    """Return what would help the caller, or None."""
    found = [_region_hint(call), _number_hint(call), _policy_hint(call)]
    if isinstance(call.error, InjectedFault):
        found.append(_fault_hint(call, call.error))
    elif call.error is not None:
        by_reason = BY_REASON.get(call.reason)
        found.append(by_reason(call) if callable(by_reason) else by_reason)
    if "aws-cli/" in call.user_agent:
        found.append(_cli_hint(call.user_agent))
    return "; ".join(hint for hint in found if hint) or None


def _similar(name: str, names: Iterable[str], count: int) -> list[str]:
    from difflib import get_close_matches  # not needed for a first answer

    return get_close_matches(name, names, n=count)


def _region_hint(call: Call) -> str | None:
    known = known_regions()
    if call.region in known:
        return None
    close = _similar(call.region, known, 3)
    close.sort(key=lambda name: sorted(name) != sorted(call.region))  # letters that were swapped
    meant = f"; did you mean {close[0]}?" if close else ""
    return f"AWS has no region {call.region}: there, this call would find no endpoint{meant}"


def _policy_hint(call: Call) -> str | None:
    """Explain why SNS, which has accepted a text, sends by none of the account's numbers."""
    if call.error is not None or not {"PhoneNumber", "Message"} <= call.members.keys():
        return None
    store = call.world.messaging_stores.find((call.account, call.region))
    required = call.world.settings.service_policies_required
    if store is None or not required or store.policies or not len(store.phone_numbers):
        return None
    return (
        "SNS may not send by the account's numbers: put-resource-policy with the principal sns.amazonaws.com and "
        "sms-voice:SendTextMessage, or set limits.service_policies_required = false"
    )


def _number_hint(call: Call) -> str | None:
    """Explain how a destination was read that was not written as E.164."""
    number = call.members.get("DestinationPhoneNumber")
    if not isinstance(number, str) or not number or re.fullmatch(r"\+[1-9][0-9]{7,14}", number):
        return None
    digits = re.sub("[^0-9]", "", number)
    meant = _north_american(digits)
    suggestion = f"did you mean {meant}?" if meant else f"write it as {EXAMPLE}"
    if re.fullmatch("[1-9][0-9]{7,14}", number) and is_possible(f"+{number}"):
        name = country(country_of(f"+{number}")).name
        return None if meant == f"+{number}" else f"{number} was read as +{number}, {name}; {suggestion}"
    return f"{number} is not in E.164; {suggestion}" if call.error is not None else None


def _north_american(digits: str) -> str | None:
    """Return the number that a US reader would mean by ten digits, or by eleven that begin with 1."""
    found = re.fullmatch("1?([2-9][0-9]{2}[2-9][0-9]{6})", digits)
    return f"+1{found[1]}" if found else None


def _fault_hint(call: Call, error: InjectedFault) -> str:
    for place, fault in enumerate(call.world.faults.faults, 1):
        if error.message == f"Injected fault: {fault.error}":
            left = "" if fault.times is None else f", {fault.times} more to come"
            return f"fault rule {place} ({fault.error}) caused this{left}; DELETE /_emulator/faults removes all rules"
    return "a fault rule caused this"


def _no_identity_hint(call: Call) -> str:
    here = len(call.rows("phone_numbers"))
    if here:
        to = str(call.members.get("DestinationPhoneNumber", ""))
        return f"none of the {_numbers(here)} of account {call.account} in {call.region} can send this to {to}"
    elsewhere = _elsewhere(call)
    if not elsewhere:
        return f"account {call.account} has no number yet: lease one with request-phone-number"
    return f"account {call.account} has no number in {call.region}, but {elsewhere}"


def _elsewhere(call: Call) -> str:
    """Return where else numbers are: in other regions of the account, or in other accounts."""
    others = [store for store in call.world.messaging_stores if len(store.phone_numbers)]
    own = Counter({store.region: len(store.phone_numbers) for store in others if store.account == call.account})
    if own:
        return " and ".join(f"{count} in {region}" for region, count in sorted(own.items()))
    return " and ".join(
        f"account {store.account} has {_numbers(len(store.phone_numbers))} in {store.region}" for store in others[:3]
    )


def _numbers(count: int) -> str:
    return f"{count} number{'' if count == 1 else 's'}"


def _not_found_hint(call: Call) -> str | None:
    """Say where the resource is, if another account or region has it."""
    assert call.error is not None
    reference = str(call.error.members.get("ResourceId", ""))
    table = TABLES.get(str(call.error.members.get("ResourceType", "")))
    if not table or not reference:
        return None
    for store in call.world.messaging_stores:
        rows = getattr(store, table)
        row = rows.find(reference) or rows.find(f"+{reference}")
        if row is not None and (store.account, store.region) != (call.account, call.region):
            return (
                f"{reference} is in account {store.account}, {store.region}; this call went to {call.account}, {call.region}"
            )
    names = sorted({name for row in call.rows(table)[:COMPARED_MAX] if isinstance(name := _name_of(row), str)})
    close = _similar(reference, names, 1)
    if close:
        return f"did you mean {close[0]}?"
    if table == "phone_numbers" and not names:
        return _no_identity_hint(call)
    return None


def _name_of(row: Any) -> Any:
    names = (getattr(row, name, None) for name in ("phone_number", "configuration_set_name", "opt_out_list_name"))
    return next((name for name in names if name is not None), None)


TABLES = {
    "phone-number": "phone_numbers",
    "configuration-set": "configuration_sets",
    "opt-out-list": "opt_out_lists",
    "pool": "pools",
    "sender-id": "sender_ids",
    "protect-configuration": "protect_configurations",
    "registration": "registrations",
    "rcs-agent": "rcs_agents",
}
"""The table of a store, by AWS's type of the resource."""


def _opted_out_hint(call: Call) -> str | None:
    assert call.error is not None
    number = str(call.error.members.get("ResourceId", ""))
    for store in call.world.messaging_stores:
        for opt_out_list in store.opt_out_lists:
            if number in opt_out_list.numbers and store.account == call.account:
                return _opted_out_of(call.world, store, opt_out_list, number)
    return None


def _opted_out_of(world: World, store: MessagingStore, opt_out_list: OptOutList, number: str) -> str:
    since = opt_out_list.numbers[number]
    at = f"{since.opted_out_timestamp:%Y-%m-%dT%H:%M:%SZ}"
    cause = "by a call of the account"
    if since.end_user_opted_out:
        texts = (m for m in world.inbox.by_handset.of(number) if m.direction == "inbound")
        text = next((m.body for m in texts if m.requested_at == since.opted_out_timestamp), "")
        cause = f"by the text {text!r}" if text else "by a text"
    name = opt_out_list.opt_out_list_name
    return f"{number} has been on the opt-out list {name} since {at}, {cause}; DeleteOptedOutNumber takes it off"


def _cli_hint(user_agent: str) -> str | None:
    found = CLI.search(user_agent)
    if found is None:
        return None
    version = (int(found[1]), int(found[2]), int(found[3]))
    least = LEAST_CLI.get(version[0])
    if least is None or version >= least:
        return None
    return (
        f"AWS CLI {'.'.join(found.groups())} ignores AWS_ENDPOINT_URL, which needs {'.'.join(map(str, least))}: "
        "without --endpoint-url it calls AWS"
    )


def _throttled_hint(call: Call) -> str:
    profile = call.world.settings.profile
    return (
        f"the rates of the profile {profile} count virtual seconds: advance the clock, or set limits.rates_enforced = false"
    )


BY_REASON: Mapping[str, str | Callable[[Call], str | None]] = {
    "NO_ORIGINATION_IDENTITIES_FOUND": _no_identity_hint,
    "ResourceNotFoundException": _not_found_hint,
    "DESTINATION_PHONE_NUMBER_OPTED_OUT": _opted_out_hint,
    "ThrottlingException": _throttled_hint,
    "DESTINATION_PHONE_NUMBER_NOT_VERIFIED": (
        "the account is in the sandbox: verify the number with create-verified-destination-number, "
        'or leave the sandbox with PUT /_emulator/account {"tier": "PRODUCTION"}'
    ),
    "ACCOUNT_DISABLED": 'PUT /_emulator/account {"enabled": true} enables the account again',
    "INSUFFICIENT_ACCOUNT_REPUTATION": 'PUT /_emulator/account {"reputation": "good"} lifts this',
    "RESOURCE_NOT_ACTIVE": (
        "a new number is active after limits.provisioning, a number that needs a registration once that is COMPLETE: "
        "advance the clock, or decide the registration"
    ),
    "NUMBER_CAPABILITIES_MISMATCH": "lease a number whose NumberCapabilities include the channel",
    "MESSAGE_TYPE_MISMATCH": "send with the MessageType that the number was leased for, or without one",
    "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION": (
        "update-protect-configuration-country-rule-set with ProtectStatus ALLOW opens the country"
    ),
    "NotImplemented": "docs/coverage.md lists what is implemented",
    "UnknownOperationException": "the emulator's models are those of the installed botocore: pip install --upgrade boto3",
}
"""The hint, by the reason of an error, or by its code if it has none."""
