"""The client of the guide: texts, calls and notifications."""

import io
import json
import logging
import wave

import boto3
import pytest
from moto import mock_aws

from emulator import mock_sms

PERSON = "+15551234567"
OURS = "+1-212-555-0100"


def wav(frames):
    """A WAV file of these bytes, of 16 bits at 8 kHz."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, 2, 8000, 0, "NONE", "not compressed"))
        writer.writeframes(frames)
    return file.getvalue()


class TestTexts:
    """SendTextMessage."""

    def test_number_is_registered_on_first_use(self, send, sms_client, sms, caplog):
        """A number that the client names and the account does not own is leased, listed and logged, once."""
        with caplog.at_level(logging.WARNING, "emulator"):
            send()
            send()

        numbers = sms_client.describe_phone_numbers()["PhoneNumbers"]
        assert [("+12125550100", "ACTIVE")] == [(row["PhoneNumber"], row["Status"]) for row in numbers]
        assert ["+12125550100"] == [row["number"] for row in sms.control("list_numbers")["numbers"]]
        assert 1 == sum("Registered +12125550100" in record.message for record in caplog.records)

    def test_letters_are_dialled(self, send, sms):
        """A vanity number is what its letters dial."""
        send(OriginationIdentity="+1-212-555-ALERT")

        assert ["+12125552537"] == [message.sender for message in sms.inbox.messages(to=PERSON)]

    def test_short_code_is_registered(self, send, sms, sms_client):
        """A short code is one, and has no plus."""
        send(OriginationIdentity="54321")

        assert ["54321"] == [message.sender for message in sms.inbox.messages(to=PERSON)]
        assert ["SHORT_CODE"] == [row["NumberType"] for row in sms_client.describe_phone_numbers()["PhoneNumbers"]]

    @pytest.mark.parametrize("to", ["5551234567", "+1 555 123 4567 ext", "", "+0155512345"])
    def test_invalid_phone_number(self, send, sms_client, raises, to):
        """A number that is not E.164 is refused in the guide's words, and nothing is registered."""
        with raises("BadRequestException") as response:
            send(to=to)

        assert response["Error"]["Message"].startswith("Invalid phone number")
        assert [] == sms_client.describe_phone_numbers()["PhoneNumbers"]

    def test_remedy_of_an_invalid_number(self, send, sms):
        """The same number in E.164 format, spaces and all, is reached."""
        send(to="+1 555 123 4567")

        assert PERSON == sms.inbox.wait(to=PERSON).to

    def test_dry_run_sends_nothing(self, send, sms):
        """A dry run has an id, and no message."""
        assert send(DryRun=True)["MessageId"]

        assert [] == sms.inbox.messages()

    def test_refused_send_registers_nothing(self, send, sms_client, raises):
        """The lease of a number that was named first in a refused send does not stay."""
        sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=PERSON)

        with raises("BadRequestException"):
            send()

        assert [] == sms_client.describe_phone_numbers()["PhoneNumbers"]


def test_strict_profile_registers_nothing(monkeypatch, raises):
    """In the strict profile an unregistered number or device is refused."""
    monkeypatch.setenv("AWS_DATA_PATH", __file__.rpartition("/tests/")[0] + "/botocore_models")
    with mock_aws(), mock_sms(profile="strict") as sms:
        client = boto3.session.Session(region_name="us-east-1").client("sms-voice")

        with raises("BadRequestException"):
            client.send_text_message(DestinationPhoneNumber=PERSON, OriginationIdentity=OURS, MessageBody="Hi")
        with raises("BadRequestException"):
            client.send_notification(DestinationPhoneNumber=PERSON, Channel="PUSH", Notification={"Title": "Hi"})
        assert [] == sms.control("list_numbers")["numbers"]


class TestCalls:
    """SendVoiceMessage with VoiceMessage."""

    def test_text_is_spoken(self, guide_client, sms):
        """The recipient is called by the number, and the text is spoken."""
        guide_client.send_voice_message(
            DestinationPhoneNumber=PERSON,
            OriginationIdentity=OURS,
            VoiceMessage={"TextToSpeechMessage": "Hello", "LanguageCode": "en-US"},
        )

        message = sms.inbox.wait(to=PERSON, channel="voice", status="COMPLETED")
        assert ("+12125550100", "Hello") == (message.sender, message.body)

    @pytest.fixture
    def recording(self, client):
        """Puts a file into S3; gives its URL."""

        def put(content):
            s3 = client("s3")
            s3.create_bucket(Bucket="voices")
            s3.put_object(Bucket="voices", Key="c.wav", Body=content)
            return "s3://voices/c.wav"

        return put

    def test_recording_is_played(self, guide_client, sms, recording):
        """Of several forms the recording is played: the call lasts as long as it does, and sounds like it."""
        content = wav(bytes(8000) + b"\x01\x10" * 20_000)
        forms = {"TextToSpeechMessage": "a", "SSMLMessage": "<speak>b</speak>", "Audio": recording(content)}

        sent = guide_client.send_voice_message(
            DestinationPhoneNumber=PERSON, OriginationIdentity=OURS, VoiceMessage=forms, DurationSeconds=120
        )

        message = sms.inbox.wait(to=PERSON, channel="voice", status="COMPLETED")
        assert ("s3://voices/c.wav", 3) == (message.body, message.duration_seconds)
        assert content == sms.calls.sound(sent["MessageId"])

    @pytest.mark.parametrize(
        ("voice_message", "heard"),
        [
            (
                {"TextToSpeechMessage": "a", "SSMLMessage": "<speak>b</speak>", "Audio": "s3://missing/c.wav"},
                "<speak>b</speak>",
            ),
            ({"TextToSpeechMessage": "a", "Audio": "s3://missing/c.wav"}, "a"),
            ({"TextToSpeechMessage": "a", "SSMLMessage": "<speak>b</speak>"}, "<speak>b</speak>"),
        ],
    )
    def test_best_form_is_heard(self, guide_client, sms, voice_message, heard):
        """Without a recording in S3 the SSML is spoken, otherwise the text."""
        guide_client.send_voice_message(
            DestinationPhoneNumber=PERSON, OriginationIdentity=OURS, VoiceMessage=voice_message, DurationSeconds=120
        )

        assert heard == sms.inbox.wait(to=PERSON, channel="voice").body

    def test_unknown_codec_makes_no_sound(self, guide_client, sms, recording):
        """A recording in a codec that phones do not carry makes a silent call."""
        sent = guide_client.send_voice_message(
            DestinationPhoneNumber=PERSON, OriginationIdentity=OURS, VoiceMessage={"Audio": recording(b"ID3\x03")}
        )

        assert "COMPLETED" == sms.inbox.wait(to=PERSON, channel="voice").status
        assert 0 == sms.calls.show(sent["MessageId"])["heard_seconds"]
        with pytest.raises(LookupError):
            sms.calls.sound(sent["MessageId"])

    def test_call_lasts_no_longer_than_it_may(self, guide_client, sms):
        """DurationSeconds ends a call that would take longer."""
        guide_client.send_voice_message(
            DestinationPhoneNumber=PERSON,
            OriginationIdentity=OURS,
            VoiceMessage={"TextToSpeechMessage": "word " * 400},
            DurationSeconds=20,
        )

        assert 20 == sms.inbox.wait(to=PERSON, channel="voice", status="COMPLETED").duration_seconds

    @pytest.mark.parametrize(
        ("members", "voice"),
        [
            ({}, "MATTHEW"),
            ({"LanguageCode": "en-US"}, "MATTHEW"),
            ({"LanguageCode": "ja-JP"}, "MIZUKI"),
            ({"LanguageCode": "ja-JP", "VoiceId": "Takumi"}, "TAKUMI"),
        ],
    )
    def test_language_chooses_the_voice(self, guide_client, sms, members, voice):
        """The named voice reads, otherwise one of the language."""
        sent = guide_client.send_voice_message(
            DestinationPhoneNumber=PERSON, OriginationIdentity=OURS, VoiceMessage={"TextToSpeechMessage": "a"} | members
        )

        sms.inbox.wait(to=PERSON, channel="voice")
        assert voice == sms.calls.show(sent["MessageId"])["voice_id"]

    @pytest.mark.parametrize(
        "members",
        [
            {"VoiceMessage": {}},
            {"VoiceMessage": {"Audio": "c.wav"}},
            {"VoiceMessage": {"Audio": "s3://missing/c.wav"}},
            {"VoiceMessage": {"TextToSpeechMessage": "a", "LanguageCode": "xx-XX"}},
            {"VoiceMessage": {"TextToSpeechMessage": "a", "VoiceId": "Nobody"}},
            {"VoiceMessage": {"TextToSpeechMessage": "a"}, "OriginationPhoneNumber": "+12065550100"},
            {"VoiceMessage": {"TextToSpeechMessage": "a"}, "Content": {"PlainTextMessage": {"Text": "a"}}},
        ],
        ids=lambda members: str(members)[:50],
    )
    def test_bad_call_is_refused(self, guide_client, raises, members):
        """A call with nothing to say, or in both forms, is refused."""
        with raises("BadRequestException"):
            guide_client.send_voice_message(DestinationPhoneNumber=PERSON, OriginationIdentity=OURS, **members)


class TestNotifications:
    """SendNotification."""

    @pytest.mark.parametrize("spelling", ["Notification", "NotificationContent", "MessageContent"])
    def test_notification_arrives(self, guide_client, sms, spelling):
        """Each spelling of the content reaches the recipient's phone."""
        content = {"Title": "Order Update", "Body": "Shipped", "ImageUrl": "https://example.com/a.png"}

        guide_client.send_notification(DestinationPhoneNumber=PERSON, Channel="PUSH", **{spelling: content})

        (message,) = sms.inbox.messages(to=PERSON, channel="push")
        assert ("Shipped", "DELIVERED") == (message.body, message.status)
        assert ("GCM", "Order Update", "https://example.com/a.png", False) == tuple(
            message.push[name] for name in ("platform", "title", "image_url", "silent")
        )

    def test_every_device_is_reached(self, guide_client, sms):
        """A recipient with three devices gets the notification on each, by its own platform."""
        apple = "ab" * 32
        for token, platform in (("fcm-token", "GCM"), (apple, "APNS"), ("https://push.example.com/x", "WEB")):
            sms.devices.put(token, platform=platform, phone_number=PERSON)

        answer = guide_client.send_notification(
            DestinationPhoneNumber=PERSON, Channel="PUSH", Notification={"Data": {"sync": "now"}}
        )

        assert ["GCM", "APNS", "WEB"] == [result["Platform"] for result in answer["Results"]]
        assert [True] * 3 == [message.push["silent"] for message in sms.inbox.messages(to=PERSON, channel="push")]

    @pytest.mark.parametrize(("state", "error"), [("unregistered", "Unregistered"), ("stale", "Unregistered")])
    def test_expired_token(self, guide_client, sms, state, error):
        """A token of an app that is gone, or was not opened for 270 days, fails with the platform's error."""
        sms.devices.put("ab" * 32, platform="APNS", phone_number=PERSON, state=state)

        answer = guide_client.send_notification(DestinationPhoneNumber=PERSON, Channel="PUSH", Notification={"Title": "Hi"})

        (result,) = answer["Results"]
        assert "FAILED" == result["DeliveryStatus"]
        assert error == json.loads(result["StatusMessage"])["pushProviderError"]
        summary = guide_client.get_message_status_summary(MessageId=answer["MessageId"])
        assert "Failed" == summary["MessageStatus"]

    def test_token_grows_stale_with_time(self, guide_client, sms):
        """A device that was reached is not any more when 270 days have passed."""
        push = {"DestinationPhoneNumber": PERSON, "Channel": "PUSH", "Notification": {"Title": "Hi"}}
        first = guide_client.send_notification(**push)["Results"][0]["DeliveryStatus"]

        sms.clock.advance(days=270)

        assert ["DELIVERED", "FAILED"] == [first, guide_client.send_notification(**push)["Results"][0]["DeliveryStatus"]]

    @pytest.mark.parametrize(
        "members", [{}, {"Notification": {}}, {"Notification": {"Title": "a"}, "NotificationContent": {}}]
    )
    def test_without_one_content_it_is_refused(self, guide_client, raises, members):
        """There must be one content, with something in it."""
        with raises("BadRequestException"):
            guide_client.send_notification(DestinationPhoneNumber=PERSON, Channel="PUSH", **members)
