"""The demonstration."""

import os
import subprocess
import sys
import time
from pathlib import Path

DEMO = Path(__file__).parents[2] / "examples" / "demo.py"
SECONDS_MAX = 15


def test_demo_tells_its_story(tmp_path):
    """`examples/demo.py` ends well and soon, wherever it is run, whatever AWS_ENDPOINT_URL the shell has."""
    began = time.monotonic()

    told = subprocess.run(
        [sys.executable, str(DEMO)],
        cwd=tmp_path,
        env=os.environ | {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (0, "") == (told.returncode, told.stderr)
    assert "All of it happened." == told.stdout.splitlines()[-1]
    assert time.monotonic() - began < SECONDS_MAX
