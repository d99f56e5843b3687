"""SendTextMessage: the whole way, and which identity sends."""

import re

import boto3
import pytest

from emulator import mock_sms
from emulator.testing import HANDSET, lease_number

GERMAN = "+4915123456789"
CANADIAN = "+14165550100"
PUERTO_RICAN = "+17875550100"
BRITISH = "+447400123456"


def test_text_arrives_on_the_handset(sms, send_text, number):
    """A text sent by boto3 is on the recipient's phone, from the number that it was sent from."""
    send_text("Your code is 123456")

    assert [(number, "Your code is 123456")] == [(m.sender, m.body) for m in sms.handset(HANDSET).inbox]
    assert "123456" == sms.inbox.code(to=HANDSET)


def test_stop_reply_opts_the_sender_out(sms, send_text, raises):
    """A handset that answers STOP is refused the next message, with the modelled reason."""
    send_text("Hi")

    answer = sms.handset(HANDSET).reply("STOP")

    with raises(
        "ConflictException",
        Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT",
        ResourceType="phone-number",
        ResourceId=HANDSET,
    ):
        send_text("Again")
    assert "OPT_OUT" == answer["action"]
    assert ["Hi", answer["reply"]] == [message.body for message in sms.handset(HANDSET).inbox]


def test_receipts_reach_the_queue_in_order(send_text, event_set, topic_with_queue):
    """Every receipt of a message is in the queue behind its topic, with AWS's words."""
    message_id = send_text("Hi", ConfigurationSetName=event_set, Context={"order": "17"})

    records = topic_with_queue[1]()
    assert [
        ("TEXT_SUCCESSFUL", False, "Message has been accepted by phone carrier"),
        ("TEXT_DELIVERED", True, "Message has been accepted by phone"),
    ] == [(record["eventType"], record["isFinal"], record["messageStatusDescription"]) for record in records]
    assert {message_id} == {record["messageId"] for record in records}
    assert {"order": "17"} == records[0]["context"]


@pytest.mark.parametrize("outcome", ["BLOCKED", "SPAM", "UNREACHABLE", "INVALID", "CARRIER_BLOCKED", "UNKNOWN"])
def test_handset_decides_the_outcome(sms, send_text, outcome):
    """Messages to a handset with another outcome end in it, and are never shown."""
    sms.handset(HANDSET).behave(outcome=outcome)

    send_text("Hi")

    assert [outcome] == [message.status for message in sms.inbox.messages(to=HANDSET)]
    assert [] == sms.handset(HANDSET).inbox


def test_answer_is_a_message_id_of_its_own(send_text):
    """Every send is answered by a UUID that no other send has."""
    ids = [send_text("Hi"), send_text("Hi")]

    assert 2 == len(set(ids))
    assert all(re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", name) for name in ids)


@pytest.mark.parametrize(
    "reference",
    [
        lambda number: number["PhoneNumber"],
        lambda number: number["PhoneNumber"].removeprefix("+"),
        lambda number: number["PhoneNumberId"],
        lambda number: number["PhoneNumberArn"],
    ],
    ids=["number", "without plus", "id", "ARN"],
)
def test_identity_is_named_by_number_id_or_arn(send, last_message, request_number, reference):
    """However the number is named, the text comes from it, even where another would come first."""
    request_number()
    wanted = request_number(NumberType="TOLL_FREE")

    send(OriginationIdentity=reference(wanted))

    assert wanted["PhoneNumber"] == last_message().sender


@pytest.mark.parametrize(
    ("identity", "resource_type"),
    [
        ("+12065550000", "phone-number"),
        ("phone-" + "0" * 32, "phone-number"),
        ("arn:aws:sms-voice:us-east-1:123456789012:phone-number/phone-" + "0" * 32, "phone-number"),
        ("pool-" + "0" * 32, "pool"),
        ("arn:aws:sms-voice:us-east-1:123456789012:pool/pool-" + "0" * 32, "pool"),
        ("ACME", "sender-id"),
        ("arn:aws:sms-voice:us-east-1:123456789012:sender-id/ACME/DE", "sender-id"),
        ("rcs-" + "0" * 32, "rcs-agent"),
    ],
)
def test_unknown_identity_is_not_found(send, raises, identity, resource_type):
    """An identity that the account lacks is refused with the type of resource that it would be."""
    with raises("ResourceNotFoundException", ResourceType=resource_type, ResourceId=identity):
        send(OriginationIdentity=identity)


@pytest.mark.parametrize("reference", ["PhoneNumber", "PhoneNumberId", "PhoneNumberArn"])
@pytest.mark.parametrize("elsewhere", [{"account": "210987654321"}, {"region": "eu-west-1"}], ids=["account", "region"])
def test_identity_of_elsewhere_is_not_found(client, raises, request_number, reference, elsewhere):
    """Another account or region cannot send from this one's numbers."""
    identity = request_number()[reference]

    with raises("ResourceNotFoundException", ResourceType="phone-number", ResourceId=identity):
        client("pinpoint-sms-voice-v2", **elsewhere).send_text_message(
            DestinationPhoneNumber=HANDSET, OriginationIdentity=identity, MessageBody="Hi"
        )


def test_number_that_is_not_active_sends_nothing(raises):
    """A number in provisioning or on its way out cannot be sent from, and is named in the refusal."""
    with mock_sms(clock="frozen", config={"limits": {"provisioning": 60}}) as sms:
        client = boto3.client("pinpoint-sms-voice-v2")
        number_id = lease_number(client)["PhoneNumberId"]
        text = {"DestinationPhoneNumber": HANDSET, "OriginationIdentity": number_id, "MessageBody": "Hi"}
        refusal = {"Reason": "RESOURCE_NOT_ACTIVE", "ResourceType": "phone-number", "ResourceId": number_id}

        with raises("ConflictException", **refusal):
            client.send_text_message(**text)
        with raises("ConflictException", Reason="NO_ORIGINATION_IDENTITIES_FOUND"):
            client.send_text_message(DestinationPhoneNumber=HANDSET, MessageBody="Hi")
        sms.clock.advance(seconds=60)
        assert client.send_text_message(**text)
        client.release_phone_number(PhoneNumberId=number_id)
        with raises("ConflictException", **refusal):
            client.send_text_message(**text)


def test_released_number_sends_nothing(sms_client, send, raises, request_number):
    """A released number cannot be sent from any more, neither by number nor by id."""
    number = request_number()
    sms_client.release_phone_number(PhoneNumberId=number["PhoneNumberId"])

    for reference in (number["PhoneNumber"], number["PhoneNumberId"]):
        with raises("ResourceNotFoundException", ResourceType="phone-number", ResourceId=reference):
            send(OriginationIdentity=reference)


def test_voice_number_carries_no_text(send, raises, request_number):
    """A number without SMS is refused for a text."""
    number = request_number(NumberType="TOLL_FREE", NumberCapabilities=["VOICE"])

    with raises(
        "ConflictException",
        Reason="NUMBER_CAPABILITIES_MISMATCH",
        ResourceType="phone-number",
        ResourceId=number["PhoneNumberId"],
    ):
        send(OriginationIdentity=number["PhoneNumberId"])


def test_numbers_are_chosen_in_aws_order(send, last_message, request_number):
    """Without an identity 10DLC goes before toll-free, whichever was leased first."""
    request_number(NumberType="TOLL_FREE")
    preferred = request_number(NumberType="TEN_DLC")

    send()

    assert preferred["PhoneNumber"] == last_message().sender


def test_choice_respects_type_capability_and_country(send, last_message, request_number):
    """Without an identity a number is chosen that has the message type and SMS, and reaches the country."""
    request_number(NumberCapabilities=["VOICE"])
    request_number(MessageType="PROMOTIONAL")
    request_number(NumberType="LONG_CODE", IsoCountryCode="CA")
    fitting = request_number(NumberType="TOLL_FREE")

    send(MessageType="TRANSACTIONAL")

    assert fitting["PhoneNumber"] == last_message().sender


def test_nothing_suitable_is_a_conflict_of_the_account(send, raises, request_number):
    """Without a suitable identity or shared route the send is a conflict that names the account."""
    request_number(NumberType="LONG_CODE", IsoCountryCode="CA")

    with raises(
        "ConflictException",
        Reason="NO_ORIGINATION_IDENTITIES_FOUND",
        ResourceType="account",
        ResourceId="123456789012",
    ):
        send(HANDSET)


def test_shared_route_sends_as_notice(send, last_message):
    """Where sender ids are taken, an account without identities sends under the generic name."""
    send(GERMAN)

    assert "NOTICE" == last_message(GERMAN).sender


def test_sticky_sender_holds_for_25_hours(sms, send, last_message, request_number):
    """The number that reached a destination carries the next texts there for 25 hours, then the order decides again."""
    first, second = request_number(), request_number()
    send(OriginationIdentity=second["PhoneNumber"])
    last_message()
    senders = []

    for hours in (24, 24, 25.1):
        sms.clock.advance(hours=hours)
        send()
        senders.append(last_message().sender)

    assert [second["PhoneNumber"], second["PhoneNumber"], first["PhoneNumber"]] == senders


def test_sticky_sender_needs_a_delivery(sms, send, last_message, request_number):
    """A text that did not arrive makes no pairing."""
    first, second = request_number(), request_number()
    sms.handset(HANDSET).behave(outcome="UNREACHABLE")
    send(OriginationIdentity=second["PhoneNumber"])
    last_message()

    send()

    assert first["PhoneNumber"] == last_message().sender


def test_sticky_sender_is_of_one_destination(send, last_message, request_number):
    """Another destination is sent to from the first number in order."""
    first, second = request_number(), request_number()
    send(OriginationIdentity=second["PhoneNumber"])
    last_message()

    send("+14255550111")

    assert first["PhoneNumber"] == last_message("+14255550111").sender


@pytest.mark.parametrize(
    ("international", "to", "reached"),
    [
        (False, CANADIAN, True),
        (False, PUERTO_RICAN, True),
        (False, GERMAN, False),
        (True, GERMAN, True),
        (True, BRITISH, False),
    ],
)
def test_toll_free_numbers_abroad(send, last_message, raises, request_number, international, to, reached):
    """US toll-free reaches Canada and the territories; beyond, only with international sending, and not all."""
    number = request_number(NumberType="TOLL_FREE", InternationalSendingEnabled=international)["PhoneNumber"]

    if reached:
        send(to, OriginationIdentity=number)
        assert (number, international) == (last_message(to).sender, last_message(to).international)
    else:
        with raises("ValidationException", Reason="INVALID_IDENTITY_FOR_DESTINATION_COUNTRY"):
            send(to, OriginationIdentity=number)


@pytest.mark.parametrize("to", [CANADIAN, PUERTO_RICAN, GERMAN])
def test_ten_dlc_stays_at_home(send_text, raises, to):
    """A 10DLC number reaches the United States only."""
    with raises("ValidationException", Reason="INVALID_IDENTITY_FOR_DESTINATION_COUNTRY"):
        send_text(to=to)


@pytest.mark.parametrize(
    ("iso", "to"),
    [
        ("IN", "+919876543210"),
        ("PK", "+923012345678"),
        ("PH", "+639051234567"),
        ("SA", "+966512345678"),
        ("AE", "+971501234567"),
    ],
)
def test_long_codes_that_only_receive_send_nothing(send, last_message, raises, request_number, iso, to):
    """
    Named, such a long code is refused; not named, it is not chosen. Evidence: phone-numbers.html, "can be used to receive
    incoming messages, but can't be used to send outgoing messages".
    """
    number = request_number(IsoCountryCode=iso, NumberType="LONG_CODE")["PhoneNumber"]

    with raises("ValidationException", Reason="INVALID_IDENTITY_FOR_DESTINATION_COUNTRY"):
        send(to, OriginationIdentity=number)
    send(to)
    assert "SHARED_ROUTE" == last_message(to).sender_type
