"""docs/sns-texts.md: its story runs as it is printed."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "sns-texts.md"


def test_the_story_runs():
    """The program of the page runs, and its assertions hold."""
    (program,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)

    exec(compile(program, str(PAGE), "exec"), {})
