"""Opt-out lists, and the numbers on them."""

from __future__ import annotations

from typing import Any

from emulator.services.sms_voice_v2.errors import (
    ConflictException,
    ResourceNotFoundException,
    ServiceQuotaExceededException,
    ValidationException,
)
from emulator.services.sms_voice_v2.events import NumberOptedIn, NumberOptedOut
from emulator.services.sms_voice_v2.filters import BOOLEANS, select
from emulator.services.sms_voice_v2.service import Context, operation
from emulator.services.sms_voice_v2.state.opt_out_lists import DEFAULT_LIST, OptOutList
from emulator.telecom.numbering import e164


@operation
def create_opt_out_list(context: Context, *, opt_out_list_name: str, tags: list[dict[str, str]] | None = None) -> Any:
    """Make an empty list. Source: API reference, CreateOptOutList."""
    store = context.store
    if opt_out_list_name in store.opt_out_lists:
        raise ConflictException("RESOURCE_ALREADY_EXISTS", "opt-out-list", opt_out_list_name)
    if len(store.opt_out_lists) >= context.world.settings.quotas["OPT_OUT_LISTS_PER_ACCOUNT"]:
        raise ServiceQuotaExceededException("OPT_OUT_LISTS_PER_ACCOUNT")
    arn = store.arn("opt-out-list", opt_out_list_name)
    echoed = store.set_tags(arn, tags)
    return store.opt_out_lists.add(OptOutList(arn, opt_out_list_name, context.now)), echoed


@operation
def describe_opt_out_lists(
    context: Context, *, opt_out_list_names: list[str] | None = None, owner: str = "SELF"
) -> dict[str, list[OptOutList]]:
    """The account's lists. Source: API reference, DescribeOptOutLists."""
    lists = context.store.opt_out_lists
    if owner == "SHARED":
        if opt_out_list_names:
            fields = [
                (name, "Member cannot be used together with the others named") for name in ("optOutListNames", "owner")
            ]
            raise ValidationException("PARAMETERS_CANNOT_BE_USED_TOGETHER", *fields)
        return {"OptOutLists": []}
    return {"OptOutLists": [lists.get(name) for name in opt_out_list_names] if opt_out_list_names else list(lists)}


@operation
def delete_opt_out_list(context: Context, *, opt_out_list_name: str) -> OptOutList:
    """Delete a list and all numbers on it, unless it is the default or in use. Source: API reference, DeleteOptOutList."""
    store = context.store
    opt_out_list = store.opt_out_lists.get(opt_out_list_name)
    name = opt_out_list.opt_out_list_name
    if name == DEFAULT_LIST or any(number.opt_out_list_name == name for number in store.phone_numbers):
        raise ConflictException("RESOURCE_DELETION_NOT_ALLOWED", "opt-out-list", name)
    store.tags.pop(opt_out_list.opt_out_list_arn, None)
    return store.opt_out_lists.remove(opt_out_list)


@operation
def put_opted_out_number(context: Context, *, opt_out_list_name: str, opted_out_number: str) -> Any:
    """Put a number on a list, on the account's own word. Source: API reference, PutOptedOutNumber."""
    opt_out_list = context.store.opt_out_lists.get(opt_out_list_name)
    entry = opt_out_list.opt_out(e164(opted_out_number), context.now, by_end_user=False)
    arn = opt_out_list.opt_out_list_arn
    context.emit(NumberOptedOut(context.account, context.region, arn, entry.opted_out_number, False))
    return opt_out_list, entry


@operation
def delete_opted_out_number(context: Context, *, opt_out_list_name: str, opted_out_number: str) -> Any:
    """Take a number off a list, once in 30 days. Source: API reference, DeleteOptedOutNumber."""
    opt_out_list = context.store.opt_out_lists.get(opt_out_list_name)
    entry = opt_out_list.opt_in(e164(opted_out_number), context.now)
    arn = opt_out_list.opt_out_list_arn
    context.emit(NumberOptedIn(context.account, context.region, arn, entry.opted_out_number, False))
    return opt_out_list, entry


@operation
def describe_opted_out_numbers(
    context: Context,
    *,
    opt_out_list_name: str,
    opted_out_numbers: list[str] | None = None,
    filters: list[dict[str, Any]] | None = None,
) -> Any:
    """Who is on a list. Source: API reference, DescribeOptedOutNumbers."""
    opt_out_list = context.store.opt_out_lists.get(opt_out_list_name)
    rows = list(opt_out_list.numbers.values())
    if opted_out_numbers:
        for number in opted_out_numbers:
            if e164(number) not in opt_out_list.numbers:
                raise ResourceNotFoundException("opted-out-number", number)
        rows = [opt_out_list.numbers[e164(number)] for number in opted_out_numbers]
    return {"OptedOutNumbers": select(rows, filters, None, {"end-user-opted-out": BOOLEANS})}, opt_out_list
