"""Every program of examples/ ends well, and prints what examples/README.md shows."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
USE_CASES = 12


def _tool():
    spec = importlib.util.spec_from_file_location("update_examples_readme", ROOT / "tools" / "update_examples_readme.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = _tool()
SHOWN = TOOL.shown()


@pytest.mark.parametrize("program", SHOWN)
def test_readme_shows_what_it_prints(run_example, program):
    """The program prints what the README shows, apart from the port that a server has taken."""
    arguments, text = SHOWN[program]

    assert text == TOOL.without_port(run_example(program, arguments))


def test_every_program_is_shown():
    """The README has a block for each program."""
    programs = {str(path.relative_to(ROOT)) for path in (ROOT / "examples").glob("**/*.py")}

    assert programs - {"examples/use_cases/stage.py", "examples/terraform/index.py"} == set(SHOWN)


def test_all_use_cases_are_told():
    """Each use case of the guide has its story."""
    told = [path.read_text("utf-8") for path in (ROOT / "examples" / "use_cases").glob("*.py")]

    numbers = [int(number) for text in told for number in re.findall(r"Use case (\d+)\b", text)]
    assert list(range(1, USE_CASES + 1)) == sorted(numbers)
