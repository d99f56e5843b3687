"""How much there is of everything, for an overview."""

from __future__ import annotations

from typing import TypedDict

from emulator.control.command import command
from emulator.engine import Engine


class Counts(TypedDict):
    """
    How much there is.

    `unread` counts messages to handsets, `refused` those of the kept requests that failed, `waiting` the records of
    events that are yet to be delivered, `dead` those that were given up.
    """

    messages: int
    unread: int
    requests: int
    refused: int
    waiting: int
    dead: int


@command("GET /counts")
def show_counts(engine: Engine) -> Counts:
    """Count messages, requests and deliveries of all accounts."""
    inbox, outbox = engine.world.inbox, engine.world.outbox
    return {
        "messages": len(inbox.messages),
        "unread": inbox.unread.count(),
        "requests": len(engine.requests),
        "refused": sum(request.refused for request in engine.requests),
        "waiting": outbox.waiting,
        "dead": outbox.dead,
    }
