from __future__ import annotations

import uuid

import pytest

from emulator.kernel.seeds import Seeds

DRAWS = 2000


def test_same_seed_same_ids():
    """Two worlds of one seed make the same ids in the same order; another seed makes others."""

    def ids(seed):
        seeds = Seeds(seed)
        return [seeds.hex_id("pool"), seeds.hex_id("pool"), seeds.uuid("message"), seeds.uuid("message")]

    assert ids(7) == ids(7)
    assert set(ids(7)).isdisjoint(ids(8))


def test_ids_of_one_kind_do_not_depend_on_another_kind():
    """Making ids of one kind never changes those of another."""
    plain, busy = Seeds(7), Seeds(7)

    for _ in range(5):
        busy.hex_id("phone")

    assert plain.hex_id("pool") == busy.hex_id("pool")


def test_ids_never_repeat():
    """No id comes twice, within a kind or between kinds."""
    seeds = Seeds(0)

    made = [seeds.hex_id(kind) for kind in ("pool", "phone") for _ in range(DRAWS)]

    assert len(made) == len(set(made))


def test_hex_id_is_32_lower_case_hex_digits():
    """An id is 32 hex digits, as those of AWS are."""
    made = Seeds(0).hex_id("pool")

    assert 32 == len(made)
    assert set(made) <= set("0123456789abcdef")


@pytest.mark.parametrize("version", [1, 3, 4, 5])
def test_uuid_has_its_version_and_variant(version):
    """Every UUID is one by the standard: canonical text, the version asked for, the RFC's variant."""
    seeds = Seeds(0)

    made = [seeds.uuid("message", version) for _ in range(200)]

    assert {version} == {uuid.UUID(text).version for text in made}
    assert {uuid.RFC_4122} == {uuid.UUID(text).variant for text in made}
    assert made == [str(uuid.UUID(text)) for text in made]


def test_fraction_depends_on_its_name_alone():
    """A fraction is the same however often and whenever it is asked for, and differs by name and by seed."""
    seeds = Seeds(7)
    first = seeds.fraction("carrier/1")
    seeds.hex_id("pool")
    seeds.fraction("carrier/2")

    assert first == seeds.fraction("carrier/1")
    assert first == Seeds(7).fraction("carrier/1")
    assert first != seeds.fraction("carrier/2")
    assert first != Seeds(8).fraction("carrier/1")


def test_fractions_are_spread_over_the_unit_interval():
    """Fractions lie in [0, 1), as many in each quarter as chance allows."""
    seeds = Seeds(0)

    drawn = [seeds.fraction(f"draw/{number}") for number in range(DRAWS)]

    assert 0 <= min(drawn)
    assert max(drawn) < 1
    for quarter in range(4):
        share = sum(quarter / 4 <= fraction < (quarter + 1) / 4 for fraction in drawn) / DRAWS
        assert 0.2 < share < 0.3


def test_the_largest_fraction_is_below_one(monkeypatch):
    """Even the largest hash gives a fraction below 1, so that a probability of 1 always strikes."""
    seeds = Seeds(0)
    monkeypatch.setattr(seeds, "_digest", lambda name, size: b"\xff" * size)

    assert seeds.fraction("any") < 1


def test_streams_are_independent():
    """A stream depends on the seed and its name alone, whatever is drawn from another."""
    seeds, other = Seeds(7), Seeds(7)
    seeds.random("first").random()

    assert seeds.random("second").random() == other.random("second").random()
    assert seeds.random("second").random() != seeds.random("first").random()
