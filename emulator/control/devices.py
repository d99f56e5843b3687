"""Devices that receive push notifications."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, TypedDict

from emulator.control.command import command
from emulator.control.parsing import Parser, PhoneNumber, Text, choice, parse_phone_number
from emulator.control.views import DeviceView, device_view
from emulator.telecom.devices import PLATFORMS, STALE_AFTER, STATES
from emulator.world import World

OptionalNumber = Annotated[
    str | None,
    Parser(lambda value, name: None if value is None else parse_phone_number(value, name), {"type": ["string", "null"]}),
]


class Device(TypedDict, total=False):
    """The settings that a device has."""

    platform: Annotated[str, choice(*PLATFORMS)]
    state: Annotated[str, choice(*STATES)]
    phone_number: OptionalNumber


class Devices(TypedDict):
    """Devices that receive push notifications."""

    devices: list[DeviceView]


@command("GET /devices")
def list_devices(world: World, *, phone_number: PhoneNumber | None = None) -> Devices:
    """List the devices that receive push notifications, of one recipient or of all."""
    devices = world.devices.by_token.values() if phone_number is None else world.devices.of(phone_number)
    return {"devices": [device_view(device, world.clock.now) for device in devices]}


@command("PUT /devices/{path:token}", fields=Device)
def change_device(world: World, *, token: Text, **changes: Any) -> DeviceView:
    """Add a device or change it; fields that are left out keep their value."""
    old = world.devices.by_token.get(token)
    platform = changes.get("platform", old.platform if old else "GCM")
    state = changes.get("state", "active")
    owner = changes.get("phone_number")
    if old is None or changes.keys() & {"platform", "state"}:
        device = world.devices.install(token, platform, world.clock.now, owner)
        device.installed = state != "unregistered"
        device.last_seen -= STALE_AFTER if state == "stale" else timedelta(0)
    else:
        device = old
        device.phone_number = owner or old.phone_number
    return device_view(device, world.clock.now)
