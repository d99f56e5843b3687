"""
Payment alerts: a failed payment, a large charge that the customer approves by text, and a refund.

The table (hash key `Phone`) holds the charge that waits for an answer. Without an answer in fifteen minutes it is
declined; so it is if the customer cannot be asked.
"""

import json
import os
from datetime import datetime, timedelta, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ASK_ABOVE = 1000
ANSWER_WITHIN = timedelta(minutes=15)
ANSWERS = {"Y": "APPROVED", "YES": "APPROVED", "N": "DECLINED", "NO": "DECLINED"}
FAILED = {"TEXT_INVALID", "TEXT_UNREACHABLE", "TEXT_CARRIER_UNREACHABLE", "TEXT_BLOCKED", "TEXT_CARRIER_BLOCKED"}


class PaymentAlerts:
    """Texts customers about payments; `settle(charge, approved)` tells the bank, `now` returns the time, in UTC."""

    def __init__(self, settle, now=lambda: datetime.now(timezone.utc)):
        self.sms = boto3.client(
            "pinpoint-sms-voice-v2", config=Config(retries={"mode": "standard", "total_max_attempts": 5})
        )
        self.sqs = boto3.client("sqs")
        self.table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
        self.common = {
            "OriginationIdentity": os.environ["ORIGINATION_IDENTITY"],
            "ConfigurationSetName": os.environ["CONFIGURATION_SET"],
        }
        self.settle, self.now = settle, now

    def payment_failed(self, phone, order):
        """Ask the customer to pay again; return whether they could be texted."""
        return self._text(phone, f"Payment failed for order #{order}. Retry: https://shop.example.com/retry/{order}")

    def refunded(self, phone, dollars):
        """Announce a refund; return whether the customer could be texted."""
        return self._text(phone, f"Refund of ${dollars:,.2f} initiated. Expect 3-5 business days.")

    def charge(self, phone, charge, dollars):
        """Settle a small charge at once, and ask the customer about a large one; return its state."""
        if dollars <= ASK_ABOVE:
            self.settle(charge, approved=True)
            return "APPROVED"
        expires = int((self.now() + ANSWER_WITHIN).timestamp())
        try:
            self.table.put_item(
                Item={"Phone": phone, "Charge": charge, "State": "ASKED", "ExpiresAt": expires},
                ConditionExpression="attribute_not_exists(Phone) OR #s <> :asked",
                ExpressionAttributeNames={"#s": "State"},
                ExpressionAttributeValues={":asked": "ASKED"},
            )
        except self.table.meta.client.exceptions.ConditionalCheckFailedException:
            # A Y could mean either charge, so only one waits at a time.
            self.settle(charge, approved=False)
            return "DECLINED"
        asked = self._text(phone, f"New ${dollars:,} charge detected. Approve? Y/N")
        return "ASKED" if asked else self._decide(phone, "DECLINED")

    def handle_replies(self):
        """Settle the charges that customers have decided on; return the states by phone."""
        decided = {}
        for reply in self._messages(os.environ["REPLIES_QUEUE_URL"]):
            phone, word = reply["originationNumber"], reply["messageBody"].strip().upper()
            if word not in ANSWERS:
                self._text(phone, "Reply Y to approve the charge, N to decline it.")
            elif state := self._decide(phone, ANSWERS[word]):
                decided[phone] = state
                self._text(phone, f"The charge is {state.lower()}.")
            else:
                self._text(phone, "No charge waits for your answer.")
        return decided

    def decline_unanswered(self):
        """Decline the charges that were not answered in time, or whose text has failed; return their numbers."""
        receipts = self._messages(os.environ["RECEIPTS_QUEUE_URL"])
        lost = {receipt["destinationPhoneNumber"] for receipt in receipts if receipt["eventType"] in FAILED}
        late = {item["Phone"] for item in self.table.scan()["Items"] if item["ExpiresAt"] <= self.now().timestamp()}
        return [phone for phone in sorted(lost | late) if self._decide(phone, "DECLINED")]

    def _decide(self, phone, state):
        """Decide on the charge that waits; return the state, or None if none waits. An approval must come in time."""
        limit = int(self.now().timestamp()) if state == "APPROVED" else 0
        try:
            item = self.table.update_item(
                Key={"Phone": phone},
                UpdateExpression="SET #s = :state",
                ConditionExpression="#s = :asked AND ExpiresAt > :limit",
                ExpressionAttributeNames={"#s": "State"},
                ExpressionAttributeValues={":state": state, ":asked": "ASKED", ":limit": limit},
                ReturnValues="ALL_NEW",
            )["Attributes"]
        except self.table.meta.client.exceptions.ConditionalCheckFailedException:
            return None
        self.settle(item["Charge"], approved=state == "APPROVED")
        return state

    def _text(self, phone, body):
        try:
            self.sms.send_text_message(DestinationPhoneNumber=phone, MessageBody=body, **self.common)
        except ClientError as error:
            print(f"{phone}: not texted, {error.response.get('Reason', error.response['Error']['Code'])}")
            return False
        return True

    def _messages(self, queue):
        """Yield the messages that SNS has put into a queue, each deleted once it has been handled."""
        query = {"QueueUrl": queue, "MaxNumberOfMessages": 10, "WaitTimeSeconds": int(os.environ.get("POLL_SECONDS", "20"))}
        while messages := self.sqs.receive_message(**query).get("Messages"):
            for message in messages:
                yield json.loads(json.loads(message["Body"])["Message"])
                self.sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
