"""
The emulator: one world after the other, and the three doors through which a world changes.

`handle` answers a request, `control` obeys the tester, and the clock moves. Given one seed and one sequence through
those doors, every byte that comes out is the same. Each door takes the lock; what is slow (deliveries to AWS services
that are not ours) happens outside it, in `deliver`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from emulator.aws import EmbeddedAws
from emulator.kernel.ports import StoredObject
from emulator.kernel.snapshots import BrokenSnapshot
from emulator.reporting.outbox import TargetRested
from emulator.services.sms_voice_v2.errors import InternalServerException
from emulator.services.sms_voice_v2.service import service as sms_voice_v2
from emulator.services.sms_voice_v2.settings import Settings
from emulator.services.sns import texts
from emulator.tester import commands, faces, views
from emulator.tester.furnish import furnish
from emulator.wire.credentials import Scope, read_scope
from emulator.wire.errors import NotImplementedYet, RequestEntityTooLargeException, ServiceError
from emulator.wire.http import Request, Response
from emulator.wire.protocols import RestJson
from emulator.wire.service import Service
from emulator.world import SERVICES as SERVICES
from emulator.world import World

CLOCK_MODES = ("running", "stepping", "frozen")
LOOK_AHEAD = timedelta(minutes=1)
"""What a stepping clock runs whenever somebody looks."""
OUTBOX_FULL = 10_000
"""Deliveries that may wait on a stepping clock before a call of ours sends them; whoever can see them sends them first."""
METRICS_EVERY_SECONDS = 1.0
"""How often a running clock's metrics leave by themselves; whoever looks at CloudWatch has them sent first."""


def _names_objects(service: Service[Any, Any], request: Request) -> bool:
    """Whether the request is for an operation that may read from S3."""
    return bool(service.object_urls) and service.protocol.operation_named(request) in service.object_urls


def utc_now() -> datetime:
    """The only reading of the wall clock."""
    return datetime.now(timezone.utc)


class Emulator:
    """
    A simulated AWS End User Messaging, in this process.

    Args:
        seed: everything left to chance follows from it.
        start: the virtual time at the beginning; the wall clock's by default.
        profile: `friendly`, or `strict` for AWS's own limits and duties.
        clock: `stepping` (runs what is due whenever somebody looks), `frozen`, or `running` with the wall clock.
        config: what a configuration file holds: `limits`, and resources to make at the start.
        aws_endpoint_url: where SNS and the others are; by default in this process, by moto.
        wall: reads the wall clock.

    Raises:
        ValueError: an unknown profile, clock mode or configuration entry.
    """

    services = SERVICES

    def __init__(
        self,
        seed: int = 0,
        start: datetime | None = None,
        profile: str = "friendly",
        clock: str = "stepping",
        config: Mapping[str, Any] | None = None,
        aws_endpoint_url: str | None = None,
        wall: Callable[[], datetime] = utc_now,
    ) -> None:
        self.seed = seed
        self.config = dict(config or {})
        self.settings = Settings.load(profile, self.config.get("limits"))
        self.aws = EmbeddedAws(wall, aws_endpoint_url)
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.waiting = 0
        """How many wait for `changed`."""
        self._delivering = threading.RLock()
        self.listeners: list[Callable[[str, dict[str, Any]], None]] = []
        self._wall = wall
        self._start = start or wall()
        self._clock_at_start = clock
        self._targets = {s.target_prefix: s for s in SERVICES if s.target_prefix is not None}
        self._signing_names: dict[str, list[Service[Any, Any]]] = {}
        for service in SERVICES:
            self._signing_names.setdefault(service.signing_name, []).append(service)
        self.world: World
        self.begin()
        self.inbox = faces.InboxFace(self)
        self.clock = faces.ClockFace(self)
        self.carriers = faces.CarriersFace(self)
        self.devices = faces.DevicesFace(self)
        self.faults = faces.FaultsFace(self)
        self.events = faces.EventsFace(self)
        self.registrations = faces.RegistrationsFace(self)
        self.consent = faces.ConsentFace(self)
        self.calls = faces.CallsFace(self)
        self.rcs = faces.RcsFace(self)

    # --- The first door: requests ---------------------------------------------------------------------------------

    def service_for(self, request: Request) -> Service[Any, Any] | None:
        """The service that a request is for; None when it is not one of ours."""
        target = request.headers.get("x-amz-target")
        if target:
            service = self._targets.get(target.partition(".")[0])
            if service is not None:
                return service
        # Two services may sign by one name: the REST one answers its own paths, the first of them all else.
        signing = self._signing_names.get(read_scope(request).signing_name, [])
        rest = (s for s in signing[1:] if not target and isinstance(s.protocol, RestJson) and s.protocol.matches(request))
        return next(rest, signing[0] if signing else None)

    def takes(self, request: Request) -> bool:
        """Whether `handle` answers this request; what SNS is to do is known by its body."""
        return self.service_for(request) is not None or texts.read_text(request) is not None

    def is_slow(self, request: Request) -> bool:
        """Whether the answer waits for S3: better not in an event loop."""
        service = self.service_for(request)
        return service is not None and _names_objects(service, request)

    def handle(self, request: Request) -> Response:
        """
        Answer a request for one of our services.

        An exception that is no ServiceError is a bug of ours and flies; the server answers it by `failure`.
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

    def _read_objects(
        self, service: Service[Any, Any], name: str, members: dict[str, Any], request: Request
    ) -> dict[str, StoredObject | None]:
        """What the request names in S3. Without the lock: it may take as long as the other side does."""
        if not service.find(name).constraints.hold(members):
            return {}
        scope: Scope = read_scope(request)
        urls = service.object_urls[name](members)
        return {url: self.aws.read(scope.account, scope.region, url, self.world.settings.object_bytes_max) for url in urls}

    def _answer(self, service: Service[Any, Any], request: Request) -> Response:
        try:
            most = self.world.settings.request_body_bytes_max
            if len(request.body) > most:
                raise RequestEntityTooLargeException(f"The request body is larger than {most} bytes")
            name, members = service.protocol.decode(request)
        except ServiceError as error:
            return self._refuse(service, error)
        objects = self._read_objects(service, name, members, request) if name in service.object_urls else {}
        with self.lock:
            world = self.world
            self.look(quietly=name in service.quiet)
            request_id = world.seeds.uuid("request")
            try:
                operation = service.find(name)
                if operation.handler is None:
                    raise NotImplementedYet(f"{service.name} {name} is not implemented by the emulator yet")
                if world.faults.faults:
                    world.faults.strike(service.name, name, request_id)
                service.check(operation, members)
                scope: Scope = read_scope(request)
                context = world.context(service, scope.account, scope.region, request_id)
                context.objects = objects
                service.admit(context, name)
                answer = service.call(context, operation, members)
            except ServiceError as error:
                return replace(service.protocol.encode_error(error, request_id), delay_seconds=error.delay_seconds)
            if context.facts:
                world.bus.publish_all(context.facts)
            if self.waiting:
                self.changed.notify_all()
        return service.protocol.encode(answer, operation.model, request_id)

    def _refuse(self, service: Service[Any, Any], error: ServiceError) -> Response:
        """The answer to a request that is none of the service's operations."""
        with self.lock:
            self.look()
            return service.protocol.encode_error(error, self.world.seeds.uuid("request"))

    def _publish_text(self, request: Request, parameters: dict[str, str]) -> Response:
        """Answer `sns.publish(PhoneNumber=…)`."""
        with self.lock:
            self.look()
            world, scope = self.world, read_scope(request)
            request_id = world.seeds.uuid("request")
            context = world.context(sms_voice_v2, scope.account, scope.region, request_id)
            try:
                message_id = texts.publish_text(context, parameters)
            except ServiceError as error:
                return texts.refusal(error, request_id)
            world.bus.publish_all(context.facts)
            if self.waiting:
                self.changed.notify_all()
            return texts.answer(message_id, request_id)

    def failure(self, request: Request) -> tuple[str, Response]:
        """The answer to a request whose handling failed by a bug: a request id for the log, and HTTP 500."""
        service = self.service_for(request) or sms_voice_v2
        with self.lock:
            request_id = self.world.seeds.uuid("request")
        return request_id, service.protocol.encode_error(InternalServerException(request_id), request_id)

    # --- The second door: the tester ------------------------------------------------------------------------------

    def control(self, command: str, /, **arguments: Any) -> Any:
        """
        Obey a command of the tester, by its name in `emulator.tester.commands.COMMANDS`.

        Raises:
            BadCommand: an argument that makes no sense; nothing has changed.
            UnknownThing: it names something that does not exist.
        """
        if self.mode != "running":
            self.glance()
        with self.lock:
            self.look()
            answer = commands.COMMANDS[command](self, **arguments)
            self.changed.notify_all()
        return answer

    def handset(self, number: str) -> faces.HandsetFace:
        """The telephone with this number."""
        return faces.HandsetFace(self, number)

    def account(self, account_id: str | None = None, region: str | None = None) -> faces.AccountFace:
        """The settings of an account in a region."""
        return faces.AccountFace(self, account_id, region)

    def settle(self, within_seconds: float | None = None) -> dict[str, Any]:
        """
        Run all that is pending (or of it what falls due within that time), and deliver what came of it.

        Returns how many events `ran`, the time `now`, and how many deliveries have failed (`undelivered`).
        """
        ran = 0
        while True:
            answer: dict[str, Any] = self.control("settle", within_seconds=within_seconds)
            ran += answer["ran"]
            self.deliver()
            # A delivery that failed will be tried again later, which is pending too.
            if within_seconds is not None or self.world.clock.next_due() is None:
                break
        undelivered = sum(delivery.status in ("FAILED", "DEAD") for delivery in self.world.outbox.log)
        return {"ran": ran, "now": answer["now"], "undelivered": undelivered}

    def costs(self) -> list[dict[str, Any]]:
        """What was spent, by month, channel and country."""
        rows: list[dict[str, Any]] = self.control("costs")
        return rows

    def reset(self, *, aws: bool = False) -> None:
        """An empty world; with `aws` the embedded AWS services too."""
        self.control("reset", aws=aws)

    def begin(self) -> None:
        """Put an empty world in place of the present one."""
        self.mode = self._clock_at_start
        self.speed = 1.0
        if self.mode not in CLOCK_MODES:
            raise ValueError(f"clock must be one of {', '.join(CLOCK_MODES)}, not {self.mode!r}")
        start = self._wall() if self.mode == "running" else self._start
        self._enter(World(self.seed, start, self.settings, self.aws, self.look))
        furnish(self, self.config)

    def _enter(self, world: World) -> None:
        self.world = world
        self.rebase()
        for kind in views.REPORTED:
            world.bus.subscribe(kind, self._tell_listeners)

    def state(self) -> dict[str, Any]:
        """The whole world as JSON; what is in the AWS services around is not of it."""
        # Between two deliveries: what a delivery holds in its hands is in no queue.
        with self._delivering:
            state: dict[str, Any] = self.control("show_state")
        return state

    def restore(self, state: Mapping[str, Any]) -> None:
        """
        Put the world that `state` gave in place of the present one: the same calls then give the same bytes.

        Raises:
            BadCommand: it is of another version, or not as it was given out; nothing has changed.
        """
        self.control("change_state", state=state)

    def resume(self, kept: Mapping[str, Any]) -> None:
        """
        Have the world that was kept, with its settings and the way in which its time moves.

        Raises:
            BrokenSnapshot: it is none; nothing has changed.
        """
        try:
            world = World(kept["seed"], kept["world"]["clock"]["now"], kept["settings"], self.aws, self.look)
            world.resume(kept["world"])
            mode, speed = kept["mode"], kept["speed"]
        except (TypeError, ValueError, LookupError, AttributeError) as error:
            raise BrokenSnapshot(f"{type(error).__name__}: {error}") from error
        self.mode, self.speed = mode, speed
        self._enter(world)

    def _tell_listeners(self, fact: Any) -> None:
        if self.listeners:
            for kind, body in views.reports(fact):
                self.tell(kind, body)

    def tell(self, kind: str, body: dict[str, Any]) -> None:
        """Let everybody who listens to the event stream know."""
        for listener in self.listeners:
            listener(kind, body)

    # --- The third door: time -------------------------------------------------------------------------------------

    def set_clock(self, mode: str, speed: float) -> None:
        """Change how time moves; a running clock goes on from the present virtual time."""
        self.mode, self.speed = mode, speed
        self._wall_base, self._virtual_base = self._wall(), self.world.clock.now

    def look(self, *, quietly: bool = False) -> None:
        """
        Before anything is seen, time moves as its mode has it. The caller holds the lock, or nobody else is there.

        Who looks quietly sees nothing of what a clock calls quiet: if nothing else is due, all of it may wait.
        """
        clock = self.world.clock
        if self.mode == "stepping":
            until = clock.now + LOOK_AHEAD
            if quietly and not self.world.settings.is_paced:
                due = clock.next_loud_due()
                if due is None or due > until:
                    return
            clock.run_until(until)
        elif self.mode == "running":
            clock.advance_to(self._virtual_base + (self._wall() - self._wall_base) * self.speed)
        else:
            clock.run_until(clock.now)

    def rebase(self) -> None:
        """After virtual time was moved by hand, a running clock goes on from there."""
        self._wall_base, self._virtual_base = self._wall(), self.world.clock.now

    def glance(self) -> None:
        """Before somebody looks at an AWS service that is not ours: run what is due, and deliver what came of it."""
        with self.lock:
            self.look()
        self.deliver()

    def deliver(self, *, metrics: bool = True) -> None:
        """Send what waits in the outbox, and metrics. Without the lock: it may take as long as the other side does."""
        if self.world.outbox.called:
            return
        with self._delivering:
            world = self.world
            rests = world.outbox.drain(self.aws)
            if rests:
                with self.lock:
                    for rest in rests:
                        world.clock.schedule(rest.length, TargetRested(rest.target))
            if metrics:
                world.metrics.flush(self.aws, world.clock.now)
