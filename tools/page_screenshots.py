"""
Take the screenshots of docs/screenshots: every view of the page over a small story, in three widths, light and dark.

Needs Chromium.

    python tools/page_screenshots.py [view …]
"""

from __future__ import annotations

import json
import struct
import sys
import zlib
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import boto3
from botocore.exceptions import ClientError
from chromium import chromium

from emulator import mock_sms
from emulator.front.server import Server
from emulator.testing import lease_number

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "screenshots"
WIDE, MIDDLE, NARROW = (1440, 810), (1024, 768), (390, 780)
HANDSETS = [f"+1425555{index:04d}" for index in range(100, 112)]
TEXTS = (
    "Your verification code is 482913. It expires in 10 minutes.",
    "Your order #10425 has shipped: https://example.com/t/10425",
    "Appointment tomorrow at 9:30. Reply C to confirm.",
    "Your table for 4 is ready.",
    "Flash sale! 20% off today only. Reply STOP to opt out.",
)
VIEWS = {
    "messages": "#/messages",
    "message": "#/messages/{message}",
    "phones": "#/phones/{handset}",
    "opted-out": "#/phones/{stopped}",
    "whatsapp": "#/phones/{chatting}",
    "push": "#/phones/{notified}",
    "requests": "#/requests/{refused}",
    "events": "#/events/{dead}",
    "world": "#/world",
    "japanese": "#/world/opt-outs",
}
LANGUAGES = {"japanese": "ja"}
SETTLE_MS = 1200
QUALITY = 70


def picture(width: int = 240, height: int = 150) -> bytes:
    """Return a PNG of a sunset."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((230 - y // 3, 90 + y // 2, 60 + y)) * width for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def destination(client: Any, sns: Any, name: str) -> str:
    """Create a configuration set whose events go to a topic of its own, and return the topic."""
    topic: str = sns.create_topic(Name=name)["TopicArn"]
    client.create_configuration_set(ConfigurationSetName=name)
    client.create_event_destination(
        ConfigurationSetName=name,
        EventDestinationName="to-sns",
        MatchingEventTypes=["ALL"],
        SnsDestination={"TopicArn": topic},
    )
    return topic


def tell(emulator: Any) -> dict[str, str]:
    """Fill the emulator, and return the names that the addresses of the views need."""
    region = {"region_name": "us-east-1"}
    client, sns, s3 = (boto3.client(name, **region) for name in ("pinpoint-sms-voice-v2", "sns", "s3"))
    capabilities = ["SMS", "MMS", "VOICE"]
    number = lease_number(client, NumberType="TOLL_FREE", NumberCapabilities=capabilities)["PhoneNumber"]
    voice = lease_number(client, NumberType="LONG_CODE", NumberCapabilities=["VOICE"])["PhoneNumber"]
    destination(client, sns, "orders")
    sns.delete_topic(TopicArn=destination(client, sns, "campaign"))
    s3.create_bucket(Bucket="shop")
    s3.put_object(Bucket="shop", Key="sunset.png", Body=picture(), ContentType="image/png")
    emulator.handset(HANDSETS[3]).behave(outcome="CARRIER_BLOCKED")
    emulator.handset(HANDSETS[7]).behave(outcome="UNREACHABLE")
    for index in range(45):
        client.send_text_message(
            DestinationPhoneNumber=HANDSETS[index % len(HANDSETS)],
            OriginationIdentity=number,
            MessageBody=TEXTS[index % len(TEXTS)],
            ConfigurationSetName="campaign" if index % 11 == 4 else "orders",
        )
        emulator.clock.advance(seconds=37)
    first, second = HANDSETS[:2]
    emulator.handset(second).reply("STOP", number)
    emulator.clock.advance(minutes=2)
    with suppress(ClientError):
        client.send_text_message(DestinationPhoneNumber=second, OriginationIdentity=number, MessageBody=TEXTS[4])
    emulator.clock.advance(minutes=9)
    client.send_media_message(
        DestinationPhoneNumber=first,
        OriginationIdentity=number,
        MessageBody="New in store",
        MediaUrls=["s3://shop/sunset.png"],
    )
    emulator.handset(first).reply("C", number)
    client.send_voice_message(
        DestinationPhoneNumber=first, OriginationIdentity=voice, MessageBody="Your code is 4 8 2 9 1 3"
    )
    emulator.clock.advance(minutes=1)
    message = client.send_text_message(
        DestinationPhoneNumber=first, OriginationIdentity=number, MessageBody=TEXTS[0], ConfigurationSetName="orders"
    )["MessageId"]
    chat(emulator, HANDSETS[4])
    notify(emulator, HANDSETS[5])
    emulator.clock.advance(hours=1)
    refused = emulator.control("list_requests", refused=True)["requests"][0]["request_id"]
    dead = emulator.control("list_events", state="dead", order="newest")["events"][0]["number"]
    handsets = {"handset": first, "stopped": second, "chatting": HANDSETS[4], "notified": HANDSETS[5]}
    return {"message": message, "refused": refused, "dead": str(dead)} | {name: quote(handsets[name]) for name in handsets}


def chat(emulator: Any, handset: str) -> None:
    """Let a shop and a person write to each other by WhatsApp."""
    social = boto3.client("socialmessaging", region_name="us-east-1")
    shop = "+12065550100"
    ids = emulator.whatsapp.link(shop, "Example Shop")

    def send(kind: str, **content: Any) -> None:
        payload = {"messaging_product": "whatsapp", "to": handset, "type": kind} | content
        social.send_whatsapp_message(
            originationPhoneNumberId=ids["phone_number_id"], message=json.dumps(payload).encode(), metaApiVersion="v23.0"
        )
        emulator.clock.advance(seconds=40)

    emulator.handset(handset).whatsapp("Hi, is order #10425 on its way?", to=shop)
    send("text", text={"body": "Hello! It *left the depot* at 9:15."})
    send("location", location={"latitude": 47.6, "longitude": -122.3, "name": "Example Shop", "address": "1 Pine Street"})
    buttons = [{"type": "reply", "reply": {"id": name, "title": title}} for name, title in (("y", "Yes"), ("n", "Tomorrow"))]
    question = {"type": "button", "body": {"text": "Will you be at home at 11?"}, "action": {"buttons": buttons}}
    send("interactive", interactive=question)


def notify(emulator: Any, handset: str) -> None:
    """Send push notifications to an iPhone."""
    token = "ab" * 32
    emulator.control("change_device", token=token, platform="APNS", phone_number=handset)
    pinpoint = boto3.client("pinpoint", region_name="us-east-1")
    app = pinpoint.create_app(CreateApplicationRequest={"Name": "shop"})["ApplicationResponse"]["Id"]
    channel = {"Certificate": "certificate", "PrivateKey": "key", "Enabled": True}
    pinpoint.update_apns_channel(ApplicationId=app, APNSChannelRequest=channel)
    for content in (
        {
            "Title": "Your order",
            "Body": "The courier is two stops away.",
            "Action": "URL",
            "Url": "https://example.com/t/10425",
        },
        {"Title": "Log in", "Body": "Your code is 482913"},
        {"SilentPush": True, "Data": {"sync": "1"}},
    ):
        request = {"Addresses": {token: {"ChannelType": "APNS"}}, "MessageConfiguration": {"APNSMessage": content}}
        pinpoint.send_messages(ApplicationId=app, MessageRequest=request)


def main(wanted: list[str]) -> int:
    """Take the screenshots of these views, or of all."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with chromium() as browser, mock_sms(clock="frozen") as emulator:
        names = tell(emulator)
        server = Server(emulator).start()
        for view in wanted or VIEWS:
            for (width, height), scheme in product((WIDE, MIDDLE, NARROW), ("light", "dark")):
                address = f"{server.endpoint_url}/_emulator/{VIEWS[view].format(**names)}"
                language = LANGUAGES.get(view, "en")
                page = browser.open(address, width=width, height=height, scheme=scheme, language=language)
                page.wait("document.getElementById('link').dataset.state === 'live'")
                page.run(f"new Promise((resolve) => setTimeout(resolve, {SETTLE_MS}))")
                (TARGET / f"{view}-{width}-{scheme}.webp").write_bytes(page.picture("webp", quality=QUALITY))
                page.close()
        server.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
