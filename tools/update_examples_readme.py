"""
Update examples/README.md with what the examples print: `python tools/update_examples_readme.py` runs them all.

In the README each program's command is an indented line, followed by its output as a block of text.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "examples" / "README.md"
SHOWN = re.compile(r"^    python (\S+\.py)([^\n]*)\n\n```text\n(.*?)```$", re.MULTILINE | re.DOTALL)
"""A program, its arguments, and its output."""
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


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


def main() -> None:
    """Write the current output of all programs into the README."""

    def update(found: re.Match[str]) -> str:
        text = printed(found[1], found[2].split())
        return f"    python {found[1]}{found[2]}\n\n```text\n{text}```"

    README.write_text(SHOWN.sub(update, README.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
