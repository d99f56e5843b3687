"""Faults as the tester injects them: requests and deliveries that are refused, throttled or slow."""

from __future__ import annotations

import re
from collections.abc import Callable
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
    outside = {name for name, _, _ in SENDERS.values()}
    if service is not None:
        one_of(service, [*(known.name for known in emulator.services), *sorted(outside)], "service")
    models = [known.model for known in emulator.services if service in (None, known.name)]
    if service in outside:
        models = [load_model(service)]
    operation = text_or_none(members.get("operation"), "operation")
    if operation is not None and not any(operation in model.operation_names for model in models):
        named = service or " or ".join(model.service_name for model in models)
        raise BadCommand(f"{named} has no operation {quoted(operation)}; write it as SendTextMessage", "operation")
    error = str(members["error"])
    # Where two services have an error of one name, the first service's counts.
    shapes: dict[str, Any] = {shape.name: shape for model in reversed(models) for shape in model.error_shapes}
    if error not in shapes and not re.fullmatch("[45][0-9][0-9]", error):
        names = ", ".join(sorted(shapes))
        raise BadCommand(f"error must be an HTTP status from 400 to 599, or one of {names}; not {quoted(error)}", "error")
    reason = text_or_none(members.get("reason"), "reason")
    if reason is not None:
        member = shapes[error].members.get("Reason") if error in shapes else None
        if member is None:
            raise BadCommand(f"{error} has no Reason", "reason")
        one_of(reason, member.metadata.get("enum", ()), "reason")
    return Fault(
        error,
        service,
        operation,
        amount(members.get("probability", 1.0), "probability", 1),
        whole_or_none(members.get("times"), "times"),
        amount(members.get("latency_seconds", 0), "latency_seconds", LATENCY_SECONDS_MAX),
        reason,
    )


COMMANDS: tuple[Callable[..., Any], ...] = (
    show_faults,
    change_faults,
)
