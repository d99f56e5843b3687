"""Write docs/event-records.md, one record of each event type, made by the emulator: `python tools/event_records.py`."""

from __future__ import annotations

import json
import os
import re
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import boto3

from emulator import Emulator, mock_sms
from emulator.testing import HANDSET, lease_number

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = DOCS / "event-records.md"
ROW = re.compile(r"^\| `(\w+)` \| (\w+)[^|]*\| `\w+ (\S+)` \| `(.*)` \|$", re.MULTILINE)
"""A row of docs/provoking-events.md: event type, operation, where to put what, and that."""
START = datetime(2026, 1, 15, 9, 30, tzinfo=timezone.utc)
INTRODUCTION = """# Event records

Written by `tools/event_records.py`: one record of each event type, as it arrives at an event destination. How to provoke
each is in [provoking events](provoking-events.md).

SNS puts a record as text into `Message` of its notification; CloudWatch Logs and Firehose receive it as shown here, and
EventBridge as `detail` of an event. Prices are in dollars, times in milliseconds since 1970.
"""
CHANNELS = {"TEXT": "Texts", "MEDIA": "Pictures (MMS)", "VOICE": "Calls", "RCS": "RCS"}
REPLY = """## Replies

What the two-way topic of a number receives:

"""


def block(value: Any) -> str:
    """Return a value as a block of JSON."""
    return f"```json\n{json.dumps(value, indent=2)}\n```\n"


def send(client: Any, operation: str, *, fallback: bool = False) -> str:
    """Send a message by an operation from a number of its own, and return its id."""
    text = {"DestinationPhoneNumber": HANDSET, "MessageBody": "Your code is 123456", "Context": {"order": "17"}}
    if operation == "SendRcsMessage":
        number = lease_number(client, "+12065550100")["PhoneNumber"]
        sms = {"Channel": "SMS", "MessageBody": "Your code is 123456", "OriginationIdentity": number}
        answer = client.send_rcs_message(
            DestinationPhoneNumber=HANDSET,
            OriginationIdentity=client.create_rcs_agent()["RcsAgentId"],
            RcsMessageContent={"Content": {"TextMessage": {"Body": "Your code is 123456"}}},
            **({"FallbackConfiguration": sms} if fallback else {}),
        )
    elif operation == "SendVoiceMessage":
        number = lease_number(client, NumberType="LONG_CODE", NumberCapabilities=["VOICE"])["PhoneNumber"]
        answer = client.send_voice_message(**text, OriginationIdentity=number)
    else:
        number = lease_number(client, "+12065550100", NumberCapabilities=["SMS", "MMS"])["PhoneNumber"]
        method = client.send_text_message if operation == "SendTextMessage" else client.send_media_message
        answer = method(**text, OriginationIdentity=number)
    return str(answer["MessageId"])


def record(sms: Emulator, client: Any, event_type: str, operation: str, path: str, body: str) -> dict[str, Any]:
    """Provoke an event as a row of docs/provoking-events.md says, and return its record."""
    sms.reset()
    settings = json.loads(body)
    if path.endswith("/rules"):
        sms.control("change_rules", rules=settings)
    else:
        sms.control("change_handset", number=HANDSET, **settings)
    message_id = send(client, operation, fallback=event_type == "RCS_FALLEN_BACK_TO_SMS")
    sms.settle()
    return next(each for each in sms.events.records(message_id=message_id) if each["eventType"] == event_type)


def reply(sms: Emulator, client: Any) -> dict[str, Any]:
    """Return what the two-way topic of a number receives."""
    sms.reset()
    send(client, "SendTextMessage")
    number = client.describe_phone_numbers()["PhoneNumbers"][0]
    topic = boto3.client("sns", region_name="us-east-1").create_topic(Name="replies")["TopicArn"]
    client.update_phone_number(PhoneNumberId=number["PhoneNumberId"], TwoWayEnabled=True, TwoWayChannelArn=topic)
    sms.handset(HANDSET).reply("YES")
    return next(each for each in sms.events.records() if "inboundMessageId" in each)


def page() -> str:
    """Return the page."""
    os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing")
    parts, channel = [INTRODUCTION], ""
    with mock_sms(seed=1, start=START) as sms:
        client = boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")
        for row in ROW.findall((DOCS / "provoking-events.md").read_text("utf-8")):
            if row[0].partition("_")[0] != channel:
                channel = row[0].partition("_")[0]
                parts.append(f"## {CHANNELS[channel]}\n")
            parts += [f"### {row[0]}\n", block(record(sms, client, *row))]
        parts += [REPLY + block(reply(sms, client))]
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
