"""Injected faults: requests and deliveries that fail, are throttled or are slow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, TypedDict

from emulator.control.command import command
from emulator.control.errors import InvalidArgument
from emulator.control.parsing import (
    Parser,
    parse_choice,
    parse_list,
    parse_number,
    parse_object,
    parse_optional_int,
    parse_optional_text,
    quoted,
)
from emulator.faults import Fault
from emulator.reporting.outbox import SENDERS
from emulator.services.cognito_codes.interception import SERVICE as COGNITO
from emulator.services.cognito_codes.operations import INTERCEPTED
from emulator.wire.models import load_model
from emulator.world import SERVICES, World

LATENCY_SECONDS_MAX = 3600
TARGET_OPERATIONS = {service: operation for service, operation, _ in SENDERS.values()}
"""The operation that deliveries call, by service."""
WEBHOOK = "webhook"
"""The one of these services that has no model, so that faults can only name HTTP statuses."""


class FaultView(TypedDict):
    """A fault; null fields match everything."""

    error: str
    service: str | None
    operation: str | None
    probability: float
    times: int | None
    latency_seconds: float
    reason: str | None


@command("GET /faults")
def show_faults(world: World) -> list[FaultView]:
    """Show the injected faults in order."""
    shown: list[Any] = [asdict(fault) for fault in world.faults.faults]
    return shown


def _parse_fault(body: dict[str, Any]) -> Fault:
    fields = parse_object(body, Fault.__dataclass_fields__, "error")
    service = parse_optional_text(fields.get("service"), "service")
    if service is not None:
        parse_choice(service, sorted({*(known.name for known in SERVICES), *TARGET_OPERATIONS, COGNITO}), "service")
    operation = parse_optional_text(fields.get("operation"), "operation")
    shapes = _error_shapes(service, operation)
    return Fault(
        _parse_error(str(fields["error"]), shapes),
        service,
        operation,
        probability=parse_number(fields.get("probability", 1.0), "probability", 1),
        times=parse_optional_int(fields.get("times"), "times"),
        latency_seconds=parse_number(fields.get("latency_seconds", 0), "latency_seconds", LATENCY_SECONDS_MAX),
        reason=_parse_reason(fields, shapes),
    )


def _error_shapes(service: str | None, operation: str | None) -> dict[str, Any]:
    """Check the operation, and return the modelled errors that a fault can name, by name."""
    own = next((known for known in SERVICES if known.name == service), None)
    if service in TARGET_OPERATIONS and (own is None or operation not in own.operation_names):
        called = TARGET_OPERATIONS[service]
        if operation not in (None, called):
            raise InvalidArgument(f"{service} is only called by {called}, not {quoted(operation)}", "operation")
        return {} if service == WEBHOOK else {shape.name: shape for shape in load_model(service).error_shapes}
    if service == COGNITO:
        if operation is not None and operation not in INTERCEPTED:
            raise InvalidArgument(f"{service}: only calls about codes can fail, not {quoted(operation)}", "operation")
        return {shape.name: shape for shape in load_model(service).error_shapes}
    models = [known.model for known in SERVICES if service in (None, known.name)]
    if operation is not None and not any(operation in model.operation_names for model in models):
        named = service or " or ".join(model.service_name for model in models)
        raise InvalidArgument(
            f"{named} does not have the operation {quoted(operation)}; write it as SendTextMessage", "operation"
        )
    # Where two services have an error of the same name, that of the first service is used.
    return {shape.name: shape for model in reversed(models) for shape in model.error_shapes}


def _parse_error(error: str, shapes: Mapping[str, Any]) -> str:
    if error in shapes or re.fullmatch("[45][0-9][0-9]", error):
        return error
    names = f", or one of {', '.join(sorted(shapes))}" if shapes else ""
    raise InvalidArgument(f"error must be an HTTP status from 400 to 599{names}; not {quoted(error)}", "error")


def _parse_reason(fields: Mapping[str, Any], shapes: Mapping[str, Any]) -> str | None:
    error, reason = str(fields["error"]), parse_optional_text(fields.get("reason"), "reason")
    if reason is None:
        return None
    member = shapes[error].members.get("Reason") if error in shapes else None
    if member is None:
        raise InvalidArgument(f"{error} does not have a Reason", "reason")
    known: list[str] = member.metadata.get("enum", [])
    return parse_choice(reason, known, "reason")


FAULTS_SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["error"],
        "additionalProperties": False,
        "properties": {
            "error": {"type": "string", "examples": ["ThrottlingException", "503"]},
            "service": {"type": ["string", "null"]},
            "operation": {"type": ["string", "null"]},
            "probability": {"type": "number", "minimum": 0, "maximum": 1},
            "times": {"type": ["integer", "null"], "minimum": 0},
            "latency_seconds": {"type": "number", "minimum": 0, "maximum": LATENCY_SECONDS_MAX},
            "reason": {"type": ["string", "null"]},
        },
    },
}
Faults = Annotated[list[Fault], Parser(lambda value, name: parse_list(value, "fault", _parse_fault), FAULTS_SCHEMA)]


@command("PUT /faults", body="faults")
def change_faults(world: World, *, faults: Faults) -> list[FaultView]:
    """Replace all injected faults; the first that matches applies."""
    world.faults.faults = faults
    return show_faults(world)


@command("DELETE /faults")
def delete_faults(world: World) -> list[FaultView]:
    """Remove all injected faults."""
    return change_faults(world, faults=[])
