"""RCS: agents, rich messages, what they fall back to, and what comes back from the handset."""

import json
import urllib.request
from datetime import datetime, timezone

import pytest

from emulator.control.errors import InvalidArgument, NotFound
from emulator.testing import HANDSET, OTHER_HANDSET
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
def agent(sms_client):
    """The id of an agent that is launched everywhere."""
    return sms_client.create_rcs_agent()["RcsAgentId"]


@pytest.fixture
def rcs(sms_client, agent):
    """Sends a rich message from `agent`; gives its id."""

    def send(body="Hi", to=HANDSET, content=None, suggestions=None, **members):
        message = {"Content": content or {"TextMessage": {"Body": body}}}
        if suggestions:
            message["Suggestions"] = suggestions
        wanted = {"DestinationPhoneNumber": to, "OriginationIdentity": agent, "RcsMessageContent": message} | members
        return sms_client.send_rcs_message(**wanted)["MessageId"]

    return send


@pytest.fixture
def pool(sms_client, request_number, agent):
    """A pool of a US number and `agent`: its id, and the number."""
    number = request_number(NumberCapabilities=["SMS", "MMS"])
    pool_id = sms_client.create_pool(
        OriginationIdentity=number["PhoneNumberId"], IsoCountryCode="US", MessageType="TRANSACTIONAL"
    )["PoolId"]
    sms_client.associate_origination_identity(PoolId=pool_id, OriginationIdentity=agent)
    return pool_id, number["PhoneNumber"]


@pytest.fixture
def events_of(sms):
    """The event records of a message when all has happened, as (type, status, final)."""

    def read(message_id):
        sms.settle()
        records = [event["record"] for event in sms.control("show_message", message_id=message_id)["events"]]
        return [(record["eventType"], record["messageStatus"], record["isFinal"]) for record in records]

    return read


@pytest.fixture
def two_way(sms_client, agent, topic_with_queue):
    """Has the agent's replies, typing and conversations sent to the topic; gives the function that reads them."""
    sms_client.update_rcs_agent(
        RcsAgentId=agent, TwoWayEnabled=True, TwoWayChannelArn=topic_with_queue[0], TwoWayRcsEventsEnabled=["ALL"]
    )
    return topic_with_queue[1]


# --- Agents ---------------------------------------------------------------------------------------------------------


def test_the_life_of_an_agent(sms_client, topic_with_queue, raises):
    """It is made CREATED, found ACTIVE, can be changed, described, tagged, and deleted unless it is protected."""
    sms_client.create_opt_out_list(OptOutListName="rcs")
    made = sms_client.create_rcs_agent(
        DeletionProtectionEnabled=True, OptOutListName="rcs", Tags=[{"Key": "team", "Value": "a"}]
    )
    reference = made["RcsAgentId"]

    assert ("CREATED", "rcs", [{"Key": "team", "Value": "a"}]) == tuple(
        made[name] for name in ("Status", "OptOutListName", "Tags")
    )
    assert f"arn:aws:sms-voice:us-east-1:123456789012:rcs-agent/{reference}" == made["RcsAgentArn"]
    found = sms_client.describe_rcs_agents(RcsAgentIds=[reference], Filters=[{"Name": "status", "Values": ["ACTIVE"]}])
    assert [reference] == [row["RcsAgentId"] for row in found["RcsAgents"]]
    with raises("ConflictException", Reason="DELETION_PROTECTION_ENABLED", ResourceType="rcs-agent"):
        sms_client.delete_rcs_agent(RcsAgentId=reference)
    changed = sms_client.update_rcs_agent(
        RcsAgentId=made["RcsAgentArn"],
        DeletionProtectionEnabled=False,
        OptOutListName="Default",
        TwoWayChannelArn=topic_with_queue[0],
        TwoWayMediaS3BucketName="inbound",
        TwoWayMediaS3Role="arn:aws:iam::123456789012:role/media",
        TwoWayRcsEventsEnabled=["RCS_TYPING"],
    )
    assert (False, "Default", "inbound", ["RCS_TYPING"]) == tuple(
        changed[name]
        for name in ("DeletionProtectionEnabled", "OptOutListName", "TwoWayMediaS3BucketName", "TwoWayRcsEventsEnabled")
    )
    unset = "UNSET_RCS_MEDIA_CONFIGURATION"
    cleared = sms_client.update_rcs_agent(RcsAgentId=reference, TwoWayMediaS3BucketName=unset, TwoWayMediaS3Role=unset)
    assert "TwoWayMediaS3BucketName" not in cleared
    assert "DELETED" == sms_client.delete_rcs_agent(RcsAgentId=reference)["Status"]
    with raises("ResourceNotFoundException", ResourceType="rcs-agent", ResourceId=reference):
        sms_client.describe_rcs_agents(RcsAgentIds=[reference])


def test_what_an_agent_is_refused_for(sms_client, agent, raises):
    """A sixth agent, an unknown list, a channel or event type that is none, and media settings that lack a half."""
    with raises("ResourceNotFoundException", ResourceType="opt-out-list"):
        sms_client.create_rcs_agent(OptOutListName="none")
    with raises("ValidationException", Reason="INVALID_ARN"):
        sms_client.update_rcs_agent(RcsAgentId=agent, TwoWayChannelArn="arn:aws:sqs:us-east-1:123456789012:queue")
    for types in (["ALL", "RCS_TYPING"], ["DANCING"]):
        with raises("ValidationException", Reason="INVALID_PARAMETER"):
            sms_client.update_rcs_agent(RcsAgentId=agent, TwoWayRcsEventsEnabled=types)
    with raises("ValidationException", Reason="MISSING_PARAMETER"):
        sms_client.update_rcs_agent(RcsAgentId=agent, TwoWayMediaS3BucketName="inbound")
    for _ in range(4):
        sms_client.create_rcs_agent()
    with raises("ServiceQuotaExceededException", Reason="RCS_AGENTS_PER_ACCOUNT"):
        sms_client.create_rcs_agent()


def test_launches_are_described(sms, sms_client, agent):
    """22 countries, each with its carriers; a country whose launch begins makes the agent PARTIAL."""
    launches = sms_client.describe_rcs_agent_country_launch_status(RcsAgentId=agent)
    assert (22, agent) == (len(launches["CountryLaunchStatus"]), launches["RcsAgentId"])
    assert {"ACTIVE"} == {row["Status"] for row in launches["CountryLaunchStatus"]}

    sms.rcs.decide(agent, CA="PARTIAL", DE="REJECTED")

    asked = {"RcsAgentId": agent, "IsoCountryCodes": ["CA", "DE", "US"]}
    rows = sms_client.describe_rcs_agent_country_launch_status(**asked)["CountryLaunchStatus"]
    by_country = {row["IsoCountryCode"]: row for row in rows}
    assert ("PARTIAL", "REJECTED", "ACTIVE") == tuple(by_country[iso]["Status"] for iso in ("CA", "DE", "US"))
    assert ["ACTIVE", "PENDING", "PENDING"] == [carrier["Status"] for carrier in by_country["CA"]["CarrierStatus"]]
    filtered = sms_client.describe_rcs_agent_country_launch_status(
        **asked, Filters=[{"Name": "country-launch-status", "Values": ["REJECTED"]}]
    )
    assert ["DE"] == [row["IsoCountryCode"] for row in filtered["CountryLaunchStatus"]]
    assert "PARTIAL" == sms_client.describe_rcs_agents(RcsAgentIds=[agent])["RcsAgents"][0]["Status"]
    with pytest.raises(InvalidArgument, match='RCS is not available in "CN"'):
        sms.rcs.decide(agent, CN="ACTIVE")


def test_an_agent_in_a_pool_stays(sms_client, agent, pool, raises):
    """A member of a pool is neither changed nor deleted, nor put into another; it is listed, and leaves."""
    listed = sms_client.list_pool_origination_identities(PoolId=pool[0])["OriginationIdentities"]
    assert [["SMS", "MMS"], ["RCS"]] == [row["NumberCapabilities"] for row in listed]
    for refused in (sms_client.update_rcs_agent, sms_client.delete_rcs_agent):
        with raises("ConflictException", Reason="RCS_AGENT_ASSOCIATED_TO_POOL", ResourceId=agent):
            refused(RcsAgentId=agent)
    with raises("ConflictException", Reason="RESOURCE_ALREADY_ASSOCIATED"):
        sms_client.associate_origination_identity(PoolId=pool[0], OriginationIdentity=agent)
    with raises("ConflictException", Reason="RCS_AGENT_ASSOCIATED_TO_POOL"):
        sms_client.create_pool(OriginationIdentity=agent, MessageType="TRANSACTIONAL")

    sms_client.disassociate_origination_identity(PoolId=pool[0], OriginationIdentity=agent)

    assert "DELETED" == sms_client.delete_rcs_agent(RcsAgentId=agent)["Status"]


def test_testers_come_before_the_launch(sms, sms_client, agent, rcs, raises):
    """An agent in testing reaches who has accepted its invitation, and nobody else; who lacks RCS is UNSUPPORTED."""
    sms.rcs.decide(agent, status="TESTING")
    with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_NOT_VERIFIED", ResourceId=HANDSET):
        rcs()
    sms.handset(OTHER_HANDSET).behave(rcs=False)
    ids = [
        sms_client.create_verified_destination_number(DestinationPhoneNumber=to, RcsAgentId=agent)
        for to in (HANDSET, OTHER_HANDSET)
    ]
    assert ["PENDING", "PENDING"] == [row["Status"] for row in ids]
    assert agent == ids[0]["RcsAgentId"]
    sms.clock.advance(minutes=3)

    rows = sms_client.describe_verified_destination_numbers()["VerifiedDestinationNumbers"]
    assert ["VERIFIED", "UNSUPPORTED"] == [row["Status"] for row in rows]
    assert rcs()
    with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_NOT_VERIFIED"):
        rcs(to=OTHER_HANDSET)


# --- Messages -------------------------------------------------------------------------------------------------------


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
    """A file of the account's bucket is on the handset; one that cannot be read or is no medium is refused."""
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
    """What the model leaves open its documentation closes."""
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
    """A view without its window, an application that is none, an event that ends before it begins."""
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
    """A handset told to end rich messages so does; only what is delivered costs anything."""
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


# --- Fallback -------------------------------------------------------------------------------------------------------


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


# --- From the handset -----------------------------------------------------------------------------------------------


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
    """What is tapped comes back with its data, from the message as from its cards."""
    rcs(content={"RichCard": {"CardOrientation": "VERTICAL", "CardContent": CARD}}, suggestions=[REPLY])

    sms.handset(HANDSET).tap("Yes")
    sms.handset(HANDSET).tap("Shop")

    assert [
        {"type": "SUGGESTION", "text": "Yes", "postbackData": "answer=yes"},
        {"type": "SUGGESTION", "text": "Shop", "postbackData": "open"},
    ] == [json.loads(payload["messageBody"]) for payload in two_way()]
    with pytest.raises(NotFound, match="suggests"):
        sms.handset(HANDSET).tap("No")


def test_typing_is_told_if_it_is_wanted(sms, sms_client, rcs, agent, two_way):
    """RCS_TYPING comes only to an agent that asks for it."""
    assert sms.handset(HANDSET).type(agent)
    assert ["RCS_TYPING"] == [json.loads(payload["messageBody"])["type"] for payload in two_way()]
    sms_client.update_rcs_agent(RcsAgentId=agent, TwoWayRcsEventsEnabled=[])

    assert not sms.handset(HANDSET).type(agent)
    assert [] == two_way()


def test_a_file_of_the_person_is_in_the_bucket(reach, request, client, sms, sms_client, agent, two_way):
    """A file is stored under the documented key and told of; without a bucket, or with one that is not there, it is not."""
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
    """A STOP that is the whole message is obeyed, answered by RCS and not forwarded; one within a text is not."""
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
    """A reply within a day opens a conversation: it is told, and what is sent in it names it and costs nothing itself."""
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
