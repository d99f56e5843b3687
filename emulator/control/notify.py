"""Notify: the result of a configuration's review, and its tier."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

from emulator.control.command import command
from emulator.control.errors import NotFound
from emulator.control.parsing import OptionalText, Text, choice
from emulator.messaging.state.notify import NotifyConfiguration
from emulator.world import World


class Decision(TypedDict, total=False):
    """What AWS can decide on a notify configuration."""

    status: Annotated[str, choice("PENDING", "ACTIVE", "REJECTED", "REQUIRES_VERIFICATION")]
    rejection_reason: OptionalText
    tier: Annotated[str, choice("BASIC", "ADVANCED")]
    tier_upgrade_status: Annotated[str, choice("BASIC", "PENDING_UPGRADE", "ADVANCED", "REJECTED")]


class NotifyConfigurationView(TypedDict):
    """What AWS has decided on a notify configuration."""

    configuration_id: str
    status: str
    rejection_reason: str | None
    tier: str
    tier_upgrade_status: str


@command("PUT /notify-configurations/{configuration_id}", fields=Decision)
def change_notify_configuration(world: World, *, configuration_id: Text, **changes: Any) -> NotifyConfigurationView:
    """Decide on a notify configuration; fields that are left out keep their value. A new tier ends its upgrade."""
    row = _find(world, configuration_id)
    if "tier" in changes:
        changes = {"tier_upgrade_status": changes["tier"]} | changes
    for name, value in changes.items():
        setattr(row, name, value)
    return {
        "configuration_id": row.notify_configuration_id,
        "status": row.status,
        "rejection_reason": row.rejection_reason,
        "tier": row.tier,
        "tier_upgrade_status": row.tier_upgrade_status,
    }


def _find(world: World, configuration_id: str) -> NotifyConfiguration:
    for store in world.messaging_stores:
        row = store.notify_configurations.find(configuration_id)
        if row is not None:
            return row
    raise NotFound(f"no notify configuration {configuration_id}")
