"""The Chromium of the page's tests, for the tools that look at the page."""

from __future__ import annotations

import importlib.util
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

BROWSER = Path(__file__).parents[1] / "tests" / "front" / "page" / "page_browser.py"


@contextmanager
def chromium() -> Iterator[Any]:
    """Run a Chromium for the block, with test credentials in the environment; end the program if there is none."""
    spec = importlib.util.spec_from_file_location("page_browser", BROWSER)
    assert spec is not None
    assert spec.loader is not None
    page_browser = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(page_browser)
    program = page_browser.find_chromium()
    if program is None:
        raise SystemExit("no Chromium found")
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "testing")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "testing")
    browser = page_browser.Browser(program, tempfile.mkdtemp())
    try:
        yield browser
    finally:
        browser.close()
