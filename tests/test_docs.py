"""The documentation: what is written from the code is up to date, and its links lead somewhere."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")])
WRITTEN = {
    "control_reference": "control-api-reference.md",
    "event_records": "event-records.md",
    "limits_table": "configuration.md",
    "python_reference": "python-reference.md",
}
"""The pages that are written by a program of tools/, whose `page` returns them."""
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)(?:#[^)]*)?\)")


def test_command_line_page_is_up_to_date():
    """docs/cli.md is what tools/cli_reference.py writes."""
    code = "import sys; sys.path.insert(0, 'tools'); import cli_reference; print(cli_reference.page(), end='')"
    written = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert (ROOT / "docs" / "cli.md").read_text("utf-8") == written


def tool(name):
    """Load a program of tools/."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", WRITTEN)
def test_reference_is_up_to_date(name):
    """A page that is written from the code is what its program writes; `make reference` updates it."""
    assert (ROOT / "docs" / WRITTEN[name]).read_text("utf-8") == tool(name).page()


def test_every_page_is_in_the_navigation():
    """The navigation of the site has each page, once."""
    navigation = re.findall(r"[\w/.-]+\.md$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.MULTILINE)

    assert sorted(str(page.relative_to(ROOT / "docs")) for page in ROOT.glob("docs/**/*.md")) == sorted(navigation)


def test_readme_is_short():
    """The README fits into three screens; what does not is in docs/."""
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) < 150


def test_included_code_exists():
    """Each object that a page includes is there; the site has its code in place of the link."""
    prepare = tool("prepare_docs")
    pages = [(page, page.read_text("utf-8")) for page in ROOT.glob("docs/**/*.md")]

    included = [(page, found) for page, text in pages for found in prepare.INCLUDED.findall(text)]

    assert len(included) > 10
    for page, (text, path, name) in included:
        assert name in text
        assert prepare.included((page.parent / path).resolve(), name).rstrip() in prepare.prepared(page)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links(page):
    """Each relative link leads to a file of the repository."""
    targets = LINK.findall(page.read_text("utf-8"))

    assert [] == [target for target in targets if not (page.parent / target).exists()]


def test_site(tmp_path):
    """The site is built without a warning."""
    if importlib.util.find_spec("zensical") is None:
        pytest.skip("zensical is not there: pip install '.[docs]'")
    for command in (["tools/prepare_docs.py"], ["-m", "zensical", "build", "--clean", "--strict"]):
        ended = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
        assert 0 == ended.returncode, ended.stdout + ended.stderr
