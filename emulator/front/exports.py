"""The state of the world as an answer, written by a copy of this process while requests go on."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from typing import Any

from emulator.control.state import state_of
from emulator.engine import Engine
from emulator.kernel import copies
from emulator.world import World


async def send_state(engine: Engine, send: Any) -> None:
    """Send the state as the body of an answer."""
    pid, pipe = await asyncio.to_thread(engine.look, lambda world: _fork(engine, world))
    try:
        # Nothing is sent before something has come: a copy that fails at once gives an error.
        chunk = await asyncio.to_thread(os.read, pipe, copies.READ_BYTES)
        status = 200 if chunk else 500
        headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        while chunk:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            chunk = await asyncio.to_thread(os.read, pipe, copies.READ_BYTES)
        await send({"type": "http.response.body", "body": b""})
    finally:
        os.close(pipe)
        await asyncio.to_thread(copies.end, pid)


def _fork(engine: Engine, world: World) -> tuple[int, int]:
    return copies.fork(lambda: _write(engine), world.outbox.paused())


def _write(engine: Engine) -> Iterator[bytes]:
    yield json.dumps(state_of(engine), ensure_ascii=False).encode()
