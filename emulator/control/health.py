"""Health: the server responds, and what it implements."""

from __future__ import annotations

from typing import Any, TypedDict

import botocore

from emulator.control.command import command
from emulator.control.views import iso
from emulator.engine import Engine
from emulator.version import __version__
from emulator.wire.models import has_model

KNOWN_FROM = {"endusermessaging": "1.43.107"}
"""By service: the first botocore that knows it, where the oldest supported one does not."""


class Coverage(TypedDict):
    """How many operations an API's model has, and how many are implemented."""

    modelled: int
    implemented: int


class Time(TypedDict):
    """The virtual time."""

    now: str
    mode: str


class Persistence(TypedDict):
    """
    Where the state is kept: in `sqlite` or `postgresql`.

    `role` is leader or follower, `position` the number of the last change, `lag` how many are not written yet, or not
    repeated yet; `leader` is the address of who leads, `failure` why nothing can be written at the moment.
    """

    kind: str
    role: str
    position: int
    lag: int
    leader: str | None
    failure: str | None


class Health(TypedDict):
    """The server is ready."""

    status: str
    version: str
    services: dict[str, Coverage]
    unavailable: dict[str, str]
    clock: Time
    persistence: Persistence | None


@command("GET /health")
def show_health(engine: Engine) -> Health:
    """Show that the server is ready, and how much of each API is implemented."""
    coverage = {service.name: service.coverage() for service in engine.services}
    return {
        "status": "ok",
        "version": __version__,
        "services": {name: {"modelled": len(found), "implemented": sum(found.values())} for name, found in coverage.items()},
        "unavailable": unavailable_services(),
        "clock": {"now": iso(engine.world.clock.now), "mode": engine.mode},
        "persistence": persistence_of(engine),
    }


def persistence_of(engine: Engine) -> Persistence | None:
    """Return where the state is kept; None if it is lost at the end."""
    found: Any = engine.persistence()
    kept: Persistence | None = found or None
    return kept


def unavailable_services() -> dict[str, str]:
    """Return the services that the installed botocore is too old for, each with what it needs."""
    return {
        name: f"needs botocore {version} or newer; {botocore.__version__} is installed"
        for name, version in KNOWN_FROM.items()
        if not has_model(name)
    }
