"""Pools and their members."""

from __future__ import annotations

from typing import Any

from emulator.messaging import sharing
from emulator.messaging.errors import (
    ConflictException,
    ServiceQuotaExceededException,
    ValidationException,
    invalid,
    together,
)
from emulator.messaging.sending.routing import find_identity, is_active, resource_type_of
from emulator.messaging.state.opt_out_lists import DEFAULT_LIST
from emulator.messaging.state.phone_numbers import PhoneNumber
from emulator.messaging.state.pools import TWO_WAY, Identity, Pool
from emulator.messaging.state.rcs import RcsAgent
from emulator.messaging.state.sender_ids import SenderId
from emulator.messaging.timers import IdentityAssociated, IdentityDisassociated, PoolDeleted, PoolReady
from emulator.services.sms_voice_v2.operations import _two_way as two_way
from emulator.services.sms_voice_v2.operations._filters import select
from emulator.services.sms_voice_v2.service import Context
from emulator.wire.service import operation, reaction

FILTER_VALUES = {"status": ("CREATING", "ACTIVE", "DELETING"), "message-type": ("TRANSACTIONAL", "PROMOTIONAL")}
MEMBER_FILTER_VALUES = {"number-capability": ("SMS", "VOICE", "MMS", "RCS")}


@operation
def create_pool(
    ctx: Context,
    *,
    origination_identity: str,
    message_type: str,
    iso_country_code: str | None = None,
    deletion_protection_enabled: bool | None = None,
    tags: list[dict[str, str]] | None = None,
) -> tuple[Pool, dict[str, Any]]:
    """Create a pool from one identity, whose settings become the pool's. Source: API reference, CreatePool."""
    store = ctx.store
    identity = _identity(ctx, origination_identity, iso_country_code, "CreatePool")
    _check_free(identity)
    if len(store.pools) >= ctx.world.settings.quotas["POOLS_PER_ACCOUNT"]:
        raise ServiceQuotaExceededException("POOLS_PER_ACCOUNT")
    pool_id = f"pool-{ctx.world.seeds.hex_id('pool')}"
    default_list = store.arn("opt-out-list", DEFAULT_LIST)
    pool = Pool(
        store.arn("pool", pool_id),
        pool_id,
        "CREATING",
        message_type,
        ctx.now,
        opt_out_list_name=DEFAULT_LIST,
        opt_out_list_arn=default_list,
    )
    pool.deletion_protection_enabled = bool(deletion_protection_enabled)
    if not isinstance(identity, SenderId):
        pool.copy_settings_from(identity)
    _check_fits(pool, identity)
    echoed = store.set_tags(pool.pool_arn, tags)
    store.pools.add(pool)
    _associate(ctx, pool, identity)
    ctx.world.clock.schedule(ctx.world.settings.provisioning, PoolReady(ctx.account, ctx.region, pool_id))
    return pool, echoed


def _identity(ctx: Context, reference: str, iso: str | None, action: str) -> Identity:
    """Return the identity that a pool operation names; a sender id requires its country."""
    named_sender = resource_type_of(reference) == "sender-id"
    if named_sender and iso is None:
        # The field is the one that terraform-provider-aws saw (issue 50038), not the missing one.
        raise ValidationException("INVALID_ARN", ("senderId", "A sender ID requires its country"))
    identity = find_identity(ctx, reference, iso, action)
    if isinstance(identity, Pool):
        raise invalid("originationIdentity", "A pool cannot contain a pool")
    if iso is not None and not isinstance(identity, RcsAgent) and identity.iso_country_code != iso:
        field = ("isoCountryCode", f"The origination identity belongs to {identity.iso_country_code}")
        raise ValidationException("COUNTRY_CODE_MISMATCH", field)
    return identity


def _check_free(identity: Identity) -> None:
    if not is_active(identity):
        raise ConflictException("RESOURCE_NOT_ACTIVE", identity.resource_type, identity.origination_identity)
    if isinstance(identity, PhoneNumber) and identity.pool_id is not None:
        raise ConflictException("PHONE_NUMBER_ASSOCIATED_TO_POOL", "phone-number", identity.phone_number_id)
    if isinstance(identity, RcsAgent) and identity.pool_id is not None:
        raise ConflictException("RCS_AGENT_ASSOCIATED_TO_POOL", "rcs-agent", identity.rcs_agent_id)


def _check_fits(pool: Pool, identity: Identity) -> None:
    reason = pool.mismatch(identity)
    if reason is not None:
        raise ConflictException(reason, identity.resource_type, identity.origination_identity)


def _associate(ctx: Context, pool: Pool, identity: Identity) -> None:
    arn = identity.origination_identity_arn
    if isinstance(identity, PhoneNumber) and pool.adopts_two_way():
        for name in TWO_WAY:
            setattr(pool, name, getattr(identity, name))
    pool.members[arn] = identity
    if isinstance(identity, RcsAgent):
        identity.pool_id = pool.pool_id
    if isinstance(identity, PhoneNumber):
        identity.pool_id = pool.pool_id
        identity.status = "ASSOCIATING"
        associated = IdentityAssociated(ctx.account, ctx.region, pool.pool_id, arn)
        ctx.world.clock.schedule(ctx.world.settings.provisioning, associated)


@reaction(PoolReady)
def activate_pool(ctx: Context, event: PoolReady) -> None:
    """Activate a pool, unless it was deleted meanwhile."""
    pool = ctx.store.pools.find(event.pool_id)
    if pool is not None and pool.status == "CREATING":
        pool.status = "ACTIVE"


@reaction(IdentityAssociated)
def activate_identity(ctx: Context, event: IdentityAssociated) -> None:
    """Activate a number that has joined its pool."""
    pool = ctx.store.pools.find(event.pool_id)
    identity = pool.members.get(event.identity_arn) if pool else None
    if isinstance(identity, PhoneNumber) and identity.status == "ASSOCIATING":
        identity.status = "ACTIVE"


@operation
def describe_pools(
    ctx: Context,
    *,
    pool_ids: list[str] | None = None,
    filters: list[dict[str, Any]] | None = None,
    owner: str = "SELF",
) -> dict[str, list[Pool]]:
    """List the account's pools. Source: API reference, DescribePools."""
    pools = ctx.store.pools
    if owner == "SHARED":
        if pool_ids:
            raise together("poolIds", "owner")
        rows = list(sharing.shared_with(ctx, lambda store: store.pools, lambda row: row.pool_arn))
    else:
        rows = [pools.get(reference) for reference in pool_ids] if pool_ids else list(pools)
    return {"Pools": select(rows, filters, None, FILTER_VALUES)}


@operation(reads=two_way.role_reads)
def update_pool(
    ctx: Context,
    *,
    pool_id: str,
    two_way_enabled: bool | None = None,
    two_way_channel_arn: str | None = None,
    two_way_channel_role: str | None = None,
    self_managed_opt_outs_enabled: bool | None = None,
    opt_out_list_name: str | None = None,
    shared_routes_enabled: bool | None = None,
    deletion_protection_enabled: bool | None = None,
) -> Pool:
    """Change a pool's settings; those left out keep their values. Source: API reference, UpdatePool."""
    pool = _active(ctx, pool_id)
    two_way.update_settings(
        ctx,
        pool,
        two_way_enabled=two_way_enabled,
        two_way_channel_arn=two_way_channel_arn,
        two_way_channel_role=two_way_channel_role,
        self_managed_opt_outs_enabled=self_managed_opt_outs_enabled,
        opt_out_list_name=opt_out_list_name,
        action="UpdatePool",
    )
    pool.share_settings()
    if shared_routes_enabled is not None:
        pool.shared_routes_enabled = shared_routes_enabled
    if deletion_protection_enabled is not None:
        pool.deletion_protection_enabled = deletion_protection_enabled
    return pool


def _active(ctx: Context, reference: str) -> Pool:
    pool = ctx.store.pools.get(reference)
    if pool.status != "ACTIVE":
        raise ConflictException("RESOURCE_NOT_ACTIVE", "pool", pool.pool_id)
    return pool


@operation
def delete_pool(ctx: Context, *, pool_id: str) -> Pool:
    """Delete a pool, which frees its members. Source: API reference, DeletePool."""
    pool = _active(ctx, pool_id)
    if pool.deletion_protection_enabled:
        raise ConflictException("DELETION_PROTECTION_ENABLED", "pool", pool.pool_id)
    if any(row.pool_id == pool.pool_id for row in ctx.store.notify_configurations):
        raise ConflictException("POOL_ASSOCIATED_TO_NOTIFY_CONFIGURATION", "pool", pool.pool_id)
    pool.status = "DELETING"
    for number in pool.numbers():
        if number.status != "PENDING":  # A member that is not provisioned yet stays pending, without a pool.
            number.status = "DISASSOCIATING"
    ctx.world.clock.schedule(ctx.world.settings.provisioning, PoolDeleted(ctx.account, ctx.region, pool.pool_id))
    return pool


@reaction(PoolDeleted)
def remove_pool(ctx: Context, event: PoolDeleted) -> None:
    """Remove a deleted pool."""
    pool = ctx.store.pools.get(event.pool_id)
    for identity in pool.members.values():
        _detach(identity)
    ctx.store.pools.remove(pool)
    ctx.store.forget(pool.pool_arn)


def _detach(identity: Identity) -> None:
    if isinstance(identity, RcsAgent):
        identity.pool_id = None
    if isinstance(identity, PhoneNumber):
        identity.pool_id = None
        if identity.status == "DISASSOCIATING":
            identity.status = "ACTIVE"


@operation
def associate_origination_identity(
    ctx: Context, *, pool_id: str, origination_identity: str, iso_country_code: str | None = None
) -> tuple[dict[str, str], Pool]:
    """Add an identity to a pool that it fits. Source: API reference, AssociateOriginationIdentity."""
    pool = _active(ctx, pool_id)
    identity = _identity(ctx, origination_identity, iso_country_code, "AssociateOriginationIdentity")
    if iso_country_code is None and isinstance(identity, PhoneNumber) and origination_identity.startswith("arn:"):
        # Seen: an ARN of a phone number without the country is refused here, though the model leaves it optional.
        raise invalid("isoCountryCode", "An ARN requires the country of its origination identity")
    if identity.origination_identity_arn in pool.members:
        raise ConflictException("RESOURCE_ALREADY_ASSOCIATED", identity.resource_type, identity.origination_identity)
    _check_free(identity)
    if len(pool.members) >= ctx.world.settings.quotas["ORIGINATION_IDENTITIES_PER_POOL"]:
        raise ServiceQuotaExceededException("ORIGINATION_IDENTITIES_PER_POOL")
    _check_fits(pool, identity)
    _associate(ctx, pool, identity)
    return _answer(pool, identity)


def _answer(pool: Pool, identity: Identity) -> tuple[dict[str, str], Pool]:
    # The identity comes first: a pool has attributes of the same names, since it can be an identity itself.
    named = {
        "OriginationIdentityArn": identity.origination_identity_arn,
        "OriginationIdentity": identity.origination_identity,
        "IsoCountryCode": identity.iso_country_code,
    }
    return named, pool


@operation
def disassociate_origination_identity(
    ctx: Context, *, pool_id: str, origination_identity: str, iso_country_code: str | None = None
) -> tuple[dict[str, str], Pool]:
    """Remove an identity from a pool, but not its last number. Source: API reference, DisassociateOriginationIdentity."""
    pool = _active(ctx, pool_id)
    identity = _identity(ctx, origination_identity, iso_country_code, "DisassociateOriginationIdentity")
    arn = identity.origination_identity_arn
    if arn not in pool.members or identity.status == "DISASSOCIATING":
        raise ConflictException("PHONE_NUMBER_NOT_ASSOCIATED_TO_POOL", identity.resource_type, identity.origination_identity)
    if isinstance(identity, PhoneNumber):
        if identity.status == "PENDING":
            # The pool requires identities that are active. Source: terraform-provider-aws, pool.go
            raise ConflictException("RESOURCE_NOT_ACTIVE", "phone-number", identity.phone_number_id)
        if len(pool.numbers()) == 1:
            raise ConflictException("LAST_PHONE_NUMBER", "phone-number", identity.phone_number_id)
        identity.status = "DISASSOCIATING"
        disassociated = IdentityDisassociated(ctx.account, ctx.region, pool.pool_id, arn)
        ctx.world.clock.schedule(ctx.world.settings.provisioning, disassociated)
    else:
        if len(pool.members) == 1:
            raise ConflictException("LAST_PHONE_NUMBER", identity.resource_type, identity.origination_identity)  # unverified
        _detach(pool.members.pop(arn))
    return _answer(pool, identity)


@reaction(IdentityDisassociated)
def release_identity(ctx: Context, event: IdentityDisassociated) -> None:
    """Remove a number from its pool, unless the pool itself is gone."""
    pool = ctx.store.pools.find(event.pool_id)
    if pool is not None and event.identity_arn in pool.members:
        _detach(pool.members.pop(event.identity_arn))


@operation
def list_pool_origination_identities(
    ctx: Context, *, pool_id: str, filters: list[dict[str, Any]] | None = None
) -> tuple[dict[str, list[dict[str, Any]]], Pool]:
    """List the members of a pool. Source: API reference, ListPoolOriginationIdentities."""
    pool = sharing.get(ctx, lambda store: store.pools, pool_id, "ListPoolOriginationIdentities")
    reads = {"number-capability": lambda identity: identity.number_capabilities}
    rows = select(pool.members.values(), filters, reads, MEMBER_FILTER_VALUES)
    return {"OriginationIdentities": [_member(identity) for identity in rows]}, pool


def _member(identity: Identity) -> dict[str, Any]:
    return {
        "OriginationIdentityArn": identity.origination_identity_arn,
        "OriginationIdentity": identity.origination_identity,
        "IsoCountryCode": identity.iso_country_code,
        "NumberCapabilities": list(identity.number_capabilities),
        "PhoneNumber": identity.phone_number if isinstance(identity, PhoneNumber) else None,
    }
