"""The example that makes, changes and removes one of everything."""

import importlib.util
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "one_of_everything.py"


def test_the_world_is_empty_afterwards():
    """Twice over nothing is in the way, and all that is left is the default opt-out list."""
    spec = importlib.util.spec_from_file_location("one_of_everything", EXAMPLE)
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)

    left_over = example.main()

    assert {"OPT_OUT_LISTS": 1} == {name: count for name, count in left_over.items() if count}
    assert 9 == len(left_over)
