"""
Consent: opt-in by SIGNUP and YES, opt-out by STOP, an audit trail, and promotions for those who have agreed.

The table (hash key `Phone`, range key `At`) is the audit trail: it is only ever added to, and the newest record of a
number is its state. STOP is handled by AWS, which does not forward it: it is read from the opt-out list of the
number. Transactional texts go out from another number with a list of its own, so that they reach those who have
stopped promotions.
"""

import json
import os
from contextlib import suppress
from datetime import datetime, timedelta, timezone

import boto3
from boto3.dynamodb.conditions import Key
from botocore.config import Config

CONFIRM_WITHIN = timedelta(hours=24)
ASK = "Reply YES to get exclusive deals, up to 4 texts a month. Msg & data rates apply. Reply STOP to leave."
WELCOME = "You are in! Reply HELP for help, STOP to leave."


class Consent:
    """Keeps who has agreed to promotions; `now` returns the time, in UTC."""

    def __init__(self, now=lambda: datetime.now(timezone.utc)):
        self.sms = boto3.client(
            "pinpoint-sms-voice-v2", config=Config(retries={"mode": "standard", "total_max_attempts": 5})
        )
        self.sqs = boto3.client("sqs")
        self.table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
        self.promotional = os.environ["ORIGINATION_IDENTITY"]
        self.transactional = os.environ["TRANSACTIONAL_IDENTITY"]
        self.now = now

    def handle_replies(self):
        """Answer SIGNUP and YES; return the changes, as (phone, state)."""
        changes, wait = [], int(os.environ.get("POLL_SECONDS", "20"))
        query = {"QueueUrl": os.environ["REPLIES_QUEUE_URL"], "MaxNumberOfMessages": 10, "WaitTimeSeconds": wait}
        while messages := self.sqs.receive_message(**query).get("Messages"):
            for message in messages:
                reply = json.loads(json.loads(message["Body"])["Message"])
                phone, word = reply["originationNumber"], reply["messageBody"].strip().upper()
                if word == "SIGNUP" and self.state(phone) != "OPTED_IN":
                    self._welcome_back(phone)
                    self._record(phone, "ASKED", f"texted {reply['messageBody']}", reply["inboundMessageId"])
                    self._text(phone, ASK)
                    changes.append((phone, "ASKED"))
                elif word == "YES" and self._asked_lately(phone):
                    self._record(phone, "OPTED_IN", f"texted {reply['messageBody']}", reply["inboundMessageId"])
                    self._text(phone, WELCOME)
                    changes.append((phone, "OPTED_IN"))
                self.sqs.delete_message(QueueUrl=query["QueueUrl"], ReceiptHandle=message["ReceiptHandle"])
        return changes

    def read_opt_outs(self):
        """Record who has texted STOP since the last call; return their numbers."""
        pages = self.sms.get_paginator("describe_opted_out_numbers").paginate(OptOutListName=os.environ["OPT_OUT_LIST"])
        listed = [row["OptedOutNumber"] for page in pages for row in page["OptedOutNumbers"]]
        stopped = [phone for phone in listed if self.state(phone) in ("ASKED", "OPTED_IN")]
        for phone in stopped:
            self._record(phone, "OPTED_OUT", "texted STOP")
        return stopped

    def promote(self, phones, body):
        """Text a promotion to those of the phones who have agreed; return to whom it was sent."""
        return [phone for phone in phones if self.state(phone) == "OPTED_IN" and self._text(phone, body)]

    def inform(self, phone, body):
        """Text what a customer needs to know, whether or not they have agreed to promotions."""
        self.sms.send_text_message(
            DestinationPhoneNumber=phone,
            OriginationIdentity=self.transactional,
            MessageBody=body,
            MessageType="TRANSACTIONAL",
        )

    def trail(self, phone):
        """Return the records of a number, oldest first."""
        return self.table.query(KeyConditionExpression=Key("Phone").eq(phone), ConsistentRead=True)["Items"]

    def state(self, phone):
        """Return ASKED, OPTED_IN or OPTED_OUT; None for a number without a record."""
        records = self.trail(phone)
        return records[-1]["State"] if records else None

    def _asked_lately(self, phone):
        records = self.trail(phone)
        asked = bool(records) and records[-1]["State"] == "ASKED"
        return asked and self.now() - datetime.fromisoformat(records[-1]["At"]) < CONFIRM_WITHIN

    def _welcome_back(self, phone):
        """Take a number off the opt-out list, as its owner has asked for."""
        with suppress(self.sms.exceptions.ResourceNotFoundException):
            self.sms.delete_opted_out_number(OptOutListName=os.environ["OPT_OUT_LIST"], OptedOutNumber=phone)

    def _record(self, phone, state, cause, message_id=None):
        at = self.now().isoformat(timespec="microseconds")
        self.table.put_item(Item={"Phone": phone, "At": at, "State": state, "Cause": cause, "MessageId": message_id})

    def _text(self, phone, body):
        try:
            self.sms.send_text_message(
                DestinationPhoneNumber=phone,
                OriginationIdentity=self.promotional,
                MessageBody=body,
                MessageType="PROMOTIONAL",
            )
        except self.sms.exceptions.ConflictException as error:
            if error.response.get("Reason") != "DESTINATION_PHONE_NUMBER_OPTED_OUT":
                raise
            self._record(phone, "OPTED_OUT", "refused by AWS")
            return False
        return True
