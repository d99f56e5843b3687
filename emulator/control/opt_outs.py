"""Opt-outs: who is on which list, since when, and by whom; numbers can be put on a list and taken off it."""

from __future__ import annotations

from typing import TypedDict

from emulator.control.command import command
from emulator.control.errors import NotFound
from emulator.control.parsing import Account, AnyNumber, FilledText, PhoneNumber, Region, Text
from emulator.control.views import iso
from emulator.messaging.facts import NumberOptedIn, NumberOptedOut
from emulator.messaging.receiving.inbound import open_store, stores_of
from emulator.messaging.state.opt_out_lists import OptOutList
from emulator.messaging.store import MessagingStore
from emulator.wire.credentials import DEFAULT_ACCOUNT, DEFAULT_REGION
from emulator.world import World


class OptOut(TypedDict):
    """A number on an opt-out list; `by` is `recipient` or `account`."""

    account: str
    region: str
    list: str
    number: str
    since: str
    by: str


class OptOuts(TypedDict):
    """Numbers on opt-out lists, by list and then by time."""

    opt_outs: list[OptOut]


@command("GET /opt-outs")
def list_opt_outs(
    world: World,
    *,
    number: AnyNumber | None = None,
    list: Text | None = None,  # noqa: A002
    account: Account | None = None,
    region: Region | None = None,
) -> OptOuts:
    """List who is on which opt-out list, since when, and whether the recipient or the account has put them there."""
    rows = [
        _view(store, opt_out_list, row)
        for store in stores_of(world, account, region)
        for opt_out_list in store.opt_out_lists
        if list in (None, opt_out_list.opt_out_list_name)
        for row in opt_out_list.numbers
        if number in (None, row)
    ]
    return {"opt_outs": rows}


@command("PUT /opt-outs/{list}/{number}")
def add_opt_out(
    world: World,
    *,
    list: FilledText,  # noqa: A002
    number: PhoneNumber,
    account: Account = DEFAULT_ACCOUNT,
    region: Region = DEFAULT_REGION,
) -> OptOut:
    """Put a number on an opt-out list, as if the recipient had replied STOP."""
    store, opt_out_list = _find(world, account, region, list)
    if number not in opt_out_list.numbers:
        with open_store(world, store) as ctx:
            opt_out_list.opt_out(number, ctx.now, by_end_user=True)
            ctx.emit(NumberOptedOut(store.account, store.region, opt_out_list.opt_out_list_arn, number, True))
    return _view(store, opt_out_list, number)


@command("DELETE /opt-outs/{list}/{number}")
def remove_opt_out(
    world: World,
    *,
    list: FilledText,  # noqa: A002
    number: PhoneNumber,
    account: Account = DEFAULT_ACCOUNT,
    region: Region = DEFAULT_REGION,
) -> OptOuts:
    """Take a number off an opt-out list, as if the recipient had replied START; the account's 30 days do not count."""
    store, opt_out_list = _find(world, account, region, list)
    with open_store(world, store) as ctx:
        if not opt_out_list.opt_in_by_end_user(number):
            raise NotFound(f"{number} is not on the opt-out list {list}")
        ctx.emit(NumberOptedIn(store.account, store.region, opt_out_list.opt_out_list_arn, number, True))
    return {"opt_outs": []}


def _find(world: World, account: str, region: str, name: str) -> tuple[MessagingStore, OptOutList]:
    store = world.messaging_stores[account, region]
    found = store.opt_out_lists.find(name)
    if found is None:
        known = ", ".join(each.opt_out_list_name for each in store.opt_out_lists)
        raise NotFound(f"unknown opt-out list {name!r} of account {account} in {region}; it has: {known}")
    return store, found


def _view(store: MessagingStore, opt_out_list: OptOutList, number: str) -> OptOut:
    row = opt_out_list.numbers[number]
    return {
        "account": store.account,
        "region": store.region,
        "list": opt_out_list.opt_out_list_name,
        "number": number,
        "since": iso(row.opted_out_timestamp),
        "by": "recipient" if row.end_user_opted_out else "account",
    }
