"""
Sign-up codes: one code by text and by email, because either may fail; the first that is entered verifies the account.

The table (hash key `Account`) holds what was entered at sign-up until it is verified. A receipt that reports a failed
text asks the user to correct the number.
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

VALID_FOR = timedelta(minutes=30)
RESEND_AFTER = timedelta(minutes=1)
FAILED = {"TEXT_INVALID", "TEXT_UNREACHABLE", "TEXT_CARRIER_UNREACHABLE", "TEXT_BLOCKED", "TEXT_CARRIER_BLOCKED"}


class TooSoon(Exception):
    """A code was sent less than a minute ago."""


class SignUp:
    """Verifies new accounts; `now` returns the time, in UTC."""

    def __init__(self, now=lambda: datetime.now(timezone.utc)):
        config = Config(retries={"mode": "standard", "total_max_attempts": 5})
        self.sms, self.email = boto3.client("pinpoint-sms-voice-v2", config=config), boto3.client("ses", config=config)
        self.sqs = boto3.client("sqs")
        self.table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
        self.key = os.environ["CODE_KEY"].encode()
        self.now = now

    def start(self, account, phone, email):
        """Send a code both ways; return how it was sent, such as `["text", "email"]`. Raises TooSoon."""
        code = f"{secrets.randbelow(10**6):06}"
        now = int(self.now().timestamp())
        item = {"Account": account, "Phone": phone, "Email": email, "Digest": self._digest(account, code)}
        item |= {"SentAt": now, "ExpiresAt": now + int(VALID_FOR.total_seconds()), "Attempts": 5, "State": "PENDING"}
        try:
            self.table.put_item(
                Item=item,
                ConditionExpression="attribute_not_exists(Account) OR SentAt <= :before",
                ExpressionAttributeValues={":before": now - int(RESEND_AFTER.total_seconds())},
            )
        except self.table.meta.client.exceptions.ConditionalCheckFailedException:
            raise TooSoon from None
        body = f"Your verification code: {code}"
        ways = {"text": lambda: self._text(account, phone, body), "email": lambda: self._mail(email, body)}
        return [way for way, send in ways.items() if send()]

    def verify(self, account, code):
        """Return whether the code verifies the account; each call uses up one of five attempts."""
        values = {":one": 1, ":none": 0, ":now": int(self.now().timestamp()), ":pending": "PENDING"}
        try:
            item = self.table.update_item(
                Key={"Account": account},
                UpdateExpression="SET Attempts = Attempts - :one",
                ConditionExpression="Attempts > :none AND ExpiresAt > :now AND #s = :pending",
                ExpressionAttributeNames={"#s": "State"},
                ExpressionAttributeValues=values,
                ReturnValues="ALL_NEW",
            )["Attributes"]
        except self.table.meta.client.exceptions.ConditionalCheckFailedException:
            return False
        if not hmac.compare_digest(item["Digest"], self._digest(account, code)):
            return False
        self.table.update_item(Key={"Account": account}, AttributeUpdates={"State": {"Value": "VERIFIED"}})
        return True

    def handle_receipts(self):
        """Return the accounts whose text has failed, to ask for another number."""
        failed, wait = [], int(os.environ.get("POLL_SECONDS", "20"))
        query = {"QueueUrl": os.environ["RECEIPTS_QUEUE_URL"], "MaxNumberOfMessages": 10, "WaitTimeSeconds": wait}
        while messages := self.sqs.receive_message(**query).get("Messages"):
            for message in messages:
                receipt = json.loads(json.loads(message["Body"])["Message"])
                if receipt["eventType"] in FAILED:
                    failed.append(receipt["context"]["account"])
                self.sqs.delete_message(QueueUrl=query["QueueUrl"], ReceiptHandle=message["ReceiptHandle"])
        return failed

    def _text(self, account, phone, body):
        try:
            self.sms.send_text_message(
                DestinationPhoneNumber=phone,
                MessageBody=body,
                OriginationIdentity=os.environ["ORIGINATION_IDENTITY"],
                ConfigurationSetName=os.environ["CONFIGURATION_SET"],
                Context={"account": account},
            )
        except ClientError as error:
            print(f"no text to {phone}: {error.response.get('Reason', error.response['Error']['Code'])}", file=sys.stderr)
            return False
        return True

    def _mail(self, email, body):
        message = {"Subject": {"Data": "Your verification code"}, "Body": {"Text": {"Data": body}}}
        try:
            self.email.send_email(Source=os.environ["MAIL_FROM"], Destination={"ToAddresses": [email]}, Message=message)
        except ClientError as error:
            print(f"no email to {email}: {error.response['Error']['Code']}", file=sys.stderr)
            return False
        return True

    def _digest(self, account, code):
        return hmac.new(self.key, f"{account}:{code}".encode(), hashlib.sha256).hexdigest()
