"""Event records and their deliveries, and the routes of replies to a number."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Annotated, Any, TypedDict

from emulator.control.command import command, run_step, step
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
    choice,
    parse_choice,
    parse_list,
    parse_object,
    quoted,
)
from emulator.control.views import DeliveryView, EventView, event_view
from emulator.engine import Engine
from emulator.messaging.state.messages import HistoryEntry, Message
from emulator.reporting.delivery import INBOUND, Delivery, ListedDelivery
from emulator.reporting.destinations import ReplyRoute
from emulator.reporting.event_log import LoggedEvent
from emulator.world import World

REDELIVERY_SECONDS_MAX = 10.0
"""How long a redelivery is waited for; its answer says what is left."""
EVENTS_AT_A_TIME = 1000
"""How many events are copied while the world is locked."""
KINDS = ("sns", "sqs", "lambda", "webhook")
SHAPES = ("aws", "guide")
STATES: Mapping[str, tuple[str, ...]] = {
    "delivered": ("DELIVERED",),
    "waiting": ("PENDING", "FAILED"),
    "dead": ("DEAD",),
    "nowhere": (),
}
"""The states of deliveries that events can be searched by: the statuses that count as each."""


class _DeliveredEvent(EventView):
    deliveries: list[DeliveryView]


class EventRow(_DeliveredEvent, total=False):
    """An event record with its deliveries; in the list of events it has a `number`."""

    number: int


class EventPage(TypedDict):
    """Event records in order, and the cursor for the next page."""

    events: list[EventRow]
    next: int | None


class RouteView(TypedDict):
    """A route of replies: `kind` is sns, sqs, lambda or webhook, `shape` is aws or guide."""

    kind: str
    target: str
    shape: str


class Redelivered(TypedDict):
    """How many dead records are sent again, and how many have not reached their target by now."""

    redelivered: int
    undelivered: int


def _is_in(deliveries: list[DeliveryView], state: str) -> bool:
    if state == "nowhere":
        return not deliveries
    return any(delivery["status"] in STATES[state] for delivery in deliveries)


@command("GET /events", unlocked=True)
def list_events(
    engine: Engine,
    *,
    message_id: Text | None = None,
    event_type: Text | None = None,
    destination: Text | None = None,
    state: Annotated[str, choice(*STATES)] | None = None,
    account: Account | None = None,
    region: Region | None = None,
    order: Annotated[str, choice("oldest", "newest")] = "oldest",
    limit: Limit = ROWS_LIMIT,
    after: Count = 0,
) -> EventPage:
    """
    List event records and two-way notifications, each with its deliveries; `after` is the cursor of the previous page.

    `state` is that of any delivery: delivered, waiting, dead; or nowhere, for events that no destination wants.
    """
    world = engine.look(lambda world: world)
    rows: list[EventRow] = []
    last = after
    for number, message, entry in _events(engine, world, after, newest_first=order == "newest"):
        if (
            message_id not in (None, message.message_id)
            or account not in (None, message.account)
            or region not in (None, message.region)
        ):
            continue
        row = _event_row(world, message, entry)
        if row is None or event_type not in (None, row["event_type"]):
            continue
        if destination is not None and destination not in {delivery["destination"] for delivery in row["deliveries"]}:
            continue
        if state is not None and not _is_in(row["deliveries"], state):
            continue
        if len(rows) == limit:
            return {"events": rows, "next": last}
        row["number"] = last = number
        rows.append(row)
    return {"events": rows, "next": None}


def _events(engine: Engine, world: World, number: int, *, newest_first: bool) -> Iterator[LoggedEvent]:
    """Yield the events behind a number in that order; the world is locked only while some are copied."""
    read = world.event_log.before if newest_first else world.event_log.after
    events: list[LoggedEvent] = []
    while not events or len(events) == EVENTS_AT_A_TIME:
        with engine.lock:
            events = read(number, EVENTS_AT_A_TIME)
        yield from events
        if not events:
            return
        number = events[-1][0]


def events_of(world: World, message: Message) -> list[EventRow]:
    """Return the events of one message, each with its deliveries."""
    rows = (_event_row(world, message, entry) for entry in message.history)
    return [row for row in rows if row is not None]


def _event_row(world: World, message: Message, entry: HistoryEntry) -> EventRow | None:
    """Return an event with its deliveries; None for a message from a handset that was sent on to nobody."""
    deliveries = world.outbox.of_message(message.message_id)
    view: Any = event_view(message, entry)
    if message.direction == "inbound" and message.channel != "whatsapp":
        replies = [each for each in deliveries if isinstance(each, Delivery) and each.event_type == INBOUND]
        payloads = [json.loads(reply.body) for reply in replies]
        if not payloads:
            return None
        # A route may have the guide's shape; where there is one in AWS's shape, that is the record.
        aws_shape = (payload for payload in reversed(payloads) if "inboundMessageId" in payload)
        view["event_type"], view["record"] = INBOUND, next(aws_shape, payloads[0])
    sent = [_delivery_view(delivery) for delivery in deliveries if delivery.event_type == view["event_type"]]
    view["deliveries"] = sent
    row: EventRow = view
    return row


def _delivery_view(delivery: ListedDelivery) -> DeliveryView:
    sent: DeliveryView = {
        "destination": delivery.destination,
        "target": delivery.target.arn,
        "status": delivery.status,
    }
    if delivery.error:
        sent["error"] = delivery.error
    return sent


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
    count = run_step(engine, redrive, enter=True, destination=destination, message_id=message_id)
    engine.deliver(seconds=REDELIVERY_SECONDS_MAX)
    engine.wait_for_deliveries(REDELIVERY_SECONDS_MAX)
    return {"redelivered": count, "undelivered": engine.world.outbox.undelivered}


@step
def redrive(engine: Engine, *, destination: str | None, message_id: str | None) -> int:
    """Put dead records back into their queues. Returns how many."""
    outbox = engine.world.outbox
    return outbox.redrive(
        delivery
        for delivery in outbox.log
        if isinstance(delivery, Delivery)
        and destination in (None, delivery.destination)
        and message_id in (None, delivery.message_id)
    )
