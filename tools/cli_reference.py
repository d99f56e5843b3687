"""Write docs/cli.md from the parsers of the command line: `python tools/cli_reference.py`."""

from __future__ import annotations

import os
import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "cli.md"
INTRODUCTION = """# Command line

Written by `tools/cli_reference.py` from the commands themselves. Every flag can also be set by the environment variable
that is named beside it; commas separate the values of a flag that can be repeated.
"""


def page() -> str:
    """Return the page."""
    os.environ["COLUMNS"] = "100"
    for name in [name for name in os.environ if name.startswith("SMS_VOICE_EMULATOR_")]:
        del os.environ[name]
    from emulator.front.command_line import parser
    from emulator.front.commands.arguments import parsers_of

    parts = [INTRODUCTION]
    for name, command in parsers_of(parser()):
        help_text = re.sub(r"\x1b\[[0-9;]*m", "", command.format_help()).rstrip()
        parts.append(f"## {name}\n\n```text\n{help_text}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
