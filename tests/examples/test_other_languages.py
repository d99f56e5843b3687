"""The one-time code in other languages: each runs its own tests, which start the server by the installed command."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUNS = {
    "typescript": ("npm", "npm install --silent --no-audit --no-fund", "npm test"),
    "go": ("go", "go mod download", "go test ./..."),
    "java": ("mvn", "mvn -q -B dependency:go-offline", "mvn -q -B test"),
}


@pytest.mark.skipif("RUN_OTHER_LANGUAGES" not in os.environ, reason="RUN_OTHER_LANGUAGES is not set: they download SDKs")
@pytest.mark.parametrize("language", RUNS)
def test_its_own_tests_pass(language, tmp_path):
    """The tests pass in a copy of the folder, skipped where its toolchain or its packages cannot be had."""
    tool, prepare, test = RUNS[language]
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    folder = tmp_path / "application"
    shutil.copytree(ROOT / "examples" / f"one_time_code_{language}", folder)
    command = tmp_path / "bin" / "sms-voice-emulator"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m emulator "$@"\n', "utf-8")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    path = os.pathsep.join([str(command.parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(ROOT)}

    def run(line):
        return subprocess.run(
            line.split(), cwd=folder, env=environment, capture_output=True, text=True, timeout=900, check=False
        )

    if run(prepare).returncode != 0:
        pytest.skip(f"{prepare} does not get the packages here")
    done = run(test)
    assert 0 == done.returncode, done.stdout + done.stderr
