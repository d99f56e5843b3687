"""
A balance by voice: a customer texts BALANCE or RECENT, and is called back and told; a call is safer to give than a
text.

The table (hash key `Phone`) holds the accounts. AWS's calls read a message and hang up: they gather no keys. A menu
by keys (press 1 to repeat) needs Amazon Connect; what the call says is therefore said twice.
"""

import json
import os
import sys
from html import escape

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

MENU = "Welcome to MyBank. Text BALANCE for your balance, RECENT for recent transactions; we call you back."
UNANSWERED = {"VOICE_BUSY", "VOICE_NO_ANSWER", "VOICE_FAILED", "VOICE_TTL_EXPIRED"}


class Bank:
    """Calls customers back."""

    def __init__(self):
        self.sms = boto3.client(
            "pinpoint-sms-voice-v2", config=Config(retries={"mode": "standard", "total_max_attempts": 5})
        )
        self.sqs = boto3.client("sqs")
        self.table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
        self.common = {
            "OriginationIdentity": os.environ["ORIGINATION_IDENTITY"],
            "ConfigurationSetName": os.environ["CONFIGURATION_SET"],
        }

    def handle_replies(self):
        """Call those back who have asked; return their numbers."""
        called = []
        for reply in self._messages(os.environ["REPLIES_QUEUE_URL"]):
            phone, word = reply["originationNumber"], reply["messageBody"].strip().upper()
            sentence = self._sentence(phone, word)
            if sentence and self._call(phone, sentence):
                called.append(phone)
            elif sentence is None:
                self._text(phone, MENU)
        return called

    def handle_receipts(self):
        """Text those who did not answer the call; return their numbers."""
        receipts = self._messages(os.environ["RECEIPTS_QUEUE_URL"])
        missed = [receipt["destinationPhoneNumber"] for receipt in receipts if receipt["eventType"] in UNANSWERED]
        for phone in missed:
            self._text(phone, "We tried to call you. Text BALANCE to be called again.")
        return missed

    def _sentence(self, phone, word):
        account = self.table.get_item(Key={"Phone": phone}).get("Item")
        if account is None or word not in ("BALANCE", "RECENT"):
            return None
        if word == "BALANCE":
            return f"Your balance is {account['Balance']}."
        recent = ". ".join(account["Recent"])
        return f"Your recent transactions: {recent}." if recent else "There are no recent transactions."

    def _call(self, phone, sentence):
        said = escape(sentence)
        body = f'<speak>Welcome to MyBank. {said} <break time="1s"/> I repeat: {said}</speak>'
        try:
            self.sms.send_voice_message(
                DestinationPhoneNumber=phone, MessageBody=body, MessageBodyTextType="SSML", VoiceId="JOANNA", **self.common
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in ("ThrottlingException", "InternalServerException"):
                raise  # the request for a call returns to the queue
            print(f"{phone}: {error.response.get('Reason', error.response['Error']['Code'])}", file=sys.stderr)
            return False
        return True

    def _text(self, phone, body):
        try:
            self.sms.send_text_message(DestinationPhoneNumber=phone, MessageBody=body, **self.common)
        except self.sms.exceptions.ConflictException as error:
            print(f"{phone}: {error.response.get('Reason')}", file=sys.stderr)

    def _messages(self, queue):
        """Yield the messages that SNS has put into a queue, each deleted once it has been handled."""
        query = {"QueueUrl": queue, "MaxNumberOfMessages": 10, "WaitTimeSeconds": int(os.environ.get("POLL_SECONDS", "20"))}
        while messages := self.sqs.receive_message(**query).get("Messages"):
            for message in messages:
                yield json.loads(json.loads(message["Body"])["Message"])
                self.sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def main():
    """Handle what waits in the queues, once."""
    bank = Bank()
    for phone in bank.handle_replies():
        print(f"{phone}: called")
    for phone in bank.handle_receipts():
        print(f"{phone}: did not answer")


if __name__ == "__main__":
    main()
