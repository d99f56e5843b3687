"""
Pages: the rows that an answer holds, and the token that continues after them.

A token keeps a position and no rows: the keys of a few rows around it, by which it is found again though others have come
and gone meanwhile.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from botocore import xform_name
from botocore.model import ListShape, Shape, StructureShape

from emulator.wire.context import Context, PageCursor
from emulator.wire.errors import ServiceError
from emulator.wire.render import read_member

Row = TypeVar("Row")
Key = Callable[[Any], str]
"""Returns what identifies a row in its list."""

PAGE_SIZE_DEFAULT = 100
"""Rows in a page when the request does not say, and their order: the oldest first. # unverified"""
PAGE_SIZE_DIGITS_MAX = 9
OPEN_PAGES_MAX = 1000
"""How many tokens of one account and region stay valid at a time; the oldest is dropped first."""
NEIGHBOURS = 20
"""How many keys before a position, and behind it, a token keeps."""
IDENTIFYING = re.compile("(Arn|Id|Name|Path|Number|Keyword|Code|Version)$")
"""The members that identify a row, by their names."""


def key_of(names: Iterable[str]) -> Key:
    """Return the key of rows that are identified by these members; by all that they have when there are none."""
    members = [(name, xform_name(name)) for name in names]

    def key(row: Any) -> str:
        if isinstance(row, str):
            return row
        if not members:
            return json.dumps(row, sort_keys=True, default=str)
        return "\n".join([str(read_member(row, name, attribute)) for name, attribute in members])

    return key


def key_of_shape(shape: Shape | None) -> Key:
    """Return the key of the rows of a list of that shape."""
    member = shape.member if isinstance(shape, ListShape) else None
    if not isinstance(member, StructureShape):
        return key_of(())
    found = [name for name in member.members if IDENTIFYING.search(name)]
    return key_of([name for name in found if name in member.required_members] or found)


def cut_page(
    ctx: Context[Any, Any], request: str, rows: Sequence[Row], cursor: PageCursor | None, size: int, key: Key
) -> tuple[Sequence[Row], str | None]:
    """Return the rows from the cursor on, and the token of the page after them if there is one."""
    start = 0 if cursor is None else _find(cursor, rows, key)
    end = start + size
    if end >= len(rows):
        return rows[start:], None
    pages = ctx.request_state.pages
    following = ctx.world.seeds.hex_id("page")
    before = [key(row) for row in rows[max(start, end - NEIGHBOURS) : end]]
    behind = [key(row) for row in rows[end : end + NEIGHBOURS]]
    pages[following] = PageCursor(request, end, len(rows), tuple(before), tuple(behind))
    if len(pages) > OPEN_PAGES_MAX:
        del pages[next(iter(pages))]
    return rows[start:end], following


def _find(cursor: PageCursor, rows: Sequence[Any], key: Key) -> int:
    """Return where the page begins in the rows as they are now."""
    if cursor.start < len(rows) and key(rows[cursor.start]) == cursor.behind[0]:
        return cursor.start
    places = {key(row): place for place, row in enumerate(rows)}
    behind = (places[name] for name in cursor.behind if name in places)
    before = (places[name] + 1 for name in reversed(cursor.before) if name in places)
    # All its neighbours are gone: as if everything that has gone had stood before it.
    otherwise = max(0, cursor.start - max(0, cursor.total - len(rows)))
    return next(behind, next(before, otherwise))


def page(
    ctx: Context[Any, Any],
    request: str,
    rows: Sequence[Row],
    token: str | None,
    size: str | None,
    refusal: Callable[[str], ServiceError],
) -> tuple[Sequence[Row], str | None]:
    """
    Return the rows of one page and the token of the next, for an operation for which botocore ships no paginator.

    Args:
        request: names what is listed, so that no token serves another listing.

    Raises:
        ServiceError: `refusal` of an unknown token, or of a page size that is not a number above 0.
    """
    if size is not None and not re.fullmatch(f"0*[1-9][0-9]{{0,{PAGE_SIZE_DIGITS_MAX - 1}}}", size):
        raise refusal(f"PageSize must be a number above 0 of at most {PAGE_SIZE_DIGITS_MAX} digits")
    cursor = None if token is None else ctx.request_state.pages.get(token)
    if token is not None and (cursor is None or cursor.request != request):
        raise refusal("NextToken is not valid")
    first: Any = rows[0] if rows else None
    key = key_of([name for name in first if IDENTIFYING.search(name)] if isinstance(first, dict) else ())
    return cut_page(ctx, request, rows, cursor, int(size[-PAGE_SIZE_DIGITS_MAX:]) if size else PAGE_SIZE_DEFAULT, key)
