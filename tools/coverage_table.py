"""
The tables of implemented operations in docs/coverage.md, made from the code: written between their markers, or checked.

The operations that AWS's models have are counted apart from those that the overlays of botocore_models add. An operation's
family is the module of its handler; one that has no handler yet is listed under `not yet`. `--check` changes nothing, and
exits with status 1 if the page differs from the code.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import botocore
from botocore import xform_name
from botocore.loaders import Loader

from emulator.engine import SERVICES
from emulator.wire.service import Service

PAGE = Path(__file__).parents[1] / "docs" / "coverage.md"
BEGIN, END = "<!-- coverage -->", "<!-- /coverage -->"
MISSING = "not yet"
HEAD = ["| API | family | implemented | operations |", "| --- | --- | --- | --- |"]


def main(arguments: list[str] | None = None) -> int:
    """Write or check the page; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 if the tables are out of date")
    parser.add_argument("page", nargs="?", type=Path, default=PAGE)
    options = parser.parse_args(arguments)
    before = options.page.read_text("utf-8")
    if before.count(BEGIN) != 1 or before.count(END) != 1 or before.index(BEGIN) > before.index(END):
        print(f"{options.page} must contain {BEGIN} and then {END}, once each", file=sys.stderr)
        return 1
    after = before[: before.index(BEGIN) + len(BEGIN)] + f"\n\n{tables()}\n\n" + before[before.index(END) :]
    if options.check:
        if before != after:
            print(f"the coverage tables of {options.page} are out of date; write them with `make coverage`", file=sys.stderr)
        return int(before != after)
    options.page.write_text(after, "utf-8")
    return 0


def tables() -> str:
    """Return both tables in Markdown."""
    own, added = list(HEAD), list(HEAD)
    for service in SERVICES:
        of_aws = aws_operations(service.name)
        # The other operations of SNS are moto's.
        own += rows(service, of_aws.intersection(service.operation_names))
        additions = set(service.operation_names) - of_aws
        if additions:
            added += rows(service, additions)
    counted = f"Counted in the models of botocore {botocore.__version__}."
    return "\n".join(["## Operations of AWS", "", *own, "", counted, "", "## Additions of this project", "", *added])


def aws_operations(service: str) -> set[str]:
    """Return the operations of a service in botocore's model, without overlays."""
    loader = Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
    return set(loader.load_service_model(service, "service-2")["operations"])


def rows(service: Service[Any, Any], operations: Iterable[str]) -> list[str]:
    """Return the rows of a service: its total, a row for each family, and what is missing."""
    families: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(operations):
        handler = service.handlers.get(xform_name(name))
        families[handler.__module__.rpartition(".")[2] if handler else MISSING].append(name)
    missing = families.pop(MISSING, [])
    done = sum(map(len, families.values()))
    lines = [f"| **{service.name}** | | **{done} of {done + len(missing)}** | |"]
    for family in sorted(families):
        names = families[family]
        lines.append(f"| | {family.replace('_', ' ')} | {len(names)} | {' '.join(f'☑ {name}' for name in names)} |")
    if missing:
        lines.append(f"| | {MISSING} | 0 of {len(missing)} | {' '.join(f'☐ {name}' for name in missing)} |")
    return lines


if __name__ == "__main__":
    sys.exit(main())
