"""Faults on demand: an operation that fails or is slow because the tester said so."""

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
"""The exception that goes with an HTTP status."""


class InjectedFault(ServiceError):
    """An error that a fault rule asked for, under any code."""

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
    What some requests are answered with in place of their answer.

    `error` is a modelled exception, with one of its reasons if you like, or an HTTP status. `service` and `operation` are
    botocore's names, None for all. A request is struck with `probability`, `times` counts down (None is for ever), and the
    answer takes `latency_seconds`.
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
    """The list, in order; the first that fits strikes."""

    SNAPSHOT_FIELDS = ("faults",)

    seeds: Seeds
    faults: list[Fault] = field(default_factory=list)

    def raise_injected_fault(self, service: str, operation: str, request_id: str) -> None:
        """
        Raises:
            ServiceError: a fault fits the request and was drawn.
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
        As `strike`, for our own calls to the AWS services around: only a fault that names the service is meant.

        Raises:
            ServiceError: a fault fits the call and was drawn.
        """
        if any(fault.service == service for fault in self.faults):
            self.raise_injected_fault(service, operation, key)


def _error(fault: Fault) -> ServiceError:
    status = int(fault.error) if fault.error.isdecimal() else None
    code = fault.error if status is None else CODES.get(status) or ("ValidationException" if status < 500 else SERVER_FAULT)
    members = {} if fault.reason is None else {"Reason": fault.reason}
    return InjectedFault(code, status, fault.latency_seconds, f"Injected fault: {fault.error}", members)
