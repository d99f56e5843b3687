"""
Parsing of the values that commands receive, in JSON, in a query or from Python; an error says what would be valid.

A command's parameters are annotated with the types below. Each is `Annotated[type, Parser]`, with a schema for the
OpenAPI description.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Annotated, Any, TypeVar

from emulator.control.errors import InvalidArgument
from emulator.telecom.numbering import e164, looks_like_a_number
from emulator.wire.models import known_regions

Row = TypeVar("Row")
Word = TypeVar("Word", bound=str)

CHANNELS = ("sms", "mms", "voice", "rcs", "push", "whatsapp")
ROWS_LIMIT = 100
"""Rows in an answer if no limit is given."""
QUOTED_MAX = 60
"""Characters of an invalid value that an error repeats."""
SECONDS_MAX = 10**9
"""The longest time that a command accepts: 31 years."""
INTEGER_MAX = 10**15


@dataclass(frozen=True, slots=True)
class Parser:
    """Parses the value of a parameter, from (value, name); with the JSON schema of the value."""

    parse: Callable[[Any, str], Any]
    schema: Mapping[str, Any] = field(default_factory=dict, compare=False)


# --- Functions --------------------------------------------------------------------------------------------------------


def quoted(value: Any) -> str:
    """Return a value as the request had it, shortened if it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= QUOTED_MAX else text[:QUOTED_MAX] + "…"


def parse_choice(value: Any, known: Iterable[Word], name: str) -> Word:
    """Parse one of the known words."""
    for word in (words := sorted(known)):
        if value == word:
            return word
    raise InvalidArgument(f"{name} must be one of {', '.join(words)}, not {quoted(value)}", name)


def parse_account(value: Any, name: str) -> str:
    """Parse an account id."""
    if not isinstance(value, str | int) or not re.fullmatch("[0-9]{12}", str(value)):
        raise InvalidArgument(f"{name} must be 12 digits, not {quoted(value)}", name)
    return str(value)


def parse_region(value: Any, name: str) -> str:
    """Parse the name of a region."""
    if not isinstance(value, str) or not re.fullmatch("[a-z]{2,}(-[a-z]+)+-[0-9]", value):
        raise InvalidArgument(f"{name} must be a region such as us-east-1, not {quoted(value)}", name)
    if value not in known_regions():
        raise InvalidArgument(f"{name} must be a region that botocore knows, not {quoted(value)}", name)
    return value


def normalize_number(value: Any, name: str = "number") -> str:
    """Return a phone number as E.164, however it is written (in a query a plus arrives as a space); other text unchanged."""
    text = str(value).strip()
    if not is_encodable(text):
        raise InvalidArgument(f"{name} contains half of a surrogate pair", name)
    digits = re.sub(r"[ ().-]", "", text)
    return e164(digits) if looks_like_a_number(digits) and len(digits) > 6 else text


def is_encodable(text: str) -> bool:
    """Return whether the text can be sent: JSON can contain half of a surrogate pair, UTF-8 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def parse_phone_number(value: Any, name: str = "number") -> str:
    """Parse the number of a handset, and return it as E.164; a URL may have lost the plus."""
    text = normalize_number(value, name)
    if not re.fullmatch(r"\+[1-9][0-9]{1,18}", text):
        raise InvalidArgument(f"invalid phone number {quoted(value)}; write it as +14255550100", name)
    return text


def parse_identity(value: Any, name: str) -> str:
    """Parse a phone number, short code, sender id or agent id."""
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise InvalidArgument(f"{name} must be a phone number, a short code or an agent id, not {quoted(value)}", name)
    return normalize_number(value, name)


def parse_text(value: Any, name: str) -> str:
    """Parse text."""
    if not isinstance(value, str):
        raise InvalidArgument(f"{name} must be text, not {quoted(value)}", name)
    if not is_encodable(value):
        raise InvalidArgument(f"{name} contains half of a surrogate pair", name)
    return value


def parse_filled_text(value: Any, name: str) -> str:
    """Parse text that is not empty."""
    if value == "":
        raise InvalidArgument(f"{name} must not be empty", name)
    return parse_text(value, name)


def parse_optional_text(value: Any, name: str) -> str | None:
    """Parse text or None."""
    return None if value is None else parse_text(value, name)


def parse_bool(value: Any, name: str) -> bool:
    """Parse a boolean, which is text in a query."""
    known = {"true": True, "false": False}
    if isinstance(value, str) and value in known:
        return known[value]
    if not isinstance(value, bool):
        raise InvalidArgument(f"{name} must be true or false, not {quoted(value)}", name)
    return value


def parse_number(value: Any, name: str, maximum: float) -> float:
    """Parse a number from 0 to `maximum`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= maximum:
        raise InvalidArgument(f"{name} must be a number from 0 to {maximum}, not {quoted(value)}", name)
    return float(value)


def parse_seconds(value: Any, name: str) -> timedelta:
    """Parse a duration in seconds."""
    return timedelta(seconds=parse_number(value, name, SECONDS_MAX))


def parse_int(value: Any, name: str, minimum: int = 0, maximum: int = INTEGER_MAX) -> int:
    """Parse an integer, which is text in a query."""
    number: int | None = None
    if isinstance(value, int) and not isinstance(value, bool):
        number = value
    elif isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
        number = int(value)
    if number is None:
        raise InvalidArgument(f"{name} must be an integer, not {quoted(value)}", name)
    if number < minimum:
        raise InvalidArgument(f"{name} must be at least {minimum}, not {quoted(value)}", name)
    if number > maximum:
        raise InvalidArgument(f"{name} must be at most {maximum}, not {quoted(value)}", name)
    return number


def parse_optional_int(value: Any, name: str) -> int | None:
    """Parse an integer or None."""
    return None if value is None else parse_int(value, name)


def parse_time(value: Any, name: str) -> datetime:
    """Parse a time; without a zone it is UTC. In a query the plus of a zone arrives as a space."""
    try:
        text = re.sub(r"(:.*) (?=\d\d:\d\d$)", r"\1+", str(value)).replace("Z", "+00:00")
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    except (ValueError, OverflowError) as error:
        raise InvalidArgument(f"{name} must be a time such as 2026-03-01T12:00:00Z, not {quoted(value)}", name) from error


def parse_list(rows: Any, kind: str, parse: Callable[[dict[str, Any]], Row]) -> list[Row]:
    """Parse a list of objects, all or none; an error says which one it is about."""
    if not isinstance(rows, list | tuple):
        raise InvalidArgument(f"the {kind}s must be a list of objects, not {quoted(rows)}")
    found = []
    for place, row in enumerate(rows, 1):
        try:
            found.append(parse(row))
        except InvalidArgument as error:
            raise InvalidArgument(f"{kind} {place}: {error}", error.field) from error
    return found


def parse_object(body: Any, known: Iterable[str], *required: str) -> dict[str, Any]:
    """Parse an object that has only known fields, and all required ones."""
    names = tuple(known)
    if not isinstance(body, dict):
        raise InvalidArgument(f"expected an object, not {quoted(body)}")
    for name in body:
        if name not in names:
            raise InvalidArgument(f"unknown field {quoted(name)}; allowed: {', '.join(names)}", name)
    for name in required:
        if body.get(name) is None:
            raise InvalidArgument(f"{name} is required", name)
    return body


# --- Types of parameters ----------------------------------------------------------------------------------------------


def choice(*known: str) -> Parser:
    """Return the parser of a parameter that is one of these words."""
    return Parser(lambda value, name: parse_choice(value, known, name), {"type": "string", "enum": sorted(known)})


def number_up_to(maximum: float) -> Parser:
    """Return the parser of a number from 0 to `maximum`."""
    schema = {"type": "number", "minimum": 0, "maximum": maximum}
    return Parser(lambda value, name: parse_number(value, name, maximum), schema)


def integer(minimum: int = 0, maximum: int = INTEGER_MAX) -> Parser:
    """Return the parser of an integer in this range."""
    schema = {"type": "integer", "minimum": minimum, "maximum": maximum}
    return Parser(partial(parse_int, minimum=minimum, maximum=maximum), schema)


Account = Annotated[str, Parser(parse_account, {"type": "string", "pattern": "^[0-9]{12}$"})]
Region = Annotated[str, Parser(parse_region, {"type": "string", "pattern": "^[a-z]{2,}(-[a-z]+)+-[0-9]$"})]
PhoneNumber = Annotated[
    str, Parser(parse_phone_number, {"type": "string", "pattern": "^\\+?[1-9][0-9]{7,14}$", "examples": ["+14255550100"]})
]
Identity = Annotated[str, Parser(parse_identity, {"type": "string", "minLength": 1})]
AnyNumber = Annotated[str, Parser(normalize_number, {"type": "string"})]
Text = Annotated[str, Parser(parse_text, {"type": "string"})]
FilledText = Annotated[str, Parser(parse_filled_text, {"type": "string", "minLength": 1})]
OptionalText = Annotated[str | None, Parser(parse_optional_text, {"type": ["string", "null"]})]
Flag = Annotated[bool, Parser(parse_bool, {"type": "boolean"})]
Limit = Annotated[int, integer(1)]
Count = Annotated[int, integer(0)]
Seconds = Annotated[
    timedelta, Parser(parse_seconds, {"type": "number", "minimum": 0, "maximum": SECONDS_MAX, "description": "seconds"})
]
Time = Annotated[datetime, Parser(parse_time, {"type": "string", "format": "date-time"})]
Channel = Annotated[str, choice(*CHANNELS)]
Direction = Annotated[str, choice("inbound", "outbound")]
