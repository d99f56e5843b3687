"""Commands that read: `inbox`, `requests`, `events`, `health`."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import datetime, timedelta
from typing import Any

from emulator.front.commands.arguments import count, duration
from emulator.front.commands.client import Refused, call, digits, events, follow, show, show_line
from emulator.front.request_lines import request_line

ROWS = 50
CHANNELS = ("sms", "mms", "voice", "rcs", "push", "whatsapp")
BODY_SHOWN_MAX = 200
"""Characters of a message's text on its line."""
PAGE = 1000
HEALTH_POLL_SECONDS = 0.2


def add_to(commands: Any, client: argparse.ArgumentParser) -> None:
    """Add the commands."""
    rows = argparse.ArgumentParser(add_help=False)
    rows.add_argument("-n", "--limit", type=count, default=ROWS, metavar="N", help=f"the newest N only (default: {ROWS})")
    rows.add_argument("--json", action="store_true", help="print a JSON object on each line")
    rows.add_argument("--since", type=duration, metavar="TIME", help="only what is not older than 90s, 5m, 2h, 3d")
    rows.add_argument("--follow", "-f", action="store_true", help="keep printing what is new")

    inbox = commands.add_parser("inbox", parents=[client, rows], help="print the messages, newest last")
    inbox.add_argument("--to", help="only messages to this number")
    inbox.add_argument("--from", dest="sender", help="only messages from this number")
    inbox.add_argument("--channel", choices=CHANNELS, help="only messages of this channel")
    inbox.set_defaults(run=_inbox)

    requests = commands.add_parser("requests", parents=[client, rows], help="print the AWS calls, newest last")
    requests.add_argument("--refused", action="store_true", help="only calls that were refused")
    requests.add_argument("--service", help="only calls of this service, such as pinpoint-sms-voice-v2 or sns")
    requests.add_argument("--operation", help="only calls of this operation, such as SendTextMessage")
    requests.set_defaults(run=_requests)

    records = commands.add_parser("events", parents=[client, rows], help="print the event records, newest last")
    records.add_argument("--message-id", help="only events of this message")
    records.add_argument("--event-type", help="only events of this type, such as TEXT_DELIVERED")
    records.set_defaults(run=_events)

    health = commands.add_parser("health", parents=[client], help="show whether the server is ready")
    health.add_argument("--wait", type=duration, default=0.0, metavar="TIME", help="wait for it that long: 30s")
    health.set_defaults(run=_health)


def _message_line(message: dict[str, Any]) -> str:
    body = " ".join(message["body"].split())
    body = body if len(body) <= BODY_SHOWN_MAX else body[:BODY_SHOWN_MAX] + "…"
    return f"{message['requested_at']}  {message['from']} -> {message['to']}  {message['status']:<12} {body}"


def _since(options: argparse.Namespace) -> str | None:
    """Return the time that --since names, which is virtual time."""
    if options.since is None:
        return None
    now = datetime.fromisoformat(call(options, "GET", "clock", limit=0)["now"].replace("Z", "+00:00"))
    return (now - timedelta(seconds=options.since)).isoformat().replace("+00:00", "Z")


def _newest(options: argparse.Namespace, path: str, key: str, **filters: Any) -> list[dict[str, Any]]:
    """Return the newest rows of a list that is oldest first."""
    rows: list[dict[str, Any]] = []
    after = None
    while True:
        page = call(options, "GET", path, limit=PAGE, after=after, **filters)
        rows = (rows + page[key])[-options.limit :]
        after = page["next"]
        if after is None:
            return rows


def _say_if_empty(rows: list[dict[str, Any]], what: str) -> None:
    """Tell on stderr that there is nothing to print, so that a filter with a slip in it does not pass for an answer."""
    if not rows:
        print(f"sms-voice-emulator: no {what} match", file=sys.stderr)


def _inbox(options: argparse.Namespace) -> None:
    def fits(message: dict[str, Any]) -> bool:
        return (
            digits(options.to) in ("", digits(message["to"]))
            and digits(options.sender) in ("", digits(message["from"]))
            and options.channel in (None, message["channel"])
        )

    show_one = show_line if options.json else lambda message: show(_message_line(message))
    # The stream is opened first, so that no message is missed between it and the list.
    stream = follow(options) if options.follow else None
    filters = {"to": options.to, "from_": options.sender, "channel": options.channel, "since": _since(options)}
    printed: set[tuple[str, str]] = set()
    newest = _newest(options, "messages", "messages", **filters)
    for message in newest:
        show_one(message)
        statuses = ("ACCEPTED", *(entry["status"] for entry in message["history"]))
        printed |= {(message["message_id"], status) for status in statuses}
    if stream is None:
        _say_if_empty(newest, "messages")
        return
    with stream:
        for kind, message in events(stream):
            is_new = kind in ("message", "status") and (message["message_id"], message["status"]) not in printed
            if is_new and fits(message):
                show_one(message)


def _requests(options: argparse.Namespace) -> None:
    def fits(entry: dict[str, Any]) -> bool:
        return (
            (not options.refused or entry["status"] >= 400)
            and options.service in (None, entry["service"])
            and options.operation in (None, entry["operation"])
        )

    show_one = show_line if options.json else lambda entry: show(request_line(entry))
    stream = follow(options) if options.follow else None
    filters = {"service": options.service, "operation": options.operation, "since": _since(options)}
    refused = "true" if options.refused else None
    newest = call(options, "GET", "requests", limit=options.limit, refused=refused, **filters)["requests"]
    for entry in reversed(newest):
        show_one(entry)
    if stream is None:
        _say_if_empty(newest, "AWS calls")
        return
    with stream:
        for kind, entry in events(stream):
            if kind == "request" and fits(entry):
                show_one(entry)


def _event_line(event: dict[str, Any]) -> str:
    deliveries = ", ".join(f"{each['destination']} {each['status']}" for each in event.get("deliveries", ()))
    return f"{event['at']}  {event['event_type']:<24} {event['message_id']}  {deliveries or 'no destination'}"


def _events(options: argparse.Namespace) -> None:
    def fits(event: dict[str, Any]) -> bool:
        return options.message_id in (None, event["message_id"]) and options.event_type in (None, event["event_type"])

    show_one = show_line if options.json else lambda event: show(_event_line(event))
    stream = follow(options) if options.follow else None
    since = _since(options) or ""
    filters = {"message_id": options.message_id, "event_type": options.event_type}
    newest = [event for event in _newest(options, "events", "events", **filters) if event["at"] >= since]
    for event in newest:
        show_one(event)
    if stream is None:
        _say_if_empty(newest, "events")
        return
    with stream:
        for kind, event in events(stream):
            if kind == "event" and fits(event):
                show_one(event)


def _health(options: argparse.Namespace) -> None:
    # No state depends on this clock, only when to give up.
    deadline = time.monotonic() + options.wait
    while True:
        try:
            health = call(options, "GET", "health")
        except Refused:
            if time.monotonic() >= deadline:
                raise
            time.sleep(HEALTH_POLL_SECONDS)
        else:
            show(health)
            return
