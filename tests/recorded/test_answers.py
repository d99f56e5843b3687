"""
Answers of AWS that `sms-voice-emulator verify` has recorded, replayed: each file dropped into `answers/` is one case.

The folder may be empty: nothing is recorded by the suite itself.
"""

import json
from pathlib import Path

import pytest

from emulator.front.verify import replay

RECORDINGS = sorted((Path(__file__).parent / "answers").glob("*.json"))


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_the_emulator_answers_as_recorded(path):
    """The emulator's answer has the shape, code, reason, fields and sentence of AWS's."""
    ((_, differences),) = replay([json.loads(path.read_text("utf-8"))])

    assert [] == differences
