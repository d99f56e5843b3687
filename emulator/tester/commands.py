"""
What the tester can order: functions over an Emulator that take and return what JSON can hold.

The HTTP control API and the Python faces both go through `COMMANDS` by `Emulator.control`, so that whatever one can do
the other can.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from itertools import islice
from typing import TYPE_CHECKING, Any

from emulator.faults import Fault
from emulator.reporting.destinations import INBOUND
from emulator.reporting.records import text_record
from emulator.services.sms_voice_v2 import inbound
from emulator.services.sms_voice_v2.sending import event_type as event_type_of
from emulator.services.sms_voice_v2.service import service as sms_voice_v2
from emulator.services.sms_voice_v2.state.messages import Message
from emulator.telecom.carriers import TEXT_OUTCOMES, Rule
from emulator.telecom.handsets import Handset, MessageFilter
from emulator.telecom.numbering import e164, looks_like_a_number
from emulator.tester.errors import BadCommand, UnknownThing
from emulator.tester.views import handset_view, iso, message_view, rule_view
from emulator.wire.credentials import DEFAULT_ACCOUNT, DEFAULT_REGION

if TYPE_CHECKING:
    from emulator.engine import Emulator

MESSAGES_LIMIT = 100
"""Rows in an answer when no limit is given."""
ANSWERS = ("answer", "busy", "no_answer", "fail")
RULE_MATCHES = frozenset({"to", "country", "carrier", "channel", "from", "contains"})


# --- Messages and handsets ------------------------------------------------------------------------------------------

FILTER_NAMES = {"from": "sender", "from_": "sender"}


def read_filter(filters: Mapping[str, Any]) -> MessageFilter:
    """A filter by the control API's names; numbers may lack their plus, as URLs lose it."""
    known = set(MessageFilter.__dataclass_fields__)
    members: dict[str, Any] = {}
    for name, value in filters.items():
        member = FILTER_NAMES.get(name, name)
        if member not in known:
            raise BadCommand(f"unknown filter {name}", name)
        if member in ("since", "before"):
            value = read_time(value, name)
        elif member in ("to", "sender"):
            value = _number(value)
        members[member] = value
    return MessageFilter(**members)


def _number(value: Any) -> str:
    # A plus in a query string arrives as a space.
    text = str(value).strip()
    return e164(text) if looks_like_a_number(text) and len(text) > 6 else text


def find_messages(emulator: Emulator, /, **filters: Any) -> list[Message]:
    """The messages that fit, oldest first."""
    return list(emulator.world.inbox.search(read_filter(filters)))  # type: ignore[arg-type]


def search_messages(emulator: Emulator, /, *, limit: Any = MESSAGES_LIMIT, after: Any = None, **filters: Any) -> dict[str, Any]:
    """A page of messages; `after` is the cursor of the page before."""
    count = _whole(limit, "limit", 1)
    found = find_messages(emulator, **filters)
    if after is not None:
        ids = [message.message_id for message in found]
        if after not in ids:
            raise BadCommand(f"unknown cursor {after}", "after")
        found = found[ids.index(after) + 1 :]
    page = found[:count]
    return {
        "messages": [message_view(message) for message in page],
        "next": page[-1].message_id if len(found) > count else None,
    }


def show_message(emulator: Emulator, /, *, message_id: str) -> dict[str, Any]:
    """One message, with the event records made of it."""
    message = emulator.world.inbox.messages.get(message_id)
    if message is None:
        raise UnknownThing(f"no message {message_id}")
    events = list_events(emulator, message_id=message_id, limit=1000)["events"]
    return message_view(message) | {"events": events}  # type: ignore[arg-type]


def delete_messages(emulator: Emulator, /, **filters: Any) -> dict[str, int]:
    """Empty the inbox, or take out of it what fits."""
    found = find_messages(emulator, **filters)
    for message in found:
        emulator.world.inbox.remove(message)
    emulator.tell("deleted", {"deleted": len(found)})
    return {"deleted": len(found)}


def list_handsets(
    emulator: Emulator, /, *, contains: str | None = None, limit: Any = MESSAGES_LIMIT, after: str | None = None
) -> dict[str, Any]:
    """
    The handsets that have messages, whoever wrote last first, each with its newest message.

    With `contains` only those with a message that has the text in its body, numbers, status or id, in upper or lower
    case, and the newest such message. `after` is the cursor of the page before.
    """
    count = _whole(limit, "limit", 1)
    newest: dict[str, Any] = {}
    for message in reversed(emulator.world.inbox.messages.values()):
        number = message.to if message.direction == "outbound" else message.sender
        if number not in newest and (not contains or _mentions(message, contains.casefold())):
            newest[number] = message
    numbers = list(newest)
    if after is not None:
        if _number(after) not in newest:
            raise BadCommand(f"unknown cursor {after}", "after")
        numbers = numbers[numbers.index(_number(after)) + 1 :]
    page = numbers[:count]
    return {
        "handsets": [{"number": number, "last": message_view(newest[number])} for number in page],
        "next": page[-1] if len(numbers) > count else None,
    }


def _mentions(message: Any, text: str) -> bool:
    members = (message.body, message.to, message.sender, message.status, message.message_id)
    return any(text in member.casefold() for member in members)


def show_conversation(
    emulator: Emulator, /, *, number: str, limit: Any = MESSAGES_LIMIT, before: str | None = None
) -> dict[str, Any]:
    """What a handset has sent and was sent, oldest first: the newest page, or the one `before` a message."""
    count = _whole(limit, "limit", 1)
    kept = emulator.world.inbox.by_handset.get(_number(number), {})
    if before is not None and before not in kept:
        raise BadCommand(f"unknown cursor {before}", "before")
    newest_first = reversed(kept.values())
    if before is not None:
        next(message for message in newest_first if message.message_id == before)
    page = list(islice(newest_first, count + 1))
    shown = page[:count][::-1]
    return {
        "messages": [message_view(message) for message in shown],  # type: ignore[arg-type]
        "previous": shown[0].message_id if len(page) > count else None,
    }


def list_numbers(emulator: Emulator) -> dict[str, list[dict[str, Any]]]:
    """The numbers of all accounts, which a handset can write to."""
    return {
        "numbers": [
            {
                "number": row.phone_number,
                "account": store.account,
                "region": store.region,
                "country": row.iso_country_code,
                "number_type": row.number_type,
                "status": row.status,
            }
            for store in emulator.world.sms_stores
            for row in store.phone_numbers
        ]
    }


def receive_message(
    emulator: Emulator, /, *, number: str, body: Any = None, to: Any = None, media: Any = None
) -> dict[str, Any]:
    """The person with the phone writes to a number of an account."""
    if not isinstance(body, str) or not body:
        raise BadCommand("body must be text", "body")
    if media:
        raise BadCommand("a handset cannot send media: two-way MMS is not supported by AWS", "media")
    handset = telephone(number)
    world = emulator.world
    target = _number(to) if to else world.inbox.last_sender_to(handset)
    if target is None:
        raise BadCommand(f"nobody has written to {handset} yet, so `to` must be given", "to")
    for store in world.sms_stores:
        owned = store.phone_numbers.find(target)
        if owned is not None:
            context = world.context(sms_voice_v2, store.account, store.region)
            received = inbound.receive(context, owned, handset, body)
            world.bus.publish_all(context.facts)
            return asdict(received)
    raise UnknownThing(f"no account owns {target}")


def telephone(number: Any) -> str:
    """A telephone number of the tester's, E.164; a URL may have lost its plus."""
    text = _number(number)
    if not re.fullmatch(r"\+[1-9][0-9]{1,18}", text):
        raise BadCommand(f"{number!r} is no telephone number; write it as +14255550100", "number")
    return text


def show_handset(emulator: Emulator, /, *, number: str) -> dict[str, Any]:
    """How a handset behaves."""
    own_number = telephone(number)
    return handset_view(emulator.world.handsets.get(own_number) or Handset(own_number))


def change_handset(emulator: Emulator, /, *, number: str, **behaviour: Any) -> dict[str, Any]:
    """Change how a handset behaves; what is left out stays."""
    own_number = telephone(number)
    old = emulator.world.handsets.get(own_number) or Handset(own_number)
    members = {name: getattr(old, name) for name in Handset.__dataclass_fields__}
    for name, value in behaviour.items():
        if name == "delay_seconds":
            members["delay"] = timedelta(seconds=_amount(value, name))
        elif name == "outcome":
            members["outcome"] = _outcome(value)
        elif name == "answers" and value not in ANSWERS:
            raise BadCommand(f"answers must be one of {', '.join(ANSWERS)}", name)
        elif name in ("rcs", "reads_rcs") and not isinstance(value, bool):
            raise BadCommand(f"{name} must be true or false", name)
        elif name in ("description", "carrier") and not isinstance(value, str | None):
            raise BadCommand(f"{name} must be text", name)
        elif name in members and name != "number":
            members[name] = value
        else:
            raise BadCommand(f"unknown member {name}", name)
    emulator.world.handsets[own_number] = Handset(**members)
    return handset_view(emulator.world.handsets[own_number])


def _outcome(value: Any) -> str | None:
    if value is not None and value not in TEXT_OUTCOMES:
        raise BadCommand(f"outcome must be one of {', '.join(sorted(TEXT_OUTCOMES))}", "outcome")
    return None if value is None else str(value)


def read_time(value: Any, field: str) -> datetime:
    """A time from text."""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError as error:
        raise BadCommand(f"{value!r} is no ISO 8601 time", field) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _amount(value: Any, field: str, most: float = float("inf")) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise BadCommand(f"{field} must be a number from 0" + (f" to {most}" if most < float("inf") else ""), field)
    return float(value)


def _whole(value: Any, field: str, least: int = 0) -> int:
    try:
        number = int(str(value))
    except ValueError as error:
        raise BadCommand(f"{field} must be a whole number", field) from error
    if number < least:
        raise BadCommand(f"{field} must be at least {least}", field)
    return number


# --- Carriers, faults, accounts -------------------------------------------------------------------------------------


def list_outcomes(emulator: Emulator) -> list[str]:
    """What a handset or a rule can have a text end in."""
    return sorted(TEXT_OUTCOMES)


def show_rules(emulator: Emulator) -> list[dict[str, Any]]:
    """The carriers' rules in order."""
    return [rule_view(rule) for rule in emulator.world.carriers.rules]


def change_rules(emulator: Emulator, /, *, rules: Any) -> list[dict[str, Any]]:
    """Put these rules in place of all others; the first that matches wins."""
    if not isinstance(rules, list):
        raise BadCommand("the rules must be a list")
    emulator.world.carriers.rules = [_read_rule(rule) for rule in rules]
    return show_rules(emulator)


def _read_rule(body: Any) -> Rule:
    members = _members(body, {"match", "outcome", "probability", "delay_seconds", "times"}, "outcome")
    match = members.get("match", {})
    if not isinstance(match, dict) or not all(isinstance(value, str) for value in match.values()):
        raise BadCommand("match must be an object of texts", "match")
    unknown = set(match) - RULE_MATCHES
    if unknown:
        raise BadCommand(f"match knows {', '.join(sorted(RULE_MATCHES))}, not {', '.join(sorted(unknown))}", "match")
    outcome = _outcome(members["outcome"])
    if outcome is None:
        raise BadCommand("outcome must be given", "outcome")
    times = members.get("times")
    return Rule(
        {key: _number(value) if key in ("to", "from") else value for key, value in match.items()},
        outcome,
        _amount(members.get("probability", 1.0), "probability", 1),
        timedelta(seconds=_amount(members.get("delay_seconds", 0), "delay_seconds")),
        None if times is None else _whole(times, "times"),
    )


def _members(body: Any, known: set[str], *required: str) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise BadCommand("each entry must be an object")
    for name in body:
        if name not in known:
            raise BadCommand(f"unknown member {name}", name)
    for name in required:
        if body.get(name) is None:
            raise BadCommand(f"{name} must be given", name)
    return body


def show_faults(emulator: Emulator) -> list[dict[str, Any]]:
    """The faults in order."""
    return [asdict(fault) for fault in emulator.world.faults.faults]


def change_faults(emulator: Emulator, /, *, faults: Any) -> list[dict[str, Any]]:
    """Put these faults in place of all others."""
    if not isinstance(faults, list):
        raise BadCommand("the faults must be a list")
    emulator.world.faults.faults = [_read_fault(fault) for fault in faults]
    return show_faults(emulator)


def _read_fault(body: Any) -> Fault:
    members = _members(body, set(Fault.__dataclass_fields__), "error")
    error = str(members["error"])
    errors = {shape.name for shape in sms_voice_v2.model.error_shapes}
    if error not in errors and not (error.isdigit() and 400 <= int(error) <= 599):
        raise BadCommand(f"error must be an HTTP status from 400 to 599, or one of {', '.join(sorted(errors))}", "error")
    operation = members.get("operation")
    if operation is not None and operation not in sms_voice_v2.model.operation_names:
        raise BadCommand(f"unknown operation {operation}", "operation")
    times = members.get("times")
    return Fault(
        error,
        members.get("service"),
        operation,
        _amount(members.get("probability", 1.0), "probability", 1),
        None if times is None else _whole(times, "times"),
        _amount(members.get("latency_seconds", 0), "latency_seconds"),
    )


def show_account(emulator: Emulator, /, *, account: str | None = None, region: str | None = None) -> dict[str, Any]:
    """The settings of an account in a region."""
    store = emulator.world.sms_stores[account or DEFAULT_ACCOUNT, region or DEFAULT_REGION]
    return {"account": store.account, "region": store.region, "tier": store.tier, "enabled": store.enabled}


def change_account(
    emulator: Emulator, /, *, account: str | None = None, region: str | None = None, **changes: Any
) -> dict[str, Any]:
    """Change an account's settings; what is left out stays."""
    store = emulator.world.sms_stores[account or DEFAULT_ACCOUNT, region or DEFAULT_REGION]
    for name, value in changes.items():
        if name == "tier" and value not in ("SANDBOX", "PRODUCTION"):
            raise BadCommand("tier must be SANDBOX or PRODUCTION", name)
        if name == "enabled" and not isinstance(value, bool):
            raise BadCommand("enabled must be true or false", name)
        if name not in ("tier", "enabled"):
            raise BadCommand(f"unknown member {name}", name)
    store.tier = changes.get("tier", store.tier)
    store.enabled = changes.get("enabled", store.enabled)
    return show_account(emulator, account=account, region=region)


# --- Time, events, money, reset -------------------------------------------------------------------------------------


def show_clock(emulator: Emulator, /, *, limit: Any = None) -> dict[str, Any]:
    """The time, how it moves, and what is to come: all of it, or the first `limit`."""
    clock = emulator.world.clock
    count = None if limit is None else _whole(limit, "limit")
    timers = clock.pending()
    pending = []
    for timer in timers[:count]:
        entry = {"due": iso(timer.due), "what": type(timer.event).__name__}
        message_id = getattr(timer.event, "message_id", None)
        pending.append(entry | ({"message_id": message_id} if message_id else {}))
    return {
        "now": iso(clock.now),
        "mode": emulator.mode,
        "speed": emulator.speed,
        "pending": pending,
        "pending_count": len(timers),
    }


def change_clock(
    emulator: Emulator, /, *, mode: Any = None, speed: Any = None, advance_seconds: Any = None, advance_to: Any = None
) -> dict[str, Any]:
    """Change how time moves, or move it."""
    if mode not in (None, "running", "stepping", "frozen"):
        raise BadCommand("mode must be running, stepping or frozen", "mode")
    if speed is not None and _amount(speed, "speed") == 0:
        raise BadCommand("speed must be above 0", "speed")
    clock = emulator.world.clock
    moment = clock.now
    if advance_to is not None:
        moment = read_time(advance_to, "advance_to")
        if moment < clock.now:
            raise BadCommand("time does not run back", "advance_to")
    if advance_seconds is not None:
        moment += timedelta(seconds=_amount(advance_seconds, "advance_seconds", 10**10))
    if mode is not None or speed is not None:
        emulator.set_clock(mode or emulator.mode, emulator.speed if speed is None else float(speed))
    clock.advance_to(moment)
    emulator.rebase()
    emulator.tell("clock", show_clock(emulator, limit=0))
    return show_clock(emulator)


def settle(emulator: Emulator, /, *, within_seconds: Any = None) -> dict[str, Any]:
    """Run all that is pending, or of it what falls due within that time."""
    clock = emulator.world.clock
    if within_seconds is None:
        ran = clock.settle()
    else:
        ran = clock.run_until(clock.now + timedelta(seconds=_amount(within_seconds, "within_seconds", 10**10)))
    emulator.rebase()
    emulator.tell("clock", show_clock(emulator, limit=0))
    return {"ran": ran, "now": iso(clock.now)}


def list_events(
    emulator: Emulator,
    /,
    *,
    message_id: str | None = None,
    event_type: str | None = None,
    destination: str | None = None,
    limit: Any = MESSAGES_LIMIT,
    after: Any = 0,
) -> dict[str, Any]:
    """Event records and two-way notifications, each with its deliveries; `after` is the cursor of the page before."""
    count, start = _whole(limit, "limit", 1), _whole(after, "after")
    found = [
        event
        for event in _events(emulator, message_id)
        if event_type in (None, event["event_type"])
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
            replies[delivery.message_id] = json.loads(delivery.body)
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
    for at, message, entry in sorted(made_of, key=lambda row: row[0]):
        reply = replies.get(message.message_id)
        kind = event_type_of(message.channel, entry.status) if reply is None else INBOUND
        yield {
            "message_id": message.message_id,
            "event_type": kind,
            "at": iso(at),
            "record": text_record(message, entry) if reply is None else reply,
            "deliveries": deliveries.get((message.message_id, kind), []),
        }


def costs(emulator: Emulator) -> list[dict[str, Any]]:
    """What was spent."""
    return emulator.world.charges.report()


def reset(emulator: Emulator, /, *, aws: Any = False) -> dict[str, bool]:
    """An empty world; with `aws` the embedded AWS services too."""
    emulator.begin()
    if aws:
        emulator.aws.reset()
    emulator.tell("reset", {"reset": True})
    return {"reset": True}


COMMANDS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        find_messages,
        search_messages,
        show_message,
        delete_messages,
        receive_message,
        list_handsets,
        show_conversation,
        list_numbers,
        show_handset,
        change_handset,
        list_outcomes,
        show_rules,
        change_rules,
        show_faults,
        change_faults,
        show_account,
        change_account,
        show_clock,
        change_clock,
        settle,
        list_events,
        costs,
        reset,
    )
}
