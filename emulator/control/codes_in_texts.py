"""One-time codes in texts, as people find them."""

from __future__ import annotations

import re

from emulator.messaging.state.messages import Message

CODE = re.compile(r"(?<![A-Za-z0-9_+.$€£#/-])[0-9]{4,8}(?![A-Za-z0-9_/-]|[.,][0-9])")
"""What may be a one-time code: not part of a longer number, an amount, a date or a link."""
NOT_A_CODE = re.compile(r"(?:order|invoice|ticket|reference|ref|注文)[\s:#.]*$", re.IGNORECASE)


def code_in(text: str) -> str | None:
    """Return the one-time code in a text: the first number that may be one and is not introduced as an order or the like."""
    for found in CODE.finditer(text):
        if not NOT_A_CODE.search(text[: found.start()]):
            return found.group(0)
    return None


def code_of(message: Message) -> str | None:
    """Return the code that was made for a message, whatever its characters; for any other message, the one in its text."""
    return message.code or code_in(message.body)
