"""
Appointment reminders: a week before, a day before, and a survey afterwards. Patients confirm, cancel and rate by reply.

The table (hash key `Phone`) holds each patient's next appointment. A scheduler runs `python app.py` every hour: it
sends what is due and handles the replies. Patients cancel by NO, because AWS takes CANCEL as an opt-out.
"""

import json
import os
from datetime import datetime, timedelta, timezone

import boto3
from boto3.dynamodb.conditions import Attr
from botocore.config import Config
from botocore.exceptions import ClientError

# What is sent, how long after the appointment (before it, if negative), and in which states of it.
REMINDERS = (
    ("week", timedelta(days=-7), {"BOOKED"}, "Your appointment: {When} at Medical Center. Reply CONFIRM, or NO to cancel"),
    ("day", timedelta(days=-1), {"BOOKED", "CONFIRMED"}, "Tomorrow, {When}. Questions? Call 212-555-0100"),
    ("survey", timedelta(hours=2), {"BOOKED", "CONFIRMED"}, "How was your visit? Reply Y/N"),
)
TOO_LATE = timedelta(hours=12)
ANSWERS = {
    "CONFIRM": ("BOOKED", "CONFIRMED", "Thank you. See you on {When}."),
    "NO": ("BOOKED", "CANCELLED", "Your appointment of {When} is cancelled."),
    "Y": ("SURVEYED", "HAPPY", "Thank you!"),
    "N": ("SURVEYED", "UNHAPPY", "We are sorry. We will call you."),
}


class Reminders:
    """Sends reminders and handles the replies; `now` returns the time, in UTC."""

    def __init__(self, now=lambda: datetime.now(timezone.utc)):
        self.sms = boto3.client("pinpoint-sms-voice-v2", config=Config(retries={"mode": "standard"}))
        self.sqs = boto3.client("sqs")
        self.table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
        self.replies = os.environ["REPLIES_QUEUE_URL"]
        self.origination = os.environ["ORIGINATION_IDENTITY"]
        self.now = now

    def book(self, phone, at):
        """Keep an appointment; it replaces an earlier one of this patient."""
        item = {"Phone": phone, "At": at.isoformat(), "When": f"{at:%a %d %b, %H:%M}", "State": "BOOKED", "Sent": []}
        self.table.put_item(Item=item)

    def send_due(self):
        """Send each reminder that is due and has not been sent; return what was sent, as (phone, reminder)."""
        sent = []
        pages = self.table.meta.client.get_paginator("scan").paginate(TableName=self.table.name)
        for item in (item for page in pages for item in page["Items"]):
            for name, after, states, body in REMINDERS:
                due = datetime.fromisoformat(item["At"]) + after
                if name in item["Sent"] or item["State"] not in states or not due <= self.now() < due + TOO_LATE:
                    continue
                # Noted before it is sent: a reminder that is lost is better than one that is sent twice.
                state = "SURVEYED" if name == "survey" else item["State"]
                if self._change(item, item["State"], state, name) and self._text(item["Phone"], body.format(**item)):
                    sent.append((item["Phone"], name))
        return sent

    def handle_replies(self):
        """Answer the replies that have arrived; return the new states by phone."""
        changed = {}
        wait = int(os.environ.get("POLL_SECONDS", "20"))
        query = {"QueueUrl": self.replies, "MaxNumberOfMessages": 10, "WaitTimeSeconds": wait}
        while messages := self.sqs.receive_message(**query).get("Messages"):
            for message in messages:
                reply = json.loads(json.loads(message["Body"])["Message"])
                phone = reply["originationNumber"]
                if state := self._answer(phone, reply["messageBody"].strip().upper()):
                    changed[phone] = state
                self.sqs.delete_message(QueueUrl=self.replies, ReceiptHandle=message["ReceiptHandle"])
        return changed

    def _answer(self, phone, word):
        item = self.table.get_item(Key={"Phone": phone}).get("Item")
        expected, state, body = ANSWERS.get(word, ("", "", ""))
        if item is None or not self._change(item, expected, state):
            self._text(phone, "Sorry, we did not understand. Call 212-555-0100")
            return None
        self._text(phone, body.format(**item))
        return state

    def _change(self, item, expected, state, *sent):
        """Store the new state, and what is sent; return False if another process has changed the appointment."""
        try:
            self.table.update_item(
                Key={"Phone": item["Phone"]},
                UpdateExpression="SET #state = :state, Sent = :sent",
                ConditionExpression=Attr("State").eq(expected) & Attr("Sent").eq(item["Sent"]),
                ExpressionAttributeNames={"#state": "State"},
                ExpressionAttributeValues={":state": state, ":sent": [*item["Sent"], *sent]},
            )
        except self.table.meta.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _text(self, phone, body):
        try:
            self.sms.send_text_message(DestinationPhoneNumber=phone, OriginationIdentity=self.origination, MessageBody=body)
        except ClientError as error:
            # The patient has opted out, or the number is wrong: the practice calls instead.
            print(f"Not sent to {phone}: {error.response.get('Reason', error.response['Error']['Code'])}")
            return False
        return True


def main():
    """Do what the scheduler asks for every hour."""
    reminders = Reminders()
    for phone, state in reminders.handle_replies().items():
        print(f"{phone}: {state}")
    for phone, name in reminders.send_due():
        print(f"{phone}: reminder {name}")


if __name__ == "__main__":
    main()
