"""SendRcsMessage."""

from datetime import datetime, timezone

import pytest

from emulator.messaging.state.rcs import RcsContent
from emulator.testing import HANDSET
from emulator.wire.models import load_model

pytestmark = pytest.mark.skipif(
    "SendRcsMessage" not in load_model("pinpoint-sms-voice-v2").operation_names,
    reason="the installed botocore does not know SendRcsMessage yet",
)
REPLY = {"Reply": {"Text": "Yes", "PostbackData": "answer=yes"}}
OPEN_URL = {"OpenUrl": {"Text": "Shop", "PostbackData": "open", "Url": "https://example.com/"}}
CARD = {"Title": "Shoes", "Description": "Red", "Suggestions": [OPEN_URL]}


@pytest.mark.parametrize(
    ("body", "kind", "segments"),
    [
        ("a" * 160, "BASIC", 1),
        ("a" * 161, "RICH", 2),
        ("ü" * 80, "BASIC", 1),
        ("ü" * 81, "RICH", 2),
        ("🎉" * 40, "BASIC", 1),
    ],
)
def test_a_basic_text_is_counted_in_bytes(body, kind, segments):
    """A text is BASIC up to 160 bytes of UTF-8. Evidence: the billing types of RCS, as Infobip has them."""
    text = RcsContent("TextMessage", body, {}, [])

    assert (kind, segments) == (text.billing_event_type, text.segments)


def test_a_text_arrives_and_is_read(sms, sms_client, rcs, agent, event_set, topic_with_queue):
    """SENT, DELIVERED and READ come in order, with the members that RCS records have; reading is free."""
    sms.handset(HANDSET).behave(reads_rcs=True)

    message_id = rcs("Hello", ConfigurationSetName=event_set, Context={"order": "17"})

    records = topic_with_queue[1]()
    assert [("RCS_SENT", False), ("RCS_DELIVERED", True), ("RCS_READ", True)] == [
        (record["eventType"], record["isFinal"]) for record in records
    ]
    delivered, read = records[1], records[2]
    assert (agent, message_id, "UNICODE", {"billingEventType": "BASIC"}, "US", 0.008, 0.003) == tuple(
        delivered[name]
        for name in (
            "originationPhoneNumber",
            "messageId",
            "messageEncoding",
            "rcsMetadata",
            "agentIsoCountryCode",
            "totalMessagePrice",
            "totalCarrierFee",
        )
    )
    assert ("Message has been read by recipient", 0.0, 0.0) == tuple(
        read[name] for name in ("messageStatusDescription", "totalMessagePrice", "totalCarrierFee")
    )
    assert "rcsMetadata" not in read
    assert [("READ", "Hello")] == [(message.status, message.body) for message in sms.handset(HANDSET).inbox]
    assert [(1, 0.011)] == [(row["messages"], row["total"]) for row in sms.costs()]


@pytest.mark.parametrize(
    ("content", "suggestions", "body"),
    [
        ({"TextMessage": {"Body": "Ready?"}}, [REPLY, OPEN_URL], "Ready?"),
        ({"FileMessage": {"FileUrl": "https://example.com/red.png"}}, [], ""),
        ({"RichCard": {"CardOrientation": "VERTICAL", "CardContent": CARD}}, [], "Shoes\nRed"),
        (
            {
                "RichCard": {
                    "CardOrientation": "HORIZONTAL",
                    "ThumbnailImageAlignment": "LEFT",
                    "CardContent": {"Media": {"FileUrl": "https://example.com/red.png", "Height": "TALL"}},
                }
            },
            [],
            "",
        ),
        ({"Carousel": {"CardWidth": "SMALL", "CardContents": [CARD, {"Title": "Hats"}]}}, [], "Shoes\nRed\nHats"),
    ],
)
def test_every_kind_of_content_is_shown(sms, rcs, content, suggestions, body):
    """The control API shows what the handset would, and what there is to read is the body."""
    message_id = rcs(content=content, suggestions=suggestions)

    shown = sms.control("show_message", message_id=message_id)
    assert ("DELIVERED", "rcs", body, content) == (
        shown["status"],
        shown["channel"],
        shown["body"],
        shown["rcs"]["Content"],
    )
    assert "RICH" == shown["events"][-1]["record"]["rcsMetadata"]["billingEventType"]


def test_a_file_comes_from_s3(sms, client, rcs, raises):
    """A file of the account's bucket is on the handset; one that cannot be read or has another type is refused."""
    client("s3").create_bucket(Bucket="pictures")
    client("s3").put_object(Bucket="pictures", Key="red.png", Body=b"\x89PNG\r\n\x1a\n")
    client("s3").put_object(Bucket="pictures", Key="setup.exe", Body=b"MZ", ContentType="application/x-msdownload")

    rcs(content={"FileMessage": {"FileUrl": "s3://pictures/red.png"}})

    assert [b"\x89PNG\r\n\x1a\n"] == [file.content for file in sms.handset(HANDSET).inbox[0].media]
    with raises("ValidationException", Reason="RESOURCE_NOT_ACCESSIBLE"):
        rcs(content={"FileMessage": {"FileUrl": "s3://pictures/none.png"}})
    with raises("ValidationException", Reason="MEDIA_TYPE_NOT_SUPPORTED"):
        rcs(content={"FileMessage": {"FileUrl": "s3://pictures/setup.exe"}})


@pytest.mark.parametrize(
    "content",
    [
        {"RichCard": {"CardOrientation": "DIAGONAL", "CardContent": CARD}},
        {"RichCard": {"CardOrientation": "VERTICAL", "ThumbnailImageAlignment": "LEFT", "CardContent": CARD}},
        {"RichCard": {"CardOrientation": "VERTICAL", "CardContent": {"Suggestions": [REPLY]}}},
        {"Carousel": {"CardWidth": "WIDE", "CardContents": [CARD, CARD]}},
        {
            "Carousel": {
                "CardWidth": "SMALL",
                "CardContents": [CARD, {"Media": {"FileUrl": "https://example.com/a.png", "Height": "TALL"}}],
            }
        },
    ],
)
def test_values_outside_their_lists_are_refused(sms, rcs, raises, content):
    """Limits that only the documentation states are enforced too."""
    with raises("ValidationException", Reason="INVALID_PARAMETER"):
        rcs(content=content)
    assert [] == sms.inbox.messages()


@pytest.mark.parametrize(
    "action",
    [
        {"OpenUrl": {**OPEN_URL["OpenUrl"], "Application": "PHONE"}},
        {"OpenUrl": {**OPEN_URL["OpenUrl"], "Application": "BROWSER", "WebviewViewMode": "FULL"}},
        {
            "CreateCalendarEvent": {
                "Text": "Date",
                "PostbackData": "date",
                "Title": "Date",
                "StartTime": datetime(2030, 1, 2, tzinfo=timezone.utc),
                "EndTime": datetime(2030, 1, 1, tzinfo=timezone.utc),
            }
        },
    ],
)
def test_actions_that_make_no_sense_are_refused(rcs, raises, action):
    """A view without its window, an invalid application and an event that ends before it begins are refused."""
    with raises("ValidationException", Reason="INVALID_PARAMETER"):
        rcs(suggestions=[action])


def test_what_a_request_needs(sms_client, agent, number, rcs, raises):
    """Content, an agent or pool, a country where it is launched, a known traffic type, a fallback that makes sense."""
    with raises("ValidationException", Reason="MISSING_PARAMETER"):
        sms_client.send_rcs_message(DestinationPhoneNumber=HANDSET, OriginationIdentity=agent)
    with raises("ValidationException", Reason="INVALID_PARAMETER"):
        rcs(OriginationIdentity=number)
    with raises("ResourceNotFoundException", ResourceType="rcs-agent"):
        rcs(OriginationIdentity="rcs-none")
    with raises("ValidationException", Reason="INVALID_IDENTITY_FOR_DESTINATION_COUNTRY"):
        rcs(to="+819012345678")
    with raises("ValidationException", Reason="INVALID_PARAMETER"):
        rcs(MessageTrafficType="GOSSIP")
    plain = {"Channel": "SMS", "MessageBody": "Hi"}
    for fallback, reason in (
        ({"Channel": "SMS"}, "MISSING_PARAMETER"),
        (plain, "MISSING_PARAMETER"),
        ({"Channel": "MMS", "OriginationIdentity": number}, "MISSING_PARAMETER"),
        (plain | {"OriginationIdentity": agent}, "INVALID_PARAMETER"),
        (
            {"Channel": "SMS", "MessageBody": "Hi", "MediaUrls": ["s3://a-b/c"], "OriginationIdentity": number},
            "INVALID_PARAMETER",
        ),
    ):
        with raises("ValidationException", Reason=reason):
            rcs(FallbackConfiguration=fallback)


def test_a_pool_without_an_agent_sends_no_rcs(sms_client, request_number, rcs, raises):
    """There is nobody who could."""
    number = request_number()["PhoneNumberId"]
    pool = sms_client.create_pool(OriginationIdentity=number, IsoCountryCode="US", MessageType="TRANSACTIONAL")["PoolId"]

    with raises("ConflictException", Reason="NO_ORIGINATION_IDENTITIES_FOUND"):
        rcs(OriginationIdentity=pool)


@pytest.mark.parametrize(
    ("outcome", "last"),
    [
        ("UNDELIVERABLE", ("RCS_FAILED", "UNDELIVERABLE", True)),
        ("REJECTED", ("RCS_FAILED", "REJECTED", True)),
        ("TTL_EXPIRATION_REVOKED", ("RCS_TTL_EXPIRED", "TTL_EXPIRATION_REVOKED", True)),
        ("TTL_EXPIRATION_REVOKE_FAILED", ("RCS_TTL_EXPIRED", "TTL_EXPIRATION_REVOKE_FAILED", True)),
        ("NO_RECEIPT", ("RCS_TTL_EXPIRED", "TTL_EXPIRATION_REVOKED", True)),
        ("READ", ("RCS_READ", "READ", True)),
        ("DELIVERED", ("RCS_DELIVERED", "DELIVERED", True)),
    ],
)
def test_every_end_can_be_provoked(sms, rcs, events_of, outcome, last):
    """Rich messages end in the handset's outcome, and only delivered ones are charged."""
    sms.handset(HANDSET).behave(outcome=outcome)

    events = events_of(rcs(TimeToLive=60))

    assert last == events[-1]
    assert (0.011 if outcome in ("READ", "DELIVERED") else 0) == sms.costs()[0]["total"]


def test_a_queued_message_and_a_blocked_one(sms, sms_client, rcs, events_of):
    """A carrier can hold a rich message, and protect's rules for SMS block it."""
    sms.carriers.rule("DELIVERED", via=["QUEUED"], times=1)
    assert ["RCS_QUEUED", "RCS_SENT", "RCS_DELIVERED"] == [event for event, _, _ in events_of(rcs())]
    protect = sms_client.create_protect_configuration()["ProtectConfigurationId"]
    sms_client.update_protect_configuration_country_rule_set(
        ProtectConfigurationId=protect, NumberCapability="SMS", CountryRuleSetUpdates={"US": {"ProtectStatus": "FILTER"}}
    )
    sms.carriers.rule("PROTECT_BLOCKED")

    assert [("RCS_PROTECT_BLOCKED", "PROTECT_BLOCKED", True)] == events_of(rcs(ProtectConfigurationId=protect))


def test_what_stops_a_text_stops_rcs(sms, sms_client, rcs, raises):
    """Price, spend limit and opt-out hold; a dry run sends nothing; feedback is taken."""
    with raises("ValidationException", Reason="PRICE_OVER_THRESHOLD"):
        rcs(MaxPrice="0.01099")
    with raises("ValidationException", Reason="PRICE_OVER_THRESHOLD"):
        rcs("x" * 161, MaxPrice="0.02199")
    assert rcs("x" * 161, MaxPrice="0.02200", DryRun=True)
    assert [] == sms.inbox.messages()
    message_id = rcs(MessageFeedbackEnabled=True)
    sms_client.put_message_feedback(MessageId=message_id, MessageFeedbackStatus="RECEIVED")
    store = sms.world.messaging_stores["123456789012", "us-east-1"]
    assert 1100 == store.spend.in_month("RCS", sms.clock.now)
    sms.control("change_account", spend_limits={"RCS": 0})
    with raises("ServiceQuotaExceededException", Reason="MONTHLY_SPEND_LIMIT_REACHED_FOR_RCS"):
        rcs()
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)
    with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT"):
        rcs()
