"""SendTextMessage: what is sent."""

import re
from datetime import timedelta

import pytest

from emulator.testing import HANDSET


def test_destination_may_lack_its_plus(send_text, last_message):
    """The number without its plus is the same handset."""
    send_text("Hi", to=HANDSET.removeprefix("+"))

    assert HANDSET == last_message().to


@pytest.mark.parametrize(
    ("body", "encoding", "parts"),
    [
        ("a" * 160, "GSM", 1),
        ("a" * 161, "GSM", 2),
        ("a" * 306, "GSM", 2),
        ("a" * 307, "GSM", 3),
        ("é" * 160, "GSM", 1),
        ("€" * 80, "GSM", 1),
        ("€" * 81, "GSM", 2),
        ("a" * 152 + "€" + "a" * 151, "GSM", 2),
        ("a" * 152 + "€" + "a" * 152, "GSM", 3),
        ("ж" * 70, "UNICODE", 1),
        ("ж" * 71, "UNICODE", 2),
        ("ж" * 134, "UNICODE", 2),
        ("ж" * 135, "UNICODE", 3),
        ("😀" * 35, "UNICODE", 1),
        ("😀" * 36, "UNICODE", 2),
        ("😀" * 67, "UNICODE", 3),
        ("a" * 159 + "“", "UNICODE", 3),
    ],
)
def test_parts_and_price_follow_the_encoding(sms, send_text, body, encoding, parts):
    """160 and 153 GSM septets or 70 and 67 UTF-16 units make a part, no character is cut, and every part is paid for."""
    message_id = send_text(body)

    record = sms.events.records(message_id=message_id)[0]
    assert (encoding, parts) == (record["messageEncoding"], record["totalMessageParts"])
    assert pytest.approx(0.00581 * parts) == record["totalMessagePrice"]
    assert pytest.approx(0.00266 * parts) == record["totalCarrierFee"]


@pytest.mark.parametrize(
    ("body", "status"),
    [("a" * 1530, "DELIVERED"), ("a" * 1531, "INVALID_MESSAGE"), ("ж" * 670, "DELIVERED"), ("ж" * 671, "INVALID_MESSAGE")],
)
def test_more_than_ten_parts_are_an_invalid_message(send_text, last_message, body, status):
    """A text longer than ten parts is taken on and ends as an invalid message."""
    send_text(body)

    assert status == last_message().status


def test_body_is_required(sms_client, number, raises):
    """A text without a body is refused, and the member is named."""
    with raises("ValidationException", Reason="MISSING_PARAMETER") as response:
        sms_client.send_text_message(DestinationPhoneNumber=HANDSET, OriginationIdentity=number)
    assert ["messageBody"] == [field["Name"] for field in response["Fields"]]


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"MessageBody": " \n "}, "messageBody"),
        ({"MessageBody": "a" * 1601}, "messageBody"),
        ({"DestinationPhoneNumber": "+0123"}, "destinationPhoneNumber"),
        ({"DestinationPhoneNumber": HANDSET + "\n"}, "destinationPhoneNumber"),
        ({"MessageType": "MARKETING"}, "messageType"),
        ({"MaxPrice": "1234"}, "maxPrice"),
        ({"MaxPrice": "123.0"}, "maxPrice"),
        ({"TimeToLive": 259201}, "timeToLive"),
        ({"Keyword": "K" * 31}, "keyword"),
        ({"Context": {f"k{n}": "v" for n in range(6)}}, "context"),
        ({"Context": {"Key": " v"}}, "context.Key"),
        ({"DestinationCountryParameters": {"IN_TEMPLATE_ID": "1 2"}}, "destinationCountryParameters.IN_TEMPLATE_ID"),
        ({"ProtectConfigurationId": "a b"}, "protectConfigurationId"),
        ({"ConfigurationSetName": "a b"}, "configurationSetName"),
    ],
)
def test_broken_constraint_names_its_member(sms_client, number, raises, members, field):
    """A broken constraint of the model is refused with the member's name in lower camel case."""
    good = {"DestinationPhoneNumber": HANDSET, "OriginationIdentity": number, "MessageBody": "Hi"}

    with raises("ValidationException", Reason="FIELD_VALIDATION_FAILED") as response:
        sms_client.send_text_message(**good | members)
    assert {field} == {entry["Name"] for entry in response["Fields"]}


def test_every_member_can_be_given(sms, sms_client, send_text, last_message):
    """A send with all members of the model is accepted, and shows what of it can be seen."""
    sms_client.create_configuration_set(ConfigurationSetName="all")

    send_text(
        "Hi",
        MessageType="TRANSACTIONAL",
        Keyword="PROGRAM",
        ConfigurationSetName="all",
        MaxPrice="99.99999",
        TimeToLive=5,
        Context={"order": "17", "empty": "-"},
        DestinationCountryParameters={"IN_TEMPLATE_ID": "1", "IN_ENTITY_ID": "2"},
        DryRun=False,
        MessageFeedbackEnabled=True,
    )

    message = last_message()
    assert ("TRANSACTIONAL", "all") == (message.message_type, message.configuration_set)
    assert ({"order": "17", "empty": "-"}, "PROGRAM") == (message.context, message.keyword)
    assert {"IN_TEMPLATE_ID": "1", "IN_ENTITY_ID": "2"} == message.destination_country_parameters
    assert (timedelta(seconds=5), True) == (message.time_to_live, message.feedback_enabled)


@pytest.mark.parametrize("own_type", ["TRANSACTIONAL", "PROMOTIONAL"])
def test_message_type_is_the_numbers_own(sms, send, request_number, own_type):
    """Without a message type the record shows that of the number."""
    number = request_number(MessageType=own_type)

    message_id = send(OriginationIdentity=number["PhoneNumberId"])

    assert own_type == sms.events.records(message_id=message_id)[0]["messageType"]


def test_other_message_type_than_the_numbers_is_refused(send, raises, request_number):
    """A number leased for one type of message does not carry the other."""
    number = request_number(MessageType="TRANSACTIONAL")

    with raises(
        "ConflictException",
        Reason="MESSAGE_TYPE_MISMATCH",
        ResourceType="phone-number",
        ResourceId=number["PhoneNumberId"],
    ):
        send(OriginationIdentity=number["PhoneNumber"], MessageType="PROMOTIONAL")


@pytest.mark.parametrize(
    ("max_price", "accepted"), [("0.00846", False), (".00846", False), ("0.00847", True), (".00847", True), ("1.0", True)]
)
def test_max_price_is_for_one_part(send_text, last_message, raises, max_price, accepted):
    """A send is refused above its MaxPrice, which is for one part with its fee, and accepted at it."""
    if accepted:
        send_text("a" * 161, MaxPrice=max_price)
        assert 2 == last_message().parts
    else:
        with raises("ValidationException", Reason="PRICE_OVER_THRESHOLD"):
            send_text("Hi", MaxPrice=max_price)


def test_time_to_live_ends_a_message_that_has_not_left(sms, send_text, last_message):
    """A text that waits longer than its time to live expires then, at the full price."""
    sms.handset(HANDSET).behave(delay=600)
    sms.clock.freeze()
    message_id = send_text("Hi", TimeToLive=60)

    sms.clock.advance(seconds=59)
    before = last_message().status
    sms.clock.advance(seconds=1)

    record = sms.events.records(message_id=message_id)[0]
    assert ("ACCEPTED", "TTL_EXPIRED") == (before, last_message().status)
    assert ("TEXT_TTL_EXPIRED", True) == (record["eventType"], record["isFinal"])
    assert "The delivery TTL has expired" == record["messageStatusDescription"]
    assert 60_000 == record["eventTimestamp"] - record["messageRequestTimestamp"]
    assert 0.00581 == record["totalMessagePrice"]
    assert [] == sms.handset(HANDSET).inbox


def test_time_to_live_spares_what_leaves_in_time(sms, send_text, last_message):
    """A text that leaves within its time to live arrives."""
    sms.handset(HANDSET).behave(delay=600)
    sms.clock.freeze()

    send_text("Hi", TimeToLive=700)
    sms.clock.advance(seconds=602)

    assert "DELIVERED" == last_message().status


def test_without_a_receipt_a_message_is_unknown_after_72_hours(sms, send_text, last_message):
    """A carrier that never answers leaves the message open for 72 hours."""
    sms.handset(HANDSET).behave(outcome="NO_RECEIPT")
    sms.clock.freeze()
    send_text("Hi")

    sms.clock.advance(hours=71, minutes=59)
    before = last_message().status
    sms.clock.advance(minutes=1)

    assert ("ACCEPTED", "UNKNOWN") == (before, last_message().status)


def test_dry_run_does_nothing_but_answer(sms, send_text, event_set, topic_with_queue):
    """A dry run has an id, but no message, event, cost or pending step."""
    message_id = send_text("Hi", DryRun=True, ConfigurationSetName=event_set, MessageFeedbackEnabled=True)

    sms.settle()
    assert re.fullmatch(r"[0-9a-f-]{36}", message_id)
    assert ([], [], []) == (sms.inbox.messages(), sms.events.records(), sms.costs())
    assert ([], []) == (sms.clock.pending(), topic_with_queue[1]())


def test_dry_run_takes_no_feedback(sms_client, send_text, raises):
    """Feedback on an unknown message is refused."""
    message_id = send_text("Hi", DryRun=True, MessageFeedbackEnabled=True)

    with raises("ResourceNotFoundException", ResourceType="message", ResourceId=message_id):
        sms_client.put_message_feedback(MessageId=message_id, MessageFeedbackStatus="RECEIVED")


@pytest.mark.parametrize("outcome", ["opted out", "too dear", "unknown set"])
def test_dry_run_is_refused_like_a_send(sms_client, send_text, raises, outcome):
    """A dry run finds every reason for which the send would be refused."""
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber="+14255550111")
    members, error = {
        "opted out": ({"to": "+14255550111"}, ("ConflictException", {"Reason": "DESTINATION_PHONE_NUMBER_OPTED_OUT"})),
        "too dear": ({"MaxPrice": "0.001"}, ("ValidationException", {"Reason": "PRICE_OVER_THRESHOLD"})),
        "unknown set": (
            {"ConfigurationSetName": "no"},
            ("ResourceNotFoundException", {"ResourceType": "configuration-set"}),
        ),
    }[outcome]

    with raises(error[0], **error[1]):
        send_text("Hi", DryRun=True, **members)


@pytest.mark.parametrize("reference", ["ConfigurationSetName", "ConfigurationSetArn"])
def test_configuration_set_is_named_by_name_or_arn(sms_client, send_text, last_message, reference):
    """A set is found by its name and by its ARN."""
    made = sms_client.create_configuration_set(ConfigurationSetName="mine")

    send_text("Hi", ConfigurationSetName=made[reference])

    assert "mine" == last_message().configuration_set


def test_unknown_configuration_set_is_not_found(send_text, raises):
    """A set that does not exist is refused."""
    with raises("ResourceNotFoundException", ResourceType="configuration-set", ResourceId="none"):
        send_text("Hi", ConfigurationSetName="none")


def test_unknown_protect_configuration_is_not_found(send_text, raises):
    """A protect configuration that does not exist is refused."""
    with raises("ResourceNotFoundException", ResourceType="protect-configuration", ResourceId="protect-none"):
        send_text("Hi", ProtectConfigurationId="protect-none")
