"""docs/whatsapp.md: its table of Meta's codes and how each is provoked."""

import re
from pathlib import Path

from emulator.messaging.whatsapp.errors import codes

PAGE = Path(__file__).resolve().parents[3] / "docs" / "whatsapp.md"
TABLE = PAGE.read_text("utf-8").partition("<!-- codes -->")[2].partition("<!-- /codes -->")[0]
LISTED = [int(code) for code in re.findall(r"^\| (\d+) \|", TABLE, re.MULTILINE)]
TESTS = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))


def test_the_codes_are_metas():
    """Each code of the table is one of Meta's, and listed once, in order."""
    assert sorted(set(LISTED)) == LISTED
    assert set() == set(LISTED) - set(codes())


def test_every_way_is_tested():
    """For each code of the table a test of this folder provokes it."""
    assert [] == [code for code in LISTED if not re.search(rf"\b{code}\b", TESTS)]
