"""The applications of examples/: what they import, and how long they are."""

import ast
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
