"""
The guide's class for all channels, with the client `sms-voice` and our additions to it: codes, calls, notifications,
replies, metrics.
"""

import json

from stage import open_stage

RECIPIENT = "+15551234567"
ORIGINATION = "+1-212-555-0100"


class EndUserMessagingService:
    """Sends messages on every channel."""

    def __init__(self, client, cloudwatch):
        self.client, self.cloudwatch = client, cloudwatch

    def send_sms(self, phone_number, message, origination_id):
        """Send a text."""
        return self.client.send_text_message(
            DestinationPhoneNumber=phone_number,
            OriginationIdentity=origination_id,
            MessageBody=message,
            MessageType="TRANSACTIONAL",
            DryRun=False,
        )

    def send_2fa_code(self, phone_number, code, origination_id):
        """Send a code by text."""
        return self.send_sms(phone_number, f"Your verification code: {code}. Valid for 10 minutes.", origination_id)

    def send_voice_message(self, phone_number, text, origination_id):
        """Call and read the text."""
        return self.client.send_voice_message(
            DestinationPhoneNumber=phone_number,
            OriginationIdentity=origination_id,
            VoiceMessage={"TextToSpeechMessage": text, "LanguageCode": "en-US"},
        )

    def send_voice_alert(self, phone_number, alert_message):
        """Call with an alert."""
        text = f"Alert: {alert_message}. Press 1 to acknowledge."
        return self.send_voice_message(phone_number, text, origination_id="+1-212-555-ALERT")

    def send_push_notification(self, phone_number, title, body):
        """Notify all devices of a recipient."""
        return self.client.send_notification(
            DestinationPhoneNumber=phone_number, Channel="PUSH", NotificationContent={"Title": title, "Body": body}
        )

    def setup_two_way_sms(self, sns_topic_arn):
        """Have replies and receipts published to a topic, and kept in a log group."""
        return self.client.create_event_destination(
            EventDestinationName="InboundSMSEvents",
            EventDestination={
                "Enabled": True,
                "MatchingEventTypes": ["TEXT_SUCCESS", "TEXT_FAILURE"],
                "CloudWatchLogsEventDestination": {"LogGroupName": "/aws/sms-voice/inbound"},
                "SnsDestination": {"TopicArn": sns_topic_arn},
            },
        )

    def get_account_metrics(self, start, end):
        """Return the number of texts delivered between two times."""
        answer = self.cloudwatch.get_metric_statistics(
            Namespace="AWS/SMSV2",
            MetricName="SMSSuccessfulDeliveries",
            StartTime=start,
            EndTime=end,
            Period=86400,
            Statistics=["Sum"],
        )
        return sum(point["Sum"] for point in answer["Datapoints"])


def main():
    """Run the example; it ends with an error if anything goes wrong."""
    with open_stage() as stage:
        logs, topic = stage.client("logs"), stage.client("sns").create_topic(Name="replies")["TopicArn"]
        logs.create_log_group(logGroupName="/aws/sms-voice/inbound")
        start = stage.sms.clock.now
        service = EndUserMessagingService(stage.voice, stage.client("cloudwatch"))
        service.setup_two_way_sms(topic)
        answers = [
            service.send_2fa_code(RECIPIENT, "123456", ORIGINATION),
            service.send_voice_alert(RECIPIENT, "Database is down"),
            service.send_push_notification(RECIPIENT, "Order Update", "Your order has shipped"),
        ]
        for answer in answers:
            summary = stage.voice.get_message_status_summary(MessageId=answer["MessageId"])
            assert (answer["MessageStatus"], summary["MessageStatus"]) == ("Sent", "Delivered")
        stage.recipient(RECIPIENT).reply("Yes, confirm my order", to="+12125550100")

        for found in stage.sms.inbox.messages(to=RECIPIENT, direction="outbound"):
            print(f"{found.channel:<6} {found.status:<10} {found.body}")
        for event in logs.filter_log_events(logGroupName="/aws/sms-voice/inbound")["events"]:
            record = json.loads(event["message"])
            print(f"logged {record.get('eventType') or record['EventSubType']}")
        arrived = service.get_account_metrics(start, stage.sms.clock.now)
        assert arrived == 1
        print(f"delivered texts: {arrived:.0f}")


if __name__ == "__main__":
    main()
