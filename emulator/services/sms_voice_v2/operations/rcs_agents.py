"""RCS agents."""

from __future__ import annotations

from typing import Any

from emulator.kernel.ports import Read
from emulator.messaging import roles, sharing
from emulator.messaging.context import World
from emulator.messaging.errors import (
    ConflictException,
    ServiceQuotaExceededException,
    ValidationException,
    invalid,
    missing,
    together,
)
from emulator.messaging.limits import throughput
from emulator.messaging.regions import connect_host, is_standard_topic
from emulator.messaging.registrations import associations
from emulator.messaging.state.opt_out_lists import DEFAULT_LIST
from emulator.messaging.state.rcs import ALL_EVENTS, EVENT_TYPES, RcsAgent
from emulator.messaging.timers import RcsAgentReady
from emulator.services.sms_voice_v2.operations._filters import select
from emulator.services.sms_voice_v2.service import Context
from emulator.wire.service import operation

UNSET_MEDIA = "UNSET_RCS_MEDIA_CONFIGURATION"
FILTER_VALUES = {"status": ("CREATED", "PENDING", "TESTING", "PARTIAL", "ACTIVE", "DELETED")}
LAUNCH_FILTER_VALUES = {"country-launch-status": ("CREATED", "PENDING", "PARTIAL", "ACTIVE", "REJECTED")}
LAUNCH_FILTER_READS = {"country-launch-status": lambda row: row.status}


@operation
def create_rcs_agent(
    ctx: Context,
    *,
    deletion_protection_enabled: bool = False,
    opt_out_list_name: str = DEFAULT_LIST,
    tags: list[dict[str, str]] | None = None,
) -> tuple[RcsAgent, dict[str, Any]]:
    """
    Create an agent. It can send once a registration has launched it. Source: API reference, CreateRcsAgent.

    Where registrations are not required, it is launched in all countries at once.
    """
    store, world = ctx.store, ctx.world
    if len(store.rcs_agents) >= world.settings.quotas["RCS_AGENTS_PER_ACCOUNT"]:
        raise ServiceQuotaExceededException("RCS_AGENTS_PER_ACCOUNT")
    opt_outs = sharing.get(ctx, lambda owner: owner.opt_out_lists, opt_out_list_name, "CreateRcsAgent")
    agent_id = f"rcs-{world.seeds.hex_id('rcs-agent')}"
    arn = store.arn("rcs-agent", agent_id)
    agent = RcsAgent(
        arn,
        agent_id,
        "CREATED",
        ctx.now,
        opt_out_list_name=opt_outs.opt_out_list_name,
        opt_out_list_arn=opt_outs.opt_out_list_arn,
    )
    agent.deletion_protection_enabled = deletion_protection_enabled
    echoed = store.set_tags(arn, tags)
    store.rcs_agents.add(agent)
    if not world.settings.registrations_required:
        world.clock.schedule(world.settings.provisioning, RcsAgentReady(ctx.account, ctx.region, agent_id))
    return agent, echoed


def _role_reads(world: World, members: dict[str, Any]) -> list[Read]:
    named = (members.get(name) for name in ("TwoWayChannelRole", "TwoWayMediaS3Role"))
    return [*roles.reads(*(arn for arn in named if arn != UNSET_MEDIA))]


@operation(reads=_role_reads)
def update_rcs_agent(
    ctx: Context,
    *,
    rcs_agent_id: str,
    deletion_protection_enabled: bool | None = None,
    opt_out_list_name: str | None = None,
    self_managed_opt_outs_enabled: bool | None = None,
    two_way_channel_arn: str | None = None,
    two_way_channel_role: str | None = None,
    two_way_enabled: bool | None = None,
    two_way_media_s3_bucket_name: str | None = None,
    two_way_media_s3_key_prefix: str | None = None,
    two_way_media_s3_role: str | None = None,
    two_way_rcs_events_enabled: list[str] | None = None,
) -> RcsAgent:
    """Change an agent that is not in a pool. Source: API reference, UpdateRcsAgent."""
    agent = _free_agent(ctx, rcs_agent_id)
    opt_outs = None
    if opt_out_list_name is not None:
        opt_outs = sharing.get(ctx, lambda owner: owner.opt_out_lists, opt_out_list_name, "UpdateRcsAgent")
    _check_channel(ctx, two_way_channel_arn)
    roles.check(ctx, "twoWayChannelRole", two_way_channel_role)
    _check_events(two_way_rcs_events_enabled)
    _check_media(ctx, agent, two_way_media_s3_bucket_name, two_way_media_s3_role)
    changes = {
        "deletion_protection_enabled": deletion_protection_enabled,
        "opt_out_list_name": opt_outs.opt_out_list_name if opt_outs else None,
        "opt_out_list_arn": opt_outs.opt_out_list_arn if opt_outs else None,
        "self_managed_opt_outs_enabled": self_managed_opt_outs_enabled,
        "two_way_channel_arn": two_way_channel_arn,
        "two_way_channel_role": two_way_channel_role,
        "two_way_enabled": two_way_enabled,
        "two_way_media_s3_bucket_name": two_way_media_s3_bucket_name,
        "two_way_media_s3_key_prefix": two_way_media_s3_key_prefix,
        "two_way_media_s3_role": two_way_media_s3_role,
        "two_way_rcs_events_enabled": two_way_rcs_events_enabled,
    }
    for name, value in changes.items():
        if value is not None:
            setattr(agent, name, value)
    if agent.two_way_media_s3_role == UNSET_MEDIA:
        agent.two_way_media_s3_bucket_name = agent.two_way_media_s3_key_prefix = agent.two_way_media_s3_role = None
    return agent


def _check_channel(ctx: Context, channel: str | None) -> None:
    if channel is not None and not is_standard_topic(channel, ctx.region) and channel != connect_host(ctx.region):
        raise ValidationException("INVALID_ARN", ("twoWayChannelArn", "Must be a standard SNS topic or Amazon Connect"))


def _check_events(types: list[str] | None) -> None:
    for kind in types or ():
        if kind not in (ALL_EVENTS, *EVENT_TYPES):
            allowed = ", ".join((ALL_EVENTS, *EVENT_TYPES))  # unverified: the list is not public
            raise invalid("twoWayRcsEventsEnabled", f"Unknown event type: {kind}; allowed: {allowed}")
    if types and ALL_EVENTS in types and len(types) > 1:
        raise invalid("twoWayRcsEventsEnabled", "ALL must be the sole element")


def _check_media(ctx: Context, agent: RcsAgent, bucket: str | None, role: str | None) -> None:
    if (bucket == UNSET_MEDIA) != (role == UNSET_MEDIA):
        raise invalid("twoWayMediaS3BucketName", f"{UNSET_MEDIA} must be given for both the bucket and the role")
    if bucket is not None and role is None and agent.two_way_media_s3_role is None:
        raise missing("twoWayMediaS3Role")
    if role != UNSET_MEDIA:
        roles.check(ctx, "twoWayMediaS3Role", role)


def _free_agent(ctx: Context, reference: str) -> RcsAgent:
    agent = ctx.store.rcs_agents.get(reference)
    if agent.pool_id is not None:
        raise ConflictException("RCS_AGENT_ASSOCIATED_TO_POOL", "rcs-agent", agent.rcs_agent_id)
    return agent


@operation
def delete_rcs_agent(ctx: Context, *, rcs_agent_id: str) -> RcsAgent:
    """
    Delete an agent that is not protected, not in a pool, and not associated with a registration.

    Source: API reference, DeleteRcsAgent; for the last, the guide's clean-up notes.
    """
    store = ctx.store
    agent = _free_agent(ctx, rcs_agent_id)
    if agent.deletion_protection_enabled:
        raise ConflictException("DELETION_PROTECTION_ENABLED", "rcs-agent", agent.rcs_agent_id)
    if associations.holders(ctx, agent.rcs_agent_arn):
        raise ConflictException("RESOURCE_NOT_EMPTY", "rcs-agent", agent.rcs_agent_id)
    agent.status = "DELETED"
    store.forget(agent.rcs_agent_arn)
    for row in [row for row in store.verified_numbers if row.rcs_agent_id == agent.rcs_agent_id]:
        store.forget(row.verified_destination_number_arn)
        store.verified_numbers.remove(row)
    return store.rcs_agents.remove(agent)


@operation
def describe_rcs_agents(
    ctx: Context,
    *,
    rcs_agent_ids: list[str] | None = None,
    owner: str = "SELF",
    filters: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """List the account's agents. Source: API reference, DescribeRcsAgents."""
    kept = ctx.store.rcs_agents
    if owner == "SHARED":
        if rcs_agent_ids:
            raise together("rcsAgentIds", "owner")
        rows = list(sharing.shared_with(ctx, lambda store: store.rcs_agents, lambda row: row.rcs_agent_arn))
    else:
        rows = [kept.get(reference) for reference in rcs_agent_ids] if rcs_agent_ids else list(kept)
    return {"RcsAgents": throughput.with_limits(ctx, select(rows, filters, None, FILTER_VALUES))}


@operation
def describe_rcs_agent_country_launch_status(
    ctx: Context,
    *,
    rcs_agent_id: str,
    iso_country_codes: list[str] | None = None,
    filters: list[dict[str, Any]] | None = None,
) -> tuple[dict[str, Any], RcsAgent]:
    """List the countries in which an agent is launched. Source: API reference, DescribeRcsAgentCountryLaunchStatus."""
    agent = sharing.get(ctx, lambda store: store.rcs_agents, rcs_agent_id, "DescribeRcsAgentCountryLaunchStatus")
    rows = [row for iso, row in agent.launches.items() if not iso_country_codes or iso in iso_country_codes]
    return {"CountryLaunchStatus": select(rows, filters, LAUNCH_FILTER_READS, LAUNCH_FILTER_VALUES)}, agent
