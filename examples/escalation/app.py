"""
Escalation of a critical alert: a text to the engineer on call, a call after five minutes, the manager after ten.

The table (hash key `Alert`) holds the open alerts. A scheduler runs `python app.py` every minute: it takes the
acknowledgements (a reply ACK) and escalates what nobody has acknowledged. AWS's calls gather no keys, so the call
asks for a reply by text.
"""

import json
import os
import sys
from datetime import datetime, timedelta, timezone

import boto3
from boto3.dynamodb.conditions import Attr
from botocore.config import Config
from botocore.exceptions import ClientError

STEPS = (  # after how long, by which channel, and to whom
    (timedelta(0), "text", "ON_CALL", "{alert}. Response team notified. Reply ACK to acknowledge"),
    (timedelta(minutes=5), "call", "ON_CALL", "Critical alert: {alert}. Reply A C K to our text to acknowledge."),
    (timedelta(minutes=10), "call", "MANAGER", "Critical alert: {alert}. The engineer on call does not answer."),
    (timedelta(minutes=10), "text", "MANAGER", "{alert}. The engineer on call does not answer. Reply ACK to acknowledge"),
)


class Escalation:
    """Raises alerts until somebody acknowledges; `now` returns the time, in UTC."""

    def __init__(self, now=lambda: datetime.now(timezone.utc)):
        self.sms = boto3.client(
            "pinpoint-sms-voice-v2", config=Config(retries={"mode": "standard", "total_max_attempts": 5})
        )
        self.sqs = boto3.client("sqs")
        self.table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
        self.common = {"OriginationIdentity": os.environ["ORIGINATION_IDENTITY"]}
        self.people = {name: os.environ[name] for name in ("ON_CALL", "MANAGER")}
        self.team = os.environ["TEAM"].split(",")
        self.now = now

    def raise_alert(self, alert):
        """Open an alert, unless it is open already, and do the first step; return whether it was new."""
        opened = {"Alert": alert, "At": self.now().isoformat(), "Done": 0, "State": "OPEN"}
        try:
            self.table.put_item(Item=opened, ConditionExpression=Attr("State").not_exists() | Attr("State").ne("OPEN"))
        except self.table.meta.client.exceptions.ConditionalCheckFailedException:
            return False
        self.escalate()
        return True

    def escalate(self):
        """Do the steps that are due; return them, as (alert, channel, who)."""
        done = []
        for item in self._open():
            for place, (after, channel, who, body) in enumerate(STEPS):
                due = datetime.fromisoformat(item["At"]) + after <= self.now()
                if place >= item["Done"] and due:
                    # An alert that is sent twice is better than one that is lost, so it is noted afterwards.
                    self._send(channel, self.people[who], body.format(alert=item["Alert"]))
                    self._set(item["Alert"], Done=place + 1)
                    done.append((item["Alert"], channel, who))
        return done

    def acknowledge(self, phone):
        """Close the alerts that this person was told of, and tell the manager and the team; return the alerts."""
        closed = []
        for item in self._open():
            told = {self.people[who] for _, _, who, _ in STEPS[: int(item["Done"])]}
            if phone in told:
                self._set(item["Alert"], State="ACKNOWLEDGED", By=phone)
                for other in {self.people["MANAGER"], *self.team} - {phone}:
                    self._send("text", other, f"{item['Alert']}: {phone} has acknowledged")
                closed.append(item["Alert"])
        return closed

    def handle_replies(self):
        """Take the acknowledgements; return them, as (alert, phone)."""
        closed, wait = [], int(os.environ.get("POLL_SECONDS", "20"))
        query = {"QueueUrl": os.environ["REPLIES_QUEUE_URL"], "MaxNumberOfMessages": 10, "WaitTimeSeconds": wait}
        while messages := self.sqs.receive_message(**query).get("Messages"):
            for message in messages:
                reply = json.loads(json.loads(message["Body"])["Message"])
                phone = reply["originationNumber"]
                if reply["messageBody"].strip().upper().startswith("ACK"):
                    closed += [(alert, phone) for alert in self.acknowledge(phone)]
                self.sqs.delete_message(QueueUrl=query["QueueUrl"], ReceiptHandle=message["ReceiptHandle"])
        return closed

    def _open(self):
        return self.table.scan(FilterExpression=Attr("State").eq("OPEN"), ConsistentRead=True)["Items"]

    def _set(self, alert, **fields):
        updates = {name: {"Value": value} for name, value in fields.items()}
        self.table.update_item(Key={"Alert": alert}, AttributeUpdates=updates)

    def _send(self, channel, phone, body):
        send = self.sms.send_text_message if channel == "text" else self.sms.send_voice_message
        try:
            send(DestinationPhoneNumber=phone, MessageBody=body, **self.common)
        except ClientError as error:
            # One person who cannot be reached must not keep the alert from the next.
            print(f"{phone}: {error.response.get('Reason', error.response['Error']['Code'])}", file=sys.stderr)


def main(*alerts):
    """Raise the alerts that are named, or do what the scheduler asks for every minute."""
    escalation = Escalation()
    for alert in alerts:
        print(f"{alert}: {'raised' if escalation.raise_alert(alert) else 'is open already'}")
    for alert, phone in escalation.handle_replies():
        print(f"{alert}: acknowledged by {phone}")
    for alert, channel, who in escalation.escalate():
        print(f"{alert}: {channel} to {who}")


if __name__ == "__main__":
    main(*sys.argv[1:])
