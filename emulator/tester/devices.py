"""Devices that take push notifications, as the tester makes and changes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from emulator.telecom.devices import PLATFORMS, STALE_AFTER, STATES
from emulator.tester.errors import BadCommand
from emulator.tester.readers import one_of, telephone
from emulator.tester.views import device_view

if TYPE_CHECKING:
    from emulator.engine import Emulator


def list_devices(emulator: Emulator, *, phone_number: Any = None) -> dict[str, Any]:
    """The devices that take push notifications, of one person or of all."""
    world = emulator.world
    devices = world.devices.by_token.values() if phone_number is None else world.devices.of(telephone(phone_number))
    return {"devices": [device_view(device, world.clock.now) for device in devices]}


def change_device(emulator: Emulator, /, *, token: str, **changes: Any) -> dict[str, Any]:
    """Make a device, or change it: platform, state, phone_number; what is left out stays."""
    world = emulator.world
    for name in changes:
        if name not in ("platform", "state", "phone_number"):
            raise BadCommand(f"a device has no {name}; it has platform, state and phone_number", name)
    old = world.devices.by_token.get(token)
    platform = one_of(changes.get("platform", old.platform if old else "GCM"), PLATFORMS, "platform")
    state = one_of(changes.get("state", "active"), STATES, "state")
    owner = telephone(changes["phone_number"]) if changes.get("phone_number") is not None else None
    if old is None or changes.keys() & {"platform", "state"}:
        device = world.devices.install(token, platform, world.clock.now, owner)
        device.installed = state != "unregistered"
        device.last_seen -= STALE_AFTER if state == "stale" else timedelta(0)
    else:
        device = old
        device.phone_number = owner or old.phone_number
    return device_view(device, world.clock.now)


COMMANDS: tuple[Callable[..., Any], ...] = (
    list_devices,
    change_device,
)
