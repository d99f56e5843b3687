"""Texts from a handset: keywords, opting out and in."""

import pytest

from emulator.testing import HANDSET

OTHER_HANDSET = "+14255550111"
OPT_OUT_SYNONYMS = ["ARRET", "CANCEL", "END", "OPT-OUT", "OPTOUT", "QUIT", "REMOVE", "TD", "UNSUBSCRIBE"]


def texts(sms, number=HANDSET):
    return [message.body for message in sms.handset(number).inbox]


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
    """A changed text of HELP or STOP is the answer that the handset gets."""
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


@pytest.mark.parametrize("body", ["STOP", "stop", "Stop.", *OPT_OUT_SYNONYMS, "Cancel", "unsubscribe!"])
def test_opt_out_words(sms, write, opted_out, body):
    """STOP and its synonyms put the sender on the list, as their own doing, and are answered."""
    keyword, action, answer = write(body)

    assert ("STOP", "OPT_OUT") == (keyword, action)
    assert [(HANDSET, True)] == opted_out()
    assert [answer] == texts(sms)


@pytest.mark.parametrize("body", ["Cancel my appointment", "The end", "STOPS", "ENDING"])
def test_other_words_opt_nobody_out(write, opted_out, body):
    """A synonym inside a sentence does not opt out."""
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
    """An opted-out recipient who writes STOP again gets the answer again, and stays on the list once."""
    _, _, answer = write("STOP")
    write("STOP")

    assert [answer, answer] == texts(sms)
    assert [(HANDSET, True)] == opted_out()


def test_opted_out_person_still_gets_automatic_answers(sms, write):
    """Help and keywords are answered whether or not the sender has opted out."""
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
    """START opts in only if the account has a keyword for it."""
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
    """The thirty days bind the account, not the recipient."""
    put_keyword("START", KeywordAction="OPT_IN")
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)
    sms_client.delete_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)
    write("STOP")

    write("START")

    assert [] == opted_out()


def test_opt_in_of_somebody_who_is_not_out_is_answered(sms, write, put_keyword):
    """A recipient on no list gets the answer too."""
    put_keyword("START", "Welcome", KeywordAction="OPT_IN")

    write("START")

    assert ["Welcome"] == texts(sms)


def test_one_person_opts_out_for_themselves(write, send_text, opted_out, owner):
    """Another handset is still sent to."""
    write("STOP")

    assert send_text("Hi", to=OTHER_HANDSET, OriginationIdentity=owner["PhoneNumberId"])
    assert [(HANDSET, True)] == opted_out()
