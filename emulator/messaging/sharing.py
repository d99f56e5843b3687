"""
Resources of the caller, and those that other accounts share with it.

A shared resource is used by its full ARN, in its region, if its owner's policy allows the operation.
Source: shared-resources.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from emulator.kernel.stores import Table
from emulator.messaging.context import Context
from emulator.messaging.errors import AccessDeniedException
from emulator.messaging.state.opt_out_lists import OptOutList
from emulator.messaging.store import MessagingStore

Row = TypeVar("Row")


def owner_of(ctx: Context, reference: str) -> MessagingStore:
    """The store that a reference points into: that of the ARN's account, in the caller's region, else the caller's own."""
    parts = reference.split(":", 5)
    if len(parts) == 6 and parts[3] == ctx.region:
        return ctx.world.messaging_stores.find((parts[4], parts[3])) or ctx.store
    return ctx.store


def find(ctx: Context, table: Callable[[MessagingStore], Table[Row]], reference: str, action: str) -> Row | None:
    """
    A row of the caller's, or one that is shared with it, by its full ARN.

    Raises:
        AccessDeniedException: another account has it, and its policy does not allow the operation.
    """
    own = table(ctx.store).find(reference)
    if own is not None or not reference.startswith("arn:"):
        return own
    owner = owner_of(ctx, reference)
    policy = owner.policies.get(reference)
    if policy is None:
        return None  # unverified: what nobody shares is as good as missing
    if not policy.allows(ctx.account, action):
        raise AccessDeniedException()
    return table(owner).find(reference)


def get(ctx: Context, table: Callable[[MessagingStore], Table[Row]], reference: str, action: str) -> Row:
    """As `find`, but a row that is missing is the table's error."""
    row = find(ctx, table, reference, action)
    return table(ctx.store).get(reference) if row is None else row


def shared_with(ctx: Context, table: Callable[[MessagingStore], Table[Row]], arn: Callable[[Row], str]) -> Iterator[Row]:
    """All rows that other accounts of the region share with the caller."""
    for store in ctx.world.messaging_stores:
        if store.region != ctx.region or store is ctx.store:
            continue
        for row in table(store):
            policy = store.policies.get(arn(row))
            if policy is not None and policy.names(ctx.account):
                yield row


def opt_out_list(ctx: Context, arn: str) -> OptOutList:
    """The list that a number or pool uses, whoever owns it; whether it may be used was asked when it was chosen."""
    own = ctx.store.opt_out_lists.find(arn)
    return own if own is not None else owner_of(ctx, arn).opt_out_lists.get(arn)
