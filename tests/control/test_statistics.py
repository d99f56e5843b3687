"""Figures over the kept messages, and the profile."""

from datetime import timedelta

from emulator import Emulator
from emulator.testing import HANDSET, lease_number, send_text


def test_messages_are_counted_over_time(sms, sms_client):
    """Each bucket counts how the messages of its time ended; empty ones in between are there too."""
    number = lease_number(sms_client)["PhoneNumber"]
    send_text(sms_client, "One", HANDSET, OriginationIdentity=number)
    sms.settle()
    sms.clock.advance(minutes=10)
    sms.carriers.rule(outcome="BLOCKED")
    send_text(sms_client, "Two", HANDSET, OriginationIdentity=number)
    sms.handset(HANDSET).reply("Three", to=number)
    sms.settle()

    found = sms.control("show_statistics")

    assert 60 == found["bucket_seconds"]
    assert 11 == len(found["over_time"])
    assert (1, 0, 0) == tuple(found["over_time"][0][name] for name in ("delivered", "failed", "inbound"))
    assert (0, 1, 1) == tuple(found["over_time"][-1][name] for name in ("delivered", "failed", "inbound"))
    assert [(number, 2)] == [(row["sender"], row["messages"]) for row in found["senders"]]
    assert found["senders"][0]["total"] > 0


def test_buckets_grow_with_the_time_they_cover(sms, sms_client):
    """A year of messages is shown in weeks."""
    number = lease_number(sms_client)["PhoneNumber"]
    for _ in range(2):
        send_text(sms_client, "Yearly", HANDSET, OriginationIdentity=number)
        sms.clock.advance(days=365)

    found = sms.control("show_statistics")

    assert timedelta(days=7) == timedelta(seconds=found["bucket_seconds"])
    assert 2 == sum(bucket["delivered"] for bucket in found["over_time"])


def test_nothing_yet_is_nothing(sms):
    """An empty world has no buckets and no senders."""
    assert {"bucket_seconds": 60, "over_time": [], "senders": []} == sms.control("show_statistics")


def test_profile_is_changed_while_it_runs():
    """The strict profile holds from the next request on; what the configuration says stays."""
    sms = Emulator(config={"limits": {"spend_limit": 7}})

    assert {"profile": "strict", "overridden": ["spend_limit"]} == sms.control("change_profile", profile="strict")
    assert (True, 7) == (sms.settings.rates_enforced, sms.settings.spend_limit)
    assert "SANDBOX" == sms.account("210987654321").tier

    sms.control("change_profile", profile="friendly")
    assert not sms.settings.rates_enforced


def test_profile_lasts_until_the_reset():
    """A reset brings back the profile that the emulator has started with."""
    sms = Emulator()
    sms.control("change_profile", profile="strict")

    sms.reset()

    assert "friendly" == sms.settings.profile
