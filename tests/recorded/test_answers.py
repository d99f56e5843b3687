"""
Answers of AWS, published or recorded by `sms-voice-emulator verify`, replayed: each file in `answers/` is one case.

Nothing is recorded by the suite itself.
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


def test_a_published_answer_that_differs_is_noticed():
    """A member that AWS shows and the emulator lacks is a difference, one that only the emulator has is none."""
    lists = {"OptOutLists": [{"OptOutListName": "str", "Colour": "str"}]}
    recording = {"probe": "colours", "source": "nowhere", "operation": "DescribeOptOutLists", "request": {}}

    ((_, differences),) = replay([recording | {"answer": lists}])

    assert [("answer.OptOutLists[].Colour", "str", None)] == [(one.where, one.theirs, one.ours) for one in differences]
