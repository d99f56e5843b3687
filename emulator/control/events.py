"""Event records and their deliveries, and the routes of replies to a number."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from operator import itemgetter
from typing import Annotated, Any, TypedDict

from emulator.control.command import command
from emulator.control.errors import InvalidArgument
from emulator.control.parsing import (
    ROWS_LIMIT,
    Account,
    AnyNumber,
    Count,
    Limit,
    Parser,
    Region,
    Text,
    parse_choice,
    parse_list,
    parse_object,
    quoted,
)
from emulator.control.views import DeliveryView, EventView, event_view
from emulator.engine import Engine
from emulator.reporting.destinations import INBOUND, ReplyRoute
from emulator.world import World

KINDS = ("sns", "sqs", "lambda", "webhook")
SHAPES = ("aws", "guide")


class EventRow(EventView):
    """An event record with its deliveries."""

    deliveries: list[DeliveryView]


class EventPage(TypedDict):
    """Event records, oldest first, and the cursor for the next page."""

    events: list[EventRow]
    next: int | None


class RouteView(TypedDict):
    """A route of replies: `kind` is sns, sqs, lambda or webhook, `shape` is aws or guide."""

    kind: str
    target: str
    shape: str


class Redelivered(TypedDict):
    """How many undeliverable records are sent again."""

    redelivered: int


@command("GET /events")
def list_events(
    world: World,
    *,
    message_id: Text | None = None,
    event_type: Text | None = None,
    destination: Text | None = None,
    account: Account | None = None,
    region: Region | None = None,
    limit: Limit = ROWS_LIMIT,
    after: Count = 0,
) -> EventPage:
    """List event records and two-way notifications, each with its deliveries; `after` is the cursor of the previous page."""
    found = [
        event
        for event in _events(world, message_id)
        if event_type in (None, event["event_type"])
        and account in (None, event["account"])
        and region in (None, event["region"])
        and (destination is None or destination in {delivery["destination"] for delivery in event["deliveries"]})
    ]
    end = after + limit
    return {"events": found[after:end], "next": end if end < len(found) else None}


def _events(world: World, message_id: str | None) -> Iterable[EventRow]:
    deliveries: dict[tuple[str, str], list[DeliveryView]] = {}
    replies: dict[str, dict[str, Any]] = {}
    for delivery in world.outbox.log:
        if delivery.event_type == INBOUND:
            payload = json.loads(delivery.body)
            # A route may have the guide's shape; where there is one in AWS's shape, that is the record.
            if "inboundMessageId" in payload or delivery.message_id not in replies:
                replies[delivery.message_id] = payload
        sent: DeliveryView = {
            "destination": delivery.destination,
            "target": delivery.target_arn,
            "status": delivery.status,
        }
        if delivery.error:
            sent["error"] = delivery.error
        deliveries.setdefault((delivery.message_id, delivery.event_type), []).append(sent)
    entries = [
        (entry.at, message, entry)
        for store in world.messaging_stores
        for message in store.messages.values()
        if message_id in (None, message.message_id) and (message.direction == "outbound" or message.message_id in replies)
        for entry in message.history
    ]
    for _, message, entry in sorted(entries, key=itemgetter(0)):
        view = event_view(message, entry)
        if message.message_id in replies:
            view["event_type"], view["record"] = INBOUND, replies[message.message_id]
        yield {**view, "deliveries": deliveries.get((message.message_id, view["event_type"]), [])}


@command("GET /reply-routes/{number}")
def show_reply_routes(world: World, *, number: AnyNumber) -> list[RouteView]:
    """Show where replies to a number are sent besides its two-way channel; `*` stands for every number."""
    shown: list[Any] = [asdict(route) for route in world.reply_routes.get(number, [])]
    return shown


def _parse_route(body: dict[str, Any]) -> ReplyRoute:
    fields = parse_object(body, ("kind", "target", "shape"), "kind", "target")
    kind = parse_choice(fields["kind"], KINDS, "kind")
    target = str(fields["target"])
    if kind in ("sns", "sqs") and target.count(":") != 5:
        raise InvalidArgument(f"target must be an ARN of {kind}, not {quoted(target)}", "target")
    if kind == "webhook" and not target.startswith(("http://", "https://")):
        raise InvalidArgument(f"target must be an http URL, not {quoted(target)}", "target")
    return ReplyRoute(kind, target, parse_choice(fields.get("shape", "aws"), SHAPES, "shape"))


ROUTES_SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["kind", "target"],
        "additionalProperties": False,
        "properties": {
            "kind": {"enum": list(KINDS)},
            "target": {"type": "string"},
            "shape": {"enum": list(SHAPES)},
        },
    },
}
Routes = Annotated[list[ReplyRoute], Parser(lambda value, name: parse_list(value, "route", _parse_route), ROUTES_SCHEMA)]


@command("PUT /reply-routes/{number}", body="routes")
def change_reply_routes(world: World, *, number: AnyNumber, routes: Routes) -> list[RouteView]:
    """Replace all reply routes of a number; `*` stands for every number."""
    world.reply_routes[number] = routes
    return show_reply_routes(world, number=number)


@command("POST /events/redeliver", unlocked=True)
def redeliver(engine: Engine, *, destination: Text | None = None, message_id: Text | None = None) -> Redelivered:
    """Send undeliverable records again: all of them, or those for one destination or message."""

    def redrive() -> int:
        wanted = [
            delivery
            for delivery in engine.world.outbox.log
            if destination in (None, delivery.destination) and message_id in (None, delivery.message_id)
        ]
        return engine.world.outbox.redrive(wanted)

    count = engine.control(redrive)
    engine.deliver()
    return {"redelivered": count}
