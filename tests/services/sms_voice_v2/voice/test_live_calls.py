"""Calls that are answered: keys, instructions and sound."""

import io
import json
import sys
import urllib.error
import urllib.request
import wave
from importlib.util import find_spec

import pytest

from emulator.control.errors import InvalidArgument, MissingExtra, NotFound
from emulator.telecom import speech
from emulator.testing import HANDSET

needs_speech = pytest.mark.skipif(find_spec("espeakng_loader") is None, reason="the extra `speech` is not installed")
MENU = {
    "start": "menu",
    "steps": {
        "menu": {
            "say": "{message} Press 1 to acknowledge.",
            "gather_digits": 1,
            "on": {"1": "thanks", "2": "note"},
            "repeat": 1,
            "otherwise": "bye",
        },
        "thanks": {"say": "Thank you."},
        "note": {"say": "Speak now.", "record_seconds": 10, "then": "thanks"},
        "bye": {"say": "Good bye."},
    },
}


def test_keys_are_recorded_and_told(sms, voice_number, call, monkeypatch):
    """Keys pressed in a live call are seen on the message, on the control stream, and can be waited for."""
    heard = []
    # Undone afterwards: the server's world is that of the next test too.
    monkeypatch.setattr(sms.engine, "listeners", [lambda kind, body: heard.append((kind, body))])
    sms.clock.freeze()
    message_id = call("word " * 40)
    sms.clock.advance(seconds=10)

    sms.handset(HANDSET).press("4")
    shown = sms.handset(HANDSET).press("2#")

    assert ("42#", "ANSWERED") == (shown["voice"]["digits"], shown["status"])
    assert message_id == sms.inbox.wait(to=HANDSET, digits="42#").message_id
    assert [("4", "4"), ("2#", "42#")] == [(b["pressed"], b["digits"]) for kind, b in heard if kind == "dtmf"]


def test_hanging_up_ends_the_call_and_the_bill(sms, call, record_of):
    """A call that is ended after a second lasts and costs a second."""
    sms.clock.freeze()
    message_id = call("word " * 400)
    sms.clock.advance(seconds=6)
    while sms.inbox.messages()[0].status != "ANSWERED":
        sms.clock.advance(seconds=0.1)
    sms.clock.advance(seconds=1)

    shown = sms.handset(HANDSET).hang_up()

    assert ("COMPLETED", 1) == (shown["status"], shown["voice"]["duration_seconds"])
    assert 1 == record_of(message_id)["totalDurationInMinutes"]
    assert 0 == sms.settle()["ran"]


@pytest.fixture
def ringing(sms, call):
    """A call that rings, on a frozen clock; gives its id."""
    sms.clock.freeze()
    message_id = call()
    while sms.inbox.messages()[0].status != "RINGING":
        sms.clock.advance(seconds=0.1)
    return message_id


@pytest.mark.parametrize(("answers", "status"), [("busy", "BUSY"), ("no_answer", "NO_ANSWER"), ("fail", "FAILED")])
def test_a_ringing_call_is_not_taken(sms, ringing, answers, status):
    """An answer by hand replaces the outcome that was drawn when the call was sent, and nothing more happens to it."""
    shown = sms.handset(HANDSET).pick_up(answers)

    assert (status, True) == (shown["status"], shown["final"])
    assert 0 == sms.settle()["ran"]
    with pytest.raises(InvalidArgument, match=f"the call is {status}"):
        sms.handset(HANDSET).pick_up()


def test_a_ringing_call_is_taken_at_once(sms, call):
    """A call to a handset that does not answer can be answered by hand while it rings, and speaks at once."""
    sms.handset(HANDSET).behave(answers="no_answer")
    sms.clock.freeze()
    message_id = call()
    with pytest.raises(InvalidArgument, match="the call is ACCEPTED"):
        sms.handset(HANDSET).pick_up()
    sms.clock.advance(seconds=2)

    shown = sms.handset(HANDSET).pick_up()

    assert ("ANSWERED", "say", "The pump has failed.") == (
        shown["status"],
        shown["voice"]["waits_for"],
        shown["voice"]["spoken"],
    )
    sms.settle()
    assert "COMPLETED" == sms.control("show_message", message_id=message_id)["status"]


def test_a_call_is_taken_in_a_known_way(sms, ringing):
    """An unknown way to answer is refused, and the call rings on."""
    with pytest.raises(InvalidArgument, match="answers must be one of answer, busy, fail, no_answer"):
        sms.handset(HANDSET).pick_up("shout")

    assert "RINGING" == sms.inbox.messages()[0].status


def test_keys_need_a_call_that_goes_on(sms, call):
    """No call, one that is over, and keys that are none are refused by a sentence."""
    with pytest.raises(NotFound, match="nobody has called"):
        sms.handset(HANDSET).press("1")
    call()
    with pytest.raises(InvalidArgument, match="freeze the clock"):
        sms.handset(HANDSET).press("1")
    with pytest.raises(InvalidArgument, match="keys such as"):
        sms.handset(HANDSET).press("one")


@pytest.mark.parametrize(
    ("presses", "path", "digits"),
    [
        (["1"], ["menu", "thanks"], "1"),
        (["2"], ["menu", "note", "thanks"], "2"),
        (["9", "1"], ["menu", "menu", "thanks"], "91"),
        (["9", "8"], ["menu", "menu", "bye"], "98"),
        ([], ["menu", "menu", "bye"], ""),
    ],
)
def test_instructions_are_walked(sms, voice_number, call, presses, path, digits):
    """The keys that the handset presses lead through the steps, and what it says in a recording is kept."""
    sms.calls.instruct(voice_number, MENU)
    sms.handset(HANDSET).behave(presses=presses, says="It was me")

    shown = sms.calls.show(call("Alarm."))

    assert (path, digits) == (shown["steps"], shown["digits"])
    assert shown["spoken"].startswith("Alarm. Press 1 to acknowledge.")
    assert (["It was me"] if "note" in path else []) == [recording["text"] for recording in shown["recordings"]]


def test_a_key_pressed_early_cuts_the_speech_short(sms, voice_number, call):
    """A key that is pressed while the menu is read ends the speech."""
    sms.calls.instruct(voice_number, MENU)
    sms.clock.freeze()
    message_id = call("word " * 80)
    sms.clock.advance(seconds=8)

    sms.handset(HANDSET).press("1")
    sms.clock.advance(seconds=5)

    assert ("COMPLETED", ["menu", "thanks"]) == (sms.inbox.messages()[0].status, sms.calls.show(message_id)["steps"])


def test_instructions_that_go_in_circles_end(sms, voice_number, call, record_of):
    """A call that never comes to an end is cut off."""
    sms.calls.instruct(voice_number, {"start": "a", "steps": {"a": {"then": "b"}, "b": {"then": "a"}}})

    message_id = call()
    sms.settle()

    assert 300 == record_of(message_id)["callDurationInSeconds"]


@pytest.mark.parametrize(
    ("instructions", "sentence"),
    [
        ({"steps": {"a": {}}}, "start is required"),
        ({"start": "b", "steps": {"a": {}}}, "start must be one of a"),
        ({"start": "a", "steps": {"a": {"then": "b"}}}, "which does not exist"),
        ({"start": "a", "steps": {"a": {"on": {"1": "b"}}}}, "which does not exist"),
        ({"start": "a", "steps": {"a": {"sing": "la"}}}, 'unknown field "sing"; allowed: '),
        ({"start": "a", "steps": {"a": {"on": {"one": "a"}}}}, "keys such as 1"),
        ({"start": "a", "steps": {"a": {"repeat": -1}}}, "at least 0"),
    ],
)
def test_instructions_that_lead_nowhere_are_refused(sms, voice_number, instructions, sentence):
    """A refusal says what is wrong, and the number's calls stay as they were."""
    with pytest.raises(InvalidArgument, match=sentence):
        sms.calls.instruct(voice_number, instructions)
    assert sms.control("show_instructions", number=voice_number)["instructions"] is None


def test_the_control_api_plays_the_person(sms_server, reach, sms, voice_number, call):
    """Instructions, keys, hanging up and the sound go over HTTP as they do in Python."""
    if reach == "mock":
        pytest.skip("the control API is the server's")

    def http(method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{sms_server.endpoint_url}/_emulator/{path}", data, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    shown = http("PUT", f"numbers/{voice_number}/instructions", MENU)
    assert ("menu", 4) == (shown["instructions"]["start"], len(shown["instructions"]["steps"]))
    assert shown == http("GET", f"numbers/{voice_number}/instructions")
    sms.clock.freeze()
    message_id = call()
    sms.clock.advance(seconds=7)
    assert "2" == http("POST", f"calls/{message_id}/dtmf", {"digits": "2"})["voice"]["digits"]
    assert "COMPLETED" == http("POST", f"calls/{message_id}/hangup")["status"]
    with pytest.raises(urllib.error.HTTPError, match="400"):
        http("POST", f"calls/{message_id}/hangup")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        http("POST", "calls/none/hangup")
    assert http("DELETE", f"numbers/{voice_number}/instructions")["instructions"] is None


@needs_speech
def test_the_call_can_be_heard(sms, call):
    """The WAV is speech of about the length that the call took: longer for a longer text, and not silent."""
    short, long = (sms.calls.sound(call(text)) for text in ("Hello.", "Hello, the pump of hall four has failed. " * 5))

    lengths = []
    for sound in (short, long):
        with wave.open(io.BytesIO(sound)) as file:
            lengths.append(file.getnframes() / file.getframerate())
            samples = memoryview(file.readframes(file.getnframes())).cast("h")
            loud = sum(abs(sample) > 500 for sample in samples) / len(samples)
            assert 0.2 < loud < 0.98
    expected = sms.inbox.messages()[1].duration_seconds
    assert 0.3 < lengths[0] < 2
    assert expected * 0.6 < lengths[1] < expected * 1.6


@needs_speech
def test_languages_sound_different(sms, call):
    """The same words in another language's voice are other sounds, in the same voice the same."""
    sounds = [sms.calls.sound(call("Information", VoiceId=voice)) for voice in ("MATTHEW", "HANS", "MATTHEW")]

    assert sounds[0] != sounds[1]
    assert abs(len(sounds[0]) - len(sounds[2])) < 4000


def test_without_the_extra_the_sound_says_so(monkeypatch, sms, call):
    """The call works, and a request for its sound says what to install."""
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    monkeypatch.setattr(speech, "_engine", speech._Engine)

    message_id = call()

    assert "COMPLETED" == sms.inbox.messages()[0].status
    with pytest.raises(MissingExtra, match=r"in a clone, pip install .*\[speech\]"):
        sms.calls.sound(message_id)


def test_an_unanswered_call_has_no_sound(sms, call):
    """An unanswered call has no sound."""
    sms.handset(HANDSET).behave(answers="busy")
    message_id = call()

    with pytest.raises(NotFound, match="nothing was said"):
        sms.calls.sound(message_id)
