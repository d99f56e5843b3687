"""Health: the server responds, and what it implements."""

from __future__ import annotations

from typing import TypedDict

from emulator import __version__
from emulator.control.command import command
from emulator.control.views import iso
from emulator.engine import Engine


class Coverage(TypedDict):
    """How many operations an API's model has, and how many are implemented."""

    modelled: int
    implemented: int


class Time(TypedDict):
    """The virtual time."""

    now: str
    mode: str


class Health(TypedDict):
    """The server is ready."""

    status: str
    version: str
    services: dict[str, Coverage]
    clock: Time


@command("GET /health")
def show_health(engine: Engine) -> Health:
    """Show that the server is ready, and how much of each API is implemented."""
    coverage = {service.name: service.coverage() for service in engine.services}
    return {
        "status": "ok",
        "version": __version__,
        "services": {name: {"modelled": len(found), "implemented": sum(found.values())} for name, found in coverage.items()},
        "clock": {"now": iso(engine.world.clock.now), "mode": engine.mode},
    }
