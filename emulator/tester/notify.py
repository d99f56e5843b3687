"""Notify as the tester orders it: how the review of a configuration ends, and its tier."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from emulator.services.sms_voice_v2.state.notify import NotifyConfiguration
from emulator.tester.errors import BadCommand, UnknownThing
from emulator.tester.readers import one_of, text_or_none

if TYPE_CHECKING:
    from emulator.engine import Emulator

MEMBERS: dict[str, Callable[[Any, str], Any]] = {
    "status": lambda value, field: one_of(value, ("PENDING", "ACTIVE", "REJECTED", "REQUIRES_VERIFICATION"), field),
    "rejection_reason": text_or_none,
    "tier": lambda value, field: one_of(value, ("BASIC", "ADVANCED"), field),
    "tier_upgrade_status": lambda value, field: one_of(value, ("BASIC", "PENDING_UPGRADE", "ADVANCED", "REJECTED"), field),
}


def change_notify_configuration(emulator: Emulator, /, *, configuration_id: str, **changes: Any) -> dict[str, Any]:
    """Decide on a notify configuration; what is left out stays. A new tier is one whose upgrade has come to an end."""
    row = _find(emulator, configuration_id)
    for name, value in changes.items():
        if name not in MEMBERS:
            raise BadCommand(f"a notify configuration has no {name} to decide on; it has {', '.join(MEMBERS)}", name)
        MEMBERS[name](value, name)
    if "tier" in changes:
        changes = {"tier_upgrade_status": changes["tier"]} | changes
    for name, value in changes.items():
        setattr(row, name, value)
    return {"configuration_id": row.notify_configuration_id} | {name: getattr(row, name) for name in MEMBERS}


def _find(emulator: Emulator, configuration_id: str) -> NotifyConfiguration:
    for store in emulator.world.sms_stores:
        row = store.notify_configurations.find(configuration_id)
        if row is not None:
            return row
    raise UnknownThing(f"no notify configuration {configuration_id}")


COMMANDS: tuple[Callable[..., Any], ...] = (change_notify_configuration,)
