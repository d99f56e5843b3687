"""
The whole state as JSON: saved and restored.

A saved state is to be restored unchanged: one that was truncated or edited is refused because its digest does not
match. What is in the other AWS services (topics, queues, buckets) is not part of it.
"""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Annotated, Any, TypedDict

from emulator.control.command import command
from emulator.control.errors import InvalidArgument
from emulator.control.parsing import Parser, parse_object, quoted
from emulator.control.views import iso
from emulator.engine import Engine
from emulator.kernel.snapshots import BrokenSnapshot, Node, decode, encode
from emulator.version import __version__


class StateView(TypedDict):
    """The state, with what shows that it is unchanged."""

    version: str
    digest: str
    state: dict[str, Any]


class Restored(TypedDict):
    """The virtual time of the restored state."""

    now: str


@command("GET /state")
def show_state(engine: Engine) -> StateView:
    """Show the world with its settings, its seed, and how its time moves."""
    return state_of(engine)


def state_of(engine: Engine) -> StateView:
    """Return the world as JSON. The caller holds the lock, or has a copy of the process to itself."""
    world = encode(
        {
            "seed": engine.world.seeds.seed,
            "settings": engine.world.settings,
            "mode": engine.mode,
            "speed": engine.speed,
            "world": engine.world.snapshot(),
        }
    )
    return {"version": __version__, "digest": digest_of(world), "state": world}


def _parse_state(value: Any, name: str) -> dict[str, Any]:
    fields = parse_object(value, ("version", "digest", "state"), "version", "digest", "state")
    if fields["version"] != __version__:
        raise InvalidArgument(f"the state must be from version {__version__}, not {quoted(fields['version'])}", "version")
    if fields["digest"] != digest_of(fields["state"]):
        raise InvalidArgument("the state was modified after it was saved: its digest does not match", "digest")
    return fields


STATE_SCHEMA = {
    "type": "object",
    "required": ["version", "digest", "state"],
    "additionalProperties": False,
    "properties": {"version": {"type": "string"}, "digest": {"type": "string"}, "state": {"type": "object"}},
}


@command("PUT /state", body="state", unlocked=True)
def change_state(engine: Engine, *, state: Annotated[dict[str, Any], Parser(_parse_state, STATE_SCHEMA)]) -> Restored:
    """Restore a state that GET /state returned: the same calls then give the same bytes."""
    try:
        engine.restore_world(decode(state["state"]))
    except BrokenSnapshot as error:
        raise InvalidArgument(f"the state cannot be read: {error}", "state") from error
    with engine.lock:
        engine.publish_to_stream("reset", {"reset": True})
        engine.notify()
        return {"now": iso(engine.world.clock.now)}


def digest_of(world: Node) -> str:
    """Return a digest, which shows whether a state is unchanged."""
    text = json.dumps(world, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=16).hexdigest()
