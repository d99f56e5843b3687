"""
Entries made again: each kind by the function that made it, with what it had read from outside.

What an entry answers, or raises, is compared with what it did. If it differs, this program is not the one that wrote the
journal, and would go on with another state than the one that was acknowledged.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from emulator.journal.aws_calls import repeat_aws
from emulator.journal.cognito import Pools
from emulator.journal.engine import JournalledEngine, request_of
from emulator.journal.entries import Entry, digest_of
from emulator.journal.errors import JournalBroken
from emulator.kernel.snapshots import decode
from emulator.reporting.delivery import Batch
from emulator.reporting.outbox import LOOK_SECONDS
from emulator.services.cognito_codes import interception as cognito_codes
from emulator.services.sms_voice_v2.service import service as sms_voice_v2
from emulator.wire.context import NO_INPUTS
from emulator.wire.http import Response

Runner = Callable[[JournalledEngine, str, Mapping[str, Any]], Callable[[], Any]]
"""Returns what executes a command, by its name and arguments."""
Configure = Callable[[JournalledEngine, Mapping[str, Any]], None]


class Replay:
    """
    Repeat entries on an engine.

    Args:
        engine: the engine.
        runner: returns what executes a command.
        configure: takes over the configuration of an entry.
        where: what an error calls the journal.
    """

    def __init__(self, engine: JournalledEngine, runner: Runner, configure: Configure, where: str) -> None:
        self._engine = engine
        self._runner = runner
        self._configure = configure
        self._where = where

    def repeat(self, entry: Entry) -> Response | None:
        """
        Repeat an entry. Returns the answer, if it has one.

        Raises:
            JournalBroken: it does not do what it did.
        """
        data = entry.data
        repeat = REPEATS.get(entry.kind)
        if repeat is None:
            raise JournalBroken(self._where, entry.position, f"unknown kind {entry.kind!r}: a newer program wrote it")
        raised, response = None, None
        inputs = decode(data["inputs"]) if "inputs" in data else NO_INPUTS
        with self._engine.repeating(entry, inputs):
            try:
                response = repeat(self, data)
            except Exception as error:  # what it raised before it raises again
                raised = error
        if type(raised).__name__ != data.get("raised", "NoneType"):
            problem = f"it raises {raised!r} now, and did not when it was written"
            raise JournalBroken(self._where, entry.position, problem) from raised
        if response is not None and digest_of(response) != data["answer"]:
            raise JournalBroken(self._where, entry.position, "it is answered differently than when it was written")
        return response

    # --- By kind --------------------------------------------------------------------------------------------------

    def _request(self, data: dict[str, Any]) -> Response:
        engine, request = self._engine, request_of(data)
        response = engine._answer(engine.service_for(request) or sms_voice_v2, request)
        if "inside" in data:
            engine.nested.setdefault(data["inside"], deque()).append(response)
        return response

    def _failure(self, data: dict[str, Any]) -> None:
        self._engine.failure(request_of(data))

    def _text(self, data: dict[str, Any]) -> None:
        self._engine.receive_topic_text(decode(data["text"]))

    def _cognito(self, data: dict[str, Any]) -> Response:
        engine = self._engine
        pools = Pools(engine.aws, embedded=engine.aws.is_embedded, answers=data["pools"])
        with engine.aws_call_again(data):
            return cognito_codes.answer(request_of(data), pools, engine._open_cognito_codes, engine._raise_fault)

    def _objects(self, data: dict[str, Any]) -> None:
        with self._engine.aws_call_again(data):
            self._engine.aws.write_all(data["account"], data["region"], decode(data["outputs"]))

    def _command(self, data: dict[str, Any]) -> None:
        arguments = decode(data["arguments"])
        self._engine.command(data["name"], arguments, self._runner(self._engine, data["name"], arguments))

    def _step(self, data: dict[str, Any]) -> None:
        self._runner(self._engine, data["name"], decode(data["arguments"]))()

    def _restore(self, data: dict[str, Any]) -> None:
        self._engine.restore_world(decode(data["state"]))

    def _time(self, data: dict[str, Any]) -> None:
        self._engine.run_time()

    def _configured(self, data: dict[str, Any]) -> None:
        self._configure(self._engine, decode(data["configuration"]))

    def _batch_begin(self, data: dict[str, Any]) -> None:
        target = decode(data["target"])
        outbox = self._engine.world.outbox
        batch = outbox.begin(target)
        if batch is not None:
            self._engine.batches[target] = outbox, batch

    def _batch_end(self, data: dict[str, Any]) -> None:
        engine, target, errors = self._engine, decode(data["target"]), data["errors"]
        outbox, batch = engine.batches.pop(target, None) or (engine.world.outbox, None)
        if batch is None:
            # It began before the snapshot: those records are at the head of the queue still.
            batch = Batch(target, outbox.first(target, len(errors)))
        if "call" in data and target.kind not in LOOK_SECONDS:
            with engine.aws_call_again(data):
                batch.send(engine.aws)
        outbox.end(batch, errors)

    def _backoffs(self, data: dict[str, Any]) -> None:
        world = self._engine.world
        world.outbox.take_backoffs()
        self._engine._schedule(world, decode(data["backoffs"]))

    def _metrics(self, data: dict[str, Any]) -> None:
        world = self._engine.world
        gathered = world.metrics.take()
        if "call" in data:
            with self._engine.aws_call_again(data, within=True), self._engine.aws.receiving_texts():
                world.metrics.put(self._engine.aws, gathered, world.clock.now)

    def _aws(self, data: dict[str, Any]) -> Response:
        with self._engine.aws_call_again(data):
            return repeat_aws(self._engine, data)


REPEATS: dict[str, Callable[[Replay, dict[str, Any]], Response | None]] = {
    "request": Replay._request,
    "failure": Replay._failure,
    "text": Replay._text,
    "cognito": Replay._cognito,
    "objects": Replay._objects,
    "command": Replay._command,
    "step": Replay._step,
    "restore": Replay._restore,
    "time": Replay._time,
    "configured": Replay._configured,
    "batch-begin": Replay._batch_begin,
    "batch-end": Replay._batch_end,
    "backoffs": Replay._backoffs,
    "metrics": Replay._metrics,
    "aws": Replay._aws,
}
"""By the kind of an entry: what repeats it."""
