"""One class for all channels: codes, calls, notifications and their events, by the `sms-voice` client with our overlays."""

import json

from stage import stage

PERSON = "+15551234567"
ORIGINATION = "+1-212-555-0100"


class MessagingService:
    """Sends by every channel."""

    def __init__(self, client):
        self.client = client

    def send_code(self, number, code):
        """Text a code."""
        body = f"Your verification code: {code}. Valid for 10 minutes."
        return self.client.send_text_message(
            DestinationPhoneNumber=number, OriginationIdentity=ORIGINATION, MessageBody=body, MessageType="TRANSACTIONAL"
        )["MessageId"]

    def call(self, number, text):
        """Say it by telephone."""
        return self.client.send_voice_message(
            DestinationPhoneNumber=number, OriginationIdentity=ORIGINATION, VoiceMessage={"TextToSpeechMessage": text}
        )["MessageId"]

    def push(self, number, title, body):
        """Notify all devices of a person."""
        return self.client.send_notification(
            DestinationPhoneNumber=number, Channel="PUSH", NotificationContent={"Title": title, "Body": body}
        )["MessageId"]

    def status(self, message_id):
        """How a message stands."""
        return self.client.get_message_status_summary(MessageId=message_id)["MessageStatus"]


def main():
    """Tell the story; what does not happen ends it with an error."""
    with stage() as world:
        sqs = world.client("sqs")
        queue = sqs.create_queue(QueueName="events")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        world.voice.create_event_destination(
            EventDestinationName="events",
            EventDestination={
                "Enabled": True,
                "MatchingEventTypes": ["TEXT_SUCCESS", "TEXT_FAILURE"],
                "SqsDestination": {"QueueArn": arn},
            },
        )
        service = MessagingService(world.voice)
        ids = [
            service.send_code(PERSON, "123456"),
            service.call(PERSON, "Alert: the database is down."),
            service.push(PERSON, "Order Update", "Your order has shipped"),
        ]

        assert [service.status(message_id) for message_id in ids] == ["Delivered"] * 3
        (message,) = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
        assert json.loads(message["Body"])["eventType"] == "TEXT_SUCCESS"
        for found in world.sms.inbox.messages(to=PERSON):
            print(f"{found.channel:<6} {found.body}")


if __name__ == "__main__":
    main()
