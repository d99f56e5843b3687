"""The demonstration."""

import os
import subprocess
import sys
from pathlib import Path

DEMO = Path(__file__).parents[2] / "examples" / "demo.py"


def test_demo_tells_its_story(tmp_path):
    """`examples/demo.py` ends well wherever it is run, whatever AWS_ENDPOINT_URL the shell has."""
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
    assert "Everything worked." == told.stdout.splitlines()[-1]
