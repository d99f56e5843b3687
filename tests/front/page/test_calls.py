"""Calls: a card that rings, shows the speech, takes keys, and plays the sound."""

import sys
from importlib.util import find_spec

import pytest

from emulator.telecom import speech
from emulator.testing import HANDSET

MARKUP = "<img src=x onerror=window.pwned=1>"
MENU = {
    "start": "menu",
    "steps": {
        "menu": {"say": "{message} Press 1.", "gather_digits": 1, "gather_seconds": 200, "on": {"1": "note"}},
        "note": {"say": "Speak now.", "record_seconds": 10, "then": "bye"},
        "bye": {"say": "Good bye, and thank you for your long and patient work."},
    },
}


@pytest.fixture
def ringing(sms, voice_number, dial):
    """A call that has rung for a moment, on a frozen clock, from a number with a menu; gives its id."""
    sms.calls.instruct(voice_number, MENU)
    sms.clock.freeze()
    message_id = dial()
    sms.clock.advance(seconds=2)
    return message_id


def test_call_is_taken_and_answered_with_keys(open_page, sms, ringing, text):
    """A ringing call is picked up, says what it says, takes a key, records, and is hung up; the card follows."""
    sms.handset(HANDSET).behave(says=MARKUP)
    page = open_page(HANDSET)
    heads = [page.wait("document.querySelector('.call-head b').textContent")]

    page.click("[data-answers=answer]")
    page.wait("document.querySelector('.said').textContent === 'The pump has failed. Press 1.'")
    heads += page.texts(".call-head b, .call-head small")
    page.click("[data-key='1']")
    page.wait("document.querySelector('.said').textContent.endsWith('Speak now.')")
    keys = page.texts(".call .keys")
    sms.clock.advance(seconds=3)
    page.wait(f"document.querySelector('.call-head small').textContent === '{text('call.listening')}'")
    sms.clock.advance(seconds=9)
    page.wait("document.querySelector('.said').textContent.includes('Good bye')")
    page.click("[data-hang-up]")
    page.wait(f"document.querySelector('.call-head b').textContent === '{text('call.over')}'")

    message = sms.inbox.messages()[0]
    assert [text("call.incoming"), text("call.in"), text("call.speaking")] == heads
    assert [text("call.pressed", keys="1")] == keys
    assert ("COMPLETED", "1") == (message.status, message.digits)
    assert [f"0:{message.duration_seconds:02d}"] == page.texts(".call .length")
    assert [f"{text('call.recorded', step='note')} {MARKUP}"] == page.texts(".recordings p")
    assert [] == page.texts(".call :is(.ring, .keypad):not([hidden])")
    assert page.run("window.pwned === undefined && !document.querySelector('main img')")


@pytest.mark.parametrize(("answers", "status"), [("busy", "BUSY"), ("no_answer", "NO_ANSWER")])
def test_call_is_not_taken(open_page, sms, ringing, answers, status, text):
    """The other buttons end the call so, and the card says that it was missed."""
    page = open_page(HANDSET)

    page.click(f"[data-answers={answers}]")
    page.wait(f"document.querySelector('#messages .status').textContent === 'VOICE {status}'")

    assert status == sms.inbox.messages()[0].status
    assert page.texts(".call-head b")[0].startswith(text("call.missed"))
    assert ["The pump has failed."] == page.texts(".said.unheard")


def test_keypad_keeps_the_focus(open_page, sms, voice_number, ringing, text):
    """Keys can be pressed from the keyboard, one after the other, while the card is brought up to date."""
    sms.calls.instruct(voice_number, None)
    sms.handset(HANDSET).pick_up()
    page = open_page(HANDSET)
    page.wait("document.querySelector('.keypad').checkVisibility()")

    page.run("document.querySelector('[data-key=\"4\"]').focus()")
    for _ in range(2):
        page.press("Enter")
    page.wait(f"document.querySelector('.call .keys').textContent === '{text('call.pressed', keys='44')}'")

    assert page.run("document.activeElement.dataset.key === '4'")


def test_call_is_followed_while_the_clock_runs(open_page, control, sms, ringing):
    """The card of a call requests its steps, which are not in the stream."""
    control("POST", "clock", {"speed": 10})
    sms.handset(HANDSET).pick_up()
    page = open_page(HANDSET)
    page.wait("document.querySelector('.call-head small').textContent === 'speaking'")

    page.click("#clock")
    page.click("#modes label:has([value=running])")

    assert page.wait("document.querySelector('.call-head small').textContent === 'waiting for keys'")


def test_words_of_a_call_are_never_markup(open_page, sms, dial):
    """Spoken text is shown letter by letter."""
    dial(MARKUP)

    page = open_page(HANDSET)
    page.wait("document.querySelector('.said')")

    assert [MARKUP] == page.texts(".said")
    assert page.run("window.pwned === undefined && !document.querySelector('main img')")


@pytest.mark.skipif(find_spec("espeakng_loader") is None, reason="the extra `speech` is not installed")
def test_call_is_listened_to(open_page, dial):
    """The sound of a call is played on request."""
    dial()
    page = open_page(HANDSET)

    page.click(".sound button")

    assert page.wait("document.querySelector('.sound audio').duration > 1")


def test_listening_says_what_is_missing(open_page, monkeypatch, dial):
    """Without the extra, the card says how to install it."""
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    monkeypatch.setattr(speech, "_engine", speech._Engine)
    dial()
    page = open_page(HANDSET, refused=2)

    page.click(".sound button")
    page.wait("document.querySelector('.sound .hint')")

    assert [speech.HOW_TO_INSTALL] == page.texts(".sound .hint")


def test_handset_is_told_how_to_take_calls(open_page, control, send_text, text):
    """How a handset answers calls is set in its form, and shown beside its number."""
    send_text()
    page = open_page(HANDSET)
    page.wait("document.querySelector('[name=delay_seconds]').value === '0'")

    page.choose("document.querySelector('[name=answers]')", "busy")
    busy, presses = text("behaviour.called.busy"), text("behaviour.presses-keys", keys="1 42#")
    page.wait(f"document.getElementById('behaves').textContent === '{busy}'")
    page.choose("document.querySelector('[name=presses]')", "1 42#")
    page.wait(f"document.getElementById('behaves').textContent === '{busy}{text('list.comma')}{presses}'")
    page.choose("document.querySelector('[name=says]')", "It was me")
    page.wait("fetch('handsets/%2B14255550100').then((a) => a.json()).then((handset) => handset.says)")

    _, behaviour = control("GET", f"handsets/{HANDSET}")
    assert ("busy", ["1", "42#"], "It was me") == tuple(behaviour[name] for name in ("answers", "presses", "says"))
