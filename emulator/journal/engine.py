"""
The engine with a journal: each door writes an entry.

What an entry does is repeated by `replay`. While one is made or repeated, `_tape` has what it reads of the wall clock;
doors that are entered meanwhile, by the same thread, are part of it.

Two locks are taken in this order: `aws_lock` by whoever has the embedded AWS do something, so that moto's calls have an
order, and the engine's own.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from emulator.deliveries import DELIVERY_SECONDS_MAX
from emulator.engine import Answer, Engine
from emulator.journal.cognito import Pools
from emulator.journal.entries import Entry, digest_of, from_microseconds, to_microseconds
from emulator.journal.journal import Journal
from emulator.kernel.ports import AwsPorts, EventRules, Inputs, ObjectWrite, TopicText
from emulator.kernel.snapshots import encode
from emulator.reporting.outbox import LOOK_SECONDS, Backoff, Outbox
from emulator.reporting.targets import Target
from emulator.services.cognito_codes import interception as cognito_codes
from emulator.wire.context import NO_INPUTS
from emulator.wire.credentials import Scope
from emulator.wire.errors import ServiceError
from emulator.wire.http import Request, Response
from emulator.wire.service import Operation, Service
from emulator.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

UNKEPT_HEADERS = frozenset({"x-amz-security-token", "cookie"})
EVERY_BUS = "*"
"""The event rules of another endpoint: every bus may have some."""
_inside: ContextVar[AwsCall | None] = ContextVar("journal_inside", default=None)
"""The call of the embedded AWS that this thread makes."""
_answers: ContextVar[deque[Response] | None] = ContextVar("journal_answers", default=None)
"""While such a call is repeated: the answers of the requests that it made to this engine."""


class Tape:
    """The readings of the wall clock within an entry: taken down, or read again."""

    def __init__(self, wall: Callable[[], datetime] | None, walls: Sequence[int] = (), inputs: Inputs = NO_INPUTS) -> None:
        self._read = wall
        self.walls: list[int] = []
        self._left = deque(walls)
        self.inputs = inputs
        self.rules: Any = None
        """The event rules, if they have changed."""

    @property
    def is_repeating(self) -> bool:
        """True if the entry was made before."""
        return self._read is None

    def wall(self) -> datetime:
        """Return the wall clock's time."""
        if self._read is None:
            return from_microseconds(self._left.popleft())
        now = self._read()
        self.walls.append(to_microseconds(now))
        return now


class AwsCall:
    """A call of the embedded AWS: `number` determines its ids, `at` is its time; `kept` if it is in the journal."""

    def __init__(self, number: int, at: datetime) -> None:
        self.number = number
        self.at = at
        self.kept = False

    def data(self) -> dict[str, int]:
        """Return what an entry says of it."""
        return {"call": self.number, "at": to_microseconds(self.at)}


class JournalledEngine(Engine):
    """An engine whose doors write a journal, once it is attached; see `journal.keeper`."""

    journal: Journal | None = None
    leads = True
    """True if this process makes entries; otherwise it repeats those of another."""
    aws_calls = 0
    config: Mapping[str, Any] = {}
    """The configuration by which a new world is prepared after a reset."""
    _tape: Tape | None = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.aws_lock = threading.RLock()
        self.rules: Any = set()
        self.nested: dict[int, deque[Response]] = {}
        self.batches: dict[Target, Any] = {}
        super().__init__(*arguments, **options)
        self._wall_itself, self._wall = self._wall, self._read_wall

    def _read_wall(self) -> datetime:
        return self._wall_itself() if self._tape is None else self._tape.wall()

    # --- Entries --------------------------------------------------------------------------------------------------

    @contextmanager
    def entry(self, kind: str, data: dict[str, Any]) -> Iterator[Entry | None]:
        """
        Make an entry of what happens within, with the lock held; None if that is part of another entry.

        An entry whose kind is emptied is dropped.

        Raises:
            JournalUnavailable: nothing can be written now; nothing has happened.
        """
        with self.lock:
            if self._tape is not None or self.journal is None:
                yield None
                return
            if self.journal.failure is not None:
                raise self.journal.failure
            tape = self._tape = Tape(self._wall_itself)
            entry = Entry(kind, to_microseconds(self.world.clock.now), data)
            try:
                yield entry
            except BaseException as error:
                data["raised"] = type(error).__name__
                raise
            finally:
                self._tape = None
                entry.walls, entry.rules = tape.walls, tape.rules
                if entry.kind or tape.rules is not None:
                    entry.kind = entry.kind or "time"
                    self.journal.append(entry)

    @contextmanager
    def repeating(self, entry: Entry, inputs: Inputs = NO_INPUTS) -> Iterator[None]:
        """Repeat what an entry of that kind did, with the lock held."""
        with self.lock:
            self._tape = Tape(None, entry.walls, inputs)
            clock = self.world.clock
            clock.now = max(clock.now, from_microseconds(entry.now))
            if entry.rules is not None:
                self.rules = _read_rules(entry.rules)
            try:
                yield
            finally:
                self._tape = None

    @property
    def is_repeating(self) -> bool:
        """True if an entry is being repeated."""
        return self._tape is not None and self._tape.is_repeating

    def _event_rules(self) -> EventRules:
        if self.is_repeating:
            everywhere: EventRules = self.aws.event_rules() if self.rules == EVERY_BUS else self.rules
            return everywhere
        found = self.aws.event_rules()
        buses = set(found) if isinstance(found, set | tuple) else EVERY_BUS
        if self._tape is not None and buses != self.rules:
            self.rules = buses
            self._tape.rules = buses if isinstance(buses, str) else sorted(map(list, buses))
        return found

    # --- The first door -------------------------------------------------------------------------------------------

    def handle(self, request: Request) -> Response:
        """Answer a request; one that the embedded AWS makes while its call is repeated has been answered before."""
        answers = _answers.get()
        return answers.popleft() if answers else super().handle(request)

    def _read_inputs(self, operation: Operation, members: dict[str, Any], scope: Scope, request: Request) -> Inputs:
        if self._tape is not None:
            return self._tape.inputs
        with self.aws_lock:
            return super()._read_inputs(operation, members, scope, request)

    def _perform(
        self, service: Service[Any, Any], request: Request, *rest: Any
    ) -> tuple[Response, Sequence[ObjectWrite] | None]:
        with self.entry("request", request_data(request, rest[3])) as entry:
            response, outputs = super()._perform(service, request, *rest)
            if entry is not None:
                entry.data["answer"] = digest_of(response)
        return response, outputs

    def _refuse(self, service: Service[Any, Any], request: Request, error: ServiceError, started: float) -> Response:
        with self.entry("request", request_data(request)) as entry:
            response = super()._refuse(service, request, error, started)
            if entry is not None:
                entry.data["answer"] = digest_of(response)
        return response

    def write_objects(self, account: str, region: str, outputs: Sequence[ObjectWrite]) -> str | None:
        """Write objects to S3."""
        if self.is_repeating:
            return None
        if not self.aws.is_embedded:
            return super().write_objects(account, region, outputs)
        with self.aws_call() as call:
            failure = super().write_objects(account, region, outputs)
            written = {"account": account, "region": region, "outputs": encode(list(outputs))}
            with self.entry("objects", written | call.data()):
                call.kept = True
        return failure

    def receive_topic_text(self, text: TopicText) -> None:
        """Send what a topic of SNS has for a phone; what a call has caused that is repeated is an entry of its own."""
        if _answers.get() is not None:
            return
        with self.entry("text", {"text": encode(text)}):
            super().receive_topic_text(text)

    def _answer_cognito(self, request: Request) -> Response:
        pools = Pools(self.aws, embedded=self.aws.is_embedded)
        with self.aws_call() as call, self.entry("cognito", request_data(request) | call.data()) as entry:
            response = cognito_codes.answer(request, pools, self._open_cognito_codes, self._raise_fault)
            if entry is not None:
                call.kept = True
                entry.data |= {"pools": pools.answers, "answer": digest_of(response)}
        # A function may call this server, which it could not while the locks are held.
        return pools.invoke_functions(request) or response

    def failure(self, request: Request) -> tuple[str, Response]:
        """Return the answer to a request whose handling failed because of a bug."""
        with self.entry("failure", request_data(request)):
            return super().failure(request)

    # --- The second door ------------------------------------------------------------------------------------------

    def command(self, name: str, arguments: Mapping[str, Any], run: Callable[[], Answer]) -> Answer:
        """Run a command."""
        if self.mode != "running" and self._tape is None:
            self.run_due_and_deliver()
        with self.aws_lock, self.entry("command", {"name": name, "arguments": encode(dict(arguments))}):
            return self._run(run)

    def step(self, name: str, arguments: Mapping[str, Any], run: Callable[[], Answer]) -> Answer:
        """Run a part of a command."""
        with self.entry("step", {"name": name, "arguments": encode(dict(arguments))}):
            return run()

    def query(self, name: str, arguments: Mapping[str, Any], run: Callable[[], Answer]) -> Answer:
        """Run a command that only shows something, though it may be the first to name an account."""
        if not self.leads:
            with self.lock:
                return run()
        if self.mode != "running":
            self.run_due_and_deliver()
        with self.entry("command", {"name": name, "arguments": encode(dict(arguments))}) as entry:
            before = self.world.clock.fired, self.world.count_stores()
            self._enter()
            answer = run()
            if entry is not None and before == (self.world.clock.fired, self.world.count_stores()):
                entry.kind = ""
            self.notify()
            return answer

    def control(self, command: Callable[..., Answer], /, **arguments: Any) -> Answer:
        """Run what changes nothing, after what is due."""
        return self.look(lambda world: command(**arguments))

    def look(self, question: Callable[[World], Answer]) -> Answer:
        """Answer a question that changes nothing, after what is due; whoever follows shows what it has."""
        if self.leads and self._tape is None and self.mode != "running":
            self.run_due_and_deliver()
        with self.lock:
            if self.leads:
                self._run_time()
            return question(self.world)

    def restore_world(self, snapshot: Mapping[str, Any]) -> None:
        """Replace the world by that of a snapshot."""
        with self.entry("restore", {"state": encode(dict(snapshot))}) as entry:
            try:
                super().restore_world(snapshot)
            except ValueError:
                if entry is not None:
                    entry.kind = ""
                raise

    def _install(self, world: World) -> None:
        super()._install(world)
        world.outbox.send_batch = self._send_batch

    # --- The third door -------------------------------------------------------------------------------------------

    def _run_time(self) -> bool:
        """Run what is due; returns whether anything was. The caller holds the lock."""
        with self.entry("time", {}) as entry:
            fired = self.world.clock.fired
            self._enter()
            has_moved = self.world.clock.fired != fired
            if entry is not None and not has_moved:
                entry.kind = ""
        if has_moved:
            self.notify()
        return has_moved

    def run_time(self) -> None:
        """Repeat an entry of time."""
        self._enter()
        self.notify()

    @property
    def is_idle(self) -> bool:
        """True if this process must not make entries now."""
        return not self.leads or self.journal is None or self.journal.failure is not None

    def tick(self) -> bool:
        """Run what is due on a running clock. Returns whether anything was."""
        with self.lock:
            if self.mode != "running" or self.is_idle:
                return False
            due = self.world.clock.next_due()
            return due is not None and self.seconds_until_due() <= 0 and self._run_time()

    def run_due_and_deliver(self) -> None:
        """Run what is due and deliver its events."""
        if self._tape is None and not self.is_idle:
            with self.lock:
                self._run_time()
            self.deliver()

    def deliver(self, *, metrics: bool = True, seconds: float = DELIVERY_SECONDS_MAX) -> None:
        """Deliver what waits in the outbox."""
        if self._tape is None and not self.is_idle:
            super().deliver(metrics=metrics, seconds=seconds)

    def _send_batch(self, outbox: Outbox, aws: AwsPorts, target: Target) -> bool:
        if self.is_idle:
            return False
        if not self.aws.is_embedded or target.kind in LOOK_SECONDS:
            return self._call_target(outbox, aws, target, {})
        with self.aws_call() as call:
            call.kept = True
            return self._call_target(outbox, aws, target, call.data())

    def _call_target(self, outbox: Outbox, aws: AwsPorts, target: Target, call: dict[str, int]) -> bool:
        with self.entry("batch-begin", {"target": encode(target)}) as entry:
            batch = outbox.begin(target)
            if batch is None:
                assert entry is not None
                entry.kind = ""
                return False
        if not call and self.journal is not None:
            # What leaves this process must be about something that is not forgotten.
            self.journal.wait()
        errors = batch.send(aws)
        with self.entry("batch-end", {"target": encode(target), "errors": errors, **call}):
            return outbox.end(batch, errors)

    def _schedule(self, world: World, backoffs: list[Backoff]) -> None:
        if backoffs:
            with self.entry("backoffs", {"backoffs": encode(backoffs)}):
                super()._schedule(world, backoffs)

    def _flush_metrics(self, world: World) -> None:
        if not self.aws.is_embedded:
            with self.entry("metrics", {}):
                gathered, now = world.metrics.take(), world.clock.now
            world.metrics.put(self.aws, gathered, now)
            return
        with self.aws_call() as call, self.entry("metrics", call.data()) as entry:
            gathered = world.metrics.take()
            if gathered or self.aws.has_alarms():
                call.kept = True
                world.metrics.put(self.aws, gathered, world.clock.now)
            elif entry is not None:
                entry.kind = ""

    @cached_property
    def aws_application(self) -> WSGIApplication:
        """Moto's server."""
        return self.aws.wsgi()

    # --- The embedded AWS -----------------------------------------------------------------------------------------

    @contextmanager
    def aws_call(self) -> Iterator[AwsCall]:
        """Have the embedded AWS do something that can be repeated."""
        with self.aws_lock:
            call = AwsCall(self.aws_calls + 1, self._wall_itself())
            if not self.aws.is_embedded:
                yield call
                return
            token = _inside.set(call)
            try:
                with self.aws.repeatable(self.aws_seed(call.number), call.at):
                    yield call
            finally:
                _inside.reset(token)
                self.aws_calls += call.kept

    def aws_seed(self, number: int) -> str:
        """Return what determines the ids of a call."""
        return f"{self.seed}/{number}"

    @contextmanager
    def aws_call_again(self, data: Mapping[str, Any], *, within: bool = False) -> Iterator[None]:
        """Repeat a call of the embedded AWS, which does nothing outside of it unless that is `within` the same entry."""
        number = data["call"]
        answers = self.nested.pop(number, deque())
        token = _answers.set(None if within else answers)
        try:
            with self.aws_lock, self.aws.repeatable(self.aws_seed(number), from_microseconds(data["at"]), again=True):
                yield
        finally:
            _answers.reset(token)
            self.aws_calls = max(self.aws_calls, number)


def _read_rules(rules: Any) -> Any:
    return rules if rules == EVERY_BUS else {(account, region) for account, region in rules}


def request_data(request: Request, inputs: Inputs = NO_INPUTS) -> dict[str, Any]:
    """Return what an entry has of a request."""
    data: dict[str, Any] = {
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "headers": {name: value for name, value in request.headers.items() if name not in UNKEPT_HEADERS},
        "body": request.body,
    }
    if inputs:
        data["inputs"] = encode(dict(inputs))
    inside = _inside.get()
    if inside is not None:
        inside.kept = True
        data["inside"] = inside.number
    return data


def request_of(data: Mapping[str, Any]) -> Request:
    """Return the request of an entry."""
    return Request(data["method"], data["path"], data["headers"], data["body"], data["query"])
