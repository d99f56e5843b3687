"""
Bank alerts: a text for each large transaction; the customer's answer decides whether the card is blocked.

The table (hash key `Phone`) holds a customer's open alert. Who does not answer within a day, or cannot be texted,
goes to the fraud desk's list; an answer after that is answered, but decides nothing.
"""

import json
import os
from datetime import datetime, timedelta, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

THRESHOLD = 1000
ANSWER_WITHIN = timedelta(hours=24)
FAILED = {"TEXT_INVALID", "TEXT_UNREACHABLE", "TEXT_CARRIER_UNREACHABLE", "TEXT_BLOCKED", "TEXT_CARRIER_BLOCKED"}
ANSWERS = {"this is me": "CONFIRMED", "this is fraud": "BLOCKED"}
THANKS = {"CONFIRMED": "Thank you. Your card stays active.", "BLOCKED": "Your card is blocked. We will call you."}


class BankAlerts:
    """Alerts customers and handles their answers; `now` returns the time, in UTC."""

    def __init__(self, now=lambda: datetime.now(timezone.utc)):
        self.sms = boto3.client(
            "pinpoint-sms-voice-v2", config=Config(retries={"mode": "standard", "total_max_attempts": 5})
        )
        self.sqs = boto3.client("sqs")
        self.table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
        self.common = {
            "OriginationIdentity": os.environ["ORIGINATION_IDENTITY"],
            "ConfigurationSetName": os.environ["CONFIGURATION_SET"],
        }
        self.now = now

    def transaction(self, phone, amount, place):
        """Alert the customer of a large transaction; return the state of the alert, None for a small one."""
        if amount <= THRESHOLD:
            return None
        at = self.now()
        body = (
            f"Alert: ${amount:,} withdrawal from {place} on {at:%m/%d %H:%M}."
            " Reply THIS IS ME or THIS IS FRAUD, or call 800-555-0100."
        )
        state, expires = "ASKED", int((at + ANSWER_WITHIN).timestamp())
        try:
            self._text(phone, body)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("ConflictException", "ValidationException"):
                raise
            state = "FRAUD_DESK"
        self.table.put_item(Item={"Phone": phone, "State": state, "Amount": amount, "ExpiresAt": expires})
        return state

    def handle_replies(self):
        """Act on the answers that have arrived; return the decisions by phone."""
        decided = {}
        for reply in self._messages(os.environ["REPLIES_QUEUE_URL"]):
            phone = reply["originationNumber"]
            state = ANSWERS.get(" ".join(reply["messageBody"].lower().split()).rstrip(".!"))
            if state is None:
                self._text(phone, "Reply THIS IS ME or THIS IS FRAUD, or call 800-555-0100.")
            elif self._decide(phone, state):
                decided[phone] = state
                self._text(phone, THANKS[state])
            else:
                self._text(phone, "There is no open alert. Call 800-555-0100.")
        return decided

    def handle_receipts(self):
        """Pass the alerts that could not be delivered to the fraud desk; return their numbers."""
        receipts = self._messages(os.environ["RECEIPTS_QUEUE_URL"])
        failed = [receipt["destinationPhoneNumber"] for receipt in receipts if receipt["eventType"] in FAILED]
        return [phone for phone in failed if self._decide(phone, "FRAUD_DESK")]

    def unanswered(self):
        """Pass the alerts that nobody has answered in time to the fraud desk; return their numbers."""
        late = [item["Phone"] for item in self.table.scan()["Items"] if item["ExpiresAt"] <= self.now().timestamp()]
        return [phone for phone in late if self._decide(phone, "FRAUD_DESK", "#s = :asked")]

    def _decide(self, phone, state, condition="#s = :asked AND ExpiresAt > :now"):
        values = {":state": state, ":asked": "ASKED", ":now": int(self.now().timestamp())}
        try:
            self.table.update_item(
                Key={"Phone": phone},
                UpdateExpression="SET #s = :state",
                ConditionExpression=condition,
                ExpressionAttributeNames={"#s": "State"},
                ExpressionAttributeValues={name: value for name, value in values.items() if name in condition + ":state"},
            )
        except self.table.meta.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _text(self, phone, body):
        self.sms.send_text_message(DestinationPhoneNumber=phone, MessageBody=body, **self.common)

    def _messages(self, queue):
        """Yield the messages that SNS has put into a queue, each deleted once it has been handled."""
        query = {"QueueUrl": queue, "MaxNumberOfMessages": 10, "WaitTimeSeconds": int(os.environ.get("POLL_SECONDS", "20"))}
        while messages := self.sqs.receive_message(**query).get("Messages"):
            for message in messages:
                yield json.loads(json.loads(message["Body"])["Message"])
                self.sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def main():
    """Handle what waits in the queues, once."""
    alerts = BankAlerts()
    for phone, state in alerts.handle_replies().items():
        print(f"{phone}: {state}")
    for phone in [*alerts.handle_receipts(), *alerts.unanswered()]:
        print(f"{phone}: to the fraud desk")


if __name__ == "__main__":
    main()
