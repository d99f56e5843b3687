"""
Delivery notices: a text for each event of an order, and RETURN in answer to the last one.

The shop puts events into a queue: `{"order": "12345", "event": "shipped", "phone": "+1…", "link": "https://…"}`. The
table (hash key `Order`) notes what was sent, because a queue may deliver an event twice. An event whose text is
throttled stays in the queue; a number that takes no texts is noted, so that the shop can write an email.
"""

import json
import os

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

NOTICES = {
    "placed": "Order #{order} confirmed. Total: {total}",
    "shipped": "Your package shipped! Track: {link}",
    "out_for_delivery": "Delivery: Driver is 10 mins away",
    "delivered": "Package delivered. Rate your delivery: {link}",
    "return_window_closing": "Return deadline in 3 days. Issue? Reply RETURN",
}
FAILED = {"TEXT_INVALID", "TEXT_UNREACHABLE", "TEXT_CARRIER_UNREACHABLE", "TEXT_BLOCKED", "TEXT_CARRIER_BLOCKED"}


class DeliveryNotices:
    """Turns events of orders into texts, and texts into returns."""

    def __init__(self):
        self.sms = boto3.client("pinpoint-sms-voice-v2", config=Config(retries={"mode": "standard"}))
        self.sqs = boto3.client("sqs")
        self.table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
        self.common = {
            "OriginationIdentity": os.environ["ORIGINATION_IDENTITY"],
            "ConfigurationSetName": os.environ["CONFIGURATION_SET"],
        }

    def handle_events(self):
        """Text what the shop reports; return the notices sent, as (order, event)."""
        sent = []
        for event in self._messages(os.environ["ORDER_EVENTS_QUEUE_URL"]):
            order, name = event["order"], event["event"]
            if name in self._order(order).get("Notices", ()):
                continue
            body = NOTICES[name].format(**event)
            try:
                self.sms.send_text_message(
                    DestinationPhoneNumber=event["phone"], MessageBody=body, Context={"order": order}, **self.common
                )
            except ClientError as error:
                if error.response["Error"]["Code"] in ("ThrottlingException", "InternalServerException"):
                    raise  # the event returns to the queue
                self._note(order, "Unreachable", error.response.get("Reason", "INVALID"))
            else:
                self._note(order, "Phone", event["phone"], name)
                sent.append((order, name))
        return sent

    def handle_receipts(self):
        """Note the orders whose texts have failed; return them."""
        failed = []
        for receipt in self._messages(os.environ["RECEIPTS_QUEUE_URL"], wrapped=True):
            if receipt["eventType"] in FAILED:
                failed.append(receipt["context"]["order"])
                self._note(failed[-1], "Unreachable", receipt["messageStatus"])
        return failed

    def handle_replies(self):
        """Open a return for each customer who asks for one; return the orders."""
        returned = []
        for reply in self._messages(os.environ["REPLIES_QUEUE_URL"], wrapped=True):
            phone = reply["originationNumber"]
            orders = [item for item in self.table.scan()["Items"] if item.get("Phone") == phone and "Returned" not in item]
            open_orders = [item["Order"] for item in orders if "return_window_closing" in item["Notices"]]
            if reply["messageBody"].strip().upper() != "RETURN" or not open_orders:
                self._answer(phone, "Questions about an order? Visit https://shop.example.com/help")
                continue
            for order in open_orders:
                self._note(order, "Returned", "yes")
                self._answer(phone, f"Return of order #{order} opened. Print the label: https://shop.example.com/r/{order}")
            returned += open_orders
        return returned

    def _answer(self, phone, body):
        try:
            self.sms.send_text_message(DestinationPhoneNumber=phone, MessageBody=body, **self.common)
        except self.sms.exceptions.ConflictException as error:
            print(f"Not answered: {phone}: {error.response.get('Reason')}")

    def _order(self, order):
        return self.table.get_item(Key={"Order": order}).get("Item", {})

    def _note(self, order, field, value, *notices):
        item = self._order(order)
        kept = [*item.get("Notices", []), *notices]
        self.table.put_item(Item={**item, "Order": order, field: value, "Notices": kept})

    def _messages(self, queue, wrapped=False):
        """Yield the messages of a queue, each deleted once it has been handled; `wrapped` ones come from SNS."""
        query = {"QueueUrl": queue, "MaxNumberOfMessages": 10, "WaitTimeSeconds": int(os.environ.get("POLL_SECONDS", "20"))}
        while messages := self.sqs.receive_message(**query).get("Messages"):
            for message in messages:
                body = json.loads(message["Body"])
                yield json.loads(body["Message"]) if wrapped else body
                self.sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def main():
    """Handle what waits in the queues, once."""
    notices = DeliveryNotices()
    for order, event in notices.handle_events():
        print(f"#{order}: texted {event}")
    for order in notices.handle_receipts():
        print(f"#{order}: not delivered, an email follows")
    for order in notices.handle_replies():
        print(f"#{order}: return opened")


if __name__ == "__main__":
    main()
