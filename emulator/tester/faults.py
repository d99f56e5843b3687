"""Faults as the tester injects them: requests and deliveries that are refused, throttled or slow."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from emulator.faults import Fault
from emulator.reporting.outbox import SENDERS
from emulator.tester.errors import BadCommand
from emulator.tester.readers import amount, one_of, quoted, read_each, read_members, text_or_none, whole_or_none
from emulator.wire.models import load_model

if TYPE_CHECKING:
    from emulator.engine import Emulator

LATENCY_SECONDS_MAX = 3600
OUTSIDE = {service: operation for service, operation, _ in SENDERS.values()}
"""What deliveries call: by service, its operation."""
WEBHOOK = "webhook"
"""The one of them that no model describes: it knows HTTP statuses only."""


def show_faults(emulator: Emulator) -> list[dict[str, Any]]:
    """The faults in order."""
    return [asdict(fault) for fault in emulator.world.faults.faults]


def change_faults(emulator: Emulator, *, faults: Any) -> list[dict[str, Any]]:
    """Put these faults in place of all others."""
    emulator.world.faults.faults = read_each(faults, "fault", partial(_read_fault, emulator))
    return show_faults(emulator)


def _read_fault(emulator: Emulator, body: dict[str, Any]) -> Fault:
    members = read_members(body, tuple(Fault.__dataclass_fields__), "error")
    service = text_or_none(members.get("service"), "service")
    if service is not None:
        one_of(service, [*(known.name for known in emulator.services), *sorted(OUTSIDE)], "service")
    operation = text_or_none(members.get("operation"), "operation")
    shapes: dict[str, Any]
    if service in OUTSIDE:
        if operation is not None and operation != OUTSIDE[service]:
            known = OUTSIDE[service]
            raise BadCommand(f"of {service} only {known} is called, not {quoted(operation)}", "operation")
        shapes = {} if service == WEBHOOK else {shape.name: shape for shape in load_model(service).error_shapes}
    else:
        models = [known.model for known in emulator.services if service in (None, known.name)]
        if operation is not None and not any(operation in model.operation_names for model in models):
            named = service or " or ".join(model.service_name for model in models)
            raise BadCommand(f"{named} has no operation {quoted(operation)}; write it as SendTextMessage", "operation")
        # Where two services have an error of one name, the first service's counts.
        shapes = {shape.name: shape for model in reversed(models) for shape in model.error_shapes}
    return Fault(
        _read_error(str(members["error"]), shapes),
        service,
        operation,
        amount(members.get("probability", 1.0), "probability", 1),
        whole_or_none(members.get("times"), "times"),
        amount(members.get("latency_seconds", 0), "latency_seconds", LATENCY_SECONDS_MAX),
        _read_reason(members, shapes),
    )


def _read_error(error: str, shapes: Mapping[str, Any]) -> str:
    if error in shapes or re.fullmatch("[45][0-9][0-9]", error):
        return error
    names = f", or one of {', '.join(sorted(shapes))}" if shapes else ""
    raise BadCommand(f"error must be an HTTP status from 400 to 599{names}; not {quoted(error)}", "error")


def _read_reason(members: Mapping[str, Any], shapes: Mapping[str, Any]) -> str | None:
    error, reason = str(members["error"]), text_or_none(members.get("reason"), "reason")
    if reason is None:
        return None
    member = shapes[error].members.get("Reason") if error in shapes else None
    if member is None:
        raise BadCommand(f"{error} has no Reason", "reason")
    return one_of(reason, member.metadata.get("enum", ()), "reason")


COMMANDS: tuple[Callable[..., Any], ...] = (
    show_faults,
    change_faults,
)
