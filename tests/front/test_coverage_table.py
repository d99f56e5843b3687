"""The coverage table of the README."""

import re
import subprocess
import sys
from pathlib import Path

import botocore
import pytest
from botocore import xform_name

from emulator.engine import SERVICES

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
MARKERS = "# Title\n\n<!-- coverage -->\nold\n<!-- /coverage -->\n\nThe end.\n"


@pytest.fixture
def coverage_table(tmp_path):
    """Runs the tool on a README with this text: gives the ended program, and the text that is there then."""

    def run(text, *options):
        readme = tmp_path / "README.md"
        readme.write_text(text, "utf-8")
        command = [sys.executable, str(ROOT / "tools" / "coverage_table.py"), *options, str(readme)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        return ended, readme.read_text("utf-8")

    return run


def test_readme_is_up_to_date(coverage_table):
    """README.md holds the table that the code makes."""
    text = README.read_text("utf-8")
    made_with = re.search(r"Counted in the models of botocore (\S+)\.", text)
    if made_with is not None and made_with[1] != botocore.__version__:
        pytest.skip(f"the table counts the models of botocore {made_with[1]}, here is {botocore.__version__}")

    ended, _ = coverage_table(text, "--check")

    assert (0, "") == (ended.returncode, ended.stderr)


def test_every_operation_has_its_box(coverage_table):
    """Each modelled operation is there once, ticked when it has a handler; what is around the table stays."""
    ended, text = coverage_table(MARKERS)

    assert 0 == ended.returncode
    assert text.startswith("# Title\n\n<!-- coverage -->\n")
    assert text.endswith("\n<!-- /coverage -->\n\nThe end.\n")
    assert "old" not in text
    boxes = sorted(re.findall(r"([☑☐]) (\w+)", text))
    assert (
        sorted(
            ("☑" if xform_name(name) in service.handlers else "☐", name)
            for service in SERVICES
            for name in service.model.operation_names
        )
        == boxes
    )


def test_written_table_is_up_to_date(coverage_table):
    """What was written passes the check, and is written again unchanged."""
    _, text = coverage_table(MARKERS)

    checked, same = coverage_table(text, "--check")
    _, again = coverage_table(text)

    assert (0, text, text) == (checked.returncode, same, again)


def test_check_changes_nothing(coverage_table):
    """A check tells that the table is out of date, and leaves the file alone."""
    ended, text = coverage_table(MARKERS, "--check")

    assert (1, MARKERS) == (ended.returncode, text)
    assert "out of date; write it with `make coverage`" in ended.stderr


@pytest.mark.parametrize("text", ["", "<!-- coverage -->", "<!-- /coverage --><!-- coverage -->", MARKERS * 2])
@pytest.mark.parametrize("options", [[], ["--check"]])
def test_missing_markers(coverage_table, text, options):
    """Without its two markers, each once and in order, a README is refused and left alone."""
    ended, left = coverage_table(text, *options)

    assert (1, text) == (ended.returncode, left)
    assert "must hold <!-- coverage --> and after it <!-- /coverage -->, each once" in ended.stderr
