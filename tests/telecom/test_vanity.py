"""Numbers with letters, spaces and dashes."""

import pytest

from emulator.telecom.vanity import dialled


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("+15551234567", "+15551234567"),
        ("+1-212-555-0100", "+12125550100"),
        ("+1 (212) 555.0100", "+12125550100"),
        ("+1-212-555-ALERT", "+12125552537"),
        ("+1-800-flowers", "+18003569377"),
        ("+44 20 7946 0958", "+442079460958"),
        ("12125550100", None),
        ("+", None),
        ("+1-212-555-0100 ext. 5!", None),
        ("+0123", None),
    ],
)
def test_what_a_written_number_dials(written, expected):
    """Spaces, dashes and brackets are dropped, letters are keys, and a number without a plus is not E.164."""
    assert expected == dialled(written)
