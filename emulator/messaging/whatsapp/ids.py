"""Meta's ids: of messages and calls, and of users."""

from __future__ import annotations

import base64

from emulator.kernel.seeds import Seeds
from emulator.telecom.numbering import country_of

OUTBOUND, INBOUND = 0x11, 0x12
KEY_LENGTH = {OUTBOUND: 18, INBOUND: 20}
"""Digits of the key in an id; that of an inbound one begins with 3A. Source: ids in Meta's documentation, decoded"""


def new_wamid(seeds: Seeds, digits: str, direction: int) -> str:
    """Return the next id of a message to or from a user's number."""
    key = seeds.hex_id("wamid").upper()[: KEY_LENGTH[direction]]
    if direction == INBOUND:
        key = f"3A{key[2:]}"
    user, text = digits.encode(), key.encode()
    raw = bytes((0x1C, 0x18, len(user))) + user + bytes((0x15, 0x02, 0x00, direction, 0x18, len(text))) + text + b"\0"
    return f"wamid.{base64.b64encode(raw).decode()}"


def new_call_id(seeds: Seeds, digits: str) -> str:
    """Return the next id of a call with a user's number."""
    raw = digits.encode() + bytes.fromhex(seeds.hex_id("wacid"))
    return f"wacid.{base64.b64encode(raw).decode()}"


def bsuid_of(seeds: Seeds, number: str) -> str:
    """Return the id by which a business knows a user without the number, such as US.10000000000000000017."""
    drawn = seeds.random(f"bsuid/{number}").randrange(10**19, 10**20)
    return f"{country_of(number)}.{drawn}"
