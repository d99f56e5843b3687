from pathlib import Path

import app
import pytest
from moto import mock_aws

from emulator.testing import HANDSET, OTHER_HANDSET, provision, raises_aws

README = Path(__file__).with_name("README.md")
ACCOUNT = {"Phone": HANDSET, "Balance": "$15,230.45", "Recent": ["April 27, Smith & Sons, $12"]}
MENU = {
    "start": "menu",
    "steps": {
        "menu": {
            "say": "Press 1 for your balance.",
            "gather_digits": 1,
            "on": {"1": "balance"},
            "repeat": 1,
        },
        "balance": {"say": "{message} Press 1 to repeat.", "gather_digits": 1, "on": {"1": "balance"}},
    },
}


@pytest.fixture
def number(sms, monkeypatch):
    """A two-way number that calls, and the table of accounts; moto answers DynamoDB and SQS."""
    with mock_aws():
        made = provision("Phone", NumberCapabilities=["SMS", "VOICE"])
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        yield made.number


@pytest.fixture
def bank(number):
    """The application, with one account."""
    made = app.Bank()
    made.table.put_item(Item=ACCOUNT)
    return made


def test_balance_is_said_in_a_call(sms, bank, number):
    """BALANCE is answered by a call that says the balance twice; nothing of it is texted."""
    sms.handset(HANDSET).reply("balance", to=number)

    assert [HANDSET] == bank.handle_replies()
    (call,) = sms.handset(HANDSET).inbox
    assert ("voice", "COMPLETED") == (call.channel, call.status)
    assert 2 == sms.calls.show(call.message_id)["spoken"].count("$15,230.45")


def test_transactions_are_said(sms, bank, number):
    """RECENT is answered too, whatever the shop's name does to SSML."""
    sms.handset(HANDSET).reply("Recent", to=number)
    bank.handle_replies()

    assert "Smith &amp; Sons" in sms.handset(HANDSET).inbox[0].body


def test_other_texts_are_answered_by_the_menu(sms, bank, number):
    """Another word, and another number, get the menu."""
    sms.handset(HANDSET).reply("hello", to=number)
    sms.handset(OTHER_HANDSET).reply("BALANCE", to=number)

    assert [] == bank.handle_replies()
    assert [app.MENU, app.MENU] == [sms.handset(phone).inbox[0].body for phone in (HANDSET, OTHER_HANDSET)]


@pytest.mark.parametrize("answers", ["busy", "no_answer", "fail"])
def test_missed_call_is_followed_by_a_text(sms, bank, number, answers):
    """Who does not answer is told how to be called again."""
    sms.handset(HANDSET).behave(answers=answers)
    sms.handset(HANDSET).reply("BALANCE", to=number)
    bank.handle_replies()
    sms.settle()

    assert [HANDSET] == bank.handle_receipts()
    assert "We tried to call you" in sms.handset(HANDSET).inbox[-1].body


def test_stop_is_respected(sms, bank, number, capsys):
    """Who has opted out is not called."""
    sms.handset(HANDSET).reply("BALANCE", to=number)
    sms.handset(HANDSET).reply("STOP", to=number)

    assert [] == bank.handle_replies()
    assert f"{HANDSET}: DESTINATION_PHONE_NUMBER_OPTED_OUT\n" == capsys.readouterr().err


def test_throttled_call_stays_in_the_queue(sms, bank, number, monkeypatch):
    """While AWS throttles, the request waits in the queue, hidden for half a minute."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    bank.sqs.set_queue_attributes(QueueUrl=app.os.environ["REPLIES_QUEUE_URL"], Attributes={"VisibilityTimeout": "0"})
    sms.faults.add("ThrottlingException", operation="SendVoiceMessage")
    sms.handset(HANDSET).reply("BALANCE", to=number)
    with raises_aws("ThrottlingException"):
        bank.handle_replies()
    sms.faults.clear()

    assert [HANDSET] == bank.handle_replies()


def test_menu_of_keys(sms, bank, number):
    """With a menu in front of it, as Amazon Connect has, the customer presses 1 to hear the balance and 1 to repeat it."""
    sms.calls.instruct(number, MENU)
    sms.handset(HANDSET).behave(presses=["1", "1"])
    sms.handset(HANDSET).reply("BALANCE", to=number)

    bank.handle_replies()

    call = sms.calls.show(sms.inbox.wait(to=HANDSET, channel="voice", status="COMPLETED").message_id)
    assert ["menu", "balance", "balance"] == call["steps"]


def test_readme_shows_what_it_prints(sms, bank, number, capsys):
    """The README shows a call, and one that is not answered."""
    sms.handset(HANDSET).reply("BALANCE", to=number)
    app.main()
    sms.handset(HANDSET).behave(answers="no_answer")
    sms.handset(HANDSET).reply("BALANCE", to=number)
    app.main()
    sms.settle()
    app.main()

    assert f"```text\n{capsys.readouterr().out}```" in README.read_text("utf-8")
