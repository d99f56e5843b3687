"""SendTextMessage: destinations, PutMessageFeedback and money."""

import pytest

from emulator.testing import HANDSET

GERMAN = "+4915123456789"
CANADIAN = "+14165550100"
CHINESE = "+8613800138000"
SIMULATED_SUCCESS = "+14254147755"
SIMULATED_FAILURE = "+14254147167"
BRITISH_SIMULATED_SUCCESS = "+447860019066"


@pytest.mark.parametrize("named", [True, False])
def test_china_is_closed(send, raises, number, named):
    """A country that AWS does not serve for the account is refused as such, with an identity or without."""
    identity = {"OriginationIdentity": number} if named else {}

    with raises("ValidationException", Reason="DESTINATION_COUNTRY_BLOCKED"):
        send(CHINESE, **identity)


def test_number_of_no_country_is_refused(send_text, raises):
    """A number with an unassigned calling code is refused."""
    with raises("ValidationException", Reason="INVALID_PARAMETER") as response:
        send_text(to="+999123456789")
    assert ["destinationPhoneNumber"] == [field["Name"] for field in response["Fields"]]


def test_impossible_number_is_invalid_and_free(sms, send_text):
    """A number of a length that is not in use is taken on, and ends as invalid at no cost."""
    message_id = send_text(to="+142555501")

    record = sms.events.records(message_id=message_id)[0]
    assert ("TEXT_INVALID", "Invalid phone number", True) == (
        record["eventType"],
        record["messageStatusDescription"],
        record["isFinal"],
    )
    assert (0, 0) == (record["totalMessagePrice"], record["totalCarrierFee"])


@pytest.mark.parametrize(
    ("to", "event_type", "text", "price"),
    [
        (SIMULATED_SUCCESS, "TEXT_SUCCESSFUL", "Message has been accepted by phone carrier", 0.00581),
        (SIMULATED_FAILURE, "TEXT_BLOCKED", "Phone has blocked SMS", 0),
    ],
)
@pytest.mark.parametrize("number_type", ["SIMULATOR", "TEN_DLC"])
def test_simulator_destinations_end_as_documented(sms, send, request_number, number_type, to, event_type, text, price):
    """AWS's simulated destinations succeed or fail by one final event, from simulators and from real numbers."""
    sender = request_number(NumberType=number_type)["PhoneNumber"]

    message_id = send(to, OriginationIdentity=sender)

    records = sms.events.records(message_id=message_id)
    assert [(event_type, text, True, price)] == [
        (r["eventType"], r["messageStatusDescription"], r["isFinal"], r["totalMessagePrice"]) for r in records
    ]


@pytest.mark.parametrize("to", [HANDSET, BRITISH_SIMULATED_SUCCESS, CANADIAN])
def test_simulator_numbers_send_to_simulators_at_home_only(send, raises, request_number, to):
    """A simulator number reaches no real handset, and no simulator abroad."""
    number = request_number(NumberType="SIMULATOR")

    with raises("ValidationException", Reason="INVALID_IDENTITY_FOR_DESTINATION_COUNTRY"):
        send(to, OriginationIdentity=number["PhoneNumberId"])


def test_simulator_number_is_no_choice_for_real_handsets(send, raises, request_number):
    """An account with nothing but a simulator number has no identity for a real handset."""
    request_number(NumberType="SIMULATOR")

    with raises("ConflictException", Reason="NO_ORIGINATION_IDENTITIES_FOUND"):
        send(HANDSET)


def test_sandbox_sends_to_verified_numbers_only(sms, send_text, raises):
    """In the sandbox a number that is not verified is refused, and named."""
    sms.account().tier = "SANDBOX"

    with raises(
        "ConflictException",
        Reason="DESTINATION_PHONE_NUMBER_NOT_VERIFIED",
        ResourceType="verified-destination-number",
        ResourceId=HANDSET,
    ):
        send_text("Hi")


def test_sandbox_sends_to_simulators(sms, send_text, last_message):
    """In the sandbox simulated destinations need no verification, and are paid for."""
    sms.account().tier = "SANDBOX"

    send_text("Hi", to=SIMULATED_SUCCESS)

    assert "SUCCESSFUL" == last_message(SIMULATED_SUCCESS).status
    assert [0.00847] == [row["total"] for row in sms.costs()]


def test_sandbox_is_of_one_account_and_region(sms, client, send_text):
    """Another account's tier changes nothing here."""
    sms.account("210987654321").tier = "SANDBOX"
    sms.account(region="eu-west-1").tier = "SANDBOX"

    assert send_text("Hi")


def test_disabled_account_sends_nothing(sms, send, raises):
    """A suspended account is refused before anything else is looked at."""
    sms.account().enabled = False

    with raises("AccessDeniedException", Reason="ACCOUNT_DISABLED"):
        send(CHINESE)


def test_opt_out_counts_for_every_number_of_the_list(sms, sms_client, send, raises, request_number):
    """A recipient who stops one number gets nothing from any number on the same list, but still from others."""
    sms_client.create_opt_out_list(OptOutListName="shared")
    first, second = (request_number(OptOutListName="shared")["PhoneNumber"] for _ in range(2))
    other = request_number()["PhoneNumber"]
    sms.handset(HANDSET).reply("STOP", to=first)

    for identity in (first, second):
        with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT", ResourceId=HANDSET):
            send(OriginationIdentity=identity)
    send(body="From another list", OriginationIdentity=other)

    assert "From another list" == sms.handset(HANDSET).inbox[-1].body


def test_opted_out_refusal_leaves_no_trace(sms, sms_client, send_text, raises):
    """A refused send makes no message, event or cost."""
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)

    with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT"):
        send_text("Hi")

    assert ([], [], []) == (sms.inbox.messages(), sms.events.records(), sms.costs())


def test_refusal_has_the_sentence_seen_from_aws(sms_client, send_text, raises):
    """A conflict's message is the one that was seen from AWS, at HTTP status 400."""
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)

    with raises("ConflictException") as response:
        send_text("Hi")
    assert 400 == response["ResponseMetadata"]["HTTPStatusCode"]
    assert (
        f'Conflict Occurred - Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT" ResourceType="phone-number" ResourceId="{HANDSET}"'
    ) == response["Error"]["Message"]


@pytest.mark.parametrize("status", ["RECEIVED", "FAILED"])
def test_feedback_is_kept(sms, sms_client, send_text, last_message, status):
    """The account's feedback on a message stays, also after the hour."""
    message_id = send_text("Hi", MessageFeedbackEnabled=True)

    answer = sms_client.put_message_feedback(MessageId=message_id, MessageFeedbackStatus=status)

    sms.clock.advance(hours=2)
    assert (message_id, status) == (answer["MessageId"], answer["MessageFeedbackStatus"])
    assert status == last_message().feedback_status


def test_feedback_that_does_not_come_within_an_hour_is_failed(sms, send_text, last_message):
    """A message that expects feedback counts as failed an hour after it was sent, and not before."""
    sms.clock.freeze()
    send_text("Hi", MessageFeedbackEnabled=True)

    sms.clock.advance(minutes=59, seconds=59)
    before = last_message().feedback_status
    sms.clock.advance(seconds=1)

    assert (None, "FAILED") == (before, last_message().feedback_status)


def test_feedback_comes_too_late_after_an_hour(sms, sms_client, send_text, raises):
    """Feedback is accepted for one hour."""
    message_id = send_text("Hi", MessageFeedbackEnabled=True)
    sms.clock.advance(hours=1)

    with raises("ValidationException", Reason="INVALID_REQUEST") as response:
        sms_client.put_message_feedback(MessageId=message_id, MessageFeedbackStatus="RECEIVED")
    assert ["messageId"] == [field["Name"] for field in response["Fields"]]


@pytest.mark.parametrize("members", [{}, {"MessageFeedbackEnabled": False}])
def test_feedback_of_a_message_without_it_is_refused(sms_client, send_text, raises, members):
    """
    A message that was sent without feedback has no record of it: not found.

    Evidence: a public event router calls it for every final receipt, and takes this error for "no feedback record".
    """
    message_id = send_text("Hi", **members)

    with raises("ResourceNotFoundException", ResourceType="message", ResourceId=message_id):
        sms_client.put_message_feedback(MessageId=message_id, MessageFeedbackStatus="RECEIVED")


def test_feedback_of_an_unknown_message_is_not_found(sms_client, raises):
    """A message that was never sent is not found."""
    with raises("ResourceNotFoundException", ResourceType="message", ResourceId="nothing"):
        sms_client.put_message_feedback(MessageId="nothing", MessageFeedbackStatus="RECEIVED")


@pytest.mark.parametrize("elsewhere", [{"account": "210987654321"}, {"region": "eu-west-1"}], ids=["account", "region"])
def test_feedback_from_elsewhere_is_not_found(client, send_text, raises, elsewhere):
    """Another account or region knows nothing of the message."""
    message_id = send_text("Hi", MessageFeedbackEnabled=True)

    with raises("ResourceNotFoundException", ResourceType="message", ResourceId=message_id):
        client("pinpoint-sms-voice-v2", **elsewhere).put_message_feedback(
            MessageId=message_id, MessageFeedbackStatus="RECEIVED"
        )


def test_feedback_of_a_reply_is_not_found(sms, sms_client, number, raises):
    """Feedback is for what the account sent; a reply has none."""
    inbound = sms.handset(HANDSET).reply("Hello", to=number)

    with raises("ResourceNotFoundException", ResourceType="message"):
        sms_client.put_message_feedback(MessageId=inbound["inbound_message_id"], MessageFeedbackStatus="RECEIVED")


def test_costs_are_by_account_country_and_month(sms, send_text, client):
    """Every part is charged to its account and country; what was blocked is free."""
    send_text("a" * 161)
    send_text("Hi", to=SIMULATED_FAILURE)
    client("pinpoint-sms-voice-v2", account="210987654321", region="eu-west-1").send_text_message(
        DestinationPhoneNumber=GERMAN, MessageBody="Hallo"
    )

    assert [
        ("123456789012", "us-east-1", "US", 2, 3, 0.01694),
        ("210987654321", "eu-west-1", "DE", 1, 1, 0.08848),
    ] == [
        (row["account"], row["region"], row["country"], row["messages"], row["parts"], row["total"]) for row in sms.costs()
    ]


def test_injected_fault_is_the_answer(sms, send_text, raises):
    """An injected fault reaches the client, as often as its `times` says."""
    sms.faults.add("AccessDeniedException", operation="SendTextMessage", times=1)

    with raises("AccessDeniedException"):
        send_text("Hi")
    assert send_text("Hi")
