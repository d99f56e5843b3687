"""RCS: fallback to texts, and messages from the handset."""

import json
import urllib.request

import pytest

from emulator.control.errors import NotFound
from emulator.testing import HANDSET
from emulator.wire.models import load_model

pytestmark = pytest.mark.skipif(
    "SendRcsMessage" not in load_model("pinpoint-sms-voice-v2").operation_names,
    reason="the installed botocore does not know SendRcsMessage yet",
)
GERMAN_HANDSET = "+4915112345678"
REPLY = {"Reply": {"Text": "Yes", "PostbackData": "answer=yes"}}
OPEN_URL = {"OpenUrl": {"Text": "Shop", "PostbackData": "open", "Url": "https://example.com/"}}
CARD = {"Title": "Shoes", "Description": "Red", "Suggestions": [OPEN_URL]}


@pytest.fixture
def two_way(sms_client, agent, topic_with_queue):
    """Has the agent's replies, typing and conversations sent to the topic; gives the function that reads them."""
    sms_client.update_rcs_agent(
        RcsAgentId=agent, TwoWayEnabled=True, TwoWayChannelArn=topic_with_queue[0], TwoWayRcsEventsEnabled=["ALL"]
    )
    return topic_with_queue[1]


def test_a_named_fallback_takes_over(sms, rcs, number, events_of):
    """A handset without RCS gets the fallback by SMS at once, under the same id; only the text is paid for."""
    sms.handset(HANDSET).behave(rcs=False)
    fallback = {"Channel": "SMS", "MessageBody": "Plain", "OriginationIdentity": number}

    message_id = rcs("Rich", FallbackConfiguration=fallback)

    assert [
        ("RCS_FALLEN_BACK_TO_SMS", "FALLEN_BACK_TO_SMS", False),
        ("TEXT_SUCCESSFUL", "SUCCESSFUL", False),
        ("TEXT_DELIVERED", "DELIVERED", True),
    ] == events_of(message_id)
    assert [("Plain", number, "sms")] == [(m.body, m.sender, m.channel) for m in sms.handset(HANDSET).inbox]
    spend = sms.world.messaging_stores["123456789012", "us-east-1"].spend
    assert 0 == spend.in_month("RCS", sms.clock.now) < spend.in_month("TEXT", sms.clock.now)
    assert [("sms", 1, spend.in_month("TEXT", sms.clock.now))] == [
        (row["channel"], row["messages"], round(row["total"] * 100_000)) for row in sms.costs()
    ]


def test_a_fallback_by_mms_carries_its_picture(sms, client, request_number, rcs, events_of):
    """The picture comes from S3 and is on the handset."""
    mms_number = request_number(NumberCapabilities=["SMS", "MMS"])["PhoneNumber"]
    client("s3").create_bucket(Bucket="pictures")
    client("s3").put_object(Bucket="pictures", Key="red.gif", Body=b"GIF89a")
    sms.handset(HANDSET).behave(rcs=False)
    fallback = {"Channel": "MMS", "MediaUrls": ["s3://pictures/red.gif"], "OriginationIdentity": mms_number}

    events = events_of(rcs(FallbackConfiguration=fallback))

    assert ["RCS_FALLEN_BACK_TO_SMS", "MEDIA_SUCCESSFUL", "MEDIA_DELIVERED"] == [event for event, _, _ in events]
    assert [b"GIF89a"] == [file.content for file in sms.handset(HANDSET).inbox[0].media]


def test_a_fallback_waits_for_the_time_to_live(sms, rcs, number):
    """Without a receipt the fallback is sent when the rich message's time is over."""
    sms.handset(HANDSET).behave(outcome="NO_RECEIPT")
    sms.clock.freeze()
    rcs(TimeToLive=100, FallbackConfiguration={"Channel": "SMS", "MessageBody": "Plain", "OriginationIdentity": number})

    sms.clock.advance(seconds=99)
    assert "SENT" == sms.inbox.messages()[0].status
    sms.clock.advance(seconds=1)
    assert ("sms", "FALLEN_BACK_TO_SMS") == (sms.inbox.messages()[0].channel, sms.inbox.messages()[0].status)


def test_a_pool_tries_rcs_first(sms, sms_client, send_text, agent, pool, events_of):
    """A text through a pool goes out by its agent, and its records are those of texts."""
    message_id = send_text("Hi", OriginationIdentity=pool[0])

    assert ["TEXT_SUCCESSFUL", "TEXT_DELIVERED"] == [event for event, _, _ in events_of(message_id)]
    assert [agent] == [message.sender for message in sms.handset(HANDSET).inbox]


@pytest.mark.parametrize("by", ["text", "rcs"])
def test_a_pool_falls_back_after_25_seconds(sms, send_text, rcs, pool, by):
    """Where RCS gives no receipt the number of the pool sends the text after 25 seconds, and is tried first from then on."""
    sms.handset(HANDSET).behave(rcs=False)
    sms.clock.freeze()
    send = send_text if by == "text" else rcs
    send("Hi", to=HANDSET, OriginationIdentity=pool[0])

    sms.clock.advance(seconds=24)
    assert [] == sms.handset(HANDSET).inbox
    sms.clock.advance(seconds=3)
    assert [("Hi", pool[1], "DELIVERED")] == [(m.body, m.sender, m.status) for m in sms.handset(HANDSET).inbox]
    send_text("Again", OriginationIdentity=pool[0])
    sms.clock.advance(seconds=3)
    assert ["Hi", "Again"] == [message.body for message in sms.handset(HANDSET).inbox]
    assert 0 == sms.settle()["undelivered"]


def test_a_reply_comes_to_the_agent(sms, rcs, agent, two_way):
    """A text goes to the two-way channel with the members that AWS documents for RCS, in their order."""
    rcs()

    answer = sms.handset(HANDSET).reply("Hello")

    assert [
        {
            "originationNumber": HANDSET[1:],
            "destinationNumber": agent,
            "messageBody": "Hello",
            "inboundMessageId": answer["inbound_message_id"],
        }
    ] == two_way()


def test_a_tap_brings_its_postback(sms, rcs, two_way):
    """A tapped suggestion comes back with its data, from the message as from its cards."""
    rcs(content={"RichCard": {"CardOrientation": "VERTICAL", "CardContent": CARD}}, suggestions=[REPLY])

    sms.handset(HANDSET).tap("Yes")
    sms.handset(HANDSET).tap("Shop")

    assert [
        {"type": "SUGGESTION", "text": "Yes", "postbackData": "answer=yes"},
        {"type": "SUGGESTION", "text": "Shop", "postbackData": "open"},
    ] == [json.loads(payload["messageBody"]) for payload in two_way()]
    with pytest.raises(NotFound, match="offers the suggestion"):
        sms.handset(HANDSET).tap("No")


def test_typing_is_told_if_it_is_wanted(sms, sms_client, rcs, agent, two_way):
    """RCS_TYPING comes only to an agent that asks for it."""
    assert sms.handset(HANDSET).type(agent)
    assert ["RCS_TYPING"] == [json.loads(payload["messageBody"])["type"] for payload in two_way()]
    sms_client.update_rcs_agent(RcsAgentId=agent, TwoWayRcsEventsEnabled=[])

    assert not sms.handset(HANDSET).type(agent)
    assert [] == two_way()


def test_a_file_of_the_person_is_in_the_bucket(reach, request, client, sms, sms_client, agent, two_way):
    """A file is stored under the documented key and reported, except without a bucket or with a missing one."""
    picture = b"\x89PNG\r\n\x1a\n"

    def send():
        if reach == "mock":
            return sms.handset(HANDSET).send_file(picture, "red.png", "image/png", to=agent)
        url = request.getfixturevalue("sms_server").endpoint_url
        target = f"{url}/_emulator/handsets/{HANDSET}/files?to={agent}&file_name=red.png"
        with urllib.request.urlopen(urllib.request.Request(target, picture, {"Content-Type": "image/png"})) as answer:
            return json.load(answer)

    def told():
        return [json.loads(p["messageBody"]) for p in two_way()]

    assert send()["url"] is None
    assert ["UPLOAD_FAILED"] == [body["mediaStatus"] for body in told()]
    role = "arn:aws:iam::123456789012:role/media"
    settings = {"TwoWayMediaS3BucketName": "inbound", "TwoWayMediaS3KeyPrefix": "from", "TwoWayMediaS3Role": role}
    sms_client.update_rcs_agent(RcsAgentId=agent, **settings)
    assert "NoSuchBucket" in send()["error"]
    assert "NoSuchBucket" in told()[0]["mediaStatusMessage"]
    client("s3").create_bucket(Bucket="inbound")

    message_id = send()["inbound_message_id"]

    key = f"from/rcs/{message_id}#red.png"
    assert picture == client("s3").get_object(Bucket="inbound", Key=key)["Body"].read()
    assert [
        {
            "mediaStatus": "SUCCESS",
            "s3Bucket": "inbound",
            "s3Key": key,
            "mimeType": "image/png",
            "fileName": "red.png",
            "fileSizeBytes": 8,
        }
    ] == told()


def test_stop_opts_out_of_an_agent(sms, rcs, two_way, raises):
    """A STOP that is the whole message opts out, is answered by RCS and not forwarded; one within a text is not."""
    rcs()
    assert sms.handset(HANDSET).reply("Please stop that")["action"] is None

    answer = sms.handset(HANDSET).reply("stop")

    assert "OPT_OUT" == answer["action"]
    assert ["rcs", answer["reply"]] == [sms.handset(HANDSET).inbox[-1].channel, sms.handset(HANDSET).inbox[-1].body]
    assert ["Please stop that"] == [payload["messageBody"] for payload in two_way()]
    with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT"):
        rcs()


def test_keywords_of_an_agent(sms, sms_client, rcs, agent, two_way):
    """A keyword of the agent is answered, and its message forwarded too."""
    sms_client.put_keyword(OriginationIdentity=agent, Keyword="hours", KeywordMessage="9 to 5")
    rcs()

    assert "9 to 5" == sms.handset(HANDSET).reply("Hours")["reply"]
    assert ["Hours"] == [payload["messageBody"] for payload in two_way()]


def test_a_conversation_has_one_price(sms, rcs, two_way):
    """A reply within a day opens a conversation, which is reported; messages in it name it and cost nothing themselves."""
    first = rcs(to=GERMAN_HANDSET)
    sms.handset(GERMAN_HANDSET).reply("Hello")
    sms.handset(GERMAN_HANDSET).reply("Anybody there?")

    second = rcs(to=GERMAN_HANDSET)

    started = [json.loads(p["messageBody"]) for p in two_way() if p["messageBody"].startswith("{")]
    assert [("CONVERSATION_STARTED", first, "OUTBOUND")] == [
        (told["type"], told["conversationInitiatingMessageId"], told["conversationInitiatingMessageType"])
        for told in started
    ]
    record = sms.control("show_message", message_id=second)["events"][-1]["record"]
    assert (first, "OUTBOUND", 0.04, 0.0, 0.0) == tuple(
        record[name]
        for name in (
            "conversationInitiatingMessageId",
            "conversationInitiatingMessageType",
            "conversationSessionFee",
            "totalMessagePrice",
            "totalCarrierFee",
        )
    )
    sms.clock.advance(days=1)
    third = sms.control("show_message", message_id=rcs(to=GERMAN_HANDSET))["events"][-1]["record"]
    assert "conversationSessionFee" not in third


def test_who_writes_first_begins_the_conversation(sms, agent, two_way):
    """Without an earlier message of the agent the reply itself is what began it."""
    answer = sms.handset(GERMAN_HANDSET).reply("Hello", to=agent)

    told = json.loads(two_way()[0]["messageBody"])
    assert (answer["inbound_message_id"], "INBOUND") == (
        told["conversationInitiatingMessageId"],
        told["conversationInitiatingMessageType"],
    )
