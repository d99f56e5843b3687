"""
Update examples/README.md: `python tools/update_examples_readme.py` runs the programs, and lists the applications.

In the README each program's command is an indented line, followed by its output as a block of text. The table of
applications stands between two marks.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import botocore.session
from botocore import xform_name

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
README = EXAMPLES / "README.md"
SHOWN = re.compile(r"^    python (\S+\.py)([^\n]*)\n\n```text\n(.*?)```$", re.MULTILINE | re.DOTALL)
"""A program, its arguments, and its output."""
TABLE = re.compile(r"(<!-- applications -->\n).*?(<!-- /applications -->)", re.DOTALL)
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
NOT_OPERATIONS = {"invoke", "publish", "query"}
"""Names of operations that mean something else where they are not used on a client."""


def shown() -> dict[str, tuple[list[str], str]]:
    """Return, by program, its arguments and its output according to the README."""
    return {program: (arguments.split(), text) for program, arguments, text in SHOWN.findall(README.read_text("utf-8"))}


def without_port(text: str) -> str:
    """Replace the port of a server's address, which differs each time."""
    return ADDRESS.sub("http://127.0.0.1:PORT", text)


def printed(program: str, arguments: list[str]) -> str:
    """Run a program in its own process, and return its output."""
    environment = os.environ | {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    command = [sys.executable, program, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return without_port(done.stdout)


def aws_calls(source: str) -> list[str]:
    """Return the AWS operations that a program calls, by the names of the methods of its clients, paginators and tables."""
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    arguments = {call.func.attr: [] for call in calls}
    for call in calls:
        arguments[call.func.attr] += [each.value for each in call.args[:1] if isinstance(each, ast.Constant)]
    services = [name for maker in ("client", "resource") for name in arguments.get(maker, ())]
    session = botocore.session.get_session()
    known = {
        xform_name(operation): operation
        for service in services
        for operation in session.get_service_model(service).operation_names
    }
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    used = attributes | set(arguments.get("get_paginator", ()))
    return sorted(known[name] for name in used & known.keys() - NOT_OPERATIONS)


def lines(path: Path) -> int:
    """Count the lines of a file."""
    return len(path.read_text("utf-8").splitlines())


def applications() -> str:
    """Return the table of applications."""
    rows = ["| use case | application | lines | tests | lines | AWS calls used |", "|---|---|---|---|---|---|"]
    for readme in sorted(EXAMPLES.glob("*/README.md")):
        folder = readme.parent
        title = readme.read_text("utf-8").splitlines()[0].removeprefix("# ")
        app = folder / "app.py"
        if not app.exists():
            continue
        (test,) = folder.glob("test_*.py")
        calls = ", ".join(aws_calls(app.read_text("utf-8")))
        links = [f"[{path.name}]({path.relative_to(EXAMPLES)}) | {lines(path)}" for path in (app, test)]
        rows.append(f"| [{title}]({readme.relative_to(EXAMPLES)}) | {links[0]} | {links[1]} | {calls} |")
    return "\n".join(rows) + "\n"


def main() -> None:
    """Write the table of applications and the current output of all programs into the README."""

    def update(found: re.Match[str]) -> str:
        text = printed(found[1], found[2].split())
        return f"    python {found[1]}{found[2]}\n\n```text\n{text}```"

    text = TABLE.sub(lambda found: f"{found[1]}\n{applications()}\n{found[2]}", README.read_text("utf-8"))
    README.write_text(SHOWN.sub(update, text), "utf-8")


if __name__ == "__main__":
    main()
