"""The guide's notifications: addressed to a phone number, and pushed to every device of its owner."""

from __future__ import annotations

from typing import Any

from emulator.messaging.push.notifications import push
from emulator.services.sms_voice.errors import BadRequestException
from emulator.services.sms_voice.service import Context, log
from emulator.telecom.devices import Device, Notification

FIRST_PLATFORM = "GCM"


def notify(ctx: Context, notification_id: str, to: str, content: dict[str, Any]) -> list[dict[str, Any]]:
    """
    Push to each device of a recipient; return the result for each.

    Raises:
        BadRequestException: the recipient has no device.
    """
    notification = Notification(
        title=content.get("Title"),
        body=content.get("Body"),
        data=dict(content.get("Data", {})),
        image_url=content.get("ImageUrl"),
        silent=not (content.get("Title") or content.get("Body")),
    )
    results = []
    for device in devices_of(ctx, to):
        message, refusal, fact = push(
            ctx.world, ctx.account, ctx.region, "SendNotification", device.token, device.platform, notification
        )
        ctx.emit(fact)
        results.append(
            {
                "NotificationId": notification_id,
                "MessageId": message.message_id,
                "Platform": device.platform,
                "Token": device.token,
                "DeliveryStatus": "FAILED" if refusal else "DELIVERED",
                "StatusMessage": refusal.status_message(device.platform) if refusal else None,
            }
        )
    ctx.store.notifications[notification_id] = [str(result["MessageId"]) for result in results]
    return results


def devices_of(ctx: Context, to: str) -> list[Device]:
    """
    Return a recipient's devices.

    In the friendly profile, a recipient without one gets an Android device on the first notification. This lets the
    guide's programs run as printed on a fresh server.

    Raises:
        BadRequestException: the recipient has none, in the strict profile.
    """
    world = ctx.world
    devices = world.devices.of(to)
    if not devices and world.settings.profile == "strict":
        raise BadRequestException(f"No device is registered for {to}")
    if not devices:
        token = f"device-{world.seeds.hex_id('device')}"
        devices = [world.devices.install(token, FIRST_PLATFORM, ctx.now, to)]
        log.warning("Registered device %s (%s) for %s on its first notification", token, FIRST_PLATFORM, to)
    return devices
