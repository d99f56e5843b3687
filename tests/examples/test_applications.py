"""The applications of examples/: what they import, how long they are, and that a folder works outside the repository."""

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
"""Lines that are not blank."""


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
    lines = (EXAMPLES / name / "app.py").read_text("utf-8").splitlines()

    assert sum(1 for line in lines if line.strip()) <= LINES_MAX


@pytest.mark.parametrize("name", ["one_time_code"])
def test_folder_works_outside_the_repository(name, tmp_path):
    """A folder copied out of the repository passes with the installed package and `pytest` alone."""
    folder = tmp_path / name
    shutil.copytree(EXAMPLES / name, folder, ignore=shutil.ignore_patterns("__pycache__"))
    # No region and no credentials: a newcomer has set none.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment["PYTHONPATH"] = str(EXAMPLES.parent)

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert 0 == done.returncode, done.stdout
