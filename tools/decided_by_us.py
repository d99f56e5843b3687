"""
The table of docs/decided-by-us.md: every place of the code marked `# unverified`, by the operation or module it belongs to.

`--check` changes nothing, and exits with status 1 if the page differs from the code.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "emulator"
PAGE = Path(__file__).parents[1] / "docs" / "decided-by-us.md"
BEGIN, END = "<!-- decided -->", "<!-- /decided -->"
MARK = "unverified"
WIDTH = 160
HEAD = ("| operation or function | what is decided, and why it is not known |", "| --- | --- |")


def main(arguments: list[str] | None = None) -> int:
    """Write or check the page; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 if the table is out of date")
    options = parser.parse_args(arguments)
    before = PAGE.read_text("utf-8")
    head, rest = before.split(BEGIN)
    after = f"{head}{BEGIN}\n\n{table()}\n\n{END}{rest.split(END)[1]}"
    if options.check:
        if before != after:
            print(f"the table of {PAGE} is out of date; write it with `make coverage`", file=sys.stderr)
        return int(before != after)
    PAGE.write_text(after, "utf-8")
    return 0


def table() -> str:
    """Return the decisions in Markdown: their number, and a section for each API or part of the code."""
    sections: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for owner, text in decisions(path.read_text("utf-8")):
            section = path.relative_to(PACKAGE).with_suffix("").as_posix()
            sections[section].append(f"| {owner} | {text} |")
    count = sum(map(len, sections.values()))
    lines = [f"{count} decisions in {len(sections)} modules."]
    for section, rows in sections.items():
        lines += ["", f"## {section}", "", *HEAD, *rows]
    return "\n".join(lines)


def decisions(source: str) -> Iterator[tuple[str, str]]:
    """Yield the owner and the text of each mark in a module: an operation by AWS's name, else a function, or the module."""
    lines = source.splitlines()
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for number, line in enumerate(lines, 1):
        if MARK in line:
            around = [node for node in functions if node.lineno <= number <= (node.end_lineno or number)]
            owner = _name(max(around, key=lambda node: node.lineno)) if around else "module"
            yield owner, _text(lines, number - 1)


def _name(function: ast.FunctionDef) -> str:
    decorators = {ast.unparse(decorator).partition("(")[0] for decorator in function.decorator_list}
    if "operation" in decorators:
        return "".join(part.capitalize() for part in function.name.split("_"))
    return f"`{function.name}`"


def _text(lines: list[str], index: int) -> str:
    """Return a marked line for the page, with the line before it if it is a comment of its own that goes on."""
    line = lines[index].strip()
    if line.startswith("#") and index and lines[index - 1].strip().startswith("#"):
        line = f"{lines[index - 1].strip()} {line.removeprefix('#').strip()}"
    line = re.sub(rf"\s*#?\s*{MARK}:?", "", line).strip('"# ').strip()
    line = line.replace("|", "\\|")
    is_code = not lines[index].strip().startswith(("#", '"')) and bool(re.search(r"[=(]", line))
    shown = line if len(line) <= WIDTH else f"{line[:WIDTH]}…"
    return f"`{shown.replace('`', '')}`" if is_code else shown


if __name__ == "__main__":
    sys.exit(main())
