"""docs/provoking-events.md: what it says provokes each event does."""

import json
import re
from pathlib import Path

import pytest

from emulator.messaging.event_types import event_types
from emulator.telecom.carriers import OUTCOMES
from emulator.testing import HANDSET

DOCUMENT = Path(__file__).parents[3] / "docs" / "provoking-events.md"
ROW = re.compile(r"^\| `(\w+)` \| (\w+)[^|]*\| `\w+ (\S+)` \| `(.*)` \|$", re.MULTILINE)
ROWS = ROW.findall(DOCUMENT.read_text("utf-8"))
SUBSCRIBABLE = {name for name, entry in event_types().items() if entry["subscribable"] and not entry["wildcard"]}


@pytest.fixture
def send(sms_client, request_number):
    """Sends by the operation, whatever it needs; gives the id."""
    number = request_number(NumberCapabilities=["SMS", "MMS"])["PhoneNumber"]
    voice_number = request_number(NumberType="LONG_CODE", NumberCapabilities=["VOICE"])["PhoneNumber"]
    agent = sms_client.create_rcs_agent()["RcsAgentId"]
    fallback = {"Channel": "SMS", "MessageBody": "Hi", "OriginationIdentity": number}
    text = {"MessageBody": "Hi", "OriginationIdentity": number}
    rich = {"RcsMessageContent": {"Content": {"TextMessage": {"Body": "Hi"}}}, "OriginationIdentity": agent}
    calls = {
        "SendTextMessage": ("send_text_message", text),
        "SendMediaMessage": ("send_media_message", text),
        "SendVoiceMessage": ("send_voice_message", text | {"OriginationIdentity": voice_number}),
        "SendRcsMessage": ("send_rcs_message", rich),
    }

    def send_by(operation, with_fallback=False, to=HANDSET):
        method, members = calls[operation]
        if not hasattr(sms_client, method):
            pytest.skip(f"the installed botocore does not know {operation} yet")
        extra = {"FallbackConfiguration": fallback} if with_fallback else {}
        return getattr(sms_client, method)(DestinationPhoneNumber=to, **members, **extra)["MessageId"]

    return send_by


@pytest.fixture
def events_of(sms):
    """The event types of a message when all has happened."""

    def read(message_id):
        sms.settle()
        return [event["record"]["eventType"] for event in sms.control("show_message", message_id=message_id)["events"]]

    return read


def test_the_table_is_complete():
    """Every event type that can be subscribed to stands in the table, once, and no other."""
    assert sorted(SUBSCRIBABLE) == sorted(name for name, *_ in ROWS)


@pytest.mark.parametrize(("event", "operation", "path", "body"), ROWS, ids=[row[0] for row in ROWS])
def test_the_table_tells_the_truth(sms, send, events_of, event, operation, path, body):
    """The settings in the table produce the event."""
    told = json.loads(body)
    if path == "/_emulator/carriers/rules":
        sms.control("change_rules", rules=told)
    else:
        sms.control("change_handset", number=HANDSET, **told)

    assert event in events_of(send(operation, with_fallback=event == "RCS_FALLEN_BACK_TO_SMS"))


@pytest.mark.parametrize(
    ("channel", "operation"),
    [
        ("sms", "SendTextMessage"),
        ("mms", "SendMediaMessage"),
        ("voice", "SendVoiceMessage"),
        ("rcs", "SendRcsMessage"),
    ],
)
def test_no_other_event_is_made(sms, send, events_of, channel, operation):
    """Whatever outcome is set, the events of a message are ones that AWS has."""
    for place, outcome in enumerate(sorted(OUTCOMES[channel])):
        to = f"+1425555{place:04d}"
        sms.handset(to).behave(outcome=outcome)
        events = events_of(send(operation, to=to))
        assert events
        assert set(events) <= SUBSCRIBABLE, outcome
