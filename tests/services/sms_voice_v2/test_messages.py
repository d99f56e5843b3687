"""SendTextMessage: from boto3 to a handset and back."""

import pytest

HANDSET = "+14255550100"


def test_text_arrives_on_the_handset(sms, send_text, number):
    """What boto3 sends is on the recipient's phone, from the number that it was sent from."""
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
    """A handset told to misbehave ends its messages so, and never shows them."""
    sms.handset(HANDSET).behave(outcome=outcome)

    send_text("Hi")

    assert [outcome] == [message.status for message in sms.inbox.messages(to=HANDSET)]
    assert [] == sms.handset(HANDSET).inbox
