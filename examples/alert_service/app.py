"""
AlertService: a text to each recipient, and a call to those who have not acknowledged within five minutes.

It runs until everybody has acknowledged or has been called, and so fits a batch job or a step of a workflow. An alert
that must survive a restart is the example `escalation`.
"""

import json
import os
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

WAIT_SECONDS, POLL_EVERY = 300, 20


class AlertService:
    """Sends critical alerts; `sleep` waits for a number of seconds."""

    def __init__(self, sleep=time.sleep):
        self.sms = boto3.client(
            "pinpoint-sms-voice-v2", config=Config(retries={"mode": "standard", "total_max_attempts": 5})
        )
        self.sqs = boto3.client("sqs")
        self.queue = os.environ["REPLIES_QUEUE_URL"]
        self.origination = os.environ["ORIGINATION_IDENTITY"]
        self.sleep = sleep

    def send_critical_alert(self, alert_message, recipients):
        """Alert the recipients; return, by phone, `acknowledged`, `called` or the reason why they were not reached."""
        results = {}
        for phone in recipients:
            body = f"CRITICAL: {alert_message}. Reply ACK to acknowledge"
            if reason := self._send(self.sms.send_text_message, phone, body):
                results[phone] = reason
        results |= dict.fromkeys(self.wait_for_acks(set(recipients) - results.keys()), "acknowledged")
        for phone in recipients:
            if results.get(phone) != "acknowledged":
                reason = self._send(self.sms.send_voice_message, phone, f"Critical alert: {alert_message}.")
                results[phone] = reason or "called"
        return results

    def wait_for_acks(self, phones):
        """Return those of the phones that acknowledge within five minutes; return at once when all have."""
        acknowledged = set()
        for waited in range(0, WAIT_SECONDS + 1, POLL_EVERY):
            acknowledged |= self._read_acks() & phones
            if acknowledged == phones or waited == WAIT_SECONDS:
                break
            self.sleep(POLL_EVERY)
        return acknowledged

    def _read_acks(self):
        found = set()
        while messages := self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                reply = json.loads(json.loads(message["Body"])["Message"])
                if reply["messageBody"].strip().upper().startswith("ACK"):
                    found.add(reply["originationNumber"])
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return found

    def _send(self, send, phone, body):
        """Send, and return the reason if AWS refuses it: one recipient must not keep the alert from the next."""
        try:
            send(DestinationPhoneNumber=phone, OriginationIdentity=self.origination, MessageBody=body)
        except ClientError as error:
            return error.response.get("Reason", error.response["Error"]["Code"])
        return None


def main(alert, *phones):
    """Send an alert, and print what became of it."""
    for phone, result in AlertService().send_critical_alert(alert, phones).items():
        print(f"{phone}: {result}")


if __name__ == "__main__":
    main(*sys.argv[1:])
