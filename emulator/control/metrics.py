"""Figures for Prometheus. Source of the format: prometheus.io, Exposition formats"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from emulator.control.command import File, command
from emulator.control.health import persistence_of
from emulator.engine import Engine

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
PREFIX = "sms_voice_emulator"


@command("GET /metrics", unlocked=True)
def show_metrics(engine: Engine) -> File:
    """Show figures for Prometheus: messages, requests, deliveries, and what is pending."""
    world = engine.world
    # The world is locked only while references are copied: there may be many messages, and requests should not wait.
    world, found = engine.look(lambda world: (world, list(world.inbox.messages.values())))
    messages = Counter((each.channel, each.direction, each.status) for each in found)
    deliveries = Counter((each.target.kind, each.status) for each in world.outbox.log)
    tables: tuple[Iterator[str], ...] = (
        _metric("messages", "gauge", "Messages in the inbox", ("channel", "direction", "status"), messages),
        _metric("requests_total", "counter", "Calls to AWS APIs", ("service", "operation", "error"), engine.requests.counts),
        _metric("deliveries", "gauge", "Records of events by target", ("target", "status"), deliveries),
        _metric("outbox_waiting", "gauge", "Records that wait to be delivered", (), {(): world.outbox.waiting}),
        _metric("timers_pending", "gauge", "Timers of the virtual clock", (), {(): world.clock.waiting}),
    )
    kept = persistence_of(engine)
    if kept is not None:
        tables = (
            *tables,
            _metric("journal_position", "counter", "Changes that were made", (), {(): kept["position"]}),
            _metric("journal_lag", "gauge", "Changes not written, or not repeated, yet", (), {(): kept["lag"]}),
            _metric("journal_leads", "gauge", "1 if this process leads", (), {(): int(kept["role"] == "leader")}),
        )
    text = "".join(f"{line}\n" for table in tables for line in table)
    return File(text.encode(), CONTENT_TYPE, trusted=True)


def _metric(name: str, kind: str, description: str, labels: tuple[str, ...], values: Mapping[Any, int]) -> Iterator[str]:
    yield f"# HELP {PREFIX}_{name} {description}"
    yield f"# TYPE {PREFIX}_{name} {kind}"
    for key, value in sorted(values.items()):
        shown = ",".join(f'{label}="{_escaped(part)}"' for label, part in zip(labels, key, strict=True))
        yield f"{PREFIX}_{name}{{{shown}}} {value}" if shown else f"{PREFIX}_{name} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
