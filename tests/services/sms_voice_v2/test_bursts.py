"""Texts sent one after the other, on a clock that steps, without other requests in between."""

from emulator.testing import HANDSET

LONG_TEXT = "x" * 1500
SENT_FOR_TWO_DOLLARS = 25


def test_burst_goes_out_at_one_moment(sms, send_text):
    """Sends do not move time for each other; the next other request finds all delivered, in the order of sending."""
    ids = [send_text(f"Text {number}") for number in range(5)]

    found = sms.inbox.messages(to=HANDSET)
    assert ids == [message.message_id for message in found]
    assert {"DELIVERED"} == {message.status for message in found}
    assert 1 == len({message.requested_at for message in found})


def test_what_was_given_back_may_be_spent_again(sms, sms_client, send_text):
    """Blocked texts are free: however many there are, the month's money does not run out on them."""
    sms_client.set_text_message_spend_limit_override(MonthlyLimit=1)
    sms.handset(HANDSET).behave(outcome="BLOCKED")

    ids = [send_text(LONG_TEXT) for _ in range(SENT_FOR_TWO_DOLLARS)]

    found = sms.inbox.messages(to=HANDSET)
    assert ids == [message.message_id for message in found]
    assert {("BLOCKED", 10)} == {(message.status, message.parts) for message in found}


def test_feedback_on_what_was_just_sent(sms_client, send_text):
    """A message is known to its sender as soon as it was accepted."""
    message_id = send_text(MessageFeedbackEnabled=True)

    answer = sms_client.put_message_feedback(MessageId=message_id, MessageFeedbackStatus="RECEIVED")

    assert (message_id, "RECEIVED") == (answer["MessageId"], answer["MessageFeedbackStatus"])
