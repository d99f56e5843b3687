from __future__ import annotations

import pytest

from emulator.telecom.segments import BASIC, EXTENSION, Segments, split


@pytest.mark.parametrize(
    ("length", "parts"), [(0, 1), (1, 1), (160, 1), (161, 2), (306, 2), (307, 3), (459, 3), (460, 4), (1530, 10), (1531, 11)]
)
def test_gsm_text_takes_160_or_parts_of_153(length, parts):
    """A GSM text of 160 characters is one part, a longer one parts of 153."""
    assert Segments("GSM", parts) == split("a" * length)


@pytest.mark.parametrize(
    ("length", "parts"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4), (670, 10), (671, 11)]
)
def test_unicode_text_takes_70_or_parts_of_67(length, parts):
    """A text with a character outside GSM 03.38 is one part up to 70 units, a longer one parts of 67."""
    assert Segments("UNICODE", parts) == split("я" * length)


def test_one_foreign_character_makes_the_whole_text_unicode():
    """A single character outside the alphabet turns 160 GSM characters, one part, into three of Unicode."""
    assert Segments("GSM", 1) == split("a" * 160)
    assert Segments("UNICODE", 3) == split("a" * 159 + "ł")


@pytest.mark.parametrize("character", sorted("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà"))
def test_alphabet_of_gsm(character):
    """Every character of the basic table takes one of 160 places."""
    assert Segments("GSM", 1) == split(character * 160)
    assert Segments("GSM", 2) == split(character * 161)


@pytest.mark.parametrize("character", sorted("^{}\\[~]|€\f"))
def test_extension_characters_take_two_places(character):
    """A character of the extension table stays GSM and takes two of 160 places."""
    assert Segments("GSM", 1) == split(character * 80)
    assert Segments("GSM", 2) == split(character * 80 + "a")


@pytest.mark.parametrize("character", ["ç", "`", "á", "\u2019", "\u2013", "\t", "\u00a0", "Ω" + "\u0301"])
def test_lookalikes_are_not_gsm(character):
    """Characters that only resemble those of the alphabet make a Unicode text."""
    assert "UNICODE" == split(character).encoding


def test_the_tables_have_the_size_of_the_standard():
    """The basic table has 128 places less the escape, and shares none with the extension table of ten."""
    assert 127 == len(BASIC)
    assert 10 == len(EXTENSION)
    assert frozenset() == BASIC & EXTENSION


def test_no_part_ends_within_an_extension_character():
    """An extension character that would straddle the end of a part goes whole into the next one."""
    fits = "a" * 151 + "€" + "a" * 153
    straddles = "a" * 152 + "€" + "a" * 152

    assert Segments("GSM", 2) == split(fits)
    assert Segments("GSM", 3) == split(straddles)


def test_extension_characters_alone_waste_a_place_in_each_part():
    """Parts of 153 hold 76 extension characters each."""
    assert Segments("GSM", 2) == split("€" * 152)
    assert Segments("GSM", 3) == split("€" * 153)


def test_emoji_take_two_units():
    """A character outside the basic plane is two UTF-16 units."""
    assert Segments("UNICODE", 1) == split("😀" * 35)
    assert Segments("UNICODE", 2) == split("😀" * 35 + "a")


def test_no_part_ends_within_a_surrogate_pair():
    """An emoji that would straddle the end of a part goes whole into the next one."""
    fits = "я" * 65 + "😀" + "я" * 67
    straddles = "я" * 66 + "😀" + "я" * 66

    assert Segments("UNICODE", 2) == split(fits)
    assert Segments("UNICODE", 3) == split(straddles)


def test_emoji_alone_waste_a_unit_in_each_part():
    """Parts of 67 units hold 33 emoji each."""
    assert Segments("UNICODE", 2) == split("😀" * 66)
    assert Segments("UNICODE", 3) == split("😀" * 67)
