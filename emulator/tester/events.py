"""Event records and their deliveries, and where the replies to a number go, as the tester asks and orders."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from emulator.reporting.destinations import ANY_NUMBER, INBOUND, ReplyRoute
from emulator.tester.errors import BadCommand
from emulator.tester.readers import ROWS_LIMIT, any_number, check_scope, one_of, quoted, read_each, read_members, whole
from emulator.tester.views import event_view

if TYPE_CHECKING:
    from emulator.engine import Emulator


def list_events(
    emulator: Emulator,
    *,
    message_id: str | None = None,
    event_type: str | None = None,
    destination: str | None = None,
    account: str | None = None,
    region: str | None = None,
    limit: Any = ROWS_LIMIT,
    after: Any = 0,
) -> dict[str, Any]:
    """Event records and two-way notifications, each with its deliveries; `after` is the cursor of the page before."""
    count, start = whole(limit, "limit", 1), whole(after, "after")
    check_scope(account=account, region=region)
    found = [
        event
        for event in _events(emulator, message_id)
        if event_type in (None, event["event_type"])
        and account in (None, event["account"])
        and region in (None, event["region"])
        and (destination is None or destination in {delivery["destination"] for delivery in event["deliveries"]})
    ]
    end = start + count
    return {"events": found[start:end], "next": end if end < len(found) else None}


def _events(emulator: Emulator, message_id: str | None) -> Iterable[dict[str, Any]]:
    world = emulator.world
    deliveries: dict[tuple[str, str], list[dict[str, Any]]] = {}
    replies: dict[str, dict[str, Any]] = {}
    for delivery in world.outbox.log:
        if delivery.event_type == INBOUND:
            payload = json.loads(delivery.body)
            # A route may want the guide's shape; AWS's is the record wherever one was made.
            if "inboundMessageId" in payload or delivery.message_id not in replies:
                replies[delivery.message_id] = payload
        sent = {"destination": delivery.destination, "target": delivery.target_arn, "status": delivery.status}
        of_event = deliveries.setdefault((delivery.message_id, delivery.event_type), [])
        of_event.append(sent | ({"error": delivery.error} if delivery.error else {}))
    made_of = [
        (entry.at, message, entry)
        for store in world.sms_stores
        for message in store.messages.values()
        if message_id in (None, message.message_id) and (message.direction == "outbound" or message.message_id in replies)
        for entry in message.history
    ]
    for _, message, entry in sorted(made_of, key=itemgetter(0)):
        view = event_view(message, entry)
        if message.message_id in replies:
            view |= {"event_type": INBOUND, "record": replies[message.message_id]}
        yield view | {"deliveries": deliveries.get((message.message_id, view["event_type"]), [])}


def show_reply_routes(emulator: Emulator, *, number: str) -> list[dict[str, Any]]:
    """Where the replies to a number go beside its two-way channel."""
    return [asdict(route) for route in emulator.world.reply_routes.get(_routed(number), [])]


def change_reply_routes(emulator: Emulator, *, number: str, routes: Any) -> list[dict[str, Any]]:
    """Put these routes in place of all others of the number; `*` stands for every number."""
    emulator.world.reply_routes[_routed(number)] = read_each(routes, "route", _read_route)
    return show_reply_routes(emulator, number=number)


def _routed(number: str) -> str:
    return ANY_NUMBER if number == ANY_NUMBER else any_number(number)


def _read_route(body: dict[str, Any]) -> ReplyRoute:
    members = read_members(body, ("kind", "target", "shape"), "kind", "target")
    kind = one_of(members["kind"], ("sns", "sqs", "lambda", "webhook"), "kind")
    target = str(members["target"])
    if kind in ("sns", "sqs") and target.count(":") != 5:
        raise BadCommand(f"target must be an ARN of {kind}, not {quoted(target)}", "target")
    if kind == "webhook" and not target.startswith(("http://", "https://")):
        raise BadCommand(f"target must be an http URL, not {quoted(target)}", "target")
    return ReplyRoute(kind, target, one_of(members.get("shape", "aws"), ("aws", "guide"), "shape"))


def redeliver(emulator: Emulator, *, destination: Any = None, message_id: Any = None) -> dict[str, int]:
    """Send dead records again, all of them or those for one destination or message."""
    wanted = [
        delivery
        for delivery in emulator.world.outbox.log
        if destination in (None, delivery.destination) and message_id in (None, delivery.message_id)
    ]
    return {"redelivered": emulator.world.outbox.revive(wanted)}


COMMANDS: tuple[Callable[..., Any], ...] = (
    list_events,
    show_reply_routes,
    change_reply_routes,
    redeliver,
)
