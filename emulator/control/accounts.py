"""Accounts: settings and limits, numbers, costs."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

from emulator.control import rcs
from emulator.control.command import command
from emulator.control.errors import InvalidArgument
from emulator.control.parsing import Account, Flag, Parser, Region, choice, parse_choice, parse_int, quoted
from emulator.messaging.channels import SPEND_LIMITS
from emulator.messaging.receiving.inbound import stores_of
from emulator.messaging.registrations.reviews import REVIEWERS
from emulator.wire.credentials import DEFAULT_ACCOUNT, DEFAULT_REGION
from emulator.world import World

TIERS = ("SANDBOX", "PRODUCTION")
REPUTATIONS = ("good", "insufficient")


def _parse_spend_limits(value: Any, name: str) -> dict[str, int]:
    if not isinstance(value, dict):
        raise InvalidArgument(f'{name} must be an object such as {{"TEXT": 100}}, not {quoted(value)}', name)
    for word, limit in value.items():
        parse_choice(word, SPEND_LIMITS, name)
        parse_int(limit, name)
    return value


SPEND_LIMITS_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {word: {"type": "integer", "minimum": 0} for word in SPEND_LIMITS},
}


class Settings(TypedDict, total=False):
    """The settings that an account has; spend limits in whole dollars a month, by AWS's name for the channel."""

    tier: Annotated[str, choice(*TIERS)]
    enabled: Flag
    reputation: Annotated[str, choice(*REPUTATIONS)]
    reviewer: Annotated[str, choice(*REVIEWERS)]
    spend_limits: Annotated[dict[str, int], Parser(_parse_spend_limits, SPEND_LIMITS_SCHEMA)]


class AccountView(TypedDict):
    """The settings of an account in a region."""

    account: str
    region: str
    tier: str
    enabled: bool
    reputation: str
    reviewer: str
    spend_limits: dict[str, int]


class NumberRow(TypedDict):
    """A number that a handset can write to."""

    number: str
    account: str
    region: str
    country: str
    number_type: str
    status: str


class Numbers(TypedDict):
    """The numbers and RCS agents that a handset can write to."""

    agents: list[rcs.AgentRow]
    numbers: list[NumberRow]


class CostRow(TypedDict):
    """The cost of one channel and country in a month, in US dollars."""

    account: str
    region: str
    month: str
    channel: str
    country: str
    messages: int
    parts: int
    price: float
    carrier_fee: float
    total: float
    currency: str


class Costs(TypedDict):
    """Costs by month, channel and country."""

    costs: list[CostRow]


@command("GET /account")
def show_account(world: World, *, account: Account | None = None, region: Region | None = None) -> AccountView:
    """Show the settings of an account in a region."""
    store = world.messaging_stores[account or DEFAULT_ACCOUNT, region or DEFAULT_REGION]
    return {
        "account": store.account,
        "region": store.region,
        "tier": store.tier,
        "enabled": store.enabled,
        "reputation": store.reputation,
        "reviewer": store.reviewer,
        "spend_limits": dict(store.spend.max_limits),
    }


@command("PUT /account", fields=Settings)
def change_account(
    world: World, *, account: Account | None = None, region: Region | None = None, **settings: Any
) -> AccountView:
    """Change an account's settings; fields that are left out keep their value."""
    store = world.messaging_stores[account or DEFAULT_ACCOUNT, region or DEFAULT_REGION]
    store.tier = settings.get("tier", store.tier)
    store.enabled = settings.get("enabled", store.enabled)
    store.reputation = settings.get("reputation", store.reputation)
    store.reviewer = settings.get("reviewer", store.reviewer)
    store.spend.max_limits.update(settings.get("spend_limits", {}))
    return show_account(world, account=account, region=region)


@command("GET /numbers")
def list_numbers(world: World, *, account: Account | None = None, region: Region | None = None) -> Numbers:
    """List the numbers and RCS agents of all accounts, to which a handset can write."""
    return {
        "agents": rcs.list_agents(world, account, region),
        "numbers": [
            {
                "number": row.phone_number,
                "account": store.account,
                "region": store.region,
                "country": row.iso_country_code,
                "number_type": row.number_type,
                "status": row.status,
            }
            for store in stores_of(world, account, region)
            for row in store.phone_numbers
        ],
    }


@command("GET /costs")
def costs(world: World, *, account: Account | None = None, region: Region | None = None) -> Costs:
    """Show the costs by month, channel and country."""
    rows: list[Any] = world.charges.report()
    return {"costs": [row for row in rows if account in (None, row["account"]) and region in (None, row["region"])]}
