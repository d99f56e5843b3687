"""Pagination: the rows of one page, and the token for the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from emulator.wire.context import Context, PageCursor
from emulator.wire.errors import ServiceError

Row = TypeVar("Row")

PAGE_SIZE_DEFAULT = 100
"""Rows in a page when the request does not say how many. # unverified"""
OPEN_PAGES_MAX = 1000
"""How many tokens of one account and region are valid at a time; the oldest is dropped first."""


def cut_page(ctx: Context[Any, Any], cursor: PageCursor, size: int) -> tuple[Sequence[Any], str | None]:
    """Return the rows from the cursor on, and the token for the page after them if there is one."""
    end = cursor.start + size
    if end >= len(cursor.rows):
        return cursor.rows[cursor.start :], None
    pages = ctx.request_state.pages
    following = ctx.world.seeds.hex_id("page")
    pages[following] = PageCursor(cursor.request, cursor.rows, end)
    if len(pages) > OPEN_PAGES_MAX:
        del pages[next(iter(pages))]
    return cursor.rows[cursor.start : end], following


def page(
    ctx: Context[Any, Any],
    request: str,
    rows: Sequence[Row],
    token: str | None,
    size: str | None,
    refusal: Callable[[str], ServiceError],
) -> tuple[Sequence[Row], str | None]:
    """
    Return the rows of one page and the token for the next, for an operation for which botocore has no paginator.

    `request` identifies the listing, so that its tokens are not accepted by another.

    Raises:
        ServiceError: `refusal`, for an unknown token or for a page size that is not a number above 0.
    """
    if size is not None and not (size.isascii() and size.isdigit() and int(size) > 0):
        raise refusal("PageSize must be a number above 0")
    cursor = PageCursor(request, rows, 0) if token is None else ctx.request_state.pages.get(token)
    if cursor is None or cursor.request != request:
        raise refusal("NextToken is not valid")
    return cut_page(ctx, cursor, int(size) if size else PAGE_SIZE_DEFAULT)
