"""Pages of an operation for which botocore ships no paginator: its handler cuts them itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from emulator.wire.errors import ServiceError
from emulator.wire.service import OPEN_PAGES_MAX, PAGE_SIZE_DEFAULT, Context, OpenPage

Row = TypeVar("Row")


def page(
    context: Context[Any, Any],
    request: str,
    rows: Sequence[Row],
    token: str | None,
    size: str | None,
    refusal: Callable[[str], ServiceError],
) -> tuple[Sequence[Row], str | None]:
    """
    The rows of one page, and the token of the next; `request` names what is listed, so that no token serves another.

    Raises:
        ServiceError: `refusal` of a token that is unknown, or of a page size that is no number above 0.
    """
    if size is not None and not (size.isascii() and size.isdigit() and int(size) > 0):
        raise refusal("PageSize must be a number above 0")
    pages = context.ledger.pages
    start = 0
    if token is not None:
        found = pages.get(token)
        if found is None or found.request != request:
            raise refusal("NextToken is not valid")
        rows, start = found.rows, found.start
    end = start + (int(size) if size else PAGE_SIZE_DEFAULT)
    if end >= len(rows):
        return rows[start:], None
    following = context.world.seeds.hex_id("page")
    pages[following] = OpenPage(request, rows, end)
    if len(pages) > OPEN_PAGES_MAX:
        del pages[next(iter(pages))]
    return rows[start:end], following
