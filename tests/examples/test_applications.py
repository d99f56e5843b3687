"""The applications of examples/: what they import, how long they are, and that they work outside the repository."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
APPLICATIONS = sorted(path.parent.name for path in EXAMPLES.glob("*/test_app.py"))
FRAMEWORKS = {"one_time_code_fastapi": {"fastapi", "pydantic"}, "one_time_code_django": {"django"}}
LINES_MAX = 120


def imported(path):
    """Return the top-level names that a module imports."""
    nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("name", APPLICATIONS)
def test_it_would_run_on_aws(name):
    """An application imports boto3, the standard library and its framework, and nothing of the emulator or moto."""
    allowed = {"boto3", "botocore"} | FRAMEWORKS.get(name, set())

    assert imported(EXAMPLES / name / "app.py") - sys.stdlib_module_names <= allowed


@pytest.mark.parametrize("name", APPLICATIONS)
def test_it_is_small(name):
    """An application is small enough to be read and copied."""
    assert len((EXAMPLES / name / "app.py").read_text("utf-8").splitlines()) <= LINES_MAX


RUN_COPIES = """
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
        os._exit(pytest.main(["-q", "-p", "no:cacheprovider", "-k", "test_readme"]))
    if os.waitpid(child, 0)[1]:
        failed.append(folder)
sys.exit(", ".join(failed) or None)
"""
"""Runs in each folder the test of what its README shows. The slow imports happen once, before the forks."""


def test_folders_work_outside_the_repository(tmp_path):
    """Every folder copied out of the repository passes with the installed package and `pytest` alone."""
    for name in APPLICATIONS:
        shutil.copytree(EXAMPLES / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    # No region and no credentials: a newcomer has set none.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment["PYTHONPATH"] = str(EXAMPLES.parent)

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", RUN_COPIES, *APPLICATIONS],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )

    assert 0 == done.returncode, done.stdout + done.stderr
