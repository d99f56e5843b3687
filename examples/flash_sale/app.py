"""
A flash sale: one text to each customer of a segment, at the rate of the number, and a report of what became of them.

Each text has a link of its own, so that the shop knows who has clicked and bought; AWS is told of each purchase as
feedback. Receipts come from a queue. What was sent is kept in memory: a sale is one run of one process.
"""

import json
import os
import sys
import time
from collections import Counter

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

BODY = "FLASH SALE: 50% off shoes. Ends in 2 hours. https://shop.example.com/s/{token} Reply STOP to opt out"
FINAL = {"DELIVERED", "INVALID", "UNREACHABLE", "CARRIER_UNREACHABLE", "BLOCKED", "CARRIER_BLOCKED", "SPAM", "TTL_EXPIRED"}
BAR = 40


class FlashSale:
    """One sale; `sleep` waits for a number of seconds."""

    def __init__(self, sleep=time.sleep):
        retries = {"mode": "adaptive", "total_max_attempts": 8}
        self.sms = boto3.client("pinpoint-sms-voice-v2", config=Config(retries=retries))
        self.sqs = boto3.client("sqs")
        self.queue = os.environ["RECEIPTS_QUEUE_URL"]
        self.rate = int(os.environ.get("TEXTS_PER_SECOND", "100"))  # that of a short code
        self.common = {
            "OriginationIdentity": os.environ["ORIGINATION_IDENTITY"],
            "ConfigurationSetName": os.environ["CONFIGURATION_SET"],
            "MessageType": "PROMOTIONAL",
            "MessageFeedbackEnabled": True,
            "TimeToLive": 7200,  # after the sale nobody needs the text
        }
        self.sleep = sleep
        self.sent = {}  # message id by token
        self.refused = Counter()  # by reason
        self.outcomes = {}  # final status by message id
        self.price = 0.0
        self.clicks, self.purchases = set(), {}

    def send(self, segment):
        """Text everybody in the segment, and read the receipts in between."""
        for done, phone in enumerate(segment, 1):
            token = f"{done:x}"
            try:
                answer = self.sms.send_text_message(
                    DestinationPhoneNumber=phone, MessageBody=BODY.format(token=token), **self.common
                )
                self.sent[token] = answer["MessageId"]
            except ClientError as error:
                if error.response["Error"]["Code"] not in ("ConflictException", "ValidationException"):
                    raise
                self.refused[error.response.get("Reason", "INVALID")] += 1
            if done % self.rate == 0 or done == len(segment):
                self.sleep(1)
                self.read_receipts()
                show_progress(done, len(segment))

    def read_receipts(self):
        """Read what waits in the queue of receipts. One that comes twice, or late, counts once."""
        query = {"QueueUrl": self.queue, "MaxNumberOfMessages": 10}
        while messages := self.sqs.receive_message(**query).get("Messages"):
            for message in messages:
                receipt = json.loads(json.loads(message["Body"])["Message"])
                if receipt["messageStatus"] in FINAL and receipt["messageId"] not in self.outcomes:
                    self.outcomes[receipt["messageId"]] = receipt["messageStatus"]
                    self.price += receipt["totalMessagePrice"] + receipt.get("totalCarrierFee", 0)
            entries = [{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(messages)]
            self.sqs.delete_message_batch(QueueUrl=self.queue, Entries=entries)

    def click(self, token):
        """Note that a customer has followed the link; return whether it is one of this sale."""
        if token in self.sent:
            self.clicks.add(token)
        return token in self.sent

    def purchase(self, token, dollars):
        """Note what a customer has bought, and tell AWS that the text has had its effect."""
        self.purchases[token] = self.purchases.get(token, 0) + dollars
        self.sms.put_message_feedback(MessageId=self.sent[token], MessageFeedbackStatus="RECEIVED")

    def report(self):
        """Return the results as a table."""
        counts = Counter(self.outcomes.values())
        delivered = counts.pop("DELIVERED", 0)
        rows = [("Sent", len(self.sent), ""), ("Delivered", delivered, self._share(delivered))]
        rows += [(f"Failed: {status}", number, self._share(number)) for status, number in sorted(counts.items())]
        rows += [(f"Refused: {reason}", number, "") for reason, number in sorted(self.refused.items())]
        rows.append(("Clicked", len(self.clicks), self._share(len(self.clicks))))
        rows.append(("Converted", len(self.purchases), f"${sum(self.purchases.values()):,}"))
        lines = [f"{name:<45}{number:>8,}{note:>10}".rstrip() for name, number, note in rows]
        return "\n".join([*lines, f"{'Cost':<45}{f'${self.price:,.2f}':>8}"])

    def _share(self, number):
        return f"{number / (len(self.sent) or 1):.1%}"


def show_progress(done, size):
    """Show a progress bar, if there is a terminal."""
    if sys.stderr.isatty():
        bar = "#" * (BAR * done // size)
        print(f"\r[{bar:<{BAR}}] {done:,} of {size:,}", end="\n" if done == size else "", file=sys.stderr, flush=True)


def main():
    """Text the numbers that stand on standard input, one a line, and print the report an hour later."""
    sale = FlashSale()
    sale.send(sys.stdin.read().split())
    sale.sleep(3600)
    sale.read_receipts()
    print(sale.report())


if __name__ == "__main__":
    main()
