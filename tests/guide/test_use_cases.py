"""Every story of examples/use_cases happens as it is told."""

import runpy
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "use_cases"
STORIES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "stage")


@pytest.mark.parametrize("story", STORIES)
def test_story_happens(story, monkeypatch, capsys):
    """The program ends without an error, and tells what happened."""
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.setenv("AWS_DATA_PATH", "")

    program = runpy.run_path(str(FOLDER / f"{story}.py"))
    program["main"]()

    assert capsys.readouterr().out


def test_all_twelve_use_cases_are_told():
    """Each use case from 1 to 12 has its story."""
    told = [(FOLDER / f"{story}.py").read_text("utf-8") for story in STORIES]

    assert [True] * 12 == [
        any(f"Use case {number}:" in text or f"Use case {number}," in text for text in told) for number in range(1, 13)
    ]
