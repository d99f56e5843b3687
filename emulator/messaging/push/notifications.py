"""A push notification to one device: the answer of its push service, and the message in the inbox."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from emulator.kernel.clock import Clock
from emulator.kernel.seeds import Seeds
from emulator.messaging.facts import NotificationSent
from emulator.messaging.state.content import UNICODE, Content, Extras
from emulator.messaging.state.messages import Message, Origin
from emulator.telecom.devices import Devices, Notification, Refusal, payload
from emulator.telecom.handsets import Inbox
from emulator.telecom.numbering import UNKNOWN_COUNTRY, country_of
from emulator.telecom.vocabulary import Status

DELIVERED: Status = "DELIVERED"
FAILED: Status = "FAILED"


class World(Protocol):
    """The part of the World that a notification uses."""

    clock: Clock
    seeds: Seeds
    inbox: Inbox[Message]
    devices: Devices


def push(
    world: World, account: str, region: str, operation: str, token: str, platform: str, notification: Notification
) -> tuple[Message, Refusal | None, NotificationSent]:
    """
    Send a notification to a device at once.

    Returns:
        The message; the refusal of the push service, or None if it was delivered; and the fact to emit.
    """
    now: datetime = world.clock.now
    refusal = world.devices.refusal(token, platform, notification, now)
    device = world.devices.by_token.get(token)
    owner = device.phone_number if device is not None else None
    shown = {
        "platform": platform,
        "token": token,
        "title": notification.title,
        "data": notification.data,
        "image_url": notification.image_url,
        "url": notification.url,
        "silent": notification.silent,
        "priority": notification.priority,
        "payload": payload(platform, notification),
    }
    message = Message(
        message_id=world.seeds.uuid("message"),
        account=account,
        region=region,
        channel="push",
        direction="outbound",
        origin=Origin(platform, platform),
        to=owner or token,
        content=Content(notification.body or notification.raw or "", UNICODE, 1, Extras(push=shown)),
        status="ACCEPTED",
        requested_at=now,
        operation=operation,
        country=country_of(owner) if owner else UNKNOWN_COUNTRY,
    )
    words = refusal.status_message(platform) if refusal else None
    message.add_status(FAILED if refusal else DELIVERED, now, words, True)
    world.inbox.add(message)
    return message, refusal, NotificationSent(message)
