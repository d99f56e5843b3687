from __future__ import annotations

import pytest
from botocore.model import ShapeResolver

from emulator.wire.errors import SerializationException
from emulator.wire.validation import BrokenConstraint, Constraints


@pytest.fixture
def constraints(shop):
    """The constraints of OrderTea."""
    return shop.find("OrderTea").constraints


@pytest.fixture
def broken(constraints):
    """Field and keyword of all that the request breaks besides a good Tea; the check and the explanation must agree."""

    def broken(**members):
        request = {"Tea": "mint"} | members
        found = constraints.errors(request)
        assert constraints.is_valid(request) is not bool(found)
        return [(entry.name, entry.keyword) for entry in found]

    return broken


@pytest.fixture
def mistyped(constraints):
    """The sentence of the SerializationException that the request meets."""

    def mistyped(**members):
        request = {"Tea": "mint"} | members
        assert not constraints.is_valid(request)
        with pytest.raises(SerializationException) as refusal:
            constraints.errors(request)
        return refusal.value.message

    return mistyped


EXTRA = {"Name": "milk"}


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"Tea": "ab"},
        {"Tea": "abcdefgh"},
        {"Kind": "BLACK"},
        {"Cups": 1},
        {"Cups": 5},
        {"Recipe": ""},
        {"Recipe": "AP8="},
        {"Iced": False},
        {"Before": 0},
        {"Before": 1.5},
        {"Before": "2026-01-01T00:00:00Z"},
        {"Extras": [EXTRA]},
        {"Extras": [EXTRA, EXTRA, EXTRA]},
        {"Extras": [EXTRA | {"Grams": 0}]},
        {"Extras": [EXTRA | {"Grams": 99.5}]},
        {"Labels": {"aa": "bb", "cc": "dd"}},
        {"Gift": {"Within": {"Within": {"To": "Ann"}}}},
        {"Cups": None, "Kind": None, "Extras": None, "Labels": None, "Gift": {"To": None, "Within": None}},
        {"Sugar": 3, "tea": 3, "Gift": {"Paper": []}},
    ],
)
def test_good_requests_break_nothing(broken, members):
    """Values at their bounds, nulls and unknown members are accepted."""
    assert [] == broken(**members)


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ({"Tea": None}, [("tea", "required")]),
        ({"Tea": "a"}, [("tea", "minLength")]),
        ({"Tea": "abcdefghi"}, [("tea", "maxLength")]),
        ({"Tea": "Mint"}, [("tea", "pattern")]),
        ({"Tea": "mint\n"}, [("tea", "pattern")]),
        ({"Tea": "\nmint"}, [("tea", "pattern")]),
        ({"Tea": "mint tea"}, [("tea", "pattern")]),
        ({"Tea": ""}, [("tea", "minLength"), ("tea", "pattern")]),
        ({"Kind": "black"}, [("kind", "enum")]),
        ({"Kind": ""}, [("kind", "enum")]),
        ({"Kind": "BLACK\n"}, [("kind", "enum")]),
        ({"Cups": 0}, [("cups", "minimum")]),
        ({"Cups": 6}, [("cups", "maximum")]),
        ({"Cups": 10**30}, [("cups", "maximum")]),
        ({"Extras": []}, [("extras", "minItems")]),
        ({"Extras": [EXTRA] * 4}, [("extras", "maxItems")]),
        ({"Extras": [{}]}, [("extras.1.member.name", "required")]),
        ({"Extras": [EXTRA, {"Name": None}]}, [("extras.2.member.name", "required")]),
        ({"Extras": [EXTRA | {"Grams": -0.1}]}, [("extras.1.member.grams", "minimum")]),
        ({"Extras": [EXTRA | {"Grams": 99.6}]}, [("extras.1.member.grams", "maximum")]),
        ({"Extras": [EXTRA | {"Grams": float("inf")}]}, [("extras.1.member.grams", "maximum")]),
        ({"Labels": {}}, [("labels", "minProperties")]),
        ({"Labels": {"aa": "bb", "cc": "dd", "ee": "ff"}}, [("labels", "maxProperties")]),
        ({"Labels": {"A": "bb"}}, [("labels", "minLength"), ("labels", "pattern")]),
        ({"Labels": {"aa": "B!"}}, [("labels.aa", "pattern")]),
    ],
)
def test_each_broken_constraint_is_named(broken, members, found):
    """A broken constraint is described by the place in lower camel case and by its kind."""
    assert found == sorted(broken(**members))


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({"Tea": 7}, "tea"),
        ({"Tea": True}, "tea"),
        ({"Tea": ["mint"]}, "tea"),
        ({"Kind": 1}, "kind"),
        ({"Cups": "2"}, "cups"),
        ({"Cups": 2.0}, "cups"),
        ({"Cups": True}, "cups"),
        ({"Iced": 1}, "iced"),
        ({"Iced": "true"}, "iced"),
        ({"Before": True}, "before"),
        ({"Before": [0]}, "before"),
        ({"Before": float("nan")}, "before"),
        ({"Recipe": "A"}, "recipe"),
        ({"Recipe": "AP8=\n"}, "recipe"),
        ({"Extras": EXTRA}, "extras"),
        ({"Extras": [None]}, "extras.1.member"),
        ({"Extras": ["milk"]}, "extras.1.member"),
        ({"Extras": [EXTRA | {"Grams": "1"}]}, "extras.1.member.grams"),
        ({"Extras": [EXTRA | {"Grams": True}]}, "extras.1.member.grams"),
        ({"Extras": [EXTRA | {"Grams": float("nan")}]}, "extras.1.member.grams"),
        ({"Labels": ["aa"]}, "labels"),
        ({"Labels": {"aa": None}}, "labels.aa"),
        ({"Gift": "Ann"}, "gift"),
        ({"Gift": {"Within": {"Within": {"To": 1}}}}, "gift.within.within.to"),
    ],
)
def test_another_json_type_is_badly_written(mistyped, members, place):
    """A value of another JSON type than the model's is a SerializationException that names its place."""
    assert f"'{place}'" in mistyped(**members)


def test_a_wrong_type_goes_before_broken_constraints(mistyped):
    """A request that is badly written is refused for that, whatever else it breaks."""
    assert "'cups'" in mistyped(Tea="", Kind="RED", Cups="2")


def test_all_broken_constraints_come_together(constraints):
    """Every broken constraint is listed, with AWS's sentence for each."""
    request = {"Kind": "RED", "Cups": 9, "Extras": [{"Name": "Milk"}, {}]}

    assert {
        BrokenConstraint("tea", "required", "Member must not be null"),
        BrokenConstraint("kind", "enum", "Member must satisfy enum value set: [BLACK, GREEN]"),
        BrokenConstraint("cups", "maximum", "Member must have value less than or equal to 5"),
        BrokenConstraint("extras.1.member.name", "pattern", "Member must satisfy regular expression pattern: [a-z]+"),
        BrokenConstraint("extras.2.member.name", "required", "Member must not be null"),
    } == set(constraints.errors(request))


@pytest.mark.parametrize("digits", ["\u0663", "\uff11", "1\u0663"])
def test_digits_in_patterns_are_ascii(digits):
    r"""`\d` in a pattern means the digits 0 to 9, as in Java."""
    code = ShapeResolver({"Code": {"type": "string", "pattern": "[\\d]+"}}).get_shape_by_name("Code")

    assert Constraints(code).is_valid("123")
    assert not Constraints(code).is_valid(digits)
