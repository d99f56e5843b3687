"""Event records beside those that AWS documents or that were published: every member, in order, by JSON type."""

import json
import re
from pathlib import Path

import pytest

from emulator.kernel.clock import milliseconds
from emulator.testing import HANDSET

RECORDED = json.loads((Path(__file__).parent / "text_records.json").read_text("utf-8"))["records"]
JAPANESE = "+819012345678"
OWN = {"eventTimestamp", "messageId", "messageRequestTimestamp"}
"""Members whose values are every record's own."""


def shape(record):
    """Members in order: the type of those that are every record's own, of the others type and value."""
    return [
        (
            name,
            type(value).__name__,
            None if name in OWN or (name, str(value)[:1]) == ("originationPhoneNumber", "+") else value,
        )
        for name, value in record.items()
    ]


@pytest.fixture
def story(sms, sms_client, request_number, event_set):
    """The sends whose records are compared: gives the id of the message, by the name of the record."""

    def from_number(to=HANDSET, body="Hi", number=None, **members):
        return from_nobody(to, body, OriginationIdentity=(number or request_number())["PhoneNumberId"], **members)

    def from_nobody(to, body, **members):
        wanted = {"DestinationPhoneNumber": to, "MessageBody": body, "ConfigurationSetName": event_set}
        return sms_client.send_text_message(**wanted | members)["MessageId"]

    def expired():
        sms.handset(JAPANESE).behave(outcome="TTL_EXPIRED")
        return from_nobody(JAPANESE, "コード", TimeToLive=60)

    toll_free = {"NumberType": "TOLL_FREE", "MessageType": "PROMOTIONAL", "InternationalSendingEnabled": True}
    return {
        "successful, a receipt to follow": from_number,
        "delivered, with context": lambda: from_number(Context={"order": "17", "customer": "a b"}),
        "successful and final from toll-free": lambda: from_number(body="a" * 161, number=request_number(**toll_free)),
        "delivered in Japan from a generic sender": lambda: from_nobody(JAPANESE, "コード"),
        "expired, at the full price": expired,
        "blocked, at no price": lambda: from_number("+14254147167"),
    }


@pytest.mark.parametrize("name", RECORDED)
def test_record_is_as_aws_writes_it(sms, story, topic_with_queue, name):
    """A message in a queue behind a topic has the members, order, types and words of the recorded one."""
    wanted = RECORDED[name]["record"]

    message_id = story[name]()

    sms.settle()
    records = [record for record in topic_with_queue[1]() if record["eventType"] == wanted["eventType"]]
    assert [shape(wanted)] == [shape(record) for record in records]
    assert message_id == records[0]["messageId"]


@pytest.mark.parametrize("name", RECORDED)
def test_tester_sees_the_record_that_was_sent(sms, story, topic_with_queue, name):
    """The event records of the control side are those that reached the queue, members in the same order."""
    message_id = story[name]()

    sms.settle()
    arrived = [list(record.items()) for record in topic_with_queue[1]()]
    assert arrived == [list(record.items()) for record in sms.events.records(message_id=message_id)]


def test_times_are_milliseconds_of_the_virtual_clock(sms, story):
    """Both times are whole milliseconds: the request's that of the send, the event's that of the step."""
    sms.clock.freeze()
    sent_at = sms.clock.now
    message_id = story["delivered, with context"]()

    sms.settle()
    first, second = sms.events.records(message_id=message_id)
    asked = milliseconds(sent_at)
    assert {asked} == {first["messageRequestTimestamp"], second["messageRequestTimestamp"]}
    assert asked < first["eventTimestamp"] < second["eventTimestamp"] < asked + 5000


def test_every_recorded_shape_names_its_source():
    """A recorded shape without a source would be worth nothing."""
    assert all(re.search(r"\.html|github\.com|GitHub|published", entry["source"]) for entry in RECORDED.values())


# --- The wire -------------------------------------------------------------------------------------------------------


def test_error_is_json_1_0_with_capital_members(sms, sms_client, raises):
    """A refusal has the service's namespace, capital members and the sentence seen by an Australian sender of codes."""
    bodies = []

    def keep(response_dict, **_):
        bodies.append(response_dict)

    sms_client.meta.events.register("before-parse", keep)
    with raises("ConflictException"):
        sms_client.send_text_message(DestinationPhoneNumber=HANDSET, MessageBody="Hi")
    # The client is that of later tests too.
    sms_client.meta.events.unregister("before-parse", keep)

    (response,) = bodies
    assert (400, "application/x-amz-json-1.0") == (response["status_code"], response["headers"]["content-type"])
    assert re.fullmatch(r"[0-9a-f-]{36}", response["headers"]["x-amzn-requestid"])
    details = 'Reason="NO_ORIGINATION_IDENTITIES_FOUND" ResourceType="account" ResourceId="123456789012"'
    assert {
        "__type": "com.amazonaws.pinpointsmsvoicev2#ConflictException",
        "Message": f"Conflict Occurred - {details}",
        "Reason": "NO_ORIGINATION_IDENTITIES_FOUND",
        "ResourceType": "account",
        "ResourceId": "123456789012",
    } == json.loads(response["body"])
