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
from functools import cache, partial
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from emulator.faults import Fault
from emulator.reporting.destinations import ANY_NUMBER, INBOUND, ReplyRoute
from emulator.reporting.outbox import SENDERS
from emulator.services.sms_voice_v2 import inbound, rcs_inbound
from emulator.services.sms_voice_v2.reviews import REVIEWERS
from emulator.services.sms_voice_v2.service import service as sms_voice_v2
from emulator.services.sms_voice_v2.settings import load_data
from emulator.services.sms_voice_v2.state.media import Media
from emulator.services.sms_voice_v2.state.messages import Message
from emulator.services.sms_voice_v2.state.spend import SPEND_LIMITS
from emulator.services.sns.texts import OPERATION as SNS_PUBLISH
from emulator.telecom.carriers import ALL_OUTCOMES, HELD, OUTCOMES, Rule
from emulator.telecom.devices import PLATFORMS, STALE_AFTER, STATES
from emulator.telecom.handsets import Handset, MessageFilter
from emulator.tester import calls, notify, rcs
from emulator.tester.compliance import decide_registration, list_consent, list_registrations
from emulator.tester.errors import BadCommand, UnknownThing
from emulator.tester.readers import (
    amount,
    any_number,
    check_scope,
    is_unicode,
    one_of,
    quoted,
    read_each,
    read_members,
    read_time,
    seconds,
    telephone,
    text_or_none,
    true_or_false,
    whole,
    whole_or_none,
)
from emulator.tester.views import device_view, event_view, handset_view, iso, message_view, rule_view
from emulator.wire.credentials import DEFAULT_ACCOUNT, DEFAULT_REGION
from emulator.wire.models import load_model

if TYPE_CHECKING:
    from emulator.engine import Emulator

LATENCY_SECONDS_MAX = 3600
SPEED_MAX = 10**6
LAST_DAY = datetime(9000, 1, 1, tzinfo=timezone.utc)
"""Where the virtual clock ends; Python's calendar does so in 9999."""
MESSAGES_LIMIT = 100
"""Rows in an answer when no limit is given."""
ANSWERS = ("answer", "busy", "no_answer", "fail")
RULE_MATCHES = frozenset({"to", "country", "carrier", "channel", "from", "contains"})


# --- Messages and handsets ------------------------------------------------------------------------------------------

FILTER_NAMES = {"from": "sender", "from_": "sender"}
FILTERS = tuple("from" if name == "sender" else name for name in MessageFilter.__dataclass_fields__)
CHANNELS = ("sms", "mms", "voice", "rcs", "push", "whatsapp")


@cache
def _statuses() -> frozenset[str]:
    described = {entry["status"] for entry in load_data("event_types.json")["event_types"].values()}
    return frozenset({"ACCEPTED", "RECEIVED"} | described - {None})


CHOICES: dict[str, Callable[[], Iterable[str]]] = {
    "channel": lambda: CHANNELS,
    "direction": lambda: ("inbound", "outbound"),
    "status": _statuses,
}
"""Filters that know what they may be asked for, so that a typo is told and not waited for."""


def read_filter(filters: Mapping[str, Any]) -> MessageFilter:
    """A filter by the control API's names; numbers may lack their plus, as URLs lose it."""
    members: dict[str, Any] = {}
    for name, value in filters.items():
        if name not in (*FILTERS, "from_"):
            raise BadCommand(f"there is no filter {name}; there are {', '.join(FILTERS)}", name)
        member = FILTER_NAMES.get(name, name)
        if member in ("since", "before"):
            value = read_time(value, name)
        elif member in ("to", "sender"):
            value = any_number(value)
        elif member in CHOICES:
            value = one_of(value, CHOICES[member](), name)
        elif member in ("account", "region"):
            check_scope(**{member: value})
        members[member] = value
    return MessageFilter(**members)


def find_messages(emulator: Emulator, /, *, after: Any = None, **filters: Any) -> list[Message]:
    """The messages that fit, oldest first; `after` leaves out all up to that message."""
    inbox = emulator.world.inbox
    found: list[Message] = list(inbox.search(read_filter(filters)))  # type: ignore[arg-type]
    if after is None:
        return found
    ids = list(inbox.messages)
    if after not in inbox.messages:
        raise BadCommand(f"there is no message {quoted(after)} to go on after", "after")
    later = set(ids[ids.index(after) + 1 :])
    return [message for message in found if message.message_id in later]


def search_messages(
    emulator: Emulator, /, *, limit: Any = MESSAGES_LIMIT, after: Any = None, **filters: Any
) -> dict[str, Any]:
    """A page of messages; `after` is the cursor of the page before."""
    count = whole(limit, "limit", 1)
    found = find_messages(emulator, after=after, **filters)
    page = found[:count]
    return {
        "messages": [message_view(message) for message in page],
        "next": page[-1].message_id if len(found) > count else None,
    }


def show_message(emulator: Emulator, *, message_id: str) -> dict[str, Any]:
    """One message, with the event records made of it."""
    message = emulator.world.inbox.messages.get(message_id)
    if message is None:
        raise UnknownThing(f"no message {message_id}")
    events = list_events(emulator, message_id=message_id, limit=1000)["events"]
    return message_view(message) | {"events": events}  # type: ignore[arg-type]


def show_media(emulator: Emulator, *, message_id: str, place: Any) -> Media:
    """A file that a message carried."""
    message = emulator.world.inbox.messages.get(message_id)
    files: tuple[Media, ...] = getattr(message, "media", ())
    if whole(place, "place") >= len(files):
        raise UnknownThing(f"no file {place} in a message {message_id}")
    return files[whole(place, "place")]


def delete_messages(emulator: Emulator, /, **filters: Any) -> dict[str, int]:
    """Empty the inbox, or take out of it what fits."""
    found = find_messages(emulator, **filters)
    for message in found:
        emulator.world.inbox.remove(message)
    emulator.tell("deleted", {"deleted": len(found)})
    return {"deleted": len(found)}


def list_handsets(
    emulator: Emulator, *, contains: str | None = None, limit: Any = MESSAGES_LIMIT, after: str | None = None
) -> dict[str, Any]:
    """
    The handsets that have messages, whoever wrote last first, each with its newest message.

    With `contains` only those with a message that has the text in its body, numbers, status or id, in upper or lower
    case, and the newest such message. `after` is the cursor of the page before.
    """
    count = whole(limit, "limit", 1)
    newest: dict[str, Any] = {}
    for message in reversed(emulator.world.inbox.messages.values()):
        number = message.to if message.direction == "outbound" else message.sender
        if number not in newest and (not contains or _mentions(message, contains.casefold())):
            newest[number] = message
    numbers = list(newest)
    if after is not None:
        if any_number(after) not in newest:
            raise BadCommand(f"unknown cursor {after}", "after")
        numbers = numbers[numbers.index(any_number(after)) + 1 :]
    page = numbers[:count]
    return {
        "handsets": [{"number": number, "last": message_view(newest[number])} for number in page],
        "next": page[-1] if len(numbers) > count else None,
    }


def _mentions(message: Any, text: str) -> bool:
    members = (message.body, message.to, message.sender, message.status, message.message_id)
    return any(text in member.casefold() for member in members)


def show_conversation(
    emulator: Emulator, *, number: str, limit: Any = MESSAGES_LIMIT, before: str | None = None
) -> dict[str, Any]:
    """What a handset has sent and was sent, oldest first: the newest page, or the one `before` a message."""
    count = whole(limit, "limit", 1)
    kept = emulator.world.inbox.by_handset.get(any_number(number), {})
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
    """The numbers and RCS agents of all accounts, which a handset can write to."""
    return {
        "agents": rcs.list_agents(emulator),
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
        ],
    }


def receive_message(
    emulator: Emulator,
    *,
    number: str,
    body: Any = None,
    to: Any = None,
    media: Any = None,
    account: Any = None,
    region: Any = None,
) -> dict[str, Any]:
    """The person with the phone writes to a number of an account; of any account unless one is named."""
    if not isinstance(body, str) or not body:
        raise BadCommand("body must be the text that the person sends", "body")
    if not is_unicode(body):
        raise BadCommand("body holds half of a surrogate pair", "body")
    check_scope(account=account, region=region)
    if to is not None and not isinstance(to, str | int):
        raise BadCommand("to must be a telephone number, a short code or an agent id", "to")
    if media:
        raise BadCommand("a handset cannot send media: two-way MMS is not supported by AWS", "media")
    handset = telephone(number)
    world = emulator.world
    target = any_number(to) if to else world.inbox.last_sender_to(handset)
    if target is None:
        raise BadCommand(f"nobody has written to {handset} yet, so `to` must be given", "to")
    for store in world.sms_stores:
        owned = store.phone_numbers.find(target)
        if owned is not None and account in (None, store.account) and region in (None, store.region):
            context = world.context(sms_voice_v2, store.account, store.region)
            received = inbound.receive(context, owned, handset, body)
            world.bus.publish_all(context.facts)
            return asdict(received)
    found = rcs.find_agent(emulator, target, account, region)
    if found is not None:
        context, agent = found
        received = rcs_inbound.receive(context, agent, handset, body)
        world.bus.publish_all(context.facts)
        return asdict(received)
    raise UnknownThing(f"{'no account' if account is None else f'account {account}'} has the number {target}")


def show_handset(emulator: Emulator, *, number: str) -> dict[str, Any]:
    """How a handset behaves."""
    own_number = telephone(number)
    return handset_view(emulator.world.handsets.get(own_number) or Handset(own_number))


def change_handset(emulator: Emulator, /, *, number: str, **behaviour: Any) -> dict[str, Any]:
    """Change how a handset behaves; what is left out stays."""
    own_number = telephone(number)
    old = emulator.world.handsets.get(own_number) or Handset(own_number)
    members = {name: getattr(old, name) for name in Handset.__dataclass_fields__}
    for name, value in behaviour.items():
        if name not in BEHAVIOUR:
            raise BadCommand(f"a handset has no {name}; it has {', '.join(BEHAVIOUR)}", name)
        members["delay" if name == "delay_seconds" else name] = BEHAVIOUR[name](value, name)
    emulator.world.handsets[own_number] = Handset(**members)
    return handset_view(emulator.world.handsets[own_number])


def _outcome(value: Any, field: str) -> str | None:
    return None if value is None else one_of(value, ALL_OUTCOMES, field)


BEHAVIOUR: dict[str, Callable[[Any, str], Any]] = {
    "outcome": _outcome,
    "description": text_or_none,
    "delay_seconds": seconds,
    "answers": lambda value, field: one_of(value, ANSWERS, field),
    "presses": calls.each_digits,
    "says": text_or_none,
    "carrier": text_or_none,
    "rcs": true_or_false,
    "reads_rcs": true_or_false,
}
"""What can be said of a handset, and how each member is read."""


# --- Carriers, faults, accounts -------------------------------------------------------------------------------------


def list_devices(emulator: Emulator, *, phone_number: Any = None) -> dict[str, Any]:
    """The devices that take push notifications, of one person or of all."""
    world = emulator.world
    devices = world.devices.by_token.values() if phone_number is None else world.devices.of(telephone(phone_number))
    return {"devices": [device_view(device, world.clock.now) for device in devices]}


def change_device(emulator: Emulator, /, *, token: str, **changes: Any) -> dict[str, Any]:
    """Make a device, or change it: platform, state, phone_number; what is left out stays."""
    world = emulator.world
    for name in changes:
        if name not in ("platform", "state", "phone_number"):
            raise BadCommand(f"a device has no {name}; it has platform, state and phone_number", name)
    old = world.devices.by_token.get(token)
    platform = one_of(changes.get("platform", old.platform if old else "GCM"), PLATFORMS, "platform")
    state = one_of(changes.get("state", "active"), STATES, "state")
    owner = telephone(changes["phone_number"]) if changes.get("phone_number") is not None else None
    if old is None or changes.keys() & {"platform", "state"}:
        device = world.devices.install(token, platform, world.clock.now, owner)
        device.installed = state != "unregistered"
        device.last_seen -= STALE_AFTER if state == "stale" else timedelta(0)
    else:
        device = old
        device.phone_number = owner or old.phone_number
    return device_view(device, world.clock.now)


def list_outcomes(emulator: Emulator, *, channel: Any = "sms") -> list[str]:
    """What a handset or a rule can have a message of the channel end in."""
    return sorted(OUTCOMES[one_of(channel, OUTCOMES, "channel")])


def show_rules(emulator: Emulator) -> list[dict[str, Any]]:
    """The carriers' rules in order."""
    return [rule_view(rule) for rule in emulator.world.carriers.rules]


def change_rules(emulator: Emulator, *, rules: Any) -> list[dict[str, Any]]:
    """Put these rules in place of all others; the first that matches wins."""
    emulator.world.carriers.rules = read_each(rules, "rule", _read_rule)
    return show_rules(emulator)


def _read_rule(body: dict[str, Any]) -> Rule:
    members = read_members(body, ("match", "outcome", "probability", "delay_seconds", "times", "via"), "outcome")
    match = members.get("match", {})
    if not isinstance(match, dict):
        raise BadCommand('match must be an object such as {"country": "US"}', "match")
    for name, value in match.items():
        if name not in RULE_MATCHES:
            raise BadCommand(f"a rule cannot match {name}; it can {', '.join(sorted(RULE_MATCHES))}", f"match.{name}")
        if not isinstance(value, str):
            raise BadCommand(f"{name} must be text, not {quoted(value)}", f"match.{name}")
    if "channel" in match:
        one_of(match["channel"], CHANNELS, "match.channel")
    return Rule(
        {key: any_number(value) if key in ("to", "from") else value for key, value in match.items()},
        one_of(members["outcome"], ALL_OUTCOMES, "outcome"),
        amount(members.get("probability", 1.0), "probability", 1),
        seconds(members.get("delay_seconds", 0), "delay_seconds"),
        whole_or_none(members.get("times"), "times"),
        _read_via(members.get("via", [])),
    )


def _read_via(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise BadCommand(f"via must be a list of {', '.join(sorted(HELD))}, not {quoted(value)}", "via")
    return tuple(one_of(status, HELD, "via") for status in value)


def show_faults(emulator: Emulator) -> list[dict[str, Any]]:
    """The faults in order."""
    return [asdict(fault) for fault in emulator.world.faults.faults]


def change_faults(emulator: Emulator, *, faults: Any) -> list[dict[str, Any]]:
    """Put these faults in place of all others."""
    emulator.world.faults.faults = read_each(faults, "fault", partial(_read_fault, emulator))
    return show_faults(emulator)


def _read_fault(emulator: Emulator, body: dict[str, Any]) -> Fault:
    members = read_members(body, tuple(Fault.__dataclass_fields__), "error")
    service = text_or_none(members.get("service"), "service")
    outside = {name for name, _, _ in SENDERS.values()}
    if service is not None:
        one_of(service, [*(known.name for known in emulator.services), *sorted(outside)], "service")
    models = [known.model for known in emulator.services if service in (None, known.name)]
    if service in outside:
        models = [load_model(service)]
    operation = text_or_none(members.get("operation"), "operation")
    if operation is not None and not any(operation in model.operation_names for model in models):
        named = service or " or ".join(model.service_name for model in models)
        raise BadCommand(f"{named} has no operation {quoted(operation)}; write it as SendTextMessage", "operation")
    error = str(members["error"])
    # Where two services have an error of one name, the first service's counts.
    shapes: dict[str, Any] = {shape.name: shape for model in reversed(models) for shape in model.error_shapes}
    if error not in shapes and not re.fullmatch("[45][0-9][0-9]", error):
        names = ", ".join(sorted(shapes))
        raise BadCommand(f"error must be an HTTP status from 400 to 599, or one of {names}; not {quoted(error)}", "error")
    reason = text_or_none(members.get("reason"), "reason")
    if reason is not None:
        member = shapes[error].members.get("Reason") if error in shapes else None
        if member is None:
            raise BadCommand(f"{error} has no Reason", "reason")
        one_of(reason, member.metadata.get("enum", ()), "reason")
    return Fault(
        error,
        service,
        operation,
        amount(members.get("probability", 1.0), "probability", 1),
        whole_or_none(members.get("times"), "times"),
        amount(members.get("latency_seconds", 0), "latency_seconds", LATENCY_SECONDS_MAX),
        reason,
    )


def show_account(emulator: Emulator, *, account: str | None = None, region: str | None = None) -> dict[str, Any]:
    """The settings of an account in a region."""
    check_scope(account=account, region=region)
    store = emulator.world.sms_stores[account or DEFAULT_ACCOUNT, region or DEFAULT_REGION]
    return {
        "account": store.account,
        "region": store.region,
        "tier": store.tier,
        "enabled": store.enabled,
        "reputation": store.reputation,
        "reviewer": store.reviewer,
        "spend_limits": dict(store.spend.most),
    }


def change_account(
    emulator: Emulator, /, *, account: str | None = None, region: str | None = None, **changes: Any
) -> dict[str, Any]:
    """Change an account's settings; what is left out stays."""
    check_scope(account=account, region=region)
    for name, value in changes.items():
        if name not in ACCOUNT:
            raise BadCommand(f"an account has no {name}; it has {', '.join(ACCOUNT)}", name)
        ACCOUNT[name](value, name)
    store = emulator.world.sms_stores[account or DEFAULT_ACCOUNT, region or DEFAULT_REGION]
    store.tier = changes.get("tier", store.tier)
    store.enabled = changes.get("enabled", store.enabled)
    store.reputation = changes.get("reputation", store.reputation)
    store.reviewer = changes.get("reviewer", store.reviewer)
    store.spend.most.update(changes.get("spend_limits", {}))
    return show_account(emulator, account=account, region=region)


def spend_limits(value: Any, field: str) -> dict[str, int]:
    """MaxLimits in whole dollars a month, by AWS's word for the channel."""
    if not isinstance(value, dict):
        raise BadCommand(f'{field} must be an object such as {{"TEXT": 100}}', field)
    for word, limit in value.items():
        one_of(word, tuple(SPEND_LIMITS), field)
        whole(limit, field)
    return value


ACCOUNT: dict[str, Callable[[Any, str], Any]] = {
    "tier": lambda value, field: one_of(value, ("SANDBOX", "PRODUCTION"), field),
    "enabled": true_or_false,
    "reputation": lambda value, field: one_of(value, ("good", "insufficient"), field),
    "reviewer": lambda value, field: one_of(value, REVIEWERS, field),
    "spend_limits": spend_limits,
}
"""What can be said of an account, and how each member is read."""


# --- Time, events, money, reset -------------------------------------------------------------------------------------


def show_clock(emulator: Emulator, *, limit: Any = None) -> dict[str, Any]:
    """The time, how it moves, and what is to come: all of it, or the first `limit`."""
    clock = emulator.world.clock
    count = None if limit is None else whole(limit, "limit")
    pending = []
    for timer in clock.pending(count):
        entry = {"due": iso(timer.due), "what": type(timer.event).__name__}
        message_id = getattr(timer.event, "message_id", None)
        pending.append(entry | ({"message_id": message_id} if message_id else {}))
    return {
        "now": iso(clock.now),
        "mode": emulator.mode,
        "speed": emulator.speed,
        "pending": pending,
        "pending_count": clock.pending_count,
    }


def change_clock(
    emulator: Emulator,
    *,
    mode: Any = None,
    speed: Any = None,
    advance_seconds: Any = None,
    advance_to: Any = None,
    limit: Any = None,
) -> dict[str, Any]:
    """Change how time moves, or move it; returns what `show_clock` does."""
    if mode is not None:
        one_of(mode, ("running", "stepping", "frozen"), "mode")
    if speed is not None and amount(speed, "speed", SPEED_MAX) == 0:
        raise BadCommand("speed must be above 0", "speed")
    clock = emulator.world.clock
    moment = clock.now
    if advance_to is not None:
        moment = read_time(advance_to, "advance_to")
        if moment < clock.now:
            raise BadCommand(f"time does not run back: it is {iso(clock.now)} already", "advance_to")
    if advance_seconds is not None:
        moment += seconds(advance_seconds, "advance_seconds")
    if moment >= LAST_DAY:
        raise BadCommand("the clock ends with the year 8999", "advance_seconds" if advance_to is None else "advance_to")
    if mode is not None or speed is not None:
        emulator.set_clock(mode or emulator.mode, emulator.speed if speed is None else float(speed))
    clock.advance_to(moment)
    emulator.rebase()
    emulator.tell("clock", show_clock(emulator, limit=0))
    return show_clock(emulator, limit=limit)


def settle(emulator: Emulator, *, within_seconds: Any = None) -> dict[str, Any]:
    """Run all that is pending, or of it what falls due within that time."""
    clock = emulator.world.clock
    if within_seconds is None:
        ran = clock.settle()
    else:
        ran = clock.run_until(clock.now + seconds(within_seconds, "within_seconds"))
    emulator.rebase()
    emulator.tell("clock", show_clock(emulator, limit=0))
    return {"ran": ran, "now": iso(clock.now)}


def list_events(
    emulator: Emulator,
    *,
    message_id: str | None = None,
    event_type: str | None = None,
    destination: str | None = None,
    account: str | None = None,
    region: str | None = None,
    limit: Any = MESSAGES_LIMIT,
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


def sns_texts(
    emulator: Emulator,
    *,
    account: Any = None,
    region: Any = None,
    number: Any = None,
) -> dict[str, Any]:
    """What SNS has sent to phone numbers, in the shape of LocalStack's `/_aws/sns/sms-messages`, for those moving over."""
    found: dict[str, list[dict[str, Any]]] = {}
    for message in _sns_texts(emulator, account, region, number):
        entry: dict[str, Any] = {
            "PhoneNumber": message.to,
            "TopicArn": None,
            "SubscriptionArn": None,
            "MessageId": message.message_id,
            "Message": message.body,
            "MessageAttributes": {},
            "MessageStructure": None,
            "Subject": None,
        }
        found.setdefault(message.to, []).append(entry)
    return {"sms_messages": found, "region": region or DEFAULT_REGION}


def delete_sns_texts(
    emulator: Emulator,
    *,
    account: Any = None,
    region: Any = None,
    number: Any = None,
) -> None:
    """Take them out of the inbox."""
    for message in _sns_texts(emulator, account, region, number):
        emulator.world.inbox.remove(message)


def _sns_texts(emulator: Emulator, account: Any, region: Any, number: Any) -> list[Message]:
    wanted = (account or DEFAULT_ACCOUNT, region or DEFAULT_REGION)
    return [
        message
        for message in emulator.world.inbox.messages.values()
        if isinstance(message, Message)
        and message.operation == SNS_PUBLISH
        and (message.account, message.region) == wanted
        and number in (None, message.to)
    ]


def verification_codes(emulator: Emulator, *, to: Any = None) -> dict[str, Any]:
    """The codes that were sent to numbers to be verified, the newest last."""
    wanted = any_number(to) if to else None
    sent = [
        {"to": row.destination_phone_number, "code": row.code, "channel": row.code_channel, "sent_at": iso(row.code_sent_at)}
        for store in emulator.world.sms_stores
        for row in store.verified_numbers
        if row.code is not None and row.code_sent_at is not None and wanted in (None, row.destination_phone_number)
    ]
    return {"codes": sorted(sent, key=lambda code: str(code["sent_at"]))}


def costs(emulator: Emulator) -> list[dict[str, Any]]:
    """What was spent."""
    return emulator.world.charges.report()


def reset(emulator: Emulator, *, aws: Any = False) -> dict[str, bool]:
    """An empty world; with `aws` the embedded AWS services too."""
    true_or_false(aws, "aws")
    emulator.begin()
    if aws:
        emulator.aws.reset()
    emulator.tell("reset", {"reset": True})
    return {"reset": True}


COMMANDS: dict[str, Callable[..., Any]] = (
    {
        function.__name__: function
        for function in (
            find_messages,
            search_messages,
            show_message,
            show_media,
            delete_messages,
            receive_message,
            list_handsets,
            show_conversation,
            list_numbers,
            show_handset,
            change_handset,
            list_devices,
            change_device,
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
            show_reply_routes,
            change_reply_routes,
            redeliver,
            sns_texts,
            delete_sns_texts,
            verification_codes,
            list_registrations,
            decide_registration,
            list_consent,
            costs,
            reset,
        )
    }
    | calls.COMMANDS
    | notify.COMMANDS
    | rcs.COMMANDS
)
