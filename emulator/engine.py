"""
The engine: it owns the current world, and the three doors through which a world changes.

`handle` answers a request, `control` runs a command, and time moves. Given one seed and one sequence through those
doors, every byte that comes out is the same. Each door takes the lock; anything slow (deliveries to other AWS services)
happens outside it, in `deliver`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

from emulator.aws import EmbeddedAws
from emulator.kernel.ports import Inputs, ObjectRead, Read, RoleLookup, ShareLookup, TargetLookup
from emulator.kernel.snapshots import BrokenSnapshot
from emulator.messaging import sharing
from emulator.messaging.context import messaging
from emulator.reporting.outbox import BackoffElapsed
from emulator.services.sms_voice_v2.service import service as sms_voice_v2
from emulator.services.sns_texts import texts
from emulator.settings import Settings
from emulator.wire.context import NO_INPUTS
from emulator.wire.credentials import Scope, read_scope
from emulator.wire.errors import (
    InternalServerException,
    NotImplementedYet,
    RequestEntityTooLargeException,
    ServiceError,
)
from emulator.wire.http import Request, Response
from emulator.wire.protocols import RestJson
from emulator.wire.service import Operation, Service
from emulator.world import SERVICES as SERVICES
from emulator.world import World

CLOCK_MODES = ("running", "stepping", "frozen")
LOOK_AHEAD = timedelta(minutes=1)
"""How far past the current time a stepping clock runs timers, for every request and command."""
OUTBOX_FULL = 10_000
"""
Deliveries that may wait on a stepping clock before a request delivers them; a call that could see them delivers them
first.
"""

Answer = TypeVar("Answer")
StreamView = Callable[[Any], Iterable[tuple[str, dict[str, Any]]]]
"""From a fact, returns the events that it adds to the event stream, each with its kind and body."""


def utc_now() -> datetime:
    """Read the wall clock; nothing else does."""
    return datetime.now(timezone.utc)


class Engine:
    """
    A world with its lock, and the ways to change it.

    Args:
        seed: determines everything that is left to chance.
        start: the initial virtual time; the wall clock's by default.
        settings: how lenient the emulator is.
        clock: `stepping` (every request and command runs what is due), `frozen`, or `running` with the wall clock.
        aws_endpoint_url: where the other AWS services are; by default moto, in this process.
        wall: reads the wall clock.
        prepare: is called with the engine for each new world, to create what a configuration lists.
        stream_views: by type of fact, the events that it adds to the event stream.

    Raises:
        ValueError: the clock mode is unknown, or whatever `prepare` raises.
    """

    services = SERVICES

    def __init__(
        self,
        seed: int,
        start: datetime | None,
        settings: Settings,
        clock: str,
        aws_endpoint_url: str | None,
        wall: Callable[[], datetime],
        *,
        prepare: Callable[[Engine], None],
        stream_views: Mapping[type, StreamView],
    ) -> None:
        self.seed = seed
        self.settings = settings
        self.aws = EmbeddedAws(wall, aws_endpoint_url)
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.waiting = 0
        """The number of threads that wait for `changed`."""
        self.closing = threading.Event()
        """Set when calls that wait should give up."""
        self.delivering = threading.RLock()
        self.listeners: list[Callable[[str, dict[str, Any]], None]] = []
        self._wall = wall
        self._start = start or wall()
        self._clock_at_start = clock
        self._prepare = prepare
        self._stream_views = stream_views
        self._targets = {s.target_prefix: s for s in SERVICES if s.target_prefix is not None}
        self._signing_names: dict[str, list[Service[Any, Any]]] = {}
        for service in SERVICES:
            self._signing_names.setdefault(service.signing_name, []).append(service)
        self.world: World
        self.start_world()

    # --- The first door: requests ---------------------------------------------------------------------------------

    def service_for(self, request: Request) -> Service[Any, Any] | None:
        """Return the service that a request is for, or None if it is not one of ours."""
        target = request.headers.get("x-amz-target")
        if target:
            service = self._targets.get(target.partition(".")[0])
            if service is not None:
                return service
        # Two services may share a signing name: the REST one handles its own paths, the first one everything else.
        signing = self._signing_names.get(read_scope(request).signing_name, [])
        rest = (s for s in signing[1:] if not target and isinstance(s.protocol, RestJson) and s.protocol.matches(request))
        return next(rest, signing[0] if signing else None)

    def handles(self, request: Request) -> bool:
        """Return whether `handle` answers this request; for SNS that depends on the body."""
        return self.service_for(request) is not None or texts.read_text(request) is not None

    def reads_s3(self, request: Request) -> bool:
        """Return whether the request may have to wait for S3, and so should not be handled in an event loop."""
        service = self.service_for(request)
        name = service.protocol.operation_named(request) if service is not None else None
        if service is None or name not in service.model.operation_names:
            return False
        return service.find(name).reads is not None

    def handle(self, request: Request) -> Response:
        """
        Answer a request for one of our services.

        Any exception other than a ServiceError is a bug and propagates; the server then answers with `failure`.
        """
        service = self.service_for(request)
        if service is None:
            text = texts.read_text(request)
            if text is not None:
                return self._publish_text(request, text)
        response = self._answer(service or sms_voice_v2, request)
        if self.world.outbox.waiting >= OUTBOX_FULL and self.mode != "running":
            self.deliver()
        return response

    def _answer(self, service: Service[Any, Any], request: Request) -> Response:
        try:
            size_max = self.world.settings.request_body_bytes_max
            if len(request.body) > size_max:
                raise RequestEntityTooLargeException(f"The request body is larger than {size_max} bytes")
            name, members = service.protocol.decode(request)
        except ServiceError as error:
            return self._refuse(service, error)
        operation = service.find(name)
        scope: Scope = read_scope(request)
        reads_more = operation.reads is not None or sharing.may_be_shared(members, scope.account)
        inputs = self._read_inputs(operation, members, scope) if reads_more else NO_INPUTS
        with self.lock:
            world = self.world
            self._enter(skip_deferrable=operation.deferrable)
            request_id = world.seeds.uuid("request")
            try:
                if operation.handler is None:
                    raise NotImplementedYet(f"{service.name} {name} is not implemented by the emulator yet")
                if world.faults.faults:
                    world.faults.raise_injected_fault(service.name, name, request_id)
                service.check(operation, members)
                with world.transaction(service, scope.account, scope.region, request_id, inputs) as ctx:
                    service.throttle(ctx, name)
                    answer = service.call(ctx, operation, members)
            except ServiceError as error:
                return replace(service.protocol.encode_error(error, request_id), delay_seconds=error.delay_seconds)
            if self.waiting:
                self.changed.notify_all()
        return service.protocol.encode(answer, operation.model, request_id)

    def _read_inputs(self, operation: Operation, members: dict[str, Any], scope: Scope) -> Inputs:
        """Read what the operation needs from other AWS services, without the lock: those may be slow."""
        if not operation.constraints.is_valid(members):
            return NO_INPUTS
        reads = list(operation.reads(self.world, members)) if operation.reads is not None else []
        if sharing.may_be_shared(members, scope.account):
            reads.append(ShareLookup(scope.account, scope.region))
        return {read: self._read(read, scope) for read in reads}

    def _read(self, read: Read, scope: Scope) -> Any:
        if isinstance(read, ObjectRead):
            return self.aws.read(scope.account, scope.region, read.url, self.world.settings.object_bytes_max)
        if isinstance(read, TargetLookup):
            return self.aws.exists(read.kind, scope.account, read.arn)
        if isinstance(read, RoleLookup):
            return self.aws.trusts(scope.account, read.arn, read.principals)
        return self.aws.shared_resources(read.account, read.region)

    def _refuse(self, service: Service[Any, Any], error: ServiceError) -> Response:
        """Answer a request that does not name one of the service's operations."""
        with self.lock:
            self._enter()
            return service.protocol.encode_error(error, self.world.seeds.uuid("request"))

    def _publish_text(self, request: Request, parameters: dict[str, str]) -> Response:
        """Answer `sns.publish(PhoneNumber=…)`."""
        with self.lock:
            self._enter()
            world, scope = self.world, read_scope(request)
            request_id = world.seeds.uuid("request")
            try:
                with world.transaction(messaging, scope.account, scope.region, request_id) as ctx:
                    message_id = texts.publish_text(ctx, parameters)
            except ServiceError as error:
                return texts.refusal(error, request_id)
            if self.waiting:
                self.changed.notify_all()
            return texts.answer(message_id, request_id)

    def failure(self, request: Request) -> tuple[str, Response]:
        """Return a request id for the log, and the HTTP 500 response to a request whose handling failed because of a bug."""
        service = self.service_for(request) or sms_voice_v2
        with self.lock:
            request_id = self.world.seeds.uuid("request")
        return request_id, service.protocol.encode_error(InternalServerException(request_id), request_id)

    # --- The second door: commands --------------------------------------------------------------------------------

    def control(self, command: Callable[..., Answer], /, **arguments: Any) -> Answer:
        """
        Run a command of the control API, with the lock held and once what is due has run; a command that fails changes
        nothing.
        """
        if self.mode != "running":
            self.run_due_and_deliver()
        with self.lock:
            self._enter()
            answer = command(**arguments)
            self.changed.notify_all()
        return answer

    def start_world(self) -> None:
        """Replace the world by an empty one."""
        self.mode = self._clock_at_start
        self.speed = 1.0
        if self.mode not in CLOCK_MODES:
            raise ValueError(f"clock must be one of {', '.join(CLOCK_MODES)}, not {self.mode!r}")
        start = self._wall() if self.mode == "running" else self._start
        self._install(World(self.seed, start, self.settings, self.run_due))
        self._prepare(self)

    def restore_world(self, snapshot: Mapping[str, Any]) -> None:
        """
        Replace the world by that of a snapshot, along with its settings, clock mode and speed.

        Raises:
            BrokenSnapshot: the snapshot is not valid; nothing has changed.
        """
        try:
            settings = snapshot["settings"]
            world = World(snapshot["seed"], snapshot["world"]["clock"]["now"], settings, self.run_due)
            world.restore(snapshot["world"])
            mode, speed = snapshot["mode"], snapshot["speed"]
        except (TypeError, ValueError, LookupError, AttributeError) as error:
            raise BrokenSnapshot(f"{type(error).__name__}: {error}") from error
        self.mode, self.speed = mode, speed
        self._install(world)

    def _install(self, world: World) -> None:
        self.world = world
        self.resync_wall_clock()
        for kind in self._stream_views:
            world.bus.subscribe(kind, self._stream_fact)

    def _stream_fact(self, fact: Any) -> None:
        if self.listeners:
            for kind, body in self._stream_views[type(fact)](fact):
                self.publish_to_stream(kind, body)

    def publish_to_stream(self, kind: str, body: dict[str, Any]) -> None:
        """Send an event to every listener of the event stream."""
        for listener in self.listeners:
            listener(kind, body)

    # --- The third door: time -------------------------------------------------------------------------------------

    def set_clock(self, mode: str, speed: float) -> None:
        """Change how time moves; a running clock continues from the current virtual time."""
        self.mode, self.speed = mode, speed
        self.resync_wall_clock()

    def _enter(self, *, skip_deferrable: bool = False) -> None:
        """Enter through a door: read which event buses have rules, and run what is due."""
        self.world.set_event_rules(self.aws.event_rules())
        self.run_due(skip_deferrable=skip_deferrable)

    def run_due(self, *, skip_deferrable: bool = False) -> None:
        """
        Run every timer that is due, before anything is observed. The caller holds the lock, or is the only thread.

        With `skip_deferrable`, return at once if only deferrable timers are due: a send cannot observe their effects.
        """
        clock = self.world.clock
        if self.mode == "stepping":
            until = clock.now + LOOK_AHEAD
            if skip_deferrable and not self.world.settings.is_rate_limited:
                due = clock.next_observable_due()
                if due is None or due > until:
                    return
            clock.run_until(until)
        elif self.mode == "running":
            clock.advance_to(self._virtual_base + (self._wall() - self._wall_base) * self.speed)
        else:
            clock.run_until(clock.now)

    def resync_wall_clock(self) -> None:
        """Have a running clock continue from the current virtual time, after that was changed."""
        self._wall_base, self._virtual_base = self._wall(), self.world.clock.now

    def run_due_and_deliver(self) -> None:
        """Run what is due and deliver its events, before a call to another AWS service that could observe them."""
        with self.lock:
            self._enter()
        self.deliver()

    def deliver(self, *, metrics: bool = True) -> None:
        """Deliver what waits in the outbox, and metrics, without the lock: the targets may be slow."""
        if self.world.outbox.called:
            return
        with self.delivering:
            world = self.world
            backoffs = world.outbox.drain(self.aws)
            if backoffs:
                with self.lock:
                    for backoff in backoffs:
                        world.clock.schedule(backoff.length, BackoffElapsed(backoff.target))
            if metrics:
                world.metrics.flush(self.aws, world.clock.now)
