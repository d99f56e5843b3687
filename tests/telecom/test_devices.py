"""Devices and push services as plain objects: tokens, staleness, payloads."""

import json
from datetime import datetime, timedelta, timezone

import pytest

from emulator.telecom.devices import PLATFORMS, REFUSALS, Devices, Notification, family, payload

NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)
PERSON = "+15551234567"


def test_token_is_stale_at_270_days_and_not_before():
    """The last moment of the 270 days is still good."""
    device = Devices().install("token", "GCM", NOW)

    states = [device.state(NOW + timedelta(days=270) - wait) for wait in (timedelta(seconds=1), timedelta(0))]
    assert ["active", "stale"] == states


def test_opening_the_app_keeps_the_owner():
    """A device that is seen again without its owner's number keeps it."""
    devices = Devices()
    devices.install("token", "GCM", NOW, PERSON)
    devices.install("token", "GCM", NOW + timedelta(days=1))

    assert [("token", NOW + timedelta(days=1))] == [(device.token, device.last_seen) for device in devices.of(PERSON)]


def test_token_of_another_platform_is_a_new_device():
    """One token cannot be two platforms': the later installation counts."""
    devices = Devices()
    devices.install("token", "GCM", NOW)
    devices.install("token", "BAIDU", NOW)

    assert ["BAIDU"] == [device.platform for device in devices.by_token.values()]


def test_unheard_token_becomes_a_device():
    """A well-formed token that is sent to belongs to an app; a malformed one does not."""
    devices = Devices()

    found = [devices.refusal(token, "GCM", Notification(body="a"), NOW) for token in ("token", "no token")]

    assert [None, REFUSALS["GCM"]["invalid"]] == found
    assert ["token"] == list(devices.by_token)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_platform_has_its_refusals(platform):
    """Each names its own error for an invalid token, a dead one and a payload too large."""
    errors = {refusal.provider_error for refusal in REFUSALS[family(platform)].values()}

    assert {"invalid", "unregistered", "too_large"} == set(REFUSALS[family(platform)])
    assert 3 == len(errors)


@pytest.mark.parametrize(
    ("platform", "notification", "expected"),
    [
        ("GCM", Notification("T", "B", {"k": "v"}), {"notification": {"title": "T", "body": "B"}, "data": {"k": "v"}}),
        ("APNS", Notification("T", "B", {"k": "v"}), {"aps": {"alert": {"title": "T", "body": "B"}}, "k": "v"}),
        ("APNS", Notification(data={"k": "v"}, silent=True), {"aps": {"content-available": 1}, "k": "v"}),
        ("WEB", Notification(data={"k": "v"}, silent=True), {"data": {"k": "v"}}),
    ],
)
def test_payload_of_a_platform(platform, notification, expected):
    """A mixed message has both parts, a silent one its data alone, each as its platform writes it."""
    assert expected == json.loads(payload(platform, notification))
