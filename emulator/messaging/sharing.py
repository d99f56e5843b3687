"""
The caller's resources, and those that other accounts share with it.

A shared resource is referred to by its full ARN, in its own region, if its owner's policy allows the operation, or if the
owner shares it through AWS Resource Access Manager, which allows all of them. Source: shared-resources.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from emulator.kernel.ports import ShareLookup
from emulator.kernel.stores import Table
from emulator.messaging.context import Context
from emulator.messaging.errors import AccessDeniedException
from emulator.messaging.state.opt_out_lists import OptOutList
from emulator.messaging.store import MessagingStore

Row = TypeVar("Row")


def may_be_shared(members: Mapping[str, Any], account: str) -> bool:
    """Return True if a request, by wire name, concerns resources of other accounts: by their ARN, or as SHARED."""
    if members.get("Owner") == "SHARED":
        return True
    arns = (value.split(":", 5) for value in members.values() if isinstance(value, str) and value.startswith("arn:"))
    return any(len(parts) == 6 and parts[2] == "sms-voice" and parts[4] != account for parts in arns)


def _by_ram(ctx: Context, arn: str) -> bool:
    return arn in ctx.inputs.get(ShareLookup(ctx.account, ctx.region), ())


def owner_of(ctx: Context, reference: str) -> MessagingStore:
    """Return the store that a reference points into: that of the ARN's account in the caller's region, or the caller's."""
    parts = reference.split(":", 5)
    if len(parts) == 6 and parts[3] == ctx.region:
        return ctx.world.messaging_stores.find((parts[4], parts[3])) or ctx.store
    return ctx.store


def find(ctx: Context, table: Callable[[MessagingStore], Table[Row]], reference: str, action: str) -> Row | None:
    """
    Return a row of the caller's by any reference, or one that is shared with it by its full ARN; None if there is none.

    Raises:
        AccessDeniedException: If it is another account's, and the policy does not allow the operation.
    """
    own = table(ctx.store).find(reference)
    if own is not None or not reference.startswith("arn:"):
        return own
    owner = owner_of(ctx, reference)
    if _by_ram(ctx, reference):
        return table(owner).find(reference)
    policy = owner.policies.get(reference)
    if policy is None:
        return None  # unverified: a resource that is not shared looks like a missing one
    if not policy.allows(ctx.account, action):
        raise AccessDeniedException()
    return table(owner).find(reference)


def get(ctx: Context, table: Callable[[MessagingStore], Table[Row]], reference: str, action: str) -> Row:
    """
    Return the row that `find` finds.

    Raises:
        AccessDeniedException: If it is another account's, and the policy does not allow the operation.
        ResourceNotFoundException: If there is none.
    """
    row = find(ctx, table, reference, action)
    return table(ctx.store).get(reference) if row is None else row


def shared_with(ctx: Context, table: Callable[[MessagingStore], Table[Row]], arn: Callable[[Row], str]) -> Iterator[Row]:
    """Yield all rows that other accounts in the region share with the caller."""
    for store in ctx.world.messaging_stores:
        if store.region != ctx.region or store is ctx.store:
            continue
        for row in table(store):
            policy = store.policies.get(arn(row))
            if _by_ram(ctx, arn(row)) or (policy is not None and policy.names(ctx.account)):
                yield row


def serves(ctx: Context, arn: str, service: str | None, action: str) -> bool:
    """
    Return True if an AWS service may send by an identity of the account: its policy says so, or none is required.

    Source: AWS's blog, "A Guide to the New Resource Policies for SMS Origination Identities"; sns-sms-access-management.html
    """
    if service is None:
        return True
    policy = ctx.store.policies.get(arn)
    if policy is None or not policy.names_service(service):
        return not ctx.world.settings.service_policies_required
    return policy.allows_service(service, action, ctx.account)


def opt_out_list(ctx: Context, arn: str) -> OptOutList:
    """Return the list that a number or pool uses, which may be another account's; access was checked when it was chosen."""
    own = ctx.store.opt_out_lists.find(arn)
    return own if own is not None else owner_of(ctx, arn).opt_out_lists.get(arn)
