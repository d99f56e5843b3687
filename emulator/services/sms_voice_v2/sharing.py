"""
Resources of the caller, and those that other accounts share with it.

A shared resource is used by its full ARN, in its region, if its owner's policy allows the operation.
Source: shared-resources.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from emulator.kernel.stores import Table
from emulator.services.sms_voice_v2.errors import AccessDeniedException
from emulator.services.sms_voice_v2.service import Context
from emulator.services.sms_voice_v2.state.opt_out_lists import OptOutList
from emulator.services.sms_voice_v2.store import SmsStore

Row = TypeVar("Row")


def owner_of(context: Context, reference: str) -> SmsStore:
    """The store that a reference points into: that of the ARN's account, in the caller's region, else the caller's own."""
    parts = reference.split(":", 5)
    if len(parts) == 6 and parts[3] == context.region:
        return context.world.sms_stores.find((parts[4], parts[3])) or context.store
    return context.store


def find(context: Context, table: Callable[[SmsStore], Table[Row]], reference: str, action: str) -> Row | None:
    """
    A row of the caller's, or one that is shared with it, by its full ARN.

    Raises:
        AccessDeniedException: another account has it, and its policy does not allow the operation.
    """
    own = table(context.store).find(reference)
    if own is not None or not reference.startswith("arn:"):
        return own
    owner = owner_of(context, reference)
    policy = owner.policies.get(reference)
    if policy is None:
        return None  # unverified: what nobody shares is as good as missing
    if not policy.allows(context.account, action):
        raise AccessDeniedException()
    return table(owner).find(reference)


def get(context: Context, table: Callable[[SmsStore], Table[Row]], reference: str, action: str) -> Row:
    """As `find`, but a row that is missing is the table's error."""
    row = find(context, table, reference, action)
    return table(context.store).get(reference) if row is None else row


def shared_with(context: Context, table: Callable[[SmsStore], Table[Row]], arn: Callable[[Row], str]) -> Iterator[Row]:
    """All rows that other accounts of the region share with the caller."""
    for store in context.world.sms_stores:
        if store.region != context.region or store is context.store:
            continue
        for row in table(store):
            policy = store.policies.get(arn(row))
            if policy is not None and policy.names(context.account):
                yield row


def opt_out_list(context: Context, arn: str) -> OptOutList:
    """The list that a number or pool uses, whoever owns it; whether it may be used was asked when it was chosen."""
    own = context.store.opt_out_lists.find(arn)
    return own if own is not None else owner_of(context, arn).opt_out_lists.get(arn)
