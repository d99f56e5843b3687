"""One seed and one sequence of calls give one world, byte for byte."""

import json
from datetime import datetime, timezone

import pytest

from emulator import Emulator
from emulator.testing import HANDSET, US_TEN_DLC
from emulator.wire.http import Request

START = datetime(2026, 9, 21, 12, 0, tzinfo=timezone.utc)


def call(emulator, operation, account="123456789012", region="us-east-1", **members):
    """One request as it comes over HTTP; gives the response."""
    headers = {
        "x-amz-target": f"PinpointSMSVoiceV2.{operation}",
        "authorization": f"AWS4-HMAC-SHA256 Credential={account}/20260921/{region}/sms-voice/aws4_request, Signature=0",
        "content-type": "application/x-amz-json-1.0",
    }
    return emulator.handle(Request("POST", "/", headers, json.dumps(members).encode()))


def tell(seed, clock="stepping"):
    """A story with everything in it that ids, chance and time decide; gives every byte that came out."""
    emulator = Emulator(seed=seed, start=START, clock=clock)
    emulator.carriers.rule("SPAM", probability=0.5, contains="Text")
    said = []

    def say(operation, **members):
        response = call(emulator, operation, **members)
        said.append((operation, response.status, sorted(response.headers.items()), response.body))
        return json.loads(response.body)

    number = say("RequestPhoneNumber", **US_TEN_DLC)
    say("RequestPhoneNumber", **US_TEN_DLC | {"NumberType": "TOLL_FREE"}, Tags=[{"Key": "a", "Value": "b"}])
    say("CreateConfigurationSet", ConfigurationSetName="events")
    say(
        "CreateEventDestination",
        ConfigurationSetName="events",
        EventDestinationName="one",
        MatchingEventTypes=["ALL"],
        SnsDestination={"TopicArn": "arn:aws:sns:us-east-1:123456789012:nobody"},
    )
    text = {"DestinationPhoneNumber": HANDSET, "ConfigurationSetName": "events"}
    for index in range(8):
        say("SendTextMessage", **text, MessageBody=f"Text {index}", OriginationIdentity=number["PhoneNumberId"])
    last = say("SendTextMessage", **text, MessageBody="Code 123456", MessageFeedbackEnabled=True)
    emulator.clock.advance(seconds=30)
    said.append(emulator.handset(HANDSET).reply("STOP"))
    refused = say("SendTextMessage", **text, MessageBody="Refused")
    say("PutMessageFeedback", MessageId=last["MessageId"], MessageFeedbackStatus="RECEIVED")
    say("DescribeOptedOutNumbers", OptOutListName="Default")
    page = say("DescribePhoneNumbers", MaxResults=1)
    say("DescribePhoneNumbers", NextToken=page["NextToken"])
    say(
        "ListAvailablePhoneNumbers",
        **{name: US_TEN_DLC[name] for name in ("IsoCountryCode", "NumberCapabilities", "NumberType")},
    )
    emulator.settle()
    assert "DESTINATION_PHONE_NUMBER_OPTED_OUT" == refused["Reason"]
    return said, json.dumps(emulator.events.records()), json.dumps(emulator.events.deliveries()), emulator.costs()


@pytest.mark.parametrize("clock", ["stepping", "frozen"])
def test_same_seed_same_bytes(clock):
    """A story that runs twice with one seed gives the same responses, records, deliveries and costs, byte for byte."""
    first, second = tell(7, clock), tell(7, clock)

    assert first == second
    assert {"SPAM", "DELIVERED"} <= {record["messageStatus"] for record in json.loads(first[1]) if "messageStatus" in record}


def test_another_seed_is_another_world():
    """Another seed gives other ids, other numbers and another fate to the messages."""
    first, second = tell(7), tell(8)

    assert first[0] != second[0]
    assert first[1] != second[1]
    operations = [entry[0] for entry in first[0] if type(entry) is tuple]
    assert operations == [entry[0] for entry in second[0] if type(entry) is tuple]
    statuses = [[record.get("messageStatus") for record in json.loads(told[1])] for told in (first, second)]
    assert statuses[0] != statuses[1]


def test_reset_begins_the_same_world_again():
    """After a reset the same calls have the same answers."""
    emulator = Emulator(seed=7, start=START)
    first = call(emulator, "RequestPhoneNumber", **US_TEN_DLC)
    emulator.reset()

    assert first == call(emulator, "RequestPhoneNumber", **US_TEN_DLC)


def test_a_new_message_changes_no_older_ones_fate():
    """The outcome of a message is drawn by its own id, whatever is sent after it."""

    def fates(count):
        emulator = Emulator(seed=7, start=START, clock="frozen")
        emulator.carriers.rule("SPAM", probability=0.5)
        number = json.loads(call(emulator, "RequestPhoneNumber", **US_TEN_DLC).body)["PhoneNumberId"]
        for _ in range(count):
            call(
                emulator,
                "SendTextMessage",
                DestinationPhoneNumber=HANDSET,
                MessageBody="Hi",
                OriginationIdentity=number,
            )
        emulator.settle()
        return [[(entry.status, entry.at) for entry in message.history] for message in emulator.inbox.messages()[:10]]

    assert fates(10) == fates(30)
