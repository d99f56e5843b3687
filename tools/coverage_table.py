"""
Generate the table of implemented operations in README.md: write it between its markers, or check it.

An operation's family is the module of its handler; operations without a handler are listed under `not yet`. `--check`
changes nothing, and exits with status 1 if the README differs from the code.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from pathlib import Path

import botocore
from botocore import xform_name

from emulator.engine import SERVICES

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- coverage -->", "<!-- /coverage -->"
MISSING = "not yet"


def main(arguments: list[str] | None = None) -> int:
    """Write or check the table, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 if the table is out of date")
    parser.add_argument("readme", nargs="?", type=Path, default=README)
    options = parser.parse_args(arguments)
    before = options.readme.read_text("utf-8")
    if before.count(BEGIN) != 1 or before.count(END) != 1 or before.index(BEGIN) > before.index(END):
        print(f"{options.readme} must contain {BEGIN} and then {END}, once each", file=sys.stderr)
        return 1
    after = before[: before.index(BEGIN) + len(BEGIN)] + f"\n\n{table()}\n\n" + before[before.index(END) :]
    if options.check:
        if before != after:
            print(f"the coverage table of {options.readme} is out of date; update it with `make coverage`", file=sys.stderr)
        return int(before != after)
    options.readme.write_text(after, "utf-8")
    return 0


def table() -> str:
    """Return the table in Markdown."""
    lines = ["| API | family | implemented | operations |", "| --- | --- | --- | --- |"]
    for service in SERVICES:
        families: defaultdict[str, list[str]] = defaultdict(list)
        for name in sorted(service.model.operation_names):
            handler = service.handlers.get(xform_name(name))
            families[handler.__module__.rpartition(".")[2] if handler else MISSING].append(name)
        missing = families.pop(MISSING, [])
        modelled = len(service.model.operation_names)
        lines.append(f"| **{service.name}** | | **{modelled - len(missing)} of {modelled}** | |")
        for family in sorted(families):
            names = families[family]
            lines.append(f"| | {family.replace('_', ' ')} | {len(names)} | {' '.join(f'☑ {name}' for name in names)} |")
        if missing:
            lines.append(f"| | {MISSING} | 0 of {len(missing)} | {' '.join(f'☐ {name}' for name in missing)} |")
    return "\n".join([*lines, "", f"Counted in the models of botocore {botocore.__version__}."])


if __name__ == "__main__":
    sys.exit(main())
