"""The measures of pictures, out of their headers."""

import base64

import pytest

from emulator.telecom.pictures import dimensions
from emulator.testing import picture

JPEG_3_BY_2 = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB"
    "AQEBAQEBAQH/wAALCAACAAMBAREA/9k="
)
"""Headers only: a marker of the application, a quantisation table, and the frame."""


@pytest.mark.parametrize(("width", "height"), [(1, 1), (224, 224), (1440, 448)])
def test_measures_of_a_png(width, height):
    """A PNG says its width and height in its first chunk."""
    assert (width, height) == dimensions(picture(width, height))


def test_measures_of_a_jpeg():
    """A JPEG says its height and width in the frame, behind other markers."""
    assert (3, 2) == dimensions(JPEG_3_BY_2)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", picture(9, 9)[:20], JPEG_3_BY_2[:40], b"\xff\xd8\xff\xe0"])
def test_what_says_no_measures_has_none(content):
    """Another file, or the beginning of one, has no measures."""
    assert dimensions(content) is None
