"""SendVoiceMessage of sms-voice: AWS's form, its refusals, and the events of a call."""

import boto3
import pytest

from emulator.testing import HANDSET
from emulator.wire.http import Request


@pytest.fixture
def voice(client):
    """A client of the first API."""
    return client("sms-voice")


@pytest.fixture
def caller(request_number):
    """A number of the account that can call."""
    return request_number(NumberCapabilities=["VOICE", "SMS"])["PhoneNumber"]


@pytest.fixture
def call(voice, caller):
    """Calls the handset; gives the message's id."""

    def send(**members):
        wanted = {
            "DestinationPhoneNumber": HANDSET,
            "OriginationPhoneNumber": caller,
            "Content": {"PlainTextMessage": {"Text": "Hello", "LanguageCode": "en-US", "VoiceId": "Joanna"}},
        } | members
        return voice.send_voice_message(**wanted)["MessageId"]

    return send


def test_call_is_answered_and_heard(sms, call, caller):
    """A call rings, is answered and ends, on the same phones as those of the second API."""
    message_id = call()

    message = sms.inbox.wait(to=HANDSET, channel="voice", status="COMPLETED")
    assert (message_id, caller, "Hello") == (message.message_id, message.sender, message.body)
    assert ["INITIATED", "RINGING", "ANSWERED", "COMPLETED"] == [entry.status for entry in message.history]


def test_caller_id_is_what_the_handset_shows(sms, call):
    """The recipient sees the CallerId, not the number that calls."""
    call(CallerId="+12065550177")

    assert "+12065550177" == sms.inbox.wait(to=HANDSET, channel="voice").sender


def test_events_of_a_call_reach_the_topic(voice, call, topic_with_queue):
    """Each event type that a destination names comes to its topic, under the first API's names."""
    voice.create_configuration_set(ConfigurationSetName="calls")
    voice.create_configuration_set_event_destination(
        ConfigurationSetName="calls",
        EventDestinationName="sns",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": ["INITIATED_CALL", "ANSWERED", "COMPLETED_CALL", "BUSY"],
            "SnsDestination": {"TopicArn": topic_with_queue[0]},
        },
    )

    message_id = call(ConfigurationSetName="calls")

    records = topic_with_queue[1]()
    assert ["INITIATED_CALL", "ANSWERED", "COMPLETED_CALL"] == [record["eventType"] for record in records]
    assert {message_id} == {record["messageId"] for record in records}


def test_disabled_destination_hears_nothing(voice, call, topic_with_queue):
    """A destination is disabled unless its definition says otherwise."""
    voice.create_configuration_set(ConfigurationSetName="calls")
    voice.create_configuration_set_event_destination(
        ConfigurationSetName="calls",
        EventDestinationName="sns",
        EventDestination={"MatchingEventTypes": ["ANSWERED"], "SnsDestination": {"TopicArn": topic_with_queue[0]}},
    )

    call(ConfigurationSetName="calls")

    assert [] == topic_with_queue[1]()


@pytest.mark.parametrize(
    "members",
    [
        {"Content": {}},
        {"Content": {"PlainTextMessage": {"Text": "a"}, "SSMLMessage": {"Text": "<speak>a</speak>"}}},
        {"Content": {"PlainTextMessage": {"Text": ""}}},
        {"Content": {"PlainTextMessage": {"Text": "a" * 3001}}},
        {"Content": {"SSMLMessage": {"Text": "no markup"}}},
        {"DestinationPhoneNumber": "call me"},
        {"OriginationPhoneNumber": "+12065550199"},
        {"ConfigurationSetName": "unknown"},
        {"CallerId": "somebody"},
    ],
    ids=lambda members: str(members)[:40],
)
def test_bad_call_is_refused(sms, call, raises, members):
    """A call that is not possible is a BadRequestException with HTTP 400, and no phone rings."""
    with raises("BadRequestException") as response:
        call(**members)

    assert 400 == response["ResponseMetadata"]["HTTPStatusCode"]
    assert [] == sms.inbox.messages(channel="voice")


def test_number_that_is_not_ours_is_not_registered(sms, call, raises):
    """AWS's form of the request never registers a number."""
    with raises("BadRequestException"):
        call(OriginationPhoneNumber="+12065550199")

    assert "+12065550199" not in [row["number"] for row in sms.control("list_numbers")["numbers"]]


def test_throttled_call_has_http_429(sms):
    """An injected TooManyRequestsException has the HTTP status of the model."""
    sms.faults.add("TooManyRequestsException", service="sms-voice")
    signed = {"authorization": "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/sms-voice/aws4_request, x"}

    response = sms.handle(Request("GET", "/v1/sms-voice/configuration-sets", signed, b""))

    assert (429, "TooManyRequestsException") == (response.status, response.headers["x-amzn-ErrorType"])


def test_both_apis_share_a_signing_name(voice, sms_client):
    """Two clients that sign as sms-voice reach each their own API."""
    voice.create_configuration_set(ConfigurationSetName="first")
    sms_client.create_configuration_set(ConfigurationSetName="second")

    second = [row["ConfigurationSetName"] for row in sms_client.describe_configuration_sets()["ConfigurationSets"]]
    assert (["first"], ["second"]) == (voice.list_configuration_sets()["ConfigurationSets"], second)


def test_client_without_overlay_has_the_eight_operations(monkeypatch):
    """Without AWS_DATA_PATH boto3's client of sms-voice is AWS's own."""
    monkeypatch.delenv("AWS_DATA_PATH", raising=False)

    names = boto3.session.Session(region_name="us-east-1").client("sms-voice").meta.service_model.operation_names

    assert 8 == len(names)
