"""The applications of examples/, each copied out of the repository as a newcomer does."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
APPLICATIONS = sorted(path.parent.name for path in EXAMPLES.glob("*/test_app.py"))
RUN = """
import os, sys
import boto3, moto, pytest
from emulator import mock_sms
from emulator.testing import provision
with moto.mock_aws(), mock_sms():
    provision("Key")
boto3.DEFAULT_SESSION = None
failed = []
for folder in sys.argv[1:]:
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        os._exit(pytest.main(["-q", "-p", "no:cacheprovider", "-p", "emulator.front.pytest_plugin", "-k", "test_readme"]))
    if os.waitpid(child, 0)[1]:
        failed.append(folder)
sys.exit(", ".join(failed) or None)
"""
"""Runs in each folder the test of what its README shows. The slow imports happen once, before the forks."""


def test_folders_work_outside_the_repository(tmp_path):
    """Every folder passes with the installed package and pytest alone."""
    for name in APPLICATIONS:
        shutil.copytree(EXAMPLES / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    # No region and no credentials: a newcomer has set none. Nor have they other plugins of pytest.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"PYTHONPATH": str(EXAMPLES.parent), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", RUN, *APPLICATIONS],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )

    assert 0 == done.returncode, done.stdout + done.stderr
