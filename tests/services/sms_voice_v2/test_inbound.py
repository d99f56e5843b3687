"""What a person writes back: keywords, opt-outs, automatic answers, the two-way channel."""

import json
import re

import pytest

from emulator.testing import HANDSET

OTHER_HANDSET = "+14255550111"
OPT_OUT_SYNONYMS = ["ARRET", "CANCEL", "END", "OPT-OUT", "OPTOUT", "QUIT", "REMOVE", "TD", "UNSUBSCRIBE"]


@pytest.fixture
def owner(request_number):
    """A US 10DLC number, as DescribePhoneNumbers says."""
    return request_number()


@pytest.fixture
def toll_free(request_number):
    """A US toll-free number."""
    return request_number(NumberType="TOLL_FREE")


@pytest.fixture
def write(sms, owner):
    """The person with the handset writes to `owner` unless told otherwise; gives keyword, action and answer."""

    def write(body, to=None, handset=HANDSET):
        answer = sms.handset(handset).reply(body, to=(to or owner)["PhoneNumber"])
        return answer["keyword"], answer["action"], answer["reply"]

    return write


@pytest.fixture
def put_keyword(sms_client, owner):
    """Puts a keyword on `owner` unless told otherwise."""

    def put(keyword, message="Answer", to=None, **members):
        identity = (to or owner)["PhoneNumberId"]
        sms_client.put_keyword(OriginationIdentity=identity, Keyword=keyword, KeywordMessage=message, **members)

    return put


@pytest.fixture
def opted_out(sms_client):
    """Who is on a list."""

    def read(name="Default"):
        rows = sms_client.describe_opted_out_numbers(OptOutListName=name)["OptedOutNumbers"]
        return [(row["OptedOutNumber"], row["EndUserOptedOut"]) for row in rows]

    return read


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


# --- Keywords -------------------------------------------------------------------------------------------------------


def test_own_keyword_is_answered(sms, write, put_keyword, owner):
    """A keyword's text comes back to the handset, from the number that was written to."""
    put_keyword("HOURS", "9 to 5")

    assert ("HOURS", "AUTOMATIC_RESPONSE", "9 to 5") == write("HOURS")
    assert [(owner["PhoneNumber"], "9 to 5")] == [(m.sender, m.body) for m in sms.handset(HANDSET).inbox]


def test_help_is_answered_and_opts_nobody_out(sms, write, opted_out):
    """HELP is answered with the text of the number's HELP keyword."""
    keyword, action, answer = write("help")

    assert ("HELP", "AUTOMATIC_RESPONSE") == (keyword, action)
    assert [answer] == texts(sms)
    assert [] == opted_out()


@pytest.mark.parametrize("word", ["HELP", "STOP"])
def test_mandatory_keyword_answers_with_the_accounts_text(sms, write, put_keyword, word):
    """A changed text of HELP or STOP is what the person reads."""
    put_keyword(word, "My own text")

    write(word)

    assert ["My own text"] == texts(sms)


def test_text_without_a_keyword_is_not_answered(sms, write):
    """Nothing comes back to a text that begins with no keyword."""
    assert (None, None, None) == write("Thank you")
    assert [] == texts(sms)


@pytest.mark.parametrize(
    ("body", "keyword"),
    [
        ("JOIN", "JOIN"),
        ("join", "JOIN"),
        ("  Join  ", "JOIN"),
        ("Join us", "JOIN"),
        ("JOIN!", "JOIN"),
        ("join\nplease", "JOIN"),
        ("join now", "JOIN NOW"),
        ("JOIN NOW please", "JOIN NOW"),
        ("JOIN NOWHERE", "JOIN"),
        ("JOINED", None),
        ("I JOIN", None),
        ("stop it", "STOP"),
        ("STOPPING", None),
        ("Don't STOP", None),
    ],
)
def test_keyword_is_what_the_text_begins_with(write, put_keyword, body, keyword):
    """The longest keyword that the text begins with counts, in any case, up to the end of a word."""
    put_keyword("JOIN")
    put_keyword("JOIN NOW")

    assert keyword == write(body)[0]


def test_changed_and_deleted_keywords_count_at_once(sms_client, write, put_keyword, owner):
    """The next text is answered by the keywords as they are then."""
    put_keyword("INFO", "Old")
    put_keyword("INFO", "New")
    changed = write("INFO")
    sms_client.delete_keyword(OriginationIdentity=owner["PhoneNumberId"], Keyword="INFO")

    assert ("INFO", "AUTOMATIC_RESPONSE", "New") == changed
    assert (None, None, None) == write("INFO")


def test_keywords_are_of_one_number(write, put_keyword, request_number):
    """A keyword of one number means nothing to another."""
    put_keyword("INFO")

    assert (None, None, None) == write("INFO", to=request_number())


# --- Opting out and in ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", ["STOP", "stop", "Stop.", *OPT_OUT_SYNONYMS, "Cancel", "unsubscribe!"])
def test_opt_out_words(sms, write, opted_out, body):
    """STOP and its synonyms put the sender on the list, as their own doing, and are answered."""
    keyword, action, answer = write(body)

    assert ("STOP", "OPT_OUT") == (keyword, action)
    assert [(HANDSET, True)] == opted_out()
    assert [answer] == texts(sms)


@pytest.mark.parametrize("body", ["Cancel my appointment", "The end", "STOPS", "ENDING"])
def test_other_words_opt_nobody_out(write, opted_out, body):
    """A synonym inside a sentence is no opt-out."""
    write(body)

    assert [] == opted_out()


def test_own_keyword_goes_before_a_synonym(write, put_keyword, opted_out):
    """A synonym of STOP that the account uses for something else is the account's."""
    put_keyword("CANCEL", "Your order is cancelled")

    assert ("CANCEL", "AUTOMATIC_RESPONSE", "Your order is cancelled") == write("CANCEL")
    assert [] == opted_out()


@pytest.mark.parametrize("body", OPT_OUT_SYNONYMS)
def test_toll_free_knows_no_synonym(sms, write, toll_free, opted_out, body):
    """To a toll-free number only STOP opts out, for the carrier does it."""
    assert (None, None, None) == write(body, to=toll_free)
    assert ([], []) == (opted_out(), texts(sms))


def test_toll_free_stop_opts_out(write, toll_free, opted_out):
    """STOP does, on a toll-free number too."""
    assert ("STOP", "OPT_OUT") == write("stop", to=toll_free)[:2]
    assert [(HANDSET, True)] == opted_out()


def test_second_stop_is_answered_as_well(sms, write, opted_out):
    """An opted-out person who writes STOP again gets the answer again, and stays on the list once."""
    _, _, answer = write("STOP")
    write("STOP")

    assert [answer, answer] == texts(sms)
    assert [(HANDSET, True)] == opted_out()


def test_opted_out_person_still_gets_automatic_answers(sms, write):
    """Help and keywords are answered to whoever asks, opted out or not."""
    _, _, stopped = write("STOP")
    _, _, helped = write("HELP")

    assert [stopped, helped] == texts(sms)


def test_stop_counts_on_the_list_of_the_number(sms_client, write, opted_out, request_number):
    """The sender goes on the list that the number uses, and on no other."""
    sms_client.create_opt_out_list(OptOutListName="news")

    write("STOP", to=request_number(OptOutListName="news"))

    assert ([(HANDSET, True)], []) == (opted_out("news"), opted_out())


def test_opt_out_keyword_of_ones_own(sms, write, put_keyword, opted_out):
    """A keyword with the action OPT_OUT does what STOP does, with its own text."""
    put_keyword("BYE", "See you", KeywordAction="OPT_OUT")

    assert ("BYE", "OPT_OUT", "See you") == write("bye")
    assert [(HANDSET, True)] == opted_out()
    assert ["See you"] == texts(sms)


def test_start_is_no_keyword_by_itself(sms, write, opted_out):
    """START brings nobody back unless the account has a keyword for it."""
    write("STOP")

    assert (None, None, None) == write("START")
    assert [(HANDSET, True)] == opted_out()


@pytest.mark.parametrize("word", ["START", "UNSTOP"])
def test_opt_in_keyword_brings_back(sms_client, send_text, write, put_keyword, opted_out, owner, word):
    """A keyword with the action OPT_IN takes the sender off the list, answers, and sends go through again."""
    put_keyword(word, "Welcome back", KeywordAction="OPT_IN")
    write("STOP")

    assert (word, "OPT_IN", "Welcome back") == write(word.lower())
    assert [] == opted_out()
    assert send_text("Hi", OriginationIdentity=owner["PhoneNumberId"])


def test_person_may_come_back_at_any_time(sms_client, write, put_keyword, opted_out):
    """The thirty days bind the account, not the person."""
    put_keyword("START", KeywordAction="OPT_IN")
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)
    sms_client.delete_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)
    write("STOP")

    write("START")

    assert [] == opted_out()


def test_opt_in_of_somebody_who_is_not_out_is_answered(sms, write, put_keyword):
    """Whoever is on no list gets the answer all the same."""
    put_keyword("START", "Welcome", KeywordAction="OPT_IN")

    write("START")

    assert ["Welcome"] == texts(sms)


def test_one_person_opts_out_for_themselves(write, send_text, opted_out, owner):
    """Another handset is still sent to."""
    write("STOP")

    assert send_text("Hi", to=OTHER_HANDSET, OriginationIdentity=owner["PhoneNumberId"])
    assert [(HANDSET, True)] == opted_out()


# --- The two-way channel --------------------------------------------------------------------------------------------


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
    """A tester who empties the inbox changes nothing for the application."""
    read = two_way(owner)
    sent = send_text("Hi", OriginationIdentity=owner["PhoneNumberId"])
    sms.inbox.clear()

    write("Thanks")

    assert [sent] == [payload["previousPublishedMessageId"] for payload in read()]


@pytest.mark.parametrize("body", ["HELP", "STOP", "CANCEL", "help me"])
def test_help_and_stop_are_not_forwarded(write, two_way, owner, body):
    """What AWS manages does not reach the channel."""
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
    """A word that opts nobody out is a text like any other."""
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
    """When the channel's topic is gone the person is answered all the same, and the tester sees what failed."""
    two_way(owner)
    client("sns").delete_topic(TopicArn=topic_with_queue[0])

    inbound = sms.handset(HANDSET).reply("Hello", to=owner["PhoneNumber"])

    (delivery,) = sms.events.deliveries(message_id=inbound["inbound_message_id"])
    assert ("FAILED", topic_with_queue[0]) == (delivery["status"], delivery["target"])
    assert "Topic does not exist" in delivery["error"]


# --- Self-managed opt-outs ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("body", "keyword"), [("STOP", "STOP"), ("help", "HELP"), ("CANCEL", "STOP")])
def test_self_managed_opt_outs_leave_it_to_the_account(sms, write, two_way, opted_out, owner, body, keyword):
    """HELP and STOP are neither answered nor obeyed, but forwarded with the keyword that matched."""
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


# --- As messages ----------------------------------------------------------------------------------------------------


def test_inbound_text_is_in_the_inbox(sms, owner):
    """The tester sees what came in, from whom and to which number, apart from what went out."""
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
    """The answer costs what a text costs; what came in is no charge here."""
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
