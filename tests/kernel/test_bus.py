from __future__ import annotations

from dataclasses import dataclass

from emulator.kernel.bus import Bus


@dataclass
class Fact:
    """Something that happened."""

    name: str


@dataclass
class SpecialFact(Fact):
    """Something that happened, in a subclass."""


def test_subscribers_hear_in_the_order_they_subscribed():
    """Every subscriber of a fact's type is called, in the order of subscription."""
    bus, heard = Bus(), []
    bus.subscribe(Fact, lambda fact: heard.append(("first", fact.name)))
    bus.subscribe(Fact, lambda fact: heard.append(("second", fact.name)))

    bus.publish(Fact("a"))

    assert [("first", "a"), ("second", "a")] == heard


def test_only_the_exact_type_is_heard():
    """A subscriber of a class receives neither its subclasses nor other types."""
    bus, heard = Bus(), []
    bus.subscribe(Fact, heard.append)

    bus.publish_all([SpecialFact("special"), "text", Fact("plain")])

    assert [Fact("plain")] == heard


def test_a_fact_nobody_wants_is_no_error():
    """Publishing a fact without subscribers does nothing, and remembers nothing for later ones."""
    bus, heard = Bus(), []

    bus.publish(Fact("early"))
    bus.subscribe(Fact, heard.append)

    assert [] == heard


def test_facts_are_published_one_after_the_other():
    """All subscribers receive one fact before any receives the next."""
    bus, heard = Bus(), []
    bus.subscribe(Fact, lambda fact: heard.append(("first", fact.name)))
    bus.subscribe(Fact, lambda fact: heard.append(("second", fact.name)))

    bus.publish_all([Fact("a"), Fact("b")])

    assert [("first", "a"), ("second", "a"), ("first", "b"), ("second", "b")] == heard


def test_a_fact_published_by_a_subscriber_is_heard_at_once():
    """A fact that a subscriber publishes is delivered before the outer publication returns."""
    bus, heard = Bus(), []
    bus.subscribe(Fact, lambda fact: bus.publish(SpecialFact(fact.name)))
    bus.subscribe(Fact, lambda fact: heard.append("fact"))
    bus.subscribe(SpecialFact, lambda fact: heard.append("special"))

    bus.publish(Fact("a"))

    assert ["special", "fact"] == heard
