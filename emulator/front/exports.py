"""
The state of the world, written by a copy of this process.

To take a large world apart takes seconds, and it must not change meanwhile. A fork has it as it is at one moment, at the
price of some milliseconds; the copy writes the state into a pipe and ends, while requests go on here.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import warnings
from typing import Any

from emulator.control.state import state_of
from emulator.engine import Engine
from emulator.world import World

CAN_FORK = hasattr(os, "fork")
CHUNK_BYTES = 1 << 20
EXPORT_SECONDS_MAX = 300
"""How long the copy may live."""
DESCRIPTORS_MAX = 65536


async def send_state(engine: Engine, send: Any) -> None:
    """Send the state as the body of an answer."""
    pid, pipe = await asyncio.to_thread(engine.look, lambda world: _fork(engine, world))
    try:
        # Nothing is sent before something has come: a copy that fails at once gives an error.
        chunk = await asyncio.to_thread(os.read, pipe, CHUNK_BYTES)
        status = 200 if chunk else 500
        headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        while chunk:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            chunk = await asyncio.to_thread(os.read, pipe, CHUNK_BYTES)
        await send({"type": "http.response.body", "body": b""})
    finally:
        os.close(pipe)
        await asyncio.to_thread(_end, pid)


def _fork(engine: Engine, world: World) -> tuple[int, int]:
    """Return the copy's process id, and the end of the pipe from which the state can be read."""
    reader, writer = os.pipe()
    with world.outbox.paused(), warnings.catch_warnings():
        # Python warns of threads that hold locks: the copy needs none but the two that this thread holds.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        _write(engine, writer)
    os.close(writer)
    return pid, reader


def _write(engine: Engine, writer: int) -> None:
    """Write the state in the copy, and end it."""
    status = 1
    try:
        gc.disable()
        signal.alarm(EXPORT_SECONDS_MAX)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        # The sockets of this server's clients are not the copy's to keep open.
        pipe = os.dup2(writer, 3)
        os.closerange(4, DESCRIPTORS_MAX)
        with os.fdopen(pipe, "wb") as file:
            file.write(json.dumps(state_of(engine), ensure_ascii=False).encode())
        status = 0
    finally:
        os._exit(status)


def _end(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
