"""Telephones and the people who hold them: what they have got, what they write, how they behave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Any

from emulator.services.sms_voice_v2 import inbound, rcs_inbound
from emulator.services.sms_voice_v2.service import service as sms_voice_v2
from emulator.telecom.carriers import ALL_OUTCOMES
from emulator.telecom.handsets import Handset
from emulator.tester import calls, rcs
from emulator.tester.errors import BadCommand, UnknownThing
from emulator.tester.readers import (
    ROWS_LIMIT,
    any_number,
    check_scope,
    is_unicode,
    one_of,
    seconds,
    telephone,
    text_or_none,
    true_or_false,
    whole,
)
from emulator.tester.views import handset_view, message_view

if TYPE_CHECKING:
    from emulator.engine import Emulator

ANSWERS = ("answer", "busy", "no_answer", "fail")


def list_handsets(
    emulator: Emulator, *, contains: str | None = None, limit: Any = ROWS_LIMIT, after: str | None = None
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
    emulator: Emulator, *, number: str, limit: Any = ROWS_LIMIT, before: str | None = None
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


COMMANDS: tuple[Callable[..., Any], ...] = (
    list_handsets,
    show_conversation,
    receive_message,
    show_handset,
    change_handset,
)
