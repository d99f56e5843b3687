"""
Subscription renewal: a reminder thirty days before a subscription expires and one the day before, answered by text.

The table (hash key `Phone`) holds the subscriptions. CANCEL alone is a keyword by which AWS opts a number out, so the
text asks for CANCEL PLAN. A scheduler runs `python app.py` every day.
"""

import json
import os
from datetime import datetime, timedelta, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

REMINDERS = (
    (timedelta(days=1), "last", "Premium expires tomorrow. Reply RENEW to keep your benefits"),
    (timedelta(days=30), "first", "Premium expires in 30 days. Reply RENEW for 20% off, or CANCEL PLAN"),
)
YEAR = timedelta(days=365)


class Subscriptions:
    """Reminds subscribers and handles their answers; `now` returns the time, in UTC."""

    def __init__(self, now=lambda: datetime.now(timezone.utc)):
        self.sms = boto3.client("pinpoint-sms-voice-v2", config=Config(retries={"mode": "standard"}))
        self.sqs = boto3.client("sqs")
        self.table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
        self.replies = os.environ["REPLIES_QUEUE_URL"]
        self.origination = os.environ["ORIGINATION_IDENTITY"]
        self.now = now

    def subscribe(self, phone, expires):
        """Keep a subscription until a time."""
        self.table.put_item(Item={"Phone": phone, "ExpiresAt": expires.isoformat(), "State": "ACTIVE", "Reminded": "no"})

    def remind(self):
        """Send the reminders that are due; return them, as (phone, reminder)."""
        sent = []
        for item in self._active():
            left = datetime.fromisoformat(item["ExpiresAt"]) - self.now()
            due = next((row for row in REMINDERS if timedelta() < left <= row[0]), None)
            if due is None or item["Reminded"] == due[1]:
                continue
            if self._text(item["Phone"], due[2]):
                sent.append((item["Phone"], due[1]))
            self._set(item["Phone"], Reminded=due[1])
        return sent

    def expire(self):
        """End the subscriptions whose time is over; return their numbers."""
        over = [item["Phone"] for item in self._active() if datetime.fromisoformat(item["ExpiresAt"]) <= self.now()]
        for phone in over:
            self._set(phone, State="EXPIRED")
        return over

    def handle_replies(self):
        """Renew or cancel what the replies ask for; return the changes by phone."""
        changed = {}
        wait = int(os.environ.get("POLL_SECONDS", "20"))
        query = {"QueueUrl": self.replies, "MaxNumberOfMessages": 10, "WaitTimeSeconds": wait}
        while messages := self.sqs.receive_message(**query).get("Messages"):
            for message in messages:
                reply = json.loads(json.loads(message["Body"])["Message"])
                phone, word = reply["originationNumber"], " ".join(reply["messageBody"].upper().split())
                answer, change = self._decide(phone, word)
                if change:
                    changed[phone] = change
                self._text(phone, answer)
                self.sqs.delete_message(QueueUrl=self.replies, ReceiptHandle=message["ReceiptHandle"])
        return changed

    def _decide(self, phone, word):
        item = self.table.get_item(Key={"Phone": phone}).get("Item")
        if item is None or item["State"] != "ACTIVE":
            return "You have no active subscription. Visit https://example.com", None
        expires = datetime.fromisoformat(item["ExpiresAt"])
        if word == "CANCEL PLAN":
            self._set(phone, State="CANCELLED")
            return f"Cancelled. Your benefits last until {expires:%B} {expires.day}.", "cancelled"
        if word != "RENEW":
            return "Reply RENEW or CANCEL PLAN", None
        if item["Reminded"] == "no":
            return "You have renewed already.", None
        self._set(phone, ExpiresAt=(expires + YEAR).isoformat(), Reminded="no")
        return "Thank you! Your subscription is renewed for a year.", "renewed"

    def _active(self):
        return [item for item in self.table.scan()["Items"] if item["State"] == "ACTIVE"]

    def _set(self, phone, **fields):
        self.table.update_item(
            Key={"Phone": phone}, AttributeUpdates={name: {"Value": value} for name, value in fields.items()}
        )

    def _text(self, phone, body):
        try:
            self.sms.send_text_message(DestinationPhoneNumber=phone, OriginationIdentity=self.origination, MessageBody=body)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("ConflictException", "ValidationException"):
                raise
            print(f"{phone}: write an email, {error.response.get('Reason', 'INVALID')}")
            return False
        return True


def main():
    """Do what the scheduler asks for every day."""
    subscriptions = Subscriptions()
    for phone, change in subscriptions.handle_replies().items():
        print(f"{phone}: {change}")
    for phone, reminder in subscriptions.remind():
        print(f"{phone}: {reminder} reminder")
    for phone in subscriptions.expire():
        print(f"{phone}: expired")


if __name__ == "__main__":
    main()
