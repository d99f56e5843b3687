"""
One-time codes at login: a code is valid for ten minutes, five attempts and one login.

The table (hash key `Phone`) holds a keyed digest of the code, never the code. A text that cannot be delivered is
followed by a call, which reads a new code.
"""

import hashlib
import hmac
import json
import os
import secrets
import sys
from datetime import datetime, timedelta, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

VALID_FOR = timedelta(minutes=10)
ATTEMPTS = 5
UNDELIVERED = {"TEXT_INVALID", "TEXT_UNREACHABLE", "TEXT_CARRIER_UNREACHABLE", "TEXT_BLOCKED", "TEXT_CARRIER_BLOCKED"}


class CannotSend(Exception):
    """The code cannot be sent to this number; the text says why, for the user to read."""


class OneTimeCodes:
    """Sends codes and checks them; `now` returns the time, in UTC."""

    def __init__(self, now=lambda: datetime.now(timezone.utc)):
        # boto3 repeats throttled requests.
        self.sms = boto3.client("pinpoint-sms-voice-v2", config=Config(retries={"mode": "standard"}))
        self.sqs = boto3.client("sqs")
        self.table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
        self.receipts = os.environ["RECEIPTS_QUEUE_URL"]
        self.key = os.environ["CODE_KEY"].encode()
        self.common = {
            "OriginationIdentity": os.environ["ORIGINATION_IDENTITY"],
            "ConfigurationSetName": os.environ["CONFIGURATION_SET"],
            "Context": {"purpose": "login"},
        }
        self.now = now

    def send(self, phone):
        """Text a new code, which replaces an earlier one. Raises CannotSend."""
        body = f"Your verification code: {self._new_code(phone)} (valid 10 min)"
        try:
            self.sms.send_text_message(
                DestinationPhoneNumber=phone, MessageBody=body, MessageType="TRANSACTIONAL", TimeToLive=600, **self.common
            )
        except ClientError as error:
            self.table.delete_item(Key={"Phone": phone})
            if error.response.get("Reason") == "DESTINATION_PHONE_NUMBER_OPTED_OUT":
                raise CannotSend("This number has opted out of our texts. Choose another way to log in.") from error
            if error.response["Error"]["Code"] == "ValidationException":
                raise CannotSend("This is not a valid phone number.") from error
            raise

    def check(self, phone, code):
        """Return whether the code is the valid one; each call uses up an attempt, and a success the code."""
        try:
            item = self.table.update_item(
                Key={"Phone": phone},
                UpdateExpression="SET Attempts = Attempts - :one",
                ConditionExpression="Attempts > :none AND ExpiresAt > :now",
                ExpressionAttributeValues={":one": 1, ":none": 0, ":now": int(self.now().timestamp())},
                ReturnValues="ALL_NEW",
            )["Attributes"]
        except self.table.meta.client.exceptions.ConditionalCheckFailedException:
            return False
        if not hmac.compare_digest(item["Digest"], self._digest(phone, code)):
            return False
        # Of two requests with the right code at the same time, one deletes the item and so succeeds.
        return "Attributes" in self.table.delete_item(Key={"Phone": phone}, ReturnValues="ALL_OLD")

    def call_undelivered(self):
        """Read the queue of receipts, and call those whose text has failed; return their numbers."""
        called = []
        wait = int(os.environ.get("POLL_SECONDS", "20"))
        query = {"QueueUrl": self.receipts, "MaxNumberOfMessages": 10, "WaitTimeSeconds": wait}
        while messages := self.sqs.receive_message(**query).get("Messages"):
            for message in messages:
                receipt = json.loads(json.loads(message["Body"])["Message"])
                phone = receipt["destinationPhoneNumber"]
                if receipt["eventType"] in UNDELIVERED and "Item" in self.table.get_item(Key={"Phone": phone}):
                    spoken = ", ".join(self._new_code(phone))
                    body = f"Your verification code is {spoken}. Again: {spoken}."
                    self.sms.send_voice_message(DestinationPhoneNumber=phone, MessageBody=body, **self.common)
                    called.append(phone)
                self.sqs.delete_message(QueueUrl=self.receipts, ReceiptHandle=message["ReceiptHandle"])
        return called

    def _new_code(self, phone):
        code = f"{secrets.randbelow(10**6):06}"
        expires = int((self.now() + VALID_FOR).timestamp())
        item = {"Phone": phone, "Digest": self._digest(phone, code), "ExpiresAt": expires, "Attempts": ATTEMPTS}
        self.table.put_item(Item=item)
        return code

    def _digest(self, phone, code):
        return hmac.new(self.key, f"{phone}:{code}".encode(), hashlib.sha256).hexdigest()


def main(command, phone, code=""):
    """Send a code or check one, from the command line."""
    codes = OneTimeCodes()
    if command == "check":
        print("Welcome" if codes.check(phone, code) else "Wrong or expired code")
        return
    try:
        codes.send(phone)
        print(f"A code is on its way to {phone}")
    except CannotSend as error:
        print(error)


if __name__ == "__main__":
    main(*sys.argv[1:])
