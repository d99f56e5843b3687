"""The one-time code in other languages: each runs its own tests, which start the server by the installed command."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ROOT / ".clients" / "examples"
"""A copy of each application, whose packages `make .clients/ready` has downloaded, and a file that says so."""
RUNS = {
    "typescript": ("npm", "npm test"),
    "go": ("go", "go test ./..."),
    "java": ("mvn", "mvn -q -B --offline test"),
}


@pytest.mark.parametrize("language", RUNS)
def test_its_own_tests_pass(language, tmp_path):
    """The tests pass in a copy of the folder; skipped where the toolchain or its packages are missing."""
    tool, test = RUNS[language]
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    if not (PACKAGES / f"{language}.ready").exists():
        pytest.skip("the packages are missing: `make test` downloads them (`make .clients/ready` that alone)")
    folder = tmp_path / "application"
    shutil.copytree(ROOT / "examples" / f"one_time_code_{language}", folder)
    if language == "typescript":
        (folder / "node_modules").symlink_to(PACKAGES / "one_time_code_typescript" / "node_modules")
    command = tmp_path / "bin" / "sms-voice-emulator"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m emulator "$@"\n', "utf-8")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    path = os.pathsep.join([str(command.parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT), "GOPROXY": "off"}

    done = subprocess.run(
        test.split(), cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
    )

    assert 0 == done.returncode, done.stdout + done.stderr
