"""Texts from a handset: the two-way channel, self-managed opt-outs, and the messages that they become."""

import json
import re

import pytest

from emulator.testing import HANDSET

OTHER_HANDSET = "+14255550111"


@pytest.fixture
def two_way(sms_client, topic_with_queue):
    """Switches two-way on for a number, with a channel that ends in a queue; gives a function that reads what came."""

    def switch_on(number, **members):
        sms_client.update_phone_number(
            PhoneNumberId=number["PhoneNumberId"], TwoWayEnabled=True, TwoWayChannelArn=topic_with_queue[0], **members
        )
        return topic_with_queue[1]

    return switch_on


def texts(sms, number=HANDSET):
    return [message.body for message in sms.handset(number).inbox]


def test_payload_has_aws_members_in_order(client, send_text, write, two_way, owner):
    """The notification is compact JSON with AWS's members in AWS's order, and no others."""
    two_way(owner)
    sent = send_text("Hi", OriginationIdentity=owner["PhoneNumberId"])

    write("Grüße, 你好")

    sqs = client("sqs")
    queue = sqs.get_queue_url(QueueName="receipts")["QueueUrl"]
    (message,) = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    envelope = json.loads(message["Body"])
    payload = json.loads(envelope["Message"])
    inbound_id = payload["inboundMessageId"]
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", inbound_id)
    assert [
        ("originationNumber", HANDSET),
        ("destinationNumber", owner["PhoneNumber"]),
        ("messageKeyword", "keyword_123456789012"),
        ("messageBody", "Grüße, 你好"),
        ("inboundMessageId", inbound_id),
        ("previousPublishedMessageId", sent),
    ] == list(payload.items())
    assert json.dumps(payload, separators=(",", ":"), ensure_ascii=False) == envelope["Message"]
    assert ("Subject" in envelope, "MessageAttributes" in envelope) == (False, False)


def test_first_contact_has_no_previous_message(write, two_way, owner):
    """Where nothing was sent before, the member is left out."""
    read = two_way(owner)

    write("Hello")

    (payload,) = read()
    assert "previousPublishedMessageId" not in payload


def test_previous_message_is_the_last_one_from_this_number_to_this_person(
    sms, send_text, write, two_way, owner, request_number
):
    """Not one from another number, not one to somebody else, and not the answer to the text itself."""
    read = two_way(owner)
    mine = {"OriginationIdentity": owner["PhoneNumberId"]}
    send_text("First", **mine)
    wanted = send_text("Second", **mine)
    send_text("To somebody else", to=OTHER_HANDSET, **mine)
    send_text("From another number", OriginationIdentity=request_number()["PhoneNumberId"])

    write("Thanks")

    assert [wanted] == [payload["previousPublishedMessageId"] for payload in read()]


def test_keyword_is_forwarded_with_the_message_it_answers(sms, send_text, write, two_way, put_keyword, owner):
    """A keyword is answered and published too; its previous message is the account's, then the automatic answer."""
    read = two_way(owner)
    put_keyword("INFO")
    sent = send_text("Hi", OriginationIdentity=owner["PhoneNumberId"])

    write("INFO")
    answer_id = sms.inbox.messages(to=HANDSET, contains="Answer")[0].message_id
    write("info again")

    assert [("INFO", "INFO", sent), ("INFO", "info again", answer_id)] == [
        (payload["messageKeyword"], payload["messageBody"], payload["previousPublishedMessageId"]) for payload in read()
    ]


def test_previous_message_does_not_depend_on_the_testers_inbox(sms, send_text, write, two_way, owner):
    """Emptying the inbox changes nothing for the application."""
    read = two_way(owner)
    sent = send_text("Hi", OriginationIdentity=owner["PhoneNumberId"])
    sms.inbox.clear()

    write("Thanks")

    assert [sent] == [payload["previousPublishedMessageId"] for payload in read()]


@pytest.mark.parametrize("body", ["HELP", "STOP", "CANCEL", "help me"])
def test_help_and_stop_are_not_forwarded(write, two_way, owner, body):
    """Keywords that AWS manages do not reach the channel."""
    read = two_way(owner)

    write(body)

    assert [] == read()


def test_own_opt_out_and_opt_in_keywords_are_forwarded(write, two_way, put_keyword, owner):
    """Keywords of one's own reach the channel whatever they do."""
    read = two_way(owner)
    put_keyword("BYE", KeywordAction="OPT_OUT")
    put_keyword("START", KeywordAction="OPT_IN")

    write("BYE")
    write("START")

    assert ["BYE", "START"] == [payload["messageKeyword"] for payload in read()]


def test_synonym_to_a_toll_free_number_is_forwarded(write, two_way, toll_free):
    """A word that does not opt out is a text like any other."""
    read = two_way(toll_free)

    write("CANCEL", to=toll_free)

    assert [("CANCEL", "keyword_123456789012")] == [(p["messageBody"], p["messageKeyword"]) for p in read()]


def test_nothing_is_forwarded_without_two_way(sms_client, write, two_way, owner):
    """A number with two-way off, or switched off again, forwards nothing."""
    read = two_way(owner)
    sms_client.update_phone_number(PhoneNumberId=owner["PhoneNumberId"], TwoWayEnabled=False)

    write("Hello")

    assert [] == read()


def test_deleted_topic_is_a_failed_delivery(sms, client, write, two_way, owner, topic_with_queue):
    """When the channel's topic is gone the handset is answered all the same, and the failed delivery is listed."""
    two_way(owner)
    client("sns").delete_topic(TopicArn=topic_with_queue[0])

    inbound = sms.handset(HANDSET).reply("Hello", to=owner["PhoneNumber"])

    (delivery,) = sms.events.deliveries(message_id=inbound["inbound_message_id"])
    assert ("FAILED", topic_with_queue[0]) == (delivery["status"], delivery["target"])
    assert "Topic does not exist" in delivery["error"]


@pytest.mark.parametrize(("body", "keyword"), [("STOP", "STOP"), ("help", "HELP"), ("CANCEL", "STOP")])
def test_self_managed_opt_outs_leave_it_to_the_account(sms, write, two_way, opted_out, owner, body, keyword):
    """HELP and STOP are neither answered nor executed, but forwarded with the keyword that matched."""
    read = two_way(owner, SelfManagedOptOutsEnabled=True)

    assert (keyword, None, None) == write(body)
    assert [(body, keyword)] == [(payload["messageBody"], payload["messageKeyword"]) for payload in read()]
    assert ([], []) == (texts(sms), opted_out())


def test_self_managed_number_goes_on_sending(send_text, write, two_way, owner):
    """A STOP does not keep the account from sending."""
    two_way(owner, SelfManagedOptOutsEnabled=True)
    write("STOP")

    assert send_text("Hi", OriginationIdentity=owner["PhoneNumberId"])


def test_self_managed_number_still_answers_its_own_keywords(sms, write, two_way, put_keyword, owner):
    """Keywords of one's own work as before, and are forwarded."""
    read = two_way(owner, SelfManagedOptOutsEnabled=True)
    put_keyword("INFO", "Text")

    write("INFO")

    assert ["Text"] == texts(sms)
    assert ["INFO"] == [payload["messageKeyword"] for payload in read()]


def test_inbound_text_is_in_the_inbox(sms, owner):
    """Incoming texts are listed with sender and number, apart from outgoing ones."""
    inbound = sms.handset(HANDSET).reply("Hello", to=owner["PhoneNumber"])

    (message,) = sms.inbox.messages(direction="inbound")
    assert inbound["inbound_message_id"] == message.message_id
    assert (HANDSET, owner["PhoneNumber"], "Hello", "RECEIVED") == (
        message.sender,
        message.to,
        message.body,
        message.status,
    )


def test_answer_goes_to_who_wrote_last(sms, send_text, request_number):
    """A reply without a number is to the last sender."""
    first, second = request_number(), request_number()
    send_text("One", OriginationIdentity=first["PhoneNumberId"])
    send_text("Two", OriginationIdentity=second["PhoneNumberId"])

    sms.handset(HANDSET).reply("Hello")

    assert [second["PhoneNumber"]] == [message.to for message in sms.inbox.messages(direction="inbound")]


def test_automatic_answer_is_paid_for_and_inbound_texts_are_not(sms, write):
    """The answer costs as much as a text; the incoming text is free."""
    write("Hello")
    write("HELP")

    sms.settle()
    assert [("US", 1, 0.00847)] == [(row["country"], row["messages"], row["total"]) for row in sms.costs()]


def test_reply_reaches_the_account_that_owns_the_number(sms, client, opted_out):
    """Each account and region has its own numbers, lists and answers."""
    members = {
        "IsoCountryCode": "US",
        "MessageType": "TRANSACTIONAL",
        "NumberCapabilities": ["SMS"],
        "NumberType": "TEN_DLC",
    }
    other = client("pinpoint-sms-voice-v2", account="210987654321", region="eu-west-1")
    number = other.request_phone_number(**members)["PhoneNumber"]

    sms.handset(HANDSET).reply("STOP", to=number)

    assert [] == opted_out()
    rows = other.describe_opted_out_numbers(OptOutListName="Default")["OptedOutNumbers"]
    assert [HANDSET] == [row["OptedOutNumber"] for row in rows]
    (message,) = sms.inbox.messages(direction="inbound")
    assert ("210987654321", "eu-west-1") == (message.account, message.region)
