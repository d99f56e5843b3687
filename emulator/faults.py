"""Injected faults: requests that fail or are slow on demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from emulator.kernel.dataclass import dataclass
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
"""The exception for an HTTP status."""


class InjectedFault(ServiceError):
    """The error that a fault rule raises, under any code."""

    def __init__(
        self, code: str, status: int | None, delay_seconds: float, message: str, members: Mapping[str, str]
    ) -> None:
        super().__init__(message, **members)
        self._code = code
        self.status = status
        self.delay_seconds = delay_seconds

    @property
    def code(self) -> str:
        """The error's name on the wire."""
        return self._code


@dataclass(slots=True)
class Fault:
    """
    A rule by which some requests fail.

    `error` is the name of a modelled exception, with one of its reasons as `reason` if wanted, or an HTTP status. `service`
    and `operation` are botocore's names; None matches all. A matching request fails with `probability`; `times` counts down
    (None means no limit), and the answer is delayed by `latency_seconds`.
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
    """The fault rules, in order; the first that matches a request, and is drawn by its probability, applies."""

    SNAPSHOT_FIELDS = ("faults",)

    seeds: Seeds
    faults: list[Fault] = field(default_factory=list)

    def raise_injected_fault(self, service: str, operation: str, request_id: str) -> None:
        """
        Raise the error of the first fault that applies to a request, if any.

        Raises:
            ServiceError: a fault matches the request and was drawn.
        """
        for index, fault in enumerate(self.faults):
            fits = fault.service in (None, service) and fault.operation in (None, operation)
            if not fits or fault.times == 0 or self.seeds.fraction(f"fault/{index}/{request_id}") >= fault.probability:
                continue
            if fault.times is not None:
                fault.times -= 1
            raise _error(fault)

    def raise_delivery_fault(self, service: str, operation: str, key: str) -> None:
        """
        Do the same for the emulator's own calls to other AWS services; only faults that name the service apply.

        Raises:
            ServiceError: a fault matches the call and was drawn.
        """
        if any(fault.service == service for fault in self.faults):
            self.raise_injected_fault(service, operation, key)


def _error(fault: Fault) -> ServiceError:
    status = int(fault.error) if fault.error.isdecimal() else None
    code = fault.error if status is None else CODES.get(status) or ("ValidationException" if status < 500 else SERVER_FAULT)
    members = {} if fault.reason is None else {"Reason": fault.reason}
    return InjectedFault(code, status, fault.latency_seconds, f"Injected fault: {fault.error}", members)
