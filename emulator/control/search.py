"""
The search language for messages: `to:+1425 is:failed channel:mms code:482 -promo "two words"`.

Terms are separated by spaces, and all of them must match. A plain word or a quoted phrase is looked for in the text, the
numbers, the status and the id, ignoring case. `name:value` looks at one field, a leading minus excludes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from emulator.control.codes_in_texts import code_of
from emulator.control.errors import InvalidArgument
from emulator.control.parsing import CHANNELS, Parser, parse_choice, parse_text, parse_time, quoted
from emulator.messaging.state.messages import Message
from emulator.telecom.handsets import ARRIVED

Test = Callable[[Message], bool]

TERM = re.compile(r'(?P<minus>-?)(?:(?P<name>[A-Za-z]+):(?!//))?(?P<value>"[^"]*"|[^\s"]*)')


def is_failed(message: Message) -> bool:
    """Return True if a message to a handset has ended without arriving; a reaction by WhatsApp ends as sent."""
    ended_well = message.status in ARRIVED or (message.whatsapp is not None and message.status == "SENT")
    return message.direction == "outbound" and message.final and not ended_well


STATES: Mapping[str, Test] = {
    "failed": is_failed,
    "delivered": lambda message: message.direction == "outbound" and message.status in ARRIVED,
    "pending": lambda message: message.direction == "outbound" and not message.final,
    "final": lambda message: message.final,
    "inbound": lambda message: message.direction == "inbound",
    "outbound": lambda message: message.direction == "outbound",
}
"""What `is:` can ask for."""
HAS: Mapping[str, Test] = {
    "code": lambda message: code_of(message) is not None,
    "media": lambda message: bool(message.media),
    "link": lambda message: "http://" in message.body or "https://" in message.body,
}
"""What `has:` can ask for."""


def _contains(read: Callable[[Message], str | None]) -> Callable[[str], Test]:
    def make(value: str) -> Test:
        wanted = value.casefold()
        return lambda message: wanted in (read(message) or "").casefold()

    return make


def _equals(read: Callable[[Message], str | None]) -> Callable[[str], Test]:
    def make(value: str) -> Test:
        wanted = value.casefold()
        return lambda message: wanted == (read(message) or "").casefold()

    return make


def _number(read: Callable[[Message], str]) -> Callable[[str], Test]:
    """Look for digits as they are written, or for a name."""

    def make(value: str) -> Test:
        wanted = re.sub(r"[ ().-]", "", value).casefold() if re.search(r"\d", value) else value.casefold()
        return lambda message: wanted in read(message).casefold()

    return make


def _channel(value: str) -> Test:
    wanted = parse_choice(value.lower(), CHANNELS, "channel")
    return lambda message: message.channel == wanted


def _code(value: str) -> Test:
    return lambda message: (code_of(message) or "").startswith(value)


def _since(value: str) -> Test:
    moment = parse_time(value, "since")
    return lambda message: message.requested_at >= moment


def _before(value: str) -> Test:
    moment = parse_time(value, "before")
    return lambda message: message.requested_at < moment


FIELDS: Mapping[str, Callable[[str], Test]] = {
    "to": _number(lambda message: message.to),
    "from": _number(lambda message: message.sender),
    "text": _contains(lambda message: message.body),
    "is": lambda value: STATES[parse_choice(value.lower(), STATES, "is")],
    "has": lambda value: HAS[parse_choice(value.lower(), HAS, "has")],
    "channel": _channel,
    "status": _equals(lambda message: message.status),
    "code": _code,
    "country": _equals(lambda message: message.country),
    "account": _equals(lambda message: message.account),
    "region": _equals(lambda message: message.region),
    "set": _equals(lambda message: message.configuration_set),
    "type": _equals(lambda message: message.message_type),
    "carrier": _contains(lambda message: message.carrier),
    "id": _contains(lambda message: message.message_id),
    "since": _since,
    "before": _before,
}
"""By name: from the value of a term, the test that messages must pass."""


def _mentions(value: str) -> Test:
    wanted = value.casefold()

    def mentions(message: Message) -> bool:
        fields = (message.body, message.to, message.sender, message.status, message.message_id)
        return any(wanted in field.casefold() for field in fields)

    return mentions


@dataclass(frozen=True, slots=True)
class Search:
    """A parsed search; a message fits if it passes each test that is to pass, and none that is not."""

    text: str
    tests: tuple[tuple[Test, bool], ...]

    def __repr__(self) -> str:
        return repr(self.text)

    def __call__(self, message: Any) -> bool:
        """Return whether a message fits."""
        return all(test(message) == passes for test, passes in self.tests)


def _tests(text: str, name: str) -> Iterator[tuple[Test, bool]]:
    for term in TERM.finditer(text):
        value = term["value"].strip('"')
        passes = term["minus"] == ""
        if not value:
            continue
        if term["name"] is None:
            yield _mentions(value), passes
            continue
        make = FIELDS.get(term["name"].lower())
        if make is None:
            known = ", ".join(f"{each}:" for each in FIELDS)
            raise InvalidArgument(f"unknown search field {quoted(term['name'])}; known: {known}; or quote the term", name)
        try:
            yield make(value), passes
        except InvalidArgument as error:
            raise InvalidArgument(str(error), name) from error


def parse_search(value: Any, name: str) -> Search:
    """Parse a search."""
    text = parse_text(value, name)
    return Search(text, tuple(_tests(text, name)))


SearchText = Annotated[Search, Parser(parse_search, {"type": "string", "examples": ["to:+1425 is:failed -promo"]})]
