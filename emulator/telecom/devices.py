"""
Devices that receive push notifications, and the push services that reach them, with those services' own refusals.

A device is identified by the token that its push service issued to the app. A token dies when the app is uninstalled, and
is stale when the app has not been opened for 270 days. Sources: firebase.google.com/docs/cloud-messaging/manage-tokens,
developer.apple.com "Handling notification responses from APNs", datatracker.ietf.org/doc/html/rfc8030; the form of the
status messages: real answers of Pinpoint, and those of Amazon SNS mobile push.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any

from emulator.kernel.dataclass import dataclass

APPLE = ("APNS", "APNS_SANDBOX", "APNS_VOIP", "APNS_VOIP_SANDBOX")
PLATFORMS = ("GCM", *APPLE, "ADM", "BAIDU", "WEB")
"""Pinpoint's channel types, and WEB for a browser's push service, which Pinpoint does not have."""
STATES = ("active", "stale", "unregistered")
STALE_AFTER = timedelta(days=270)
"""Source: firebase.google.com, "Stale and expired tokens" """
TIME_TO_LIVE_MAX = timedelta(days=28)
"""Source: firebase.google.com, "Set the lifespan of a message" """


@dataclass(slots=True)
class Device:
    """One app on one phone or in one browser; `phone_number` is that of its owner, if known."""

    token: str
    platform: str
    last_seen: datetime
    installed: bool = True
    phone_number: str | None = None

    def state(self, now: datetime) -> str:
        """Return the state: active, stale or unregistered."""
        if not self.installed:
            return "unregistered"
        return "stale" if now - self.last_seen >= STALE_AFTER else "active"


@dataclass(slots=True)
class Notification:
    """What is pushed; `raw` is the whole payload, if the sender wrote it."""

    title: str | None = None
    body: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    image_url: str | None = None
    url: str | None = None
    silent: bool = False
    sound: str | None = None
    priority: str | None = None
    time_to_live: timedelta | None = None
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a push service rejects a notification: Pinpoint's status code and message, then the service's own."""

    status_code: int
    message: str
    provider_status: int
    provider_error: str
    provider_response: dict[str, Any]

    def status_message(self, platform: str) -> str:
        """Return the refusal as Pinpoint passes it on, in JSON."""
        fields = {
            "errorMessage": self.message,
            "channelType": platform,
            "pushProviderStatusCode": str(self.provider_status),
            "pushProviderError": self.provider_error,
            "pushProviderResponse": _compact(self.provider_response),
        }
        return _compact(fields)


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _apple(status: int, reason: str, status_code: int, message: str) -> Refusal:
    return Refusal(status_code, message, status, reason, {"reason": reason})


def _google(status: int, error: str, google_status: str, status_code: int, message: str) -> Refusal:
    return Refusal(status_code, message, status, error, {"status": google_status})


def _other(status: int, reason: str, status_code: int, message: str) -> Refusal:
    return Refusal(status_code, message, status, reason, {"reason": reason})


DEAD = "Unregistered or expired token"
BAD = "Invalid notification"
REFUSALS: dict[str, dict[str, Refusal]] = {
    "GCM": {
        "invalid": _google(
            400, "The registration token is not a valid FCM registration token", "INVALID_ARGUMENT", 400, BAD
        ),
        "unregistered": _google(404, "Requested entity was not found.", "NOT_FOUND", 410, DEAD),
        "too_large": _google(400, "Android message is too big", "INVALID_ARGUMENT", 400, BAD),
    },
    "APNS": {
        "invalid": _apple(400, "BadDeviceToken", 410, DEAD),
        "unregistered": _apple(410, "Unregistered", 410, DEAD),
        "too_large": _apple(413, "PayloadTooLarge", 400, BAD),
    },
    "ADM": {
        "invalid": _other(400, "InvalidRegistrationId", 400, BAD),
        "unregistered": _other(400, "Unregistered", 410, DEAD),
        "too_large": _other(413, "MessageTooLarge", 400, BAD),
    },
    "BAIDU": {
        "invalid": _other(400, "request params not valid", 400, BAD),
        "unregistered": _other(400, "bind not exists", 410, DEAD),
        "too_large": _other(400, "message too large", 400, BAD),
    },
    "WEB": {
        "invalid": _other(404, "Not Found", 410, DEAD),
        "unregistered": _other(410, "Gone", 410, DEAD),
        "too_large": _other(413, "Payload Too Large", 400, BAD),
    },
}
"""By family of platforms and cause. The APNs ones for an invalid token and FCM's were seen, the others are # unverified."""
TOKENS: dict[str, re.Pattern[str]] = {
    "GCM": re.compile(r"[A-Za-z0-9:_%\-]{1,4096}"),
    "APNS": re.compile(r"([0-9A-Fa-f]{2}){32,100}"),
    "ADM": re.compile(r"amzn1\.adm-registration\.v[0-9]+\.\S+"),
    "BAIDU": re.compile(r"[A-Za-z0-9\-]+"),
    "WEB": re.compile(r"https://\S+|[A-Za-z0-9_\-]+"),
}
"""The form of a token; the push service never issues any other."""
PAYLOAD_BYTES_MAX = {"GCM": 4096, "APNS": 4096, "ADM": 6144, "BAIDU": 4096, "WEB": 4096}
VOIP_PAYLOAD_BYTES_MAX = 5120
"""Source: developer.apple.com "Generating a remote notification" """


def family(platform: str) -> str:
    """Return the platform whose rules apply; all four kinds of APNs share theirs."""
    return "APNS" if platform in APPLE else platform


def _google_payload(notification: Notification) -> dict[str, Any]:
    shown = {"title": notification.title, "body": notification.body, "image": notification.image_url}
    fields = {} if notification.silent else {"notification": _given(shown)}
    return fields | ({"data": notification.data} if notification.data else {})


def _apple_payload(notification: Notification) -> dict[str, Any]:
    if notification.silent:
        return {"aps": {"content-available": 1}, **notification.data}
    alert = _given({"title": notification.title, "body": notification.body})
    return {"aps": _given({"alert": alert, "sound": notification.sound}), **notification.data}


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


PAYLOADS: dict[str, Callable[[Notification], dict[str, Any]]] = {"APNS": _apple_payload}


def payload(platform: str, notification: Notification) -> str:
    """Return the JSON that is sent to the device: the sender's own, if there is one."""
    if notification.raw is not None:
        return notification.raw
    return _compact(PAYLOADS.get(family(platform), _google_payload)(notification))


@dataclass(slots=True)
class Devices:
    """All devices, by token."""

    by_token: dict[str, Device] = field(default_factory=dict)

    def of(self, phone_number: str) -> list[Device]:
        """Return the devices of the owner of a phone number."""
        return [device for device in self.by_token.values() if device.phone_number == phone_number]

    def install(self, token: str, platform: str, now: datetime, phone_number: str | None = None) -> Device:
        """Register an app for notifications, or record that it was opened again; return its device."""
        device = self.by_token.get(token)
        if device is None or device.platform != platform:
            device = self.by_token[token] = Device(token, platform, now, phone_number=phone_number)
        device.last_seen, device.installed = now, True
        device.phone_number = phone_number or device.phone_number
        return device

    def refusal(self, token: str, platform: str, notification: Notification, now: datetime) -> Refusal | None:
        """
        Return why the platform's push service rejects a notification for a token; None if it accepts it.

        A well-formed token that is unknown becomes a device: it is assumed to have been issued to some app.
        """
        refusals = REFUSALS[family(platform)]
        if not TOKENS[family(platform)].fullmatch(token):
            return refusals["invalid"]
        bytes_max = VOIP_PAYLOAD_BYTES_MAX if "VOIP" in platform else PAYLOAD_BYTES_MAX[family(platform)]
        if len(payload(platform, notification).encode()) > bytes_max:
            return refusals["too_large"]
        device = self.by_token.get(token)
        if device is None:
            device = self.install(token, platform, now)
        if device.platform != platform:
            return refusals["invalid"]
        return None if device.state(now) == "active" else refusals["unregistered"]
