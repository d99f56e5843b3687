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
WIDTH = 120
SENTENCE_END = re.compile(r"(?<=\.)\s+(?=[A-Z`])")
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
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt)]
    for number, line in enumerate(lines, 1):
        if MARK not in line:
            continue
        around = [node for node in nodes if node.lineno <= number <= (node.end_lineno or number)]
        functions = [node for node in around if isinstance(node, ast.FunctionDef)]
        owner = _name(max(functions, key=lambda node: node.lineno)) if functions else "module"
        yield owner, _text(lines, number - 1, max(around, key=lambda node: node.lineno, default=None))


def _name(function: ast.FunctionDef) -> str:
    decorators = {ast.unparse(decorator).partition("(")[0] for decorator in function.decorator_list}
    if "operation" in decorators:
        return "".join(part.capitalize() for part in function.name.split("_"))
    return f"`{function.name}`"


def _text(lines: list[str], index: int, statement: ast.stmt | None) -> str:
    """Return the marked sentence of a comment or docstring, or the marked statement, each with the reason after the mark."""
    is_comment = lines[index].strip().startswith("#")
    is_docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    if statement is not None and not is_comment and not is_docstring:
        code = ast.unparse(statement).partition("\n")[0].replace("`", "")
        shown, rest = f"`{code[:WIDTH]}{'…' * (len(code) > WIDTH)}`", lines[index].partition(MARK)[2]
    else:
        before, _, rest = _paragraph(lines, index, is_comment).partition(MARK)
        before = before.rstrip(" #")
        shown = re.split(SENTENCE_END, before)[-1]
        rest = re.split(SENTENCE_END, rest)[0]
        if re.search(r"\b(is|are)$", shown) or rest.startswith(", as"):
            # The mark is a word of the sentence.
            shown, rest = f"{shown} {MARK}{rest}", ""
    reason = rest.strip(" :.,")
    return (f"{shown.rstrip('.')} ({reason})" if shown and reason else shown or reason).replace("|", "\\|")


def _paragraph(lines: list[str], index: int, is_comment: bool) -> str:
    """Return the comment, or the paragraph or entry of a docstring, that a line belongs to, as one line."""
    first, last = index, index
    while not _begins(lines, first, is_comment):
        first -= 1
    while last + 1 < len(lines) and not lines[last].strip().endswith('"""') and not _begins(lines, last + 1, is_comment):
        last += 1
    return " ".join(line.strip().strip('"').lstrip("#").strip() for line in lines[first : last + 1])


def _begins(lines: list[str], index: int, is_comment: bool) -> bool:
    """Return True if a line does not go on with the one before."""
    line, before = lines[index].strip(), lines[index - 1].strip() if index else ""
    if is_comment or before.startswith("#"):
        return line.startswith("#") != before.startswith("#")
    return not line or not before.strip('"') or before.endswith(":") or bool(re.match(r'"""|\w+: ', line))


if __name__ == "__main__":
    sys.exit(main())
