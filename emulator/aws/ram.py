"""AWS Resource Access Manager."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from emulator.aws.clients import AwsClients

ORGANIZATION = re.compile(r"arn:[a-z-]+:organizations::\d{12}:(organization/o-\w+|ou/o-\w+/(?P<unit>ou-[\w-]+))")
ACCOUNT = re.compile(r"(arn:[a-z-]+:iam::)?(?P<account>\d{12})(:.+)?")


class Ram(AwsClients):
    """kernel.ports.Shares."""

    def shared_resources(self, account: str, region: str) -> frozenset[str]:
        """kernel.ports.Shares; of moto the shares are known, another endpoint is asked."""
        if self.endpoint_url is not None:
            return frozenset(self._listed(account, region))
        backends = getattr(sys.modules.get("moto.ram.models"), "ram_backends", None)
        # Copied first, since another thread may be the first to use an account.
        owners = list(backends.items()) if backends else []
        return frozenset(
            arn
            for owner, by_region in owners
            if owner != account and region in by_region
            for share in by_region[region].resource_shares
            if share.status == "ACTIVE" and any(_includes(owner, principal, account) for principal in share.principals)
            for arn in share.resource_arns
        )

    def _listed(self, account: str, region: str) -> Iterator[str]:
        client = self.client("ram", account, region)
        try:
            for page in client.get_paginator("list_resources").paginate(resourceOwner="OTHER-ACCOUNTS"):
                yield from (resource["arn"] for resource in page["resources"])
        except (ClientError, BotoCoreError):
            # An endpoint without RAM shares nothing.
            return


def _includes(owner: str, principal: str, account: str) -> bool:
    """Return True if the principal of a share covers an account. An invitation counts as accepted. # unverified"""
    named = ACCOUNT.fullmatch(principal)
    if named is not None:
        return named["account"] == account
    organization = ORGANIZATION.fullmatch(principal)
    if organization is None:
        return False
    backend: Any = sys.modules["moto.organizations.models"].organizations_backends[owner]["aws"]
    unit = organization["unit"]
    return any(
        member.id == account and (unit is None or unit in _parents(backend, member.parent_id)) for member in backend.accounts
    )


def _parents(backend: Any, parent_id: str) -> Iterator[str]:
    """Yield the ids of a parent and of what it is in, up to the root: a unit's share reaches the units within."""
    parents = {unit.id: unit.parent_id for unit in backend.ou}
    found: str | None = parent_id
    while found is not None:
        yield found
        found = parents.get(found)
