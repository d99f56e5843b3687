"""The page of what AWS does not publish and the emulator decides."""

import runpy
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[1] / "tools" / "decided_by_us.py"


@pytest.fixture(scope="module")
def tool():
    """Return the names of the tool's module."""
    return runpy.run_path(str(TOOL))


def test_the_page_is_up_to_date(tool):
    """docs/decided-by-us.md says what the code does; `make coverage` writes it."""
    assert 0 == tool["main"](["--check"])


def test_a_decision_belongs_to_its_operation(tool):
    """A mark in a handler is listed under AWS's name of the operation, one elsewhere under the function or the module."""
    source = (
        'X = 1\n"""How long. # unverified"""\n\n\n@operation(reads=x)\ndef send_text(ctx):\n    """Send."""\n'
        "    raise missing()  # unverified: the model says no more\n\n\n"
        "def helper():\n    # unverified: a guess\n    return 1\n\n\n"
        'def parse():\n    """\n    Read a time. Which form\n    AWS has is # unverified.\n\n    Nothing else.\n    """\n'
    )

    found = list(tool["decisions"](source))

    assert [
        ("module", "How long."),
        ("SendText", "`raise missing()` (the model says no more)"),
        ("`helper`", "a guess"),
        ("`parse`", "Which form AWS has is unverified."),
    ] == found
