"""The carriers as the tester orders them: rules for what messages end in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.telecom.carriers import ALL_OUTCOMES, HELD, OUTCOMES, Rule
from emulator.tester.errors import BadCommand
from emulator.tester.readers import (
    CHANNELS,
    amount,
    any_number,
    one_of,
    quoted,
    read_each,
    read_members,
    seconds,
    whole_or_none,
)
from emulator.tester.views import rule_view

if TYPE_CHECKING:
    from emulator.engine import Emulator

RULE_MATCHES = frozenset({"to", "country", "carrier", "channel", "from", "contains"})


def list_outcomes(emulator: Emulator, *, channel: Any = "sms") -> list[str]:
    """What a handset or a rule can have a message of the channel end in."""
    return sorted(OUTCOMES[one_of(channel, OUTCOMES, "channel")])


def show_rules(emulator: Emulator) -> list[dict[str, Any]]:
    """The carriers' rules in order."""
    return [rule_view(rule) for rule in emulator.world.carriers.rules]


def change_rules(emulator: Emulator, *, rules: Any) -> list[dict[str, Any]]:
    """Put these rules in place of all others; the first that matches wins."""
    emulator.world.carriers.rules = read_each(rules, "rule", _read_rule)
    return show_rules(emulator)


def _read_rule(body: dict[str, Any]) -> Rule:
    members = read_members(body, ("match", "outcome", "probability", "delay_seconds", "times", "via"), "outcome")
    match = members.get("match", {})
    if not isinstance(match, dict):
        raise BadCommand('match must be an object such as {"country": "US"}', "match")
    for name, value in match.items():
        if name not in RULE_MATCHES:
            raise BadCommand(f"a rule cannot match {name}; it can {', '.join(sorted(RULE_MATCHES))}", f"match.{name}")
        if not isinstance(value, str):
            raise BadCommand(f"{name} must be text, not {quoted(value)}", f"match.{name}")
    if "channel" in match:
        one_of(match["channel"], CHANNELS, "match.channel")
    return Rule(
        {key: any_number(value) if key in ("to", "from") else value for key, value in match.items()},
        one_of(members["outcome"], ALL_OUTCOMES, "outcome"),
        amount(members.get("probability", 1.0), "probability", 1),
        seconds(members.get("delay_seconds", 0), "delay_seconds"),
        whole_or_none(members.get("times"), "times"),
        _read_via(members.get("via", [])),
    )


def _read_via(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise BadCommand(f"via must be a list of {', '.join(sorted(HELD))}, not {quoted(value)}", "via")
    return tuple(one_of(status, HELD, "via") for status in value)


COMMANDS: tuple[Callable[..., Any], ...] = (
    list_outcomes,
    show_rules,
    change_rules,
)
