"""
The whole world as JSON, out and in.

A state is for keeping and for giving back as it is: its digest refuses one that was cut or edited. What is in the AWS
services around (topics, queues, buckets) is not of this world, and not in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from emulator import __version__
from emulator.kernel.snapshots import BrokenSnapshot, decode, encode
from emulator.tester.errors import BadCommand
from emulator.tester.readers import quoted, read_members
from emulator.tester.views import iso

if TYPE_CHECKING:
    from emulator.engine import Emulator


def show_state(emulator: Emulator) -> dict[str, Any]:
    """The world, how its time moves, and its settings and seed."""
    world = encode(
        {
            "seed": emulator.world.seeds.seed,
            "settings": emulator.world.settings,
            "mode": emulator.mode,
            "speed": emulator.speed,
            "world": emulator.world.snapshot(),
        }
    )
    return {"version": __version__, "digest": digest_of(world), "state": world}


def change_state(emulator: Emulator, *, state: Any) -> dict[str, Any]:
    """
    Put the world that `show_state` gave in place of the present one: the same calls then give the same bytes.

    Returns the time `now`.
    """
    members = read_members(state, ("version", "digest", "state"), "version", "digest", "state")
    if members["version"] != __version__:
        raise BadCommand(
            f"this is version {__version__} of the emulator; the state is of {quoted(members['version'])}", "version"
        )
    if members["digest"] != digest_of(members["state"]):
        raise BadCommand("the state is not as it was given out: its digest does not fit", "digest")
    try:
        emulator.resume(decode(members["state"]))
    except BrokenSnapshot as error:
        raise BadCommand(f"the state is not one of this emulator: {error}", "state") from error
    emulator.tell("reset", {"reset": True})
    return {"now": iso(emulator.world.clock.now)}


def digest_of(world: Any) -> str:
    """What tells whether a state is as it was given out."""
    text = json.dumps(world, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=16).hexdigest()


COMMANDS: tuple[Callable[..., Any], ...] = (show_state, change_state)
