"""The client of the guide: summaries, schedules, events and the console's flows."""

import json
from datetime import timedelta

import pytest

PERSON = "+15551234567"
OURS = "+1-212-555-0100"


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
        """A recipient who opts out before the hour is left out, and the summary says why."""
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
        """An immediate schedule is executed at once."""
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
        """A recipient's answer is the guide's reply event."""
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
        """A number that is leased already cannot be leased."""
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
        """The account's reviewer approves or rejects by itself, or leaves the decision to the control API."""
        sms.account().reviewer = reviewer
        guide_client.register_phone_number(PhoneNumber=OURS)
        guide_client.create_campaign(CampaignName="x", CampaignCategory="Alert", SenderIdentity=OURS, MessageSample="Hi")

        sms.clock.advance(hours=24)

        assert [status] == [row["Status"] for row in guide_client.list_campaigns()["Campaigns"]]

    @pytest.mark.parametrize(("decision", "status"), [("COMPLETE", "APPROVED"), ("REQUIRES_UPDATES", "REJECTED")])
    def test_tester_decides_on_a_campaign(self, guide_client, sms, send, raises, decision, status):
        """A decision of the control API stays, and only an approved campaign lets its number send."""
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
        with pytest.raises(ValueError, match="the status of a campaign must be one of"):
            sms.registrations.decide("campaign-1", "PROVISIONING")

    def test_campaign_of_nobodys_number(self, guide_client, raises):
        """A campaign is for a number of the account."""
        with raises("NotFoundException"):
            guide_client.create_campaign(CampaignName="x", CampaignCategory="Alert", SenderIdentity=OURS, MessageSample="Hi")
