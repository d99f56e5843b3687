"""One-time codes in texts, as people find them."""

from __future__ import annotations

import re

CODE = re.compile(r"(?<![\w+.$€£#/-])\d{4,8}(?![\w/-]|[.,]\d)")
"""What may be a one-time code: not part of a longer number, an amount, a date or a link."""
NOT_A_CODE = re.compile(r"(?:order|invoice|ticket|reference|ref|注文)[\s:#.]*$", re.IGNORECASE)


def code_in(text: str) -> str | None:
    """Return the one-time code in a text: the first number that may be one and is not introduced as an order or the like."""
    for found in CODE.finditer(text):
        if not NOT_A_CODE.search(text[: found.start()]):
            return found.group(0)
    return None
