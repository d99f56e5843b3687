"""
Copy docs/ into build/docs for the site: `python tools/prepare_docs.py`.

A link to a file out of docs/, which a repository's page resolves, becomes plain text. A link to an object of a Python
file, `[app.py](../examples/one_time_code/app.py#OneTimeCodes.check)`, alone in its paragraph, becomes the code of that
object; so the site shows the code of the applications themselves.
"""

from __future__ import annotations

import ast
import re
import shutil
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
TARGET = ROOT / "build" / "docs"
LINK = re.compile(r"\[([^\]]+)\]\(((?:\.\./)+[^)#]*)(#[^)]*)?\)")
INCLUDED = re.compile(r"^\[([^\]]+)\]\((\S+\.py)#([\w.]+)\)$", re.MULTILINE)


def included(path: Path, name: str) -> str:
    """
    Return the code of a class, a function, a method, or of the lines that assign a name.

    Raises:
        LookupError: the file has no such object.
    """
    source = path.read_text("utf-8")
    node: ast.AST = ast.parse(source)
    for part in name.split("."):
        node = next((each for each in ast.iter_child_nodes(node) if part in _names(each)), node)
        if part not in _names(node):
            raise LookupError(f"{path.relative_to(ROOT)} has no {name}")
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])  # type: ignore[attr-defined]
    return textwrap.dedent("\n".join(source.splitlines()[first - 1 : node.end_lineno])) + "\n"  # type: ignore[attr-defined]


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Assign):
        return [each.id for each in node.targets if isinstance(each, ast.Name)]
    return [node.name] if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) else []


def prepared(page: Path) -> str:
    """Return a page of docs/ as the site has it."""

    def code(found: re.Match[str]) -> str:
        path = (page.parent / found[2]).resolve()
        return f'```python title="{path.relative_to(ROOT)}"\n{included(path, found[3])}```'

    def plain(found: re.Match[str]) -> str:
        inside = (page.parent / found[2]).resolve().is_relative_to(DOCS)
        return found[0] if inside else f"`{found[1].strip('`')}`"

    return LINK.sub(plain, INCLUDED.sub(code, page.read_text("utf-8")))


def main() -> None:
    """Copy every page."""
    shutil.rmtree(TARGET, ignore_errors=True)
    shutil.copytree(DOCS, TARGET)
    for page in DOCS.rglob("*.md"):
        (TARGET / page.relative_to(DOCS)).write_text(prepared(page), "utf-8")


if __name__ == "__main__":
    main()
