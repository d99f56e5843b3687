"""Programs of examples/, run in this process as they are run by hand."""

import runpy
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def run_example(monkeypatch, capsys):
    """`run_example(program, arguments)`: what it prints."""

    def run(program, arguments=()):
        monkeypatch.setattr(sys, "argv", [program, *arguments])
        monkeypatch.syspath_prepend(str(ROOT / "examples" / "use_cases"))
        # A program sets what it needs, and leaves it behind.
        monkeypatch.setenv("AWS_DATA_PATH", "")
        runpy.run_path(str(ROOT / program), run_name="__main__")
        return capsys.readouterr().out

    return run
