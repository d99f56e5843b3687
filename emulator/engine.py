"""
The engine: it owns the current world, and the three doors through which a world changes.

`handle` answers a request, `control` runs a command, and time moves. Given one seed and one sequence through those
doors, every byte that comes out is the same. Each door takes the lock; anything slow (deliveries to other AWS services)
happens outside it, in `deliver`.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

from emulator import hints
from emulator.aws import EmbeddedAws
from emulator.deliveries import FULL_SECONDS_MAX, OUTBOX_FULL, Deliveries
from emulator.kernel.ports import EndpointLookup, EventRules, Inputs, ObjectWrite, ShareLookup, TopicText
from emulator.kernel.snapshots import BrokenSnapshot
from emulator.messaging import sharing
from emulator.reporting.delivery import Delivery
from emulator.request_log import LoggedRequest, RequestLog
from emulator.services.cognito_codes import interception as cognito_codes
from emulator.services.cognito_codes.service import Context as CognitoContext
from emulator.services.cognito_codes.service import component as cognito_component
from emulator.services.sms_voice_v2.service import service as sms_voice_v2
from emulator.services.sns_texts.sending import send_from_topic
from emulator.services.sns_texts.service import service as sns_texts
from emulator.settings import Settings
from emulator.wire.context import NO_INPUTS
from emulator.wire.credentials import Scope, read_scope
from emulator.wire.dispatch import Dispatcher
from emulator.wire.errors import (
    InternalServerException,
    InvalidSignatureException,
    LimitExceededException,
    RequestEntityTooLargeException,
    ServiceError,
)
from emulator.wire.http import Request, Response
from emulator.wire.models import known_regions
from emulator.wire.retries import THROTTLED, client_wait
from emulator.wire.service import Operation, Service
from emulator.world import BROKEN, World, restored_world
from emulator.world import SERVICES as SERVICES

log = logging.getLogger("emulator")
CLOCK_MODES = ("running", "stepping", "frozen")
LOOK_AHEAD = timedelta(minutes=1)
"""How far past the current time a stepping clock runs timers, for every request and command."""
ENDPOINT = EndpointLookup()
PENDING_FULL = 5_000
"""Timers that may be pending on a stepping clock before a send runs those that are due, though it cannot observe them."""
Answer = TypeVar("Answer")
StreamView = Callable[[Any], Iterable[tuple[str, dict[str, Any]]]]
"""From a fact, returns the events that it adds to the event stream, each with its kind and body."""


def utc_now() -> datetime:
    """Read the wall clock; nothing else does."""
    return datetime.now(timezone.utc)


class Engine(Deliveries):
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
        stream_views: returns, by type of fact, the events that it adds to the event stream.

    Raises:
        ValueError: the clock mode is unknown, or whatever `prepare` raises.
    """

    services = SERVICES
    journal: object | None = None
    """Where each change is written; None for an engine that keeps no journal."""
    persistence: Callable[[], dict[str, Any]] = staticmethod(dict)
    """Says where the state is kept, if it is."""

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
        stream_views: Callable[[], Mapping[type, StreamView]],
    ) -> None:
        super().__init__()
        self.seed = seed
        self.settings = settings
        self.aws = EmbeddedAws(wall, aws_endpoint_url)
        self.aws.text_receiver = self.receive_topic_text
        self.aws.function_receiver = lambda call: self.world.outbox.put(Delivery.of_call(call))
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.waiting = 0
        """The number of threads that wait for `changed`."""
        self.wakers: list[Callable[[], None]] = []
        """Called when something has changed; the callee returns at once."""
        self.closing = threading.Event()
        """Set when calls that wait should give up."""
        self.listeners: list[Callable[[str, dict[str, Any]], None]] = []
        self.requests = RequestLog()
        self.requests.listeners.append(self._stream_fact)
        self._wall = wall
        self._start = start or wall()
        self._clock_at_start = clock
        self._prepare = prepare
        self._stream_views = stream_views
        self._dispatcher = Dispatcher(SERVICES)
        self.world: World
        self.before_reset: object | None = None
        """What the last reset has replaced; see `control.reset`."""
        self.start_world()

    # --- The first door: requests ---------------------------------------------------------------------------------

    def service_for(self, request: Request) -> Service[Any, Any] | None:
        """Return the service that a request is for, or None if it is not one of ours."""
        return self._dispatcher.service_for(request)

    def handles(self, request: Request) -> bool:
        """Return whether `handle` answers this request; for SNS that depends on the body."""
        return self.service_for(request) is not None or cognito_codes.is_intercepted(request, self.settings)

    def reads_s3(self, request: Request) -> bool:
        """Return whether the request may have to wait for S3, and so should not be handled in an event loop."""
        service = self.service_for(request)
        name = service.protocol.operation_named(request) if service is not None else None
        if service is None or name is None or not service.has(name):
            return False
        operation = service.find(name)
        return operation.reads is not None or operation.writes

    def handle(self, request: Request) -> Response:
        """
        Answer a request for one of our services.

        Any exception other than a ServiceError is a bug and propagates; the server then answers with `failure`.
        """
        service = self.service_for(request)
        if service is None and cognito_codes.is_intercepted(request, self.settings):
            started = time.perf_counter()
            answer = self._answer_cognito(request)
            return hints.log_plain_call(self.requests, self.world, started, cognito_codes.SERVICE, request, answer)
        response = self._answer(service or sms_voice_v2, request)
        if self.world.outbox.waiting >= OUTBOX_FULL and self.mode != "running":
            self.deliver(seconds=FULL_SECONDS_MAX)
        return response

    def _answer(self, service: Service[Any, Any], request: Request) -> Response:
        started = time.perf_counter()
        try:
            scope: Scope = read_scope(request)
            if scope.region not in known_regions():
                raise InvalidSignatureException(scope.region)
            size_max = self.world.settings.request_body_bytes_max
            if len(request.body) > size_max:
                raise RequestEntityTooLargeException(f"The request body is larger than {size_max} bytes")
            name, members = service.protocol.decode(request)
        except ServiceError as error:
            return self._refuse(service, request, error, started)
        operation = service.find(name)
        reads_more = operation.reads is not None or sharing.may_be_shared(members, scope.account)
        inputs = self._read_inputs(operation, members, scope, request) if reads_more else NO_INPUTS
        response, outputs = self._perform(service, request, operation, members, scope, inputs, started)
        if outputs is None:
            return response
        refusal: ServiceError | None = None
        failure = self.write_objects(scope.account, scope.region, outputs) if outputs else None
        if failure is not None and service.write_refusal is not None:
            refusal = service.write_refusal(failure)
            response = service.protocol.encode_error(refusal, response.headers["x-amzn-RequestId"])
        return hints.log_call(self.requests, self.world, started, service, name, request, members, response, refusal)

    def _perform(
        self,
        service: Service[Any, Any],
        request: Request,
        operation: Operation,
        members: dict[str, Any],
        scope: Scope,
        inputs: Inputs,
        started: float,
    ) -> tuple[Response, Sequence[ObjectWrite] | None]:
        """Execute an operation; returns the answer, and what is to be written to S3: None if it is refused, and logged."""
        name = operation.model.name
        with self.lock:
            world = self.world
            self._enter(skip_deferrable=operation.deferrable and world.clock.pending_count < PENDING_FULL)
            request_id = world.seeds.uuid("request")
            opened = world.count_stores()
            try:
                world.check(service, operation, members, request_id)
                with world.transaction(service, scope.account, scope.region, request_id, inputs) as ctx:
                    service.throttle(ctx, name)
                    answer = service.call(ctx, operation, members)
            except ServiceError as error:
                world.drop_newest(opened)
                if error.code in THROTTLED and self.mode == "stepping":
                    world.clock.advance_to(world.clock.now + client_wait(request))
                response = replace(service.protocol.encode_error(error, request_id), delay_seconds=error.delay_seconds)
                return hints.log_call(self.requests, world, started, service, name, request, members, response, error), None
            world.count_change()
            if self.listeners and self.mode == "stepping":
                # Whoever reads the event stream observes what this request causes.
                self.run_due()
            if self.waiting or self.wakers:
                self.notify()
        return service.protocol.encode(answer, operation.model, request_id), ctx.outputs

    def _read_inputs(self, operation: Operation, members: dict[str, Any], scope: Scope, request: Request) -> Inputs:
        """Read what the operation needs from other AWS services, without the lock: those may be slow."""
        if not operation.constraints.is_valid(members):
            return NO_INPUTS
        reads = list(operation.reads(self.world, members)) if operation.reads is not None else []
        if sharing.may_be_shared(members, scope.account):
            reads.append(ShareLookup(scope.account, scope.region))
        size_max = self.world.settings.object_bytes_max
        found = {read: self.aws.fetch(scope.account, scope.region, read, size_max) for read in reads}
        if ENDPOINT in found:
            found[ENDPOINT] = self.aws.endpoint_for(request.headers.get("host"))
        return found

    def _refuse(self, service: Service[Any, Any], request: Request, error: ServiceError, started: float) -> Response:
        """Answer a request that does not name one of the service's operations."""
        with self.lock:
            self._enter()
            response = service.protocol.encode_error(error, self.world.seeds.uuid("request"))
            return hints.log_call(self.requests, self.world, started, service, None, request, {}, response, error)

    def receive_topic_text(self, text: TopicText) -> None:
        """Send what a topic of SNS has for a phone; it comes through the first door, though not as a request."""
        with self.lock:
            self._enter()
            try:
                with self.world.transaction(sns_texts, text.account, text.region) as ctx:
                    send_from_topic(ctx, text)
            except LimitExceededException as error:
                log.warning("A text of %s is dropped: %s", text.topic_arn, error.message)
            self.world.count_change()
            self.notify()

    def _answer_cognito(self, request: Request) -> Response:
        return cognito_codes.answer(request, self.aws, self._open_cognito_codes, self._raise_fault)

    @contextmanager
    def _open_cognito_codes(self, account: str, region: str) -> Iterator[CognitoContext]:
        with self.lock:
            self._enter()
            with self.world.transaction(cognito_component, account, region) as ctx:
                yield ctx
            self.notify()

    def _raise_fault(self, service: str, operation: str, request_id: str) -> None:
        self.world.faults.raise_injected_fault(service, operation, request_id)

    def failure(self, request: Request) -> tuple[str, Response]:
        """Return a request id for the log, and the HTTP 500 response to a request whose handling failed because of a bug."""
        service = self.service_for(request) or sms_voice_v2
        started = time.perf_counter()
        with self.lock:
            request_id = self.world.seeds.uuid("request")
            error = InternalServerException(request_id)
            response = service.protocol.encode_error(error, request_id)
            hints.log_call(self.requests, self.world, started, service, None, request, {}, response, error)
        return request_id, response

    # --- The second door: commands --------------------------------------------------------------------------------

    def control(self, command: Callable[..., Answer], /, **arguments: Any) -> Answer:
        """
        Run a command of the control API, with the lock held and once what is due has run; a command that fails changes
        nothing.
        """
        if self.mode != "running":
            self.run_due_and_deliver()
        with self.lock:
            return self._run(lambda: command(**arguments))

    def _run(self, command: Callable[[], Answer]) -> Answer:
        self._enter()
        world, opened = self.world, self.world.count_stores()
        try:
            answer = command()
        except Exception:
            world.drop_newest(opened)
            raise
        world.count_change()
        self.notify()
        return answer

    def command(self, name: str, arguments: Mapping[str, Any], run: Callable[[], Answer]) -> Answer:
        """Run a command as `control` does; its name and arguments say what `run` changes."""
        return self.control(run)

    def query(self, name: str, arguments: Mapping[str, Any], run: Callable[[], Answer]) -> Answer:
        """Run a command that only shows something, as `control` does."""
        return self.control(run)

    def step(self, name: str, arguments: Mapping[str, Any], run: Callable[[], Answer]) -> Answer:
        """Run a part of a command, which has run what is due, with the lock held."""
        with self.lock:
            return run()

    def look(self, question: Callable[[World], Answer]) -> Answer:
        """Answer a question that changes nothing, after what is due."""
        if self.mode != "running":
            self.run_due_and_deliver()
        with self.lock:
            fired = self.world.clock.fired
            self._enter()
            if self.world.clock.fired != fired:
                self.notify()
            return question(self.world)

    def notify(self) -> None:
        """Wake whoever waits for a change. The caller holds the lock."""
        self.changed.notify_all()
        for wake in tuple(self.wakers):
            wake()

    def start_world(self) -> None:
        """Replace the world by an empty one."""
        self.mode = self._clock_at_start
        self.speed = 1.0
        if self.mode not in CLOCK_MODES:
            raise ValueError(f"clock must be one of {', '.join(CLOCK_MODES)}, not {self.mode!r}")
        self.requests.clear(self.settings.requests_kept)
        start = self._wall() if self.mode == "running" else self._start
        self._install(World(self.seed, start, self.settings, self.run_due))
        self._prepare(self)

    def restore_world(self, snapshot: Mapping[str, Any]) -> None:
        """
        Replace the world by that of a snapshot, along with its settings, clock mode and speed.

        The new world is built and checked before the lock is taken, so that requests go on until it is put in place.

        Raises:
            BrokenSnapshot: the snapshot is not valid; nothing has changed.
        """
        try:
            mode, speed = snapshot["mode"], snapshot["speed"]
            if mode not in CLOCK_MODES or type(speed) not in (int, float) or not 0 < speed < float("inf"):
                raise ValueError(f"a clock cannot be {mode!r} at speed {speed!r}")
            world = restored_world(snapshot, self.run_due)
        except BROKEN as error:
            raise BrokenSnapshot(f"{type(error).__name__}: {error}") from error
        with self.lock:
            self.mode, self.speed = mode, speed
            self._install(world)

    def _install(self, world: World) -> None:
        self.world = world
        self.resync_wall_clock()
        world.bus.defer(lambda: self._subscribe_stream(world))

    def _subscribe_stream(self, world: World) -> None:
        for kind in self._stream_views().keys() - {LoggedRequest}:
            world.bus.subscribe(kind, self._stream_fact)

    def _stream_fact(self, fact: Any) -> None:
        if self.listeners:
            for kind, body in self._stream_views()[type(fact)](fact):
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
        self.world.set_event_rules(self._event_rules())
        self.run_due(skip_deferrable=skip_deferrable)

    def _event_rules(self) -> EventRules:
        return self.aws.event_rules()

    def tick(self) -> bool:
        """Run what is due on a running clock. Returns whether anything was."""
        with self.lock:
            fired = self.world.clock.fired
            if self.mode == "running":
                self.run_due()
            if self.world.clock.fired == fired:
                return False
            self.notify()
        return True

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

    def seconds_until_due(self) -> float:
        """Return in how many seconds of the wall clock a running clock has something to run. The caller holds the lock."""
        due = self.world.clock.next_due()
        now = self._virtual_base + (self._wall() - self._wall_base) * self.speed
        return math.inf if due is None else (due - now).total_seconds() / self.speed

    def resync_wall_clock(self) -> None:
        """Have a running clock continue from the current virtual time, after that was changed."""
        self._wall_base, self._virtual_base = self._wall(), self.world.clock.now

    def run_due_and_deliver(self) -> None:
        """Run what is due and deliver its events, before a call to another AWS service that could observe them."""
        with self.lock:
            self._enter()
        self.deliver()
