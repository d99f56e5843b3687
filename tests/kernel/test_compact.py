"""Dicts from which the oldest rows go."""

import sys

from emulator.kernel.compact import compact


def test_what_is_gone_is_freed():
    """The same dict has the same rows in the same order, and the size of a new one."""
    rows = {str(number): number for number in range(1000)}
    kept = rows
    for number in range(990):
        del rows[str(number)]

    compact(rows)

    assert rows is kept
    assert [(str(number), number) for number in range(990, 1000)] == list(rows.items())
    assert sys.getsizeof(rows) <= sys.getsizeof({str(number): number for number in range(10)})
