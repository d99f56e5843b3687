"""
Appointment reminders: seven days before, one day before, and a survey after it; the answers confirm, cancel or rate
it.

The table (hash key `Phone`) holds each patient's next appointment. A scheduler runs `python app.py` every hour: it
sends what is due and handles the replies. CANCEL would be a keyword by which AWS opts a number out, so a patient
cancels by NO.
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
    ("week", timedelta(days=-7), {"BOOKED"}, "Your appointment: {at} at Medical Center. Reply CONFIRM, or NO to cancel"),
    ("day", timedelta(days=-1), {"BOOKED", "CONFIRMED"}, "Tomorrow, {time}. Questions? Call 212-555-0100"),
    ("survey", timedelta(hours=2), {"BOOKED", "CONFIRMED"}, "How was your visit? Reply Y/N"),
)
TOO_LATE = timedelta(hours=12)
ANSWERS = {
    "CONFIRM": ("BOOKED", "CONFIRMED", "Thank you. See you on {at}."),
    "NO": ("BOOKED", "CANCELLED", "Your appointment of {at} is cancelled."),
    "Y": ("SURVEYED", "HAPPY", "Thank you!"),
    "N": ("SURVEYED", "UNHAPPY", "We are sorry. We will call you."),
}


class Reminders:
    """Sends reminders and handles the replies; `now` returns the time, in UTC."""

    def __init__(self, now=lambda: datetime.now(timezone.utc)):
        self.sms = boto3.client(
            "pinpoint-sms-voice-v2", config=Config(retries={"mode": "standard", "total_max_attempts": 5})
        )
        self.sqs = boto3.client("sqs")
        self.table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
        self.replies = os.environ["REPLIES_QUEUE_URL"]
        self.origination = os.environ["ORIGINATION_IDENTITY"]
        self.now = now

    def book(self, phone, at):
        """Keep an appointment; it replaces an earlier one of this patient."""
        self.table.put_item(Item={"Phone": phone, "At": at.isoformat(), "State": "BOOKED", "Sent": ["none"]})

    def send_due(self):
        """Send each reminder that is due and has not been sent; return what was sent, as (phone, reminder)."""
        sent = []
        for item in self._appointments():
            at = datetime.fromisoformat(item["At"])
            for name, after, states, body in REMINDERS:
                due = at + after
                if name in item["Sent"] or item["State"] not in states or not due <= self.now() < due + TOO_LATE:
                    continue
                # Noted before it is sent: a reminder that is lost is better than one that is sent twice.
                if self._note(item, name) and self._text(item["Phone"], body.format(**_words(at))):
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
                phone, word = reply["originationNumber"], reply["messageBody"].strip().upper()
                if state := self._answer(phone, word):
                    changed[phone] = state
                self.sqs.delete_message(QueueUrl=self.replies, ReceiptHandle=message["ReceiptHandle"])
        return changed

    def _answer(self, phone, word):
        item = self.table.get_item(Key={"Phone": phone}).get("Item")
        expected, state, body = ANSWERS.get(word, (None, None, "Sorry, we did not understand. Call 212-555-0100"))
        if item is None or item["State"] != expected:
            self._text(phone, "Sorry, we did not understand. Call 212-555-0100")
            return None
        self._set(phone, "SET #s = :state", {":state": state}, {"#s": "State"})
        self._text(phone, body.format(**_words(datetime.fromisoformat(item["At"]))))
        return state

    def _note(self, item, name):
        names, values = {"#sent": "Sent"}, {":new": [name], ":name": name}
        expression = "SET #sent = list_append(#sent, :new)"
        if name == "survey":
            expression, names, values = f"{expression}, #s = :s", names | {"#s": "State"}, values | {":s": "SURVEYED"}
        try:
            self._set(item["Phone"], expression, values, names, ConditionExpression="NOT contains(#sent, :name)")
        except self.table.meta.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _set(self, phone, expression, values, names, **members):
        common = {"ExpressionAttributeValues": values, "ExpressionAttributeNames": names}
        self.table.update_item(Key={"Phone": phone}, UpdateExpression=expression, **common, **members)

    def _appointments(self):
        query = {"FilterExpression": Attr("State").is_in(["BOOKED", "CONFIRMED"])}
        while True:
            page = self.table.scan(**query)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            query["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _text(self, phone, body):
        try:
            self.sms.send_text_message(DestinationPhoneNumber=phone, OriginationIdentity=self.origination, MessageBody=body)
        except ClientError as error:
            # The patient has opted out, or the number is wrong: the practice calls instead.
            print(f"Not sent to {phone}: {error.response.get('Reason', error.response['Error']['Code'])}")
            return False
        return True


def _words(at):
    return {"at": f"{at:%B} {at.day}, {at:%H:%M}", "time": f"{at:%H:%M}"}


def main():
    """Do what the scheduler asks for every hour."""
    reminders = Reminders()
    for phone, state in reminders.handle_replies().items():
        print(f"{phone}: {state}")
    for phone, name in reminders.send_due():
        print(f"{phone}: reminder {name}")


if __name__ == "__main__":
    main()
