"""Values as a tester gives them, in JSON or in a query: read, or refused by a sentence that says what would do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

from emulator.telecom.numbering import e164, looks_like_a_number
from emulator.tester.errors import BadCommand

Row = TypeVar("Row")

CHANNELS = ("sms", "mms", "voice", "rcs", "push", "whatsapp")
ROWS_LIMIT = 100
"""Rows in an answer when no limit is given."""
QUOTED_MAX = 60
"""Characters of a bad value that an error repeats."""
SECONDS_MAX = 10**9
"""The longest that a tester can have something last: 31 years."""


def one_of(value: Any, known: Iterable[str], field: str) -> str:
    """One of the known words."""
    names = sorted(known)
    if value not in names:
        raise BadCommand(f"{field} must be one of {', '.join(names)}, not {quoted(value)}", field)
    return str(value)


def quoted(value: Any) -> str:
    """A value as the request had it, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= QUOTED_MAX else text[:QUOTED_MAX] + "…"


def check_scope(*, account: Any = None, region: Any = None) -> None:
    """An account and a region, or neither."""
    if account is not None and not re.fullmatch("[0-9]{12}", str(account)):
        raise BadCommand(f"account must be 12 digits, not {quoted(account)}", "account")
    if region is not None and not re.fullmatch("[a-z]{2,}(-[a-z]+)+-[0-9]", str(region)):
        raise BadCommand(f"region must look like us-east-1, not {quoted(region)}", "region")


def any_number(value: Any) -> str:
    """A telephone number, as people or queries write it (a plus arrives as a space), as E.164; anything else as it is."""
    text = str(value).strip()
    digits = re.sub(r"[ ().-]", "", text)
    return e164(digits) if looks_like_a_number(digits) and len(digits) > 6 else text


def is_unicode(text: str) -> bool:
    """Whether it can be sent: JSON can hold half of a surrogate pair, UTF-8 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def telephone(number: Any) -> str:
    """A telephone number of the tester's, E.164; a URL may have lost its plus."""
    text = any_number(number)
    if not re.fullmatch(r"\+[1-9][0-9]{1,18}", text):
        raise BadCommand(f"{quoted(number)} is no telephone number; write it as +14255550100", "number")
    return text


def text_or_none(value: Any, field: str) -> str | None:
    """Text, or nothing."""
    if not isinstance(value, str | None):
        raise BadCommand(f"{field} must be text, not {quoted(value)}", field)
    return value


def true_or_false(value: Any, field: str) -> bool:
    """A JSON boolean."""
    if not isinstance(value, bool):
        raise BadCommand(f"{field} must be true or false, not {quoted(value)}", field)
    return value


def seconds(value: Any, field: str) -> timedelta:
    """A length of time."""
    return timedelta(seconds=amount(value, field, SECONDS_MAX))


def read_time(value: Any, field: str) -> datetime:
    """A time from text; without a zone it is UTC. In a query the plus of a zone arrives as a space."""
    try:
        text = re.sub(r"(:.*) (?=\d\d:\d\d$)", r"\1+", str(value)).replace("Z", "+00:00")
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)
    except (ValueError, OverflowError) as error:
        raise BadCommand(f"{field} must be a time such as 2026-03-01T12:00:00Z, not {quoted(value)}", field) from error


def amount(value: Any, field: str, most: int) -> float:
    """A number from 0 to `most`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise BadCommand(f"{field} must be a number from 0 to {most}, not {quoted(value)}", field)
    return float(value)


def whole(value: Any, field: str, least: int = 0) -> int:
    """A whole number, which a query has as text."""
    try:
        number = int(str(value))
    except ValueError as error:
        raise BadCommand(f"{field} must be a whole number, not {quoted(value)}", field) from error
    if number < least:
        raise BadCommand(f"{field} must be at least {least}, not {quoted(value)}", field)
    return number


def whole_or_none(value: Any, field: str) -> int | None:
    """A whole number, or nothing."""
    return None if value is None else whole(value, field)


def read_each(rows: Any, kind: str, read: Callable[[dict[str, Any]], Row]) -> list[Row]:
    """A list of objects, all of them or none; a refusal says which one it is about."""
    if not isinstance(rows, list):
        raise BadCommand(f"the {kind}s must be a list of objects, not {quoted(rows)}")
    found = []
    for place, row in enumerate(rows, 1):
        try:
            found.append(read(row))
        except BadCommand as error:
            raise BadCommand(f"{kind} {place}: {error}", error.field) from error
    return found


def read_members(body: Any, known: tuple[str, ...], *required: str) -> dict[str, Any]:
    """An object that has no members but the known ones, and all those that are required."""
    if not isinstance(body, dict):
        raise BadCommand(f"it must be an object, not {quoted(body)}")
    for name in body:
        if name not in known:
            raise BadCommand(f"there is no member {name}; there are {', '.join(known)}", name)
    for name in required:
        if body.get(name) is None:
            raise BadCommand(f"{name} must be given", name)
    return body
