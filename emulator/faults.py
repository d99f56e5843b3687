"""Injected faults: operations that fail or are slow on demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from emulator.kernel.seeds import Seeds
from emulator.kernel.snapshots import Snapshotable
from emulator.wire.errors import ServiceError

SERVER_FAULT = "InternalServerException"
CODES = {
    403: "AccessDeniedException",
    404: "ResourceNotFoundException",
    409: "ConflictException",
    429: "ThrottlingException",
}
"""The exception for each HTTP status."""


class InjectedFault(ServiceError):
    """The error that a fault rule asked for, with any code."""

    def __init__(
        self, code: str, status: int | None, delay_seconds: float, message: str, members: Mapping[str, str]
    ) -> None:
        super().__init__(message, **members)
        self._code = code
        self.status = status
        self.delay_seconds = delay_seconds

    @property
    def code(self) -> str:
        """The error code on the wire."""
        return self._code


@dataclass(slots=True)
class Fault:
    """
    The error that some requests receive in place of their response.

    Attributes:
        error: a modelled exception, or an HTTP status.
        service: botocore's name of the service; None for all.
        operation: botocore's name of the operation; None for all.
        probability: the share of matching requests that fail.
        times: how many more requests fail; None for no limit.
        latency_seconds: how long the response takes.
        reason: one of the reasons of the exception, if it has any.
    """

    error: str
    service: str | None = None
    operation: str | None = None
    probability: float = 1.0
    times: int | None = None
    latency_seconds: float = 0.0
    reason: str | None = None


@dataclass(slots=True)
class Faults(Snapshotable):
    """The faults in order; the first that matches applies."""

    SNAPSHOT_FIELDS = ("faults",)

    seeds: Seeds
    faults: list[Fault] = field(default_factory=list)

    def raise_injected_fault(self, service: str, operation: str, request_id: str) -> None:
        """
        Raise the first fault that matches the request and is drawn, if any.

        Raises:
            ServiceError: that fault.
        """
        for index, fault in enumerate(self.faults):
            matches = fault.service in (None, service) and fault.operation in (None, operation)
            if not matches or fault.times == 0 or self.seeds.fraction(f"fault/{index}/{request_id}") >= fault.probability:
                continue
            if fault.times is not None:
                fault.times -= 1
            raise _error(fault)

    def raise_delivery_fault(self, service: str, operation: str, key: str) -> None:
        """
        Raise a fault for a call of ours to another AWS service; only faults that name the service apply.

        Raises:
            ServiceError: the fault that matches the call and was drawn.
        """
        if any(fault.service == service for fault in self.faults):
            self.raise_injected_fault(service, operation, key)


def _error(fault: Fault) -> ServiceError:
    status = int(fault.error) if fault.error.isdecimal() else None
    code = fault.error if status is None else CODES.get(status) or ("ValidationException" if status < 500 else SERVER_FAULT)
    members = {} if fault.reason is None else {"Reason": fault.reason}
    return InjectedFault(code, status, fault.latency_seconds, f"Injected fault: {fault.error}", members)
