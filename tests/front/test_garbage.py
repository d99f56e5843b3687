"""Garbage collection in a process that serves: short, and complete after a reset."""

import gc

import boto3
import pytest

from emulator import Emulator, mock_sms
from emulator.front import garbage
from emulator.messaging.state.messages import Message
from emulator.testing import lease_number, send_text

KEPT = 100


@pytest.fixture(autouse=True)
def as_before():
    """Begin with all objects in sight, though the suite or a snapshot may have taken some out of it, and leave them so."""
    gc.unfreeze()
    yield
    gc.unfreeze()
    gc.enable()


def test_many_old_objects_are_taken_out_of_sight(monkeypatch):
    """Then a collection no longer looks through them; a reset brings all of them back once."""
    emulator = Emulator()
    collector = garbage.Collector(emulator.engine)
    monkeypatch.setattr(garbage, "OBJECTS_MAX", 10**9)
    collector.look()
    assert 0 == gc.get_freeze_count()

    monkeypatch.setattr(garbage, "OBJECTS_MAX", 0)
    collector.look()
    assert gc.get_freeze_count() > 0
    assert len(gc.get_objects(generation=garbage.OLD)) < gc.get_freeze_count()

    monkeypatch.setattr(garbage, "OBJECTS_MAX", 10**9)
    frozen, unfrozen = gc.get_freeze_count(), []
    monkeypatch.setattr(gc, "unfreeze", lambda: unfrozen.append(frozen))
    emulator.reset()
    collector.look()
    collector.look()
    assert [frozen] == unfrozen


def test_dropped_messages_need_no_collection():
    """Nothing of a message refers back to it: what is out of sight of the collector is freed when it is dropped."""
    with mock_sms(config={"limits": {"messages_kept": KEPT}}) as sms:
        client = boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")
        number = lease_number(client)["PhoneNumber"]
        gc.collect()
        gc.disable()
        for place in range(3 * KEPT):
            send_text(client, f"{place}", OriginationIdentity=number)
        sms.settle()
        send_text(client, "last", OriginationIdentity=number)
        sms.settle()

        alive = sum(type(each) is Message for each in gc.get_objects())
        assert len(sms.inbox.messages()) <= alive <= KEPT + KEPT // 10
