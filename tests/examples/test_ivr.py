"""The example of a menu is run, and reaches every step by the keys that it presses."""

import importlib.util
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "ivr.py"


def load():
    spec = importlib.util.spec_from_file_location("ivr", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_all_branches_are_walked():
    """Each story takes the way that its keys choose, and together they pass through every step."""
    ivr = load()

    walked = ivr.main()

    assert {
        "balance": ["menu", "account", "balance", "bye"],
        "wrong account": ["menu", "account", "account", "bye"],
        "mailbox": ["menu", "mailbox", "bye"],
        "again": ["menu", "menu", "mailbox", "bye"],
        "silence": ["menu", "menu", "bye"],
        "not acknowledged": ["ask", "ask", "ask"],
        "acknowledged": ["ask", "thanks"],
    } == walked
    taken = {step for steps in walked.values() for step in steps}
    assert set(ivr.MENU["steps"]) | set(ivr.ALARM["steps"]) == taken
