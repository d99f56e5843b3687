"""docs/guide.md: its table of what the guide describes."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guide.md"
TABLE = PAGE.read_text("utf-8").partition("<!-- guide -->")[2].partition("<!-- /guide -->")[0]
ROWS = dict(re.findall(r"^\| (G\d+) \| (.*) \|$", TABLE, re.MULTILINE))


def test_every_row_is_there():
    """G1 to G29, each once and in order, and none is open."""
    assert [f"G{number}" for number in range(1, 30)] == list(ROWS)
    assert [] == [name for name, row in ROWS.items() if "open" in row]


@pytest.mark.parametrize("name", ROWS)
def test_row_is_shown_by_something(name):
    """Each row links to tests or examples, and they exist."""
    linked = re.findall(r"\]\(([^)]+)\)", ROWS[name])

    assert linked
    assert [] == [path for path in linked if not (PAGE.parent / path).is_file()]
