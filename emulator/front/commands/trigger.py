"""`trigger`: make an example of an event type, from the request to the record."""

from __future__ import annotations

import argparse
import json
import urllib.parse
from importlib.resources import files
from typing import Any

from emulator.front.commands.acting import explained, number_for
from emulator.front.commands.client import Refused, aws, call, show

HANDSET = "+14255550199"
BUCKET = "sms-voice-emulator-trigger"
ANSWERS = {"BUSY": "busy", "NO_ANSWER": "no_answer", "FAILED": "fail"}
"""How the recipient answers, by the event of a call; every other one follows from `answer`."""
VIA = frozenset({"PENDING", "QUEUED"})
"""Statuses that a message passes through on its way."""
RCS_OUTCOMES = {"FAILED": "UNDELIVERABLE", "TTL_EXPIRED": "TTL_EXPIRATION_REVOKED", "PROTECT_BLOCKED": "PROTECT_BLOCKED"}
SETTLE_SECONDS = 5 * 24 * 3600
"""How much virtual time a message is given; its time to live is three days at most."""


def add_to(commands: Any, client: argparse.ArgumentParser, caller: argparse.ArgumentParser) -> None:
    """Add the command."""
    trigger = commands.add_parser(
        "trigger", parents=[client, caller], help="send a message that ends in an event, and print the record: TEXT_SPAM"
    )
    trigger.add_argument("event_type", metavar="EVENT_TYPE", help="such as TEXT_DELIVERED, MEDIA_SPAM, VOICE_BUSY, RCS_READ")
    trigger.add_argument("--to", default=HANDSET, help=f"the recipient (default: {HANDSET})")
    trigger.add_argument("--configuration-set", help="the configuration set whose destinations get the record")
    trigger.set_defaults(run=_trigger)


def event_type_names() -> list[str]:
    """Return the event types that can be made: all that destinations can subscribe to, but wildcards."""
    table = files("emulator.messaging").joinpath("data", "event_types.json").read_text("utf-8")
    known = json.loads(table)["event_types"]
    return [name for name, row in known.items() if row["subscribable"] and not row["wildcard"]]


def _trigger(options: argparse.Namespace) -> None:
    wanted = options.event_type.upper()
    if wanted not in event_type_names():
        raise Refused(f"unknown event type {options.event_type!r}; allowed: {', '.join(event_type_names())}")
    channel, _, status = wanted.partition("_")
    client = aws(options, "pinpoint-sms-voice-v2")
    handset = f"handsets/{urllib.parse.quote(options.to)}"
    before = call(options, "GET", handset)
    try:
        _prepare(options, handset, channel, status)
        message_id = SENDERS[channel](options, client, status)
        call(options, "POST", "settle", {"within_seconds": SETTLE_SECONDS})
    except client.exceptions.ClientError as error:
        raise Refused(explained(options, error)) from error
    finally:
        call(options, "PUT", handset, before)
    found = call(options, "GET", "events", message_id=message_id, event_type=wanted)["events"]
    if not found:
        raise Refused(
            f"message {message_id} ended without {wanted}; see sms-voice-emulator events --message-id {message_id}"
        )
    show(found[0]["record"])


def _prepare(options: argparse.Namespace, handset: str, channel: str, status: str) -> None:
    """Have the recipient, or the carrier for one message, do what leads to the event."""
    if channel == "VOICE" and status != "TTL_EXPIRED":
        call(options, "PUT", handset, {"answers": ANSWERS.get(status, "answer"), "outcome": None})
        return
    if channel == "RCS":
        behaviour = {
            "rcs": status != "FALLEN_BACK_TO_SMS",
            "reads_rcs": status == "READ",
            "outcome": RCS_OUTCOMES.get(status),
        }
        call(options, "PUT", handset, behaviour)
        if status not in VIA:
            return
    rule = {"outcome": "DELIVERED", "via": [status]} if status in VIA else {"outcome": status}
    rules = call(options, "GET", "carriers/rules")
    call(options, "PUT", "carriers/rules", [{"match": {"to": options.to}, "times": 1, **rule}, *rules])


def _common(options: argparse.Namespace) -> dict[str, Any]:
    members = {"DestinationPhoneNumber": options.to}
    return members | ({"ConfigurationSetName": options.configuration_set} if options.configuration_set else {})


def _send_text(options: argparse.Namespace, client: Any, status: str) -> Any:
    number = number_for(client, "sms")
    return client.send_text_message(**_common(options), OriginationIdentity=number, MessageBody="Hello")["MessageId"]


def _send_media(options: argparse.Namespace, client: Any, status: str) -> Any:
    s3 = aws(options, "s3")
    where = {} if options.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": options.region}}
    s3.create_bucket(Bucket=BUCKET, **where)
    from emulator.testing import PNG

    s3.put_object(Bucket=BUCKET, Key="picture.png", Body=PNG, ContentType="image/png")
    number = number_for(client, "mms")
    urls = [f"s3://{BUCKET}/picture.png"]
    return client.send_media_message(**_common(options), OriginationIdentity=number, MediaUrls=urls)["MessageId"]


def _send_voice(options: argparse.Namespace, client: Any, status: str) -> Any:
    number = number_for(client, "voice")
    return client.send_voice_message(**_common(options), OriginationIdentity=number, MessageBody="Hello")["MessageId"]


def _send_rcs(options: argparse.Namespace, client: Any, status: str) -> Any:
    agents = client.describe_rcs_agents()["RcsAgents"]
    agent = (agents or [client.create_rcs_agent()])[0]["RcsAgentId"]
    members = _common(options)
    if status == "FALLEN_BACK_TO_SMS":
        number = number_for(client, "sms")
        members["FallbackConfiguration"] = {"Channel": "SMS", "MessageBody": "Hello", "OriginationIdentity": number}
    call(options, "POST", "clock", {"advance_seconds": 1})
    content = {"Content": {"TextMessage": {"Body": "Hello"}}}
    return client.send_rcs_message(**members, OriginationIdentity=agent, RcsMessageContent=content)["MessageId"]


SENDERS = {"TEXT": _send_text, "MEDIA": _send_media, "VOICE": _send_voice, "RCS": _send_rcs}
