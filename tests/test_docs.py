"""The documentation: what is written from the code is up to date, its links lead somewhere, its Python runs."""

import importlib.util
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from emulator.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)(?:#[^)]*)?\)")


def test_command_line_page_is_up_to_date():
    """docs/cli.md is what tools/cli_reference.py writes."""
    code = "import sys; sys.path.insert(0, 'tools'); import cli_reference; print(cli_reference.page(), end='')"
    written = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert (ROOT / "docs" / "cli.md").read_text("utf-8") == written


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links(page):
    """Each relative link leads to a file of the repository."""
    targets = LINK.findall(page.read_text("utf-8"))

    assert [] == [target for target in targets if not (page.parent / target).exists()]


def test_every_limit_is_described():
    """docs/configuration.md has a row for each key of `[limits]`."""
    text = (ROOT / "docs" / "configuration.md").read_text("utf-8")

    assert set() == {each.name for each in fields(Settings) if each.name != "profile" and f"| `{each.name}` |" not in text}


@pytest.mark.parametrize("block", range(2))
def test_python_page(block):
    """Each Python block of docs/python-api.md runs."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "python-api.md").read_text("utf-8"), re.DOTALL)

    subprocess.run([sys.executable, "-c", blocks[block]], cwd=ROOT, check=True, capture_output=True)


def test_site(tmp_path):
    """The site is built without a warning."""
    if importlib.util.find_spec("zensical") is None:
        pytest.skip("zensical is not there: pip install '.[docs]'")
    for command in (["tools/prepare_docs.py"], ["-m", "zensical", "build", "--clean", "--strict"]):
        ended = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
        assert 0 == ended.returncode, ended.stdout + ended.stderr
