"""Copy docs/ into build/docs for the site; links out of docs/, which a repository's page resolves, become plain text."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "build" / "docs"
OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:\.\./)+(?!docs/)[^)]*\)")


def main() -> None:
    """Copy every page."""
    shutil.rmtree(TARGET, ignore_errors=True)
    shutil.copytree(ROOT / "docs", TARGET)
    for page in TARGET.rglob("*.md"):
        if page.parent == TARGET:
            page.write_text(OUTSIDE.sub(r"`\1`", page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
