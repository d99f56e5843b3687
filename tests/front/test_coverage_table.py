"""The coverage tables of docs/coverage.md."""

import json
import re
import runpy
import subprocess
import sys
from pathlib import Path

import botocore
import pytest
from botocore import xform_name

from emulator.engine import SERVICES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "coverage.md"
OVERLAYS = ROOT / "botocore_models"
MARKERS = "# Title\n\n<!-- coverage -->\nold\n<!-- /coverage -->\n\nThe end.\n"


@pytest.fixture(scope="module")
def main():
    """Return the main function of the tool."""
    return runpy.run_path(str(ROOT / "tools" / "coverage_table.py"))["main"]


@pytest.fixture
def coverage_table(main, tmp_path, capsys):
    """Return a function that runs the tool on a page with this text; it gives status, standard error and new text."""

    def run(text, *options):
        page = tmp_path / "coverage.md"
        page.write_text(text, "utf-8")
        status = main([*options, str(page)])
        return status, capsys.readouterr().err, page.read_text("utf-8")

    return run


def test_program_ends_with_its_status():
    """Run as a program, the tool ends with the status that its main function returns."""
    command = [sys.executable, str(ROOT / "tools" / "coverage_table.py"), "--check", str(ROOT / "LICENSE")]

    assert 1 == subprocess.run(command, capture_output=True, check=False).returncode


def test_page_is_up_to_date(coverage_table):
    """docs/coverage.md contains the tables that the code makes."""
    text = PAGE.read_text("utf-8")
    made_with = re.search(r"Counted in the models of botocore (\S+)\.", text)
    if made_with is not None and made_with[1] != botocore.__version__:
        pytest.skip(f"the tables count the models of botocore {made_with[1]}, here is {botocore.__version__}")

    status, errors, _ = coverage_table(text, "--check")

    assert (0, "") == (status, errors)


def test_every_operation_has_its_box(coverage_table):
    """Each modelled operation has one row, ticked if it has a handler; the text around the tables stays."""
    status, _, text = coverage_table(MARKERS)

    assert 0 == status
    assert text.startswith("# Title\n\n<!-- coverage -->\n")
    assert text.endswith("\n<!-- /coverage -->\n\nThe end.\n")
    assert "old" not in text
    boxes = sorted(re.findall(r"([☑☐]) (\w+)", text))
    assert (
        sorted(
            ("☑" if xform_name(name) in service.handlers else "☐", name)
            for service in SERVICES
            for name in service.operation_names
        )
        == boxes
    )


def test_additions_are_counted_apart(coverage_table):
    """The second table has the operations that the overlays add to AWS's models, and no other."""
    _, _, text = coverage_table(MARKERS)

    own, _, added = text.partition("## Additions of this project")
    overlays = [json.loads(path.read_text("utf-8")) for path in OVERLAYS.rglob("service-2.sdk-extras.json")]
    assert sorted(name for overlay in overlays for name in overlay["merge"].get("operations", ())) == sorted(
        re.findall(r"[☑☐] (\w+)", added)
    )
    assert "| **sms-voice** | | **8 of 8** | |" in own


def test_written_tables_are_up_to_date(coverage_table):
    """Tables that have just been written pass the check, and are written again unchanged."""
    _, _, text = coverage_table(MARKERS)

    status, _, same = coverage_table(text, "--check")
    _, _, again = coverage_table(text)

    assert (0, text, text) == (status, same, again)


def test_check_changes_nothing(coverage_table):
    """A check reports that the tables are out of date, and leaves the file alone."""
    status, errors, text = coverage_table(MARKERS, "--check")

    assert (1, MARKERS) == (status, text)
    assert "out of date; write them with `make coverage`" in errors


@pytest.mark.parametrize("text", ["", "<!-- coverage -->", "<!-- /coverage --><!-- coverage -->", MARKERS * 2])
@pytest.mark.parametrize("options", [[], ["--check"]])
def test_missing_markers(coverage_table, text, options):
    """Without its two markers, each once and in order, a page is refused and left alone."""
    status, errors, left = coverage_table(text, *options)

    assert (1, text) == (status, left)
    assert "must contain <!-- coverage --> and then <!-- /coverage -->, once each" in errors
