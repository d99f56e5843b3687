"""Opt-out lists, and the numbers on them."""

from __future__ import annotations

from typing import Any

from emulator.messaging import sharing
from emulator.messaging.errors import ConflictException, ResourceNotFoundException, ServiceQuotaExceededException, together
from emulator.messaging.facts import NumberOptedIn, NumberOptedOut
from emulator.messaging.state.opt_out_lists import DEFAULT_LIST, OptedOutNumber, OptOutList
from emulator.services.sms_voice_v2.operations._filters import BOOLEANS, select
from emulator.services.sms_voice_v2.service import Context
from emulator.telecom.numbering import e164
from emulator.wire.service import operation


@operation
def create_opt_out_list(
    ctx: Context, *, opt_out_list_name: str, tags: list[dict[str, str]] | None = None
) -> tuple[OptOutList, dict[str, Any]]:
    """Create an empty list. Source: API reference, CreateOptOutList."""
    store = ctx.store
    if opt_out_list_name in store.opt_out_lists:
        raise ConflictException("RESOURCE_ALREADY_EXISTS", "opt-out-list", opt_out_list_name)
    if len(store.opt_out_lists) >= ctx.world.settings.quotas["OPT_OUT_LISTS_PER_ACCOUNT"]:
        raise ServiceQuotaExceededException("OPT_OUT_LISTS_PER_ACCOUNT")
    arn = store.arn("opt-out-list", opt_out_list_name)
    echoed = store.set_tags(arn, tags)
    return store.opt_out_lists.add(OptOutList(arn, opt_out_list_name, ctx.now)), echoed


@operation
def describe_opt_out_lists(
    ctx: Context, *, opt_out_list_names: list[str] | None = None, owner: str = "SELF"
) -> dict[str, list[OptOutList]]:
    """List the account's lists. Source: API reference, DescribeOptOutLists."""
    lists = ctx.store.opt_out_lists
    if owner == "SHARED":
        if opt_out_list_names:
            raise together("optOutListNames", "owner")
        shared = sharing.shared_with(ctx, lambda store: store.opt_out_lists, lambda row: row.opt_out_list_arn)
        return {"OptOutLists": list(shared)}
    return {"OptOutLists": [lists.get(name) for name in opt_out_list_names] if opt_out_list_names else list(lists)}


@operation
def delete_opt_out_list(ctx: Context, *, opt_out_list_name: str) -> OptOutList:
    """Delete a list and all numbers on it, unless it is the default or in use. Source: API reference, DeleteOptOutList."""
    store = ctx.store
    opt_out_list = store.opt_out_lists.get(opt_out_list_name)
    name = opt_out_list.opt_out_list_name
    if name == DEFAULT_LIST or _is_used(ctx, opt_out_list):
        raise ConflictException("RESOURCE_DELETION_NOT_ALLOWED", "opt-out-list", name)
    store.forget(opt_out_list.opt_out_list_arn)
    return store.opt_out_lists.remove(opt_out_list)


def _is_used(ctx: Context, opt_out_list: OptOutList) -> bool:
    """Return whether a number or pool of any account uses the list."""
    users = [user for store in ctx.world.messaging_stores for user in (*store.phone_numbers, *store.pools)]
    return any(user.opt_out_list_arn == opt_out_list.opt_out_list_arn for user in users)


def _find(ctx: Context, reference: str, action: str) -> OptOutList:
    return sharing.get(ctx, lambda store: store.opt_out_lists, reference, action)


@operation
def put_opted_out_number(
    ctx: Context, *, opt_out_list_name: str, opted_out_number: str
) -> tuple[OptOutList, OptedOutNumber]:
    """Add a number to a list, at the account's own request. Source: API reference, PutOptedOutNumber."""
    opt_out_list = _find(ctx, opt_out_list_name, "PutOptedOutNumber")
    entry = opt_out_list.opt_out(e164(opted_out_number), ctx.now, by_end_user=False)
    arn = opt_out_list.opt_out_list_arn
    ctx.emit(NumberOptedOut(ctx.account, ctx.region, arn, entry.opted_out_number, False))
    return opt_out_list, entry


@operation
def delete_opted_out_number(
    ctx: Context, *, opt_out_list_name: str, opted_out_number: str
) -> tuple[OptOutList, OptedOutNumber]:
    """Remove a number from a list, once in 30 days. Source: API reference, DeleteOptedOutNumber."""
    opt_out_list = _find(ctx, opt_out_list_name, "DeleteOptedOutNumber")
    entry = opt_out_list.opt_in(e164(opted_out_number), ctx.now)
    arn = opt_out_list.opt_out_list_arn
    ctx.emit(NumberOptedIn(ctx.account, ctx.region, arn, entry.opted_out_number, False))
    return opt_out_list, entry


@operation
def describe_opted_out_numbers(
    ctx: Context,
    *,
    opt_out_list_name: str,
    opted_out_numbers: list[str] | None = None,
    filters: list[dict[str, Any]] | None = None,
) -> tuple[dict[str, list[OptedOutNumber]], OptOutList]:
    """List the numbers on a list. Source: API reference, DescribeOptedOutNumbers."""
    opt_out_list = _find(ctx, opt_out_list_name, "DescribeOptedOutNumbers")
    rows = list(opt_out_list.numbers.values())
    if opted_out_numbers:
        for number in opted_out_numbers:
            if e164(number) not in opt_out_list.numbers:
                raise ResourceNotFoundException("opted-out-number", number)
        rows = [opt_out_list.numbers[e164(number)] for number in opted_out_numbers]
    return {"OptedOutNumbers": select(rows, filters, None, {"end-user-opted-out": BOOLEANS})}, opt_out_list
