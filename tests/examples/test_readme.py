"""Every program of examples/ ends well, and prints what examples/README.md shows."""

import importlib.util
import runpy
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
USE_CASES = (
    "one_time_code",
    "appointment_reminders",
    "delivery_notices",
    "bank_alerts",
    "flash_sale",
    "customer_service",
    "subscription",
    "sign_up_code",
    "payment_alerts",
    "opt_in",
    "balance_by_voice",
    "escalation",
)


def _tool():
    spec = importlib.util.spec_from_file_location("update_examples_readme", ROOT / "tools" / "update_examples_readme.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = _tool()
SHOWN = TOOL.shown()


@pytest.fixture
def run_example(monkeypatch, capsys):
    """`run_example(program, arguments)`: what it prints."""

    def run(program, arguments=()):
        monkeypatch.setattr(sys, "argv", [program, *arguments])
        # A program sets what it needs, and leaves it behind.
        monkeypatch.setenv("AWS_DATA_PATH", "")
        runpy.run_path(str(ROOT / program), run_name="__main__")
        return capsys.readouterr().out

    return run


@pytest.mark.parametrize("program", SHOWN)
def test_readme_shows_what_it_prints(run_example, program):
    """The program prints what the README shows, apart from the port that a server has taken."""
    arguments, text = SHOWN[program]

    assert text == TOOL.without_port(run_example(program, arguments))


def test_every_program_is_shown():
    """The README has a block for each program."""
    programs = {str(path.relative_to(ROOT)) for path in (ROOT / "examples").glob("*.py")}

    assert programs == set(SHOWN)


def test_table_lists_the_applications():
    """The table is what the applications are; `make examples` updates it."""
    assert TOOL.applications() in TOOL.README.read_text("utf-8")


def test_all_use_cases_have_an_application():
    """Each of the guide's twelve use cases is an application."""
    assert set(USE_CASES) <= {path.parent.name for path in (ROOT / "examples").glob("*/app.py")}
