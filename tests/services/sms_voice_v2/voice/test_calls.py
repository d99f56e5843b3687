"""SendVoiceMessage: how a call goes, what it costs and what stops it."""

import pytest

from emulator.telecom import script
from emulator.testing import HANDSET, OTHER_HANDSET


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
    """An unanswered call rings, ends with its status, and costs nothing."""
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
    """SSML that cannot be read is refused, and no phone rings."""
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
    """Every voice of the model has a language."""
    shape = sms_client.meta.service_model.shape_for("VoiceId")

    assert set(shape.enum) == set(script.voices())


def test_what_stops_a_text_stops_a_call(sms, sms_client, number, call, raises):
    """Price, capability, opt-out, protect and spend are checked for calls; a dry run calls no phone."""
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
    """France is not among them, even for a verified number."""
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
