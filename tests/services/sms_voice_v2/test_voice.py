"""SendVoiceMessage: from boto3 to a telephone that rings, speaks and is answered with keys."""

import io
import json
import sys
import urllib.error
import urllib.request
import wave
from importlib.util import find_spec

import pytest

from emulator.control.errors import InvalidArgument, MissingExtra, NotFound
from emulator.telecom import script, speech
from emulator.testing import HANDSET, OTHER_HANDSET

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


@pytest.fixture
def voice_number(request_number):
    """A US long code for calls."""
    return request_number(NumberType="LONG_CODE", NumberCapabilities=["VOICE"])["PhoneNumber"]


@pytest.fixture
def call(sms_client, voice_number):
    """Sends a voice message from `voice_number`; gives its id."""

    def send(body="The pump has failed.", to=HANDSET, **members):
        wanted = {"DestinationPhoneNumber": to, "OriginationIdentity": voice_number, "MessageBody": body} | members
        return sms_client.send_voice_message(**wanted)["MessageId"]

    return send


@pytest.fixture
def record_of(sms):
    """The last event record of a message, when all has happened."""

    def last(message_id):
        sms.settle()
        return sms.control("show_message", message_id=message_id)["events"][-1]["record"]

    return last


def test_a_call_is_dialled_rings_is_answered_and_ends(call, event_set, topic_with_queue):
    """The four events come in order, only the last one is final and says what the call took and cost."""
    call(ConfigurationSetName=event_set, Context={"order": "17"})

    records = topic_with_queue[1]()
    assert [
        ("VOICE_INITIATED", False),
        ("VOICE_RINGING", False),
        ("VOICE_ANSWERED", False),
        ("VOICE_COMPLETED", True),
    ] == [(record["eventType"], record["isFinal"]) for record in records]
    assert ["messageStatus", "context"] == list(records[0])[-2:]
    assert (2, 1, 0.013) == tuple(
        records[3][name] for name in ("callDurationInSeconds", "totalDurationInMinutes", "totalMessagePrice")
    )
    assert "messageStatusDescription" not in records[3]


@pytest.mark.parametrize(("answers", "event"), [("busy", "BUSY"), ("no_answer", "NO_ANSWER"), ("fail", "FAILED")])
def test_a_handset_can_fail_to_answer(sms, sms_client, call, record_of, answers, event):
    """A call that nobody takes rings and ends so, and costs nothing."""
    sms.handset(HANDSET).behave(answers=answers)

    record = record_of(call())

    assert (f"VOICE_{event}", True, 0, 0, 0) == (
        record["eventType"],
        record["isFinal"],
        record["callDurationInSeconds"],
        record["totalDurationInMinutes"],
        record["totalMessagePrice"],
    )
    assert [] == sms.handset(HANDSET).inbox
    assert [0] == [row["total"] for row in sms.costs()]


@pytest.mark.parametrize(
    ("outcome", "event_type", "status"),
    [
        ("TTL_EXPIRED", "VOICE_TTL_EXPIRED", "TTL_EXPIRED"),
        ("SPAM", "VOICE_FAILED", "SPAM"),
        ("NO_ANSWER", "VOICE_NO_ANSWER", "NO_ANSWER"),
    ],
)
def test_a_rule_decides_a_call(sms, call, record_of, outcome, event_type, status):
    """A carrier's rule ends calls as it says, with the event type that the status is filed under."""
    sms.carriers.rule(outcome, channel="voice")

    message_id = call(TimeToLive=30)
    record = record_of(message_id)

    assert (event_type, status) == (record["eventType"], record["messageStatus"])


def test_a_filtered_call_is_blocked_by_protect(sms, sms_client, call, record_of):
    """FILTER holds for calls: what counts as inflated traffic is never dialled, and costs nothing."""
    protect = sms_client.create_protect_configuration()["ProtectConfigurationId"]
    sms_client.update_protect_configuration_country_rule_set(
        ProtectConfigurationId=protect, NumberCapability="VOICE", CountryRuleSetUpdates={"US": {"ProtectStatus": "FILTER"}}
    )
    sms.carriers.rule("PROTECT_BLOCKED")

    record = record_of(call(ProtectConfigurationId=protect))

    assert ("PROTECT_BLOCKED", 0) == (record["messageStatus"], record["totalMessagePrice"])


def test_the_length_follows_from_the_text(call, record_of):
    """160 words a minute: 400 words take 150 seconds, which are three started minutes."""
    record = record_of(call("word " * 400))

    assert (150, 3, 0.039) == (
        record["callDurationInSeconds"],
        record["totalDurationInMinutes"],
        record["totalMessagePrice"],
    )


def test_a_call_is_cut_off_after_five_minutes(call, record_of):
    """More than 300 seconds are not spoken."""
    record = record_of(
        call('<speak><prosody rate="x-slow">' + "word " * 500 + "</prosody></speak>", MessageBodyTextType="SSML")
    )

    assert (300, 5) == (record["callDurationInSeconds"], record["totalDurationInMinutes"])


@pytest.mark.parametrize(
    ("ssml", "seconds"),
    [
        ("<speak>" + "word " * 16 + "</speak>", 6),
        ('<speak>word<break time="3s"/> word word word word word word word</speak>', 6),
        ('<speak><prosody rate="slow">' + "word " * 12 + "</prosody></speak>", 6),
        ('<speak><say-as interpret-as="digits">1234567890</say-as></speak>', 4),
        ('<speak><sub alias="one two three four five six seven eight">x</sub></speak>', 3),
        ('<speak><amazon:effect name="whispered">' + "word " * 8 + "</amazon:effect></speak>", 3),
        ("<speak><p><s>" + "word " * 8 + '</s></p><mark name="m"/></speak>', 5),
    ],
)
def test_ssml_counts_as_polly_reads_it(call, record_of, ssml, seconds):
    """Pauses, speeds, spelling and substitutes change how long a call takes."""
    assert seconds == record_of(call(ssml, MessageBodyTextType="SSML"))["callDurationInSeconds"]


@pytest.mark.parametrize(
    "ssml",
    [
        "no tags",
        "<speak>open",
        "<p>not speak</p>",
        "<speak><audio src='x'/></speak>",
        "<speak><script>x</script></speak>",
        '<speak><break time="11s"/></speak>',
        '<speak><break time="soon"/></speak>',
        '<speak><break strength="mighty"/></speak>',
        '<speak><prosody rate="999%">x</prosody></speak>',
        '<!DOCTYPE x [<!ENTITY a "b">]><speak>&a;</speak>',
        "<speak>&nbsp;</speak>",
    ],
)
def test_bad_ssml_is_refused(sms, call, raises, ssml):
    """What no voice can read is refused, and nobody is called."""
    with raises("ValidationException", Reason="INVALID_PARAMETER") as refused:
        call(ssml, MessageBodyTextType="SSML")
    assert ["messageBody"] == [field["Name"] for field in refused["Fields"]]
    assert [] == sms.inbox.messages()


def test_the_length_of_a_text_is_limited(call, raises):
    """3,000 characters may be spoken; in SSML the tags come on top, up to 6,000 in all."""
    tag = '<break time="10ms"/>'
    body = "<speak>" + "x" * 2999 + tag * ((6000 - 3014) // len(tag)) + "</speak>"
    assert call("x" * 3000)
    assert call(body, MessageBodyTextType="SSML")
    for long, text_type in (("x" * 3001, "TEXT"), ("<speak>" + "x" * 3001 + "</speak>", "SSML"), ("x" * 6001, "SSML")):
        with raises("ValidationException", Reason="FIELD_VALIDATION_FAILED"):
            call(long, MessageBodyTextType=text_type)


def test_a_message_is_needed(sms_client, voice_number, raises):
    """A call of nothing is refused."""
    with raises("ValidationException", Reason="MISSING_PARAMETER"):
        sms_client.send_voice_message(DestinationPhoneNumber=HANDSET, OriginationIdentity=voice_number)


def test_every_voice_of_the_model_has_a_language(sms_client):
    """What the model names can be spoken."""
    shape = sms_client.meta.service_model.shape_for("VoiceId")

    assert set(shape.enum) == set(script.voices())


def test_what_stops_a_text_stops_a_call(sms, sms_client, number, call, raises):
    """Price, capability, opt-out, protect and spend hold for calls; a dry run calls nobody."""
    with raises("ValidationException", Reason="PRICE_OVER_THRESHOLD"):
        call(MaxPricePerMinute="0.01299")
    with raises("ConflictException", Reason="NUMBER_CAPABILITIES_MISMATCH"):
        call(OriginationIdentity=number)
    assert call(DryRun=True, MaxPricePerMinute="0.01300")
    sms_client.set_voice_message_spend_limit_override(MonthlyLimit=0)
    with raises("ServiceQuotaExceededException", Reason="MONTHLY_SPEND_LIMIT_REACHED_FOR_VOICE"):
        call()
    sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=HANDSET)
    with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT"):
        call()
    assert [] == sms.inbox.messages()


def test_a_recipient_is_called_five_times_a_day(sms, call, raises):
    """The sixth call within 24 hours is refused; another recipient may be called, and the same one the day after."""
    for _ in range(5):
        call()

    with raises("ServiceQuotaExceededException", Reason="DAILY_DESTINATION_CALL_LIMIT"):
        call()
    assert call(to=OTHER_HANDSET)
    sms.clock.advance(hours=24)
    assert call()


def test_the_sandbox_calls_less(sms, sms_client, number, call, raises):
    """In the sandbox: eleven countries, five calls a minute, twenty a day, and thirty seconds each."""
    handsets = [f"+1425555{place:04d}" for place in range(100, 110)]
    ids = [sms_client.create_verified_destination_number(DestinationPhoneNumber=to) for to in handsets]
    for row in ids:
        number_id = row["VerifiedDestinationNumberId"]
        sms_client.send_destination_number_verification_code(
            VerifiedDestinationNumberId=number_id, VerificationChannel="TEXT"
        )
        code = sms.inbox.code(to=row["DestinationPhoneNumber"])
        sms_client.verify_destination_number(VerifiedDestinationNumberId=number_id, VerificationCode=code)
    sms.account().tier = "SANDBOX"
    sms.clock.freeze()

    with raises("ConflictException", Reason="DESTINATION_PHONE_NUMBER_NOT_VERIFIED"):
        call(to="+14255559999")
    for to in handsets[:5]:
        call("word " * 200, to=to)
    with raises("ThrottlingException"):
        call(to=handsets[5])
    for minute in range(3):
        sms.clock.advance(minutes=1)
        for to in handsets[:5] if minute % 2 else handsets[5:]:
            call(to=to)
    sms.clock.advance(minutes=1)
    with raises("ServiceQuotaExceededException", Reason="DAILY_DESTINATION_CALL_LIMIT"):
        call(to=handsets[9])
    assert 30 == sms.inbox.messages(channel="voice")[0].duration_seconds


def test_the_sandbox_calls_eleven_countries(sms, sms_client, call, raises):
    """France is not among them, whoever has verified a number there."""
    to = "+33612345678"
    number_id = sms_client.create_verified_destination_number(DestinationPhoneNumber=to)["VerifiedDestinationNumberId"]
    sms_client.send_destination_number_verification_code(VerifiedDestinationNumberId=number_id, VerificationChannel="VOICE")
    code = sms.control("verification_codes", to=to)["codes"][0]["code"]
    sms_client.verify_destination_number(VerifiedDestinationNumberId=number_id, VerificationCode=code)
    sms.account().tier = "SANDBOX"

    with raises("ValidationException", Reason="DESTINATION_COUNTRY_BLOCKED"):
        call(to=to)


def test_a_call_that_waits_expires(sms, call, record_of):
    """A call that has not been dialled by its time to live is not any more."""
    sms.handset(HANDSET).behave(delay=60)

    message_id = call(TimeToLive=5)
    sms.settle()

    assert "VOICE_TTL_EXPIRED" == record_of(message_id)["eventType"]


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
    """Who hangs up after a second has a call of a second."""
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
    """Who looks at the telephone decides, and not what was settled when the call was sent; nothing more happens to it."""
    shown = sms.handset(HANDSET).pick_up(answers)

    assert (status, True) == (shown["status"], shown["final"])
    assert 0 == sms.settle()["ran"]
    with pytest.raises(InvalidArgument, match=f"the call is {status}"):
        sms.handset(HANDSET).pick_up()


def test_a_ringing_call_is_taken_at_once(sms, call):
    """A handset that does not answer is picked up while it rings, and the call begins to speak in that moment."""
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
    """What a handset cannot do is refused, and the call rings on."""
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
    """What the handset presses leads through the steps; what it says when recorded is kept."""
    sms.calls.instruct(voice_number, MENU)
    sms.handset(HANDSET).behave(presses=presses, says="It was me")

    shown = sms.calls.show(call("Alarm."))

    assert (path, digits) == (shown["steps"], shown["digits"])
    assert shown["spoken"].startswith("Alarm. Press 1 to acknowledge.")
    assert (["It was me"] if "note" in path else []) == [recording["text"] for recording in shown["recordings"]]


def test_a_key_pressed_early_cuts_the_speech_short(sms, voice_number, call):
    """Who presses while the menu is read need not hear it out."""
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
    """The call works, and whoever wants to hear it is told what to install."""
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    monkeypatch.setattr(speech, "_engine", speech._Engine)

    message_id = call()

    assert "COMPLETED" == sms.inbox.messages()[0].status
    with pytest.raises(MissingExtra, match=r"pip install .sms-voice-emulator\[speech\]"):
        sms.calls.sound(message_id)


def test_an_unanswered_call_has_no_sound(sms, call):
    """Nothing was heard, so there is nothing to hear."""
    sms.handset(HANDSET).behave(answers="busy")
    message_id = call()

    with pytest.raises(NotFound, match="nothing was said"):
        sms.calls.sound(message_id)
