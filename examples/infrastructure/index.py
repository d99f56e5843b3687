"""The function eum-sms-reply-processor: stores the state of a conversation, and answers a confirmation."""

import json
import os

import boto3

ANSWERS = {"yes": "Thank you. Your order is confirmed.", "no": "Your order is cancelled."}


def handler(event, context):
    """Process the replies in an SNS event."""
    table = boto3.resource("dynamodb").Table(os.environ["DYNAMODB_TABLE"])
    for record in event["Records"]:
        reply = json.loads(record["Sns"]["Message"])
        customer, own = reply["originationNumber"], reply["destinationNumber"]
        word = reply["messageBody"].partition(",")[0].strip().lower()
        table.put_item(
            Item={"ConversationId": f"{customer}#{own}", "Timestamp": "state", "Intent": word, "Answered": word in ANSWERS}
        )
        if word in ANSWERS:
            boto3.client("pinpoint-sms-voice-v2").send_text_message(
                DestinationPhoneNumber=customer, OriginationIdentity=own, MessageBody=ANSWERS[word]
            )
