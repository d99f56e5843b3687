"""Phone numbers as people write them: with spaces, dashes, brackets, and letters of the keypad."""

from __future__ import annotations

import re

KEYPAD = {
    letter: digit
    for digit, letters in {
        "2": "ABC",
        "3": "DEF",
        "4": "GHI",
        "5": "JKL",
        "6": "MNO",
        "7": "PQRS",
        "8": "TUV",
        "9": "WXYZ",
    }.items()
    for letter in letters
}
"""Source: ITU-T E.161"""
NORTH_AMERICAN_DIGITS = 11
"""The length of a North American number with its 1; further digits of a vanity number are never dialled."""


def dialled(written: str) -> str | None:
    """
    Return the E.164 number that a written one dials, or None if it is invalid: `+1-212-555-ALERT` dials `+12125552537`.

    It must start with a plus and a digit. Only digits, letters, spaces, dashes, dots and brackets may follow, and no bracket
    after a letter.
    """
    if not re.fullmatch(r"\+[0-9][0-9 ().\-]*[0-9A-Za-z .\-]*", written):
        return None
    signs = [sign for sign in written.upper() if sign.isalnum()]
    digits = "".join(KEYPAD.get(sign, sign) for sign in signs)
    first_letter = next((place for place, sign in enumerate(signs) if sign.isalpha()), None)
    if digits.startswith("1") and first_letter is not None:
        if first_letter >= NORTH_AMERICAN_DIGITS:
            return None
        digits = digits[:NORTH_AMERICAN_DIGITS]
    return f"+{digits}" if re.fullmatch(r"[1-9][0-9]{1,18}", digits) else None
