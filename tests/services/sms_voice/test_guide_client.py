"""The guide's additions to the client of sms-voice: texts, calls, notifications, summaries, events, numbers, campaigns."""

import io
import json
import logging
import wave
from datetime import timedelta

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


@pytest.fixture
def send(guide_client):
    """Sends a text; gives the answer."""

    def send_text(body="Hi", to=PERSON, **members):
        wanted = {"DestinationPhoneNumber": to, "OriginationIdentity": OURS, "MessageBody": body} | members
        return guide_client.send_text_message(**wanted)

    return send_text


class TestTexts:
    """SendTextMessage."""

    def test_number_is_registered_on_first_use(self, send, sms_client, sms, caplog):
        """A number that the client names and the account does not own is leased, listed and told of in the log, once."""
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
        """A number that is no E.164 number is refused by the guide's words, and nothing is registered."""
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
    """In the strict profile a number or a device that nobody registered is refused."""
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
        """The person hears the text, called by the number."""
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
        """Where there is no recording in S3, the SSML is spoken, else the text."""
        guide_client.send_voice_message(
            DestinationPhoneNumber=PERSON, OriginationIdentity=OURS, VoiceMessage=voice_message, DurationSeconds=120
        )

        assert heard == sms.inbox.wait(to=PERSON, channel="voice").body

    def test_unknown_codec_makes_no_sound(self, guide_client, sms, recording):
        """A recording that the telephone network does not carry is called with, and nothing is heard."""
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
        """The voice that is named reads, else one that speaks the language."""
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
        """Each spelling of the content reaches the person's telephone."""
        content = {"Title": "Order Update", "Body": "Shipped", "ImageUrl": "https://example.com/a.png"}

        guide_client.send_notification(DestinationPhoneNumber=PERSON, Channel="PUSH", **{spelling: content})

        (message,) = sms.inbox.messages(to=PERSON, channel="push")
        assert ("Shipped", "DELIVERED") == (message.body, message.status)
        assert ("GCM", "Order Update", "https://example.com/a.png", False) == tuple(
            message.push[name] for name in ("platform", "title", "image_url", "silent")
        )

    def test_every_device_is_reached(self, guide_client, sms):
        """A person with three devices has the notification on each, by its own platform."""
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


class TestSummaries:
    """GetMessageStatusSummary."""

    def test_text_goes_from_sent_to_delivered(self, guide_client, send, sms):
        """A message's summary follows it."""
        sms.clock.freeze()
        message_id = send()["MessageId"]

        def status():
            return guide_client.get_message_status_summary(MessageId=message_id)["MessageStatus"]

        before = status()
        sms.settle()
        assert ("Sent", "Delivered") == (before, status())

    def test_account_is_counted_by_status(self, guide_client, send, sms):
        """Without an id all messages of the account are counted."""
        sms.handset("+15551230000").behave(outcome="BLOCKED")
        send()
        send()
        send(to="+15551230000")
        sms.settle()

        summary = guide_client.get_message_status_summary()

        assert (3, {"Delivered": 2, "Failed": 1}) == (summary["Total"], summary["Counts"])

    def test_unknown_id_counts_nothing(self, guide_client):
        """No message has the id: the summary is empty."""
        summary = guide_client.get_message_status_summary(MessageId="msg-abc123")

        assert (0, {}) == (summary["Total"], summary["Counts"])
        assert "MessageStatus" not in summary


class TestSchedules:
    """DeliverySchedule."""

    def test_text_goes_out_at_its_hour(self, guide_client, send, sms):
        """A scheduled text is nowhere before its hour, and arrives then under the id that was promised."""
        due = sms.clock.now + timedelta(hours=3)
        answer = send(DeliverySchedule={"ScheduledTime": due})
        sms.clock.advance(hours=2)
        early = sms.inbox.messages(to=PERSON)
        waiting = guide_client.get_message_status_summary(MessageId=answer["MessageId"])

        sms.clock.advance(hours=2)

        (message,) = sms.inbox.messages(to=PERSON)
        assert ("Scheduled", "Scheduled") == (answer["MessageStatus"], waiting["MessageStatus"])
        assert [] == early
        assert answer["MessageId"] == message.message_id
        assert timedelta(0) <= message.requested_at - due < timedelta(seconds=1)
        assert "Delivered" == guide_client.get_message_status_summary(MessageId=answer["MessageId"])["MessageStatus"]

    def test_refusal_at_the_hour_is_told(self, guide_client, send, sms, sms_client):
        """Who opts out before the hour is not sent to, and the summary says why."""
        answer = send(DeliverySchedule={"ScheduledTime": sms.clock.now + timedelta(hours=3)})
        sms_client.put_opted_out_number(OptOutListName="Default", OptedOutNumber=PERSON)

        sms.clock.advance(hours=4)

        summary = guide_client.get_message_status_summary(MessageId=answer["MessageId"])
        assert [] == sms.inbox.messages(to=PERSON)
        assert "Failed" == summary["MessageStatus"]
        assert "DESTINATION_PHONE_NUMBER_OPTED_OUT" in summary["StatusDetail"]

    def test_notification_goes_out_at_its_hour(self, guide_client, sms):
        """A scheduled notification is pushed then."""
        due = sms.clock.now + timedelta(hours=3)
        answer = guide_client.send_notification(
            DestinationPhoneNumber=PERSON,
            Channel="PUSH",
            Notification={"Title": "Sale"},
            DeliverySchedule={"ScheduledTime": due},
        )
        early = sms.inbox.messages(channel="push")

        sms.clock.advance(hours=3)

        summary = guide_client.get_message_status_summary(MessageId=answer["MessageId"])
        assert ([], 1, "Delivered") == (early, len(sms.inbox.messages(channel="push")), summary["MessageStatus"])

    @pytest.mark.parametrize("schedule", [{}, {"Immediate": False}, {"ScheduledTime": "2001-01-01T00:00:00Z"}])
    def test_no_hour_or_a_past_one_is_refused(self, send, raises, schedule):
        """A schedule is at once, or later."""
        with raises("BadRequestException"):
            send(DeliverySchedule=schedule)

    def test_immediate_is_at_once(self, send, sms):
        """An immediate schedule is none."""
        send(DeliverySchedule={"Immediate": True})

        assert 1 == len(sms.inbox.messages(to=PERSON))


class TestEvents:
    """CreateEventDestination without a configuration set."""

    @pytest.fixture
    def listen(self, guide_client, client, topic_with_queue):
        """Makes the guide's destination, to SNS and CloudWatch Logs; gives what reads both."""
        logs = client("logs")
        logs.create_log_group(logGroupName="/aws/sms-voice/inbound")
        guide_client.create_event_destination(
            EventDestinationName="InboundSMSEvents",
            EventDestination={
                "Enabled": True,
                "MatchingEventTypes": ["TEXT_SUCCESS", "TEXT_FAILURE"],
                "CloudWatchLogsEventDestination": {
                    "IamRoleArn": "arn:aws:iam::ACCOUNT:role/EUM-CloudWatch",
                    "LogGroupName": "/aws/sms-voice/inbound",
                },
                "SnsDestination": {"TopicArn": topic_with_queue[0]},
            },
        )

        def read():
            events = logs.filter_log_events(logGroupName="/aws/sms-voice/inbound")["events"]
            return topic_with_queue[1](), [json.loads(event["message"]) for event in events]

        return read

    def test_ends_come_to_both_sinks(self, listen, send, sms):
        """Delivered is TEXT_SUCCESS, every failed end TEXT_FAILURE, and steps on the way are neither."""
        sms.handset("+15551230000").behave(outcome="BLOCKED")
        send()
        send(to="+15551230000")

        from_topic, from_logs = listen()
        expected = {("TEXT_SUCCESS", "DELIVERED"), ("TEXT_FAILURE", "BLOCKED")}
        assert (expected, 2) == ({(r["eventType"], r["messageStatus"]) for r in from_topic}, len(from_topic))
        assert (expected, 2) == ({(r["eventType"], r["messageStatus"]) for r in from_logs}, len(from_logs))

    def test_reply_comes_too(self, listen, send, sms):
        """A person's answer is the guide's reply event."""
        send("Confirm?")
        sms.handset(PERSON).reply("Yes, confirm my order")

        replies = [record for record in listen()[0] if record.get("EventSubType") == "Inbound"]
        assert [("TextMessageEvent", PERSON, "Yes, confirm my order", "+12125550100")] == [
            (r["EventType"], r["PhoneNumber"], r["Message"], r["OriginationIdentity"]) for r in replies
        ]

    def test_queue_hears_directly(self, guide_client, client, send):
        """An SQS destination has the bare record."""
        sqs = client("sqs")
        queue = sqs.create_queue(QueueName="events")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        guide_client.create_event_destination(
            EventDestinationName="sqs",
            EventDestination={"Enabled": True, "MatchingEventTypes": ["TEXT_ALL"], "SqsDestination": {"QueueArn": arn}},
        )

        send()

        messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
        assert {"TEXT_SUCCESSFUL", "TEXT_DELIVERED"} == {json.loads(m["Body"])["eventType"] for m in messages}

    def test_missing_log_group_is_news(self, guide_client, send, sms):
        """A log group that is not there keeps the record away; the call that caused it succeeds."""
        guide_client.create_event_destination(
            EventDestinationName="logs",
            EventDestination={
                "Enabled": True,
                "MatchingEventTypes": ["TEXT_SUCCESS"],
                "CloudWatchLogsEventDestination": {"LogGroupName": "missing"},
            },
        )

        send()
        sms.settle()

        (delivery,) = sms.events.deliveries()
        assert "DEAD" == delivery["status"]
        assert "ResourceNotFoundException" in delivery["error"]

    @pytest.mark.parametrize(("status", "outcome"), [(200, "DELIVERED"), (500, "DEAD")])
    def test_webhook_is_called(self, guide_client, send, sms, webhook, status, outcome):
        """A webhook gets the record by POST; one that does not answer well is asked again, and in the end given up."""
        url, heard = webhook(status)
        guide_client.create_event_destination(
            EventDestinationName="hook",
            EventDestination={
                "Enabled": True,
                "MatchingEventTypes": ["TEXT_SUCCESS"],
                "WebhookDestination": {"Url": url},
            },
        )

        message_id = send()["MessageId"]
        sms.settle()

        assert {(message_id, "TEXT_SUCCESS")} == {(record["messageId"], record["eventType"]) for record in heard}
        assert [outcome] == [delivery["status"] for delivery in sms.events.deliveries()]

    def test_missing_function_is_news(self, guide_client, send, sms):
        """A Lambda function that is not there keeps the record away."""
        function = "arn:aws:lambda:us-east-1:123456789012:function:missing"
        guide_client.create_event_destination(
            EventDestinationName="function",
            EventDestination={
                "Enabled": True,
                "MatchingEventTypes": ["TEXT_SUCCESS"],
                "LambdaDestination": {"FunctionArn": function},
            },
        )

        send()
        sms.settle()

        (delivery,) = sms.events.deliveries()
        assert ("DEAD", True) == (delivery["status"], "missing" in delivery["error"])

    @pytest.mark.parametrize(
        "sinks", [{}, {"SnsDestination": {"TopicArn": "topic"}}, {"WebhookDestination": {"Url": "ftp://example.com"}}]
    )
    def test_no_target_is_refused(self, guide_client, raises, sinks):
        """A destination must say where to send, by a target of the sink's kind."""
        with raises("BadRequestException"):
            guide_client.create_event_destination(
                EventDestinationName="x", EventDestination={"MatchingEventTypes": ["TEXT_SUCCESS"]} | sinks
            )

    def test_unknown_event_type_is_refused(self, guide_client, raises):
        """A type is the guide's or one of the second API's."""
        sink = {"WebhookDestination": {"Url": "https://example.com"}}

        with raises("BadRequestException"):
            guide_client.create_event_destination(
                EventDestinationName="x", EventDestination={"MatchingEventTypes": ["TEXT_LOST"]} | sink
            )

    def test_second_of_a_name_is_a_conflict(self, listen, guide_client, raises):
        """Names are taken once."""
        sink = {"MatchingEventTypes": ["TEXT_ALL"], "WebhookDestination": {"Url": "https://example.com"}}

        with raises("AlreadyExistsException"):
            guide_client.create_event_destination(EventDestinationName="InboundSMSEvents", EventDestination=sink)


class TestConsoleFlows:
    """RegisterPhoneNumber and campaigns."""

    def test_number_is_registered(self, guide_client, sms_client):
        """A registered number is shown as in the guide's pool, and is one of the second API's."""
        answer = guide_client.register_phone_number(
            PhoneNumber=OURS, NumberType="LongCode", IsoCountryCode="US", Capabilities=["SMS", "Voice"]
        )

        assert ("+12125550100", "US", "SMS,VOICE", "Active") == tuple(
            answer[name] for name in ("PhoneNumber", "Country", "Capability", "Status")
        )
        listed = [row["PhoneNumberId"] for row in sms_client.describe_phone_numbers()["PhoneNumbers"]]
        assert [answer["PhoneNumberId"]] == listed

    def test_numbers_are_listed_with_throughput_and_lease(self, guide_client):
        """The pool shows of each number what it carries a second, and what it costs a month."""
        guide_client.register_phone_number(PhoneNumber="54321", NumberType="ShortCode", Capabilities=["SMS"])
        guide_client.register_phone_number(PhoneNumber="+1-800-555-0100", NumberType="TollFree")

        shown = [
            tuple(row[name] for name in ("Type", "Throughput", "MonthlyLeasingPrice"))
            for row in guide_client.list_phone_numbers()["PhoneNumbers"]
        ]
        assert [("ShortCode", 100, "995.00"), ("TollFree", 3, "2.00")] == shown

    @pytest.mark.parametrize(
        "members",
        [
            {"PhoneNumber": "Company"},
            {"Capabilities": ["FAX"]},
            {"IsoCountryCode": "XX"},
            {"NumberType": "TollFree", "IsoCountryCode": "DE"},
        ],
        ids=str,
    )
    def test_what_cannot_be_registered(self, guide_client, sms, raises, members):
        """A name, an unknown capability or country, and a type that the country lacks are refused."""
        with raises("BadRequestException"):
            guide_client.register_phone_number(**({"PhoneNumber": OURS} | members))

        assert [] == sms.control("list_numbers")["numbers"]

    def test_number_is_registered_once(self, guide_client, raises):
        """A number that somebody has is not to be had."""
        guide_client.register_phone_number(PhoneNumber=OURS)

        with raises("BadRequestException"):
            guide_client.register_phone_number(PhoneNumber=OURS)

    def test_campaign_is_approved_in_time(self, guide_client, sms):
        """A campaign is PENDING until its review is over."""
        sms.clock.freeze()
        guide_client.register_phone_number(PhoneNumber=OURS)
        made = guide_client.create_campaign(
            CampaignName="Monthly Newsletter",
            CampaignCategory="Marketing",
            SenderIdentity=OURS,
            ExpectedVolume=100_000,
            MessageSample="Check out our latest deals...",
        )

        sms.clock.advance(seconds=30)

        (listed,) = guide_client.list_campaigns()["Campaigns"]
        assert ("PENDING", "APPROVED") == (made["Status"], listed["Status"])
        assert listed == {
            k: v for k, v in guide_client.get_campaign(CampaignId=made["CampaignId"]).items() if k != "ResponseMetadata"
        }

    def test_number_waits_for_its_campaign(self, guide_client, send, sms, raises):
        """A number sends nothing while its only campaign is under review, and sends when that is approved."""
        sms.clock.freeze()
        guide_client.register_phone_number(PhoneNumber=OURS)
        guide_client.create_campaign(CampaignName="x", CampaignCategory="Alert", SenderIdentity=OURS, MessageSample="Hi")

        with raises("BadRequestException") as response:
            send()
        sms.clock.advance(seconds=30)

        assert response["Error"]["Message"].startswith("Campaign not approved")
        assert send()["MessageId"]

    @pytest.mark.parametrize(("reviewer", "status"), [("approve", "APPROVED"), ("deny", "REJECTED"), ("manual", "PENDING")])
    def test_campaign_is_reviewed_as_registrations_are(self, guide_client, sms, reviewer, status):
        """The account's reviewer approves or rejects by itself, or leaves it to the tester."""
        sms.account().reviewer = reviewer
        guide_client.register_phone_number(PhoneNumber=OURS)
        guide_client.create_campaign(CampaignName="x", CampaignCategory="Alert", SenderIdentity=OURS, MessageSample="Hi")

        sms.clock.advance(hours=24)

        assert [status] == [row["Status"] for row in guide_client.list_campaigns()["Campaigns"]]

    @pytest.mark.parametrize(("decision", "status"), [("COMPLETE", "APPROVED"), ("REQUIRES_UPDATES", "REJECTED")])
    def test_tester_decides_on_a_campaign(self, guide_client, sms, send, raises, decision, status):
        """What the tester has decided stays, and only an approved campaign lets its number send."""
        sms.account().reviewer = "manual"
        guide_client.register_phone_number(PhoneNumber=OURS)
        campaign = guide_client.create_campaign(
            CampaignName="x", CampaignCategory="Alert", SenderIdentity=OURS, MessageSample="Hi"
        )

        decided = sms.registrations.decide(campaign["CampaignId"], decision)

        sms.clock.advance(hours=24)
        shown = guide_client.get_campaign(CampaignId=campaign["CampaignId"])["Status"]
        assert [status] * 2 == [decided["status"], shown]
        if status == "APPROVED":
            assert send()["MessageId"]
        else:
            with raises("BadRequestException"):
                send()

    def test_decision_on_no_campaign(self, sms):
        """An unknown campaign, or a decision that campaigns do not know, is refused."""
        with pytest.raises(LookupError):
            sms.registrations.decide("campaign-1", "COMPLETE")
        with pytest.raises(ValueError, match="a campaign can be"):
            sms.registrations.decide("campaign-1", "PROVISIONING")

    def test_campaign_of_nobodys_number(self, guide_client, raises):
        """A campaign is for a number of the account."""
        with raises("NotFoundException"):
            guide_client.create_campaign(CampaignName="x", CampaignCategory="Alert", SenderIdentity=OURS, MessageSample="Hi")
