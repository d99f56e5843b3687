from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

import pytest

from emulator.wire.render import compile_render

MOMENT = datetime(2026, 1, 1, 12, 30, 0, 123456, tzinfo=timezone.utc)


@dataclass
class Order:
    """State with more in it than the answer shows."""

    order_id: str
    tea: str | None
    till: str = "secret"
    cups: int = 0


@pytest.fixture
def render(shop):
    """Renders by the output shape of OrderTea."""
    return compile_render(shop.model.operation_model("OrderTea").output_shape)


def test_a_dataclass_is_read_by_snake_case(render):
    """Members are read from the attributes of their names in snake case; nothing else of the state gets out."""
    assert {"OrderId": "o-1", "Tea": "mint", "Cups": 0} == render(Order("o-1", "mint"))


def test_none_is_left_out_and_falsy_values_stay(render):
    """A member that is None is not in the answer; zero, empty text and empty lists are."""
    assert {"OrderId": "", "Cups": 0, "Extras": []} == render({"OrderId": "", "Tea": None, "Cups": 0, "Extras": []})


def test_a_mapping_is_read_by_wire_names(render):
    """Members are read from a mapping under the model's names; unknown ones stay behind."""
    assert {"Tea": "mint"} == render({"Tea": "mint", "tea": "black", "Price": 1})


def test_of_a_tuple_the_first_part_with_the_member_counts(render):
    """Each member is read from the first part of a tuple that has it, of whatever kind the parts are."""
    assert {"OrderId": "o-1", "Tea": "black", "Cups": 0} == render(({"Tea": "black"}, Order("o-1", "mint"), {"Cups": 9}))


def test_a_part_that_has_none_hides_the_later_parts(render):
    """A part that has the member as None has it: later parts are not asked."""
    assert {"OrderId": "o-1", "Cups": 0} == render((Order("o-1", None), {"Tea": "black"}))


def test_times_and_blobs_are_written_for_json(render):
    """A time is seconds since 1970 to the millisecond, a blob is base64."""
    assert {"OrderedAt": 1767270600.123, "Recipe": "AP9taW50"} == render({"OrderedAt": MOMENT, "Recipe": b"\x00\xffmint"})


def test_lists_of_structures_are_rendered_member_by_member(render):
    """Structures in a list are rendered by their own shape."""
    extras = [{"Name": "milk", "Picked": MOMENT, "Fat": 3}, Order("o-1", "mint")]

    assert {"Extras": [{"Name": "milk", "Picked": 1767270600.123}, {}]} == render({"Extras": extras})


def test_a_shape_that_holds_itself_is_rendered_to_any_depth(render):
    """A structure within itself is rendered as deep as the state goes."""
    gift = {"To": "Ann", "Within": {"To": "Ben", "Within": {"To": "Cem", "Paper": "red"}}}

    assert {"Gift": {"To": "Ann", "Within": {"To": "Ben", "Within": {"To": "Cem"}}}} == render({"Gift": gift})
