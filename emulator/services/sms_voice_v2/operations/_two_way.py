"""The two-way settings, which are the same for phone numbers and pools."""

from __future__ import annotations

from typing import Any

from emulator.kernel.ports import Read
from emulator.messaging import roles, sharing
from emulator.messaging.context import World
from emulator.messaging.errors import ValidationException
from emulator.messaging.regions import connect_host, is_standard_topic
from emulator.messaging.state.phone_numbers import PhoneNumber
from emulator.messaging.state.pools import Pool
from emulator.services.sms_voice_v2.service import Context
from emulator.telecom.numbering import countries


def role_reads(world: World, members: dict[str, Any]) -> list[Read]:
    """Return the look-up of the two-way channel's role, which AWS tries to assume."""
    return [*roles.reads(members.get("TwoWayChannelRole"))]


def update_settings(
    ctx: Context,
    owner: PhoneNumber | Pool,
    *,
    two_way_enabled: bool | None,
    two_way_channel_arn: str | None,
    two_way_channel_role: str | None,
    self_managed_opt_outs_enabled: bool | None,
    opt_out_list_name: str | None,
    action: str,
) -> None:
    """
    Change the two-way settings; None leaves one unchanged, and nothing changes on an error.

    Raises:
        ValidationException: two-way without a channel or where it is not supported, or a setting that requires two-way
            without it.
        ResourceNotFoundException: there is no such opt-out list.
    """
    enabled = owner.two_way_enabled if two_way_enabled is None else two_way_enabled
    channel = two_way_channel_arn or owner.two_way_channel_arn
    if enabled:
        _check_channel(ctx, owner, channel)
        roles.check(ctx, "twoWayChannelRole", two_way_channel_role)
    elif two_way_channel_arn is not None or self_managed_opt_outs_enabled:
        name = "selfManagedOptOutsEnabled" if two_way_channel_arn is None else "twoWayChannelArn"
        raise ValidationException("TWO_WAY_NOT_ENABLED", (name, "Requires two-way messaging"))
    if opt_out_list_name is not None:
        opt_out_list = sharing.get(ctx, lambda store: store.opt_out_lists, opt_out_list_name, action)
        owner.opt_out_list_name = opt_out_list.opt_out_list_name
        owner.opt_out_list_arn = opt_out_list.opt_out_list_arn
    owner.two_way_enabled = enabled
    owner.two_way_channel_arn = channel if enabled else None
    owner.two_way_channel_role = (two_way_channel_role or owner.two_way_channel_role) if enabled else None
    if self_managed_opt_outs_enabled is not None:
        owner.self_managed_opt_outs_enabled = self_managed_opt_outs_enabled
    owner.self_managed_opt_outs_enabled = owner.self_managed_opt_outs_enabled and enabled


def _check_channel(ctx: Context, owner: PhoneNumber | Pool, channel: str | None) -> None:
    if channel is None:
        raise ValidationException(
            "TWO_WAY_CHANNEL_NOT_PRESENT", ("twoWayChannelArn", "Two-way messaging requires a channel")
        )
    for number in [owner] if isinstance(owner, PhoneNumber) else owner.numbers():
        country = countries().get(number.iso_country_code)
        if country is not None and not country.receives(number.number_type):
            sentence = f"Two-way messaging is not supported in {number.iso_country_code}"
            raise ValidationException("TWO_WAY_NOT_SUPPORTED_IN_COUNTRY", ("twoWayEnabled", sentence))
    if not is_standard_topic(channel, ctx.region) and channel != connect_host(ctx.region):
        raise ValidationException("INVALID_ARN", ("twoWayChannelArn", "Must be a standard SNS topic or Amazon Connect"))
