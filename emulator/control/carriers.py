"""Carrier rules: the outcomes of messages."""

from __future__ import annotations

from typing import Annotated, Any

from emulator.control.command import command
from emulator.control.errors import InvalidArgument
from emulator.control.parsing import (
    CHANNELS,
    SECONDS_MAX,
    Parser,
    choice,
    normalize_number,
    parse_choice,
    parse_int,
    parse_list,
    parse_number,
    parse_object,
    parse_optional_int,
    parse_seconds,
    quoted,
)
from emulator.control.views import RuleView, rule_view
from emulator.telecom.carriers import ALL_OUTCOMES, HELD, OUTCOMES, Rule
from emulator.telecom.vocabulary import ChannelName, Status
from emulator.world import World

RULE = ("match", "outcome", "probability", "delay_seconds", "times", "via", "receipts")
RECEIPTS_MAX = 10
RULE_MATCHES = ("carrier", "channel", "contains", "country", "from", "to")


@command("GET /carriers/outcomes")
def list_outcomes(world: World, *, channel: Annotated[ChannelName, choice(*OUTCOMES)] = "sms") -> list[str]:
    """List the outcomes that a handset or a rule can set for a message of the channel."""
    return sorted(OUTCOMES[channel])


@command("GET /carriers/rules")
def show_rules(world: World) -> list[RuleView]:
    """Show the carrier rules in order."""
    return [rule_view(rule) for rule in world.carriers.rules]


def _parse_rule(body: dict[str, Any]) -> Rule:
    fields = parse_object(body, RULE, "outcome")
    match = fields.get("match", {})
    if not isinstance(match, dict):
        raise InvalidArgument('match must be an object such as {"country": "US"}', "match")
    for name, value in match.items():
        if name not in RULE_MATCHES:
            raise InvalidArgument(f"a rule cannot match {quoted(name)}; allowed: {', '.join(RULE_MATCHES)}", f"match.{name}")
        if not isinstance(value, str):
            raise InvalidArgument(f"{name} must be text, not {quoted(value)}", f"match.{name}")
    if "channel" in match:
        parse_choice(match["channel"], CHANNELS, "match.channel")
    return Rule(
        {key: normalize_number(value) if key in ("to", "from") else value for key, value in match.items()},
        parse_choice(fields["outcome"], ALL_OUTCOMES, "outcome"),
        probability=parse_number(fields.get("probability", 1.0), "probability", 1),
        delay=parse_seconds(fields.get("delay_seconds", 0), "delay_seconds"),
        times=parse_optional_int(fields.get("times"), "times"),
        via=_parse_via(fields.get("via", [])),
        receipts=parse_int(fields.get("receipts", 1), "receipts", 1, RECEIPTS_MAX),
    )


def _parse_via(value: Any) -> tuple[Status, ...]:
    if not isinstance(value, list | tuple):
        raise InvalidArgument(f"via must be a list of {', '.join(sorted(HELD))}, not {quoted(value)}", "via")
    return tuple(parse_choice(status, HELD, "via") for status in value)


RULES_SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["outcome"],
        "additionalProperties": False,
        "properties": {
            "match": {"type": "object", "properties": {name: {"type": "string"} for name in RULE_MATCHES}},
            "outcome": {"type": "string", "enum": sorted(ALL_OUTCOMES)},
            "probability": {"type": "number", "minimum": 0, "maximum": 1},
            "delay_seconds": {"type": "number", "minimum": 0, "maximum": SECONDS_MAX},
            "times": {"type": ["integer", "null"], "minimum": 0},
            "via": {"type": "array", "items": {"enum": sorted(HELD)}},
            "receipts": {"type": "integer", "minimum": 1, "maximum": RECEIPTS_MAX},
        },
    },
}
Rules = Annotated[list[Rule], Parser(lambda value, name: parse_list(value, "rule", _parse_rule), RULES_SCHEMA)]


@command("PUT /carriers/rules", body="rules")
def change_rules(world: World, *, rules: Rules) -> list[RuleView]:
    """Replace all carrier rules; the first that matches applies."""
    world.carriers.rules = rules
    return show_rules(world)
