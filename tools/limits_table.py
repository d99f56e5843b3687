"""Write the table of `[limits]` in docs/configuration.md from the settings: `python tools/limits_table.py`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

from emulator.settings import STRICT, Settings

PAGE = Path(__file__).resolve().parents[1] / "docs" / "configuration.md"
MARKS = re.compile(r"(<!-- limits -->\n).*?(<!-- /limits -->)", re.DOTALL)
MEBIBYTE = 2**20


def effects() -> dict[str, str]:
    """Return what each setting does, from the docstring of the class."""
    _, _, attributes = inspect.getdoc(Settings).partition("Attributes:\n")  # type: ignore[union-attr]
    entries = re.findall(r"^    (\w+): (.*(?:\n {8}.*)*)", attributes, re.MULTILINE)
    return {name: re.sub(r"\s+", " ", text).rstrip(".") for name, text in entries}


def value(setting: Any) -> str:
    """Return the value of a setting as a configuration file has it."""
    if isinstance(setting, bool):
        return str(setting).lower()
    if isinstance(setting, timedelta):
        return f"{setting.total_seconds():g} s"
    if isinstance(setting, Mapping):
        return "AWS's" if setting else "{}"
    if isinstance(setting, int) and setting and setting % MEBIBYTE == 0:
        return f"{setting} ({setting // MEBIBYTE} MiB)"
    return "none" if setting is None else str(setting)


def table() -> str:
    """Return the table."""
    known, friendly = effects(), Settings()
    rows = ["| key | effect | friendly | strict |", "|---|---|---|---|"]
    for name in (each.name for each in fields(Settings) if each.name != "profile"):
        values = " | ".join(value(getattr(profile, name)) for profile in (friendly, STRICT))
        rows.append(f"| `{name}` | {known[name]} | {values} |")
    return "\n".join(rows)


def page() -> str:
    """Return the page, with the table of today."""
    return MARKS.sub(lambda found: f"{found[1]}\n{table()}\n\n{found[2]}", PAGE.read_text("utf-8"))


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
