"""
Customer service by text: a Lambda function that answers, and DynamoDB tables that remember.

The function is subscribed to the two-way topic of the number. `orders` (hash key `Phone`) has a customer's order;
`TABLE` (hash key `Phone`) holds what the conversation is about, for an hour, and the last message handled, since SNS
may deliver one twice.
"""

import json
import logging
import os
import re
from datetime import datetime, timedelta, timezone
from functools import cache

import boto3
from botocore.config import Config

FORGOTTEN_AFTER = timedelta(hours=1)
log = logging.getLogger(__name__)


class CustomerService:
    """Answers texts; `now` returns the time, in UTC."""

    def __init__(self, now=lambda: datetime.now(timezone.utc)):
        self.sms = boto3.client(
            "pinpoint-sms-voice-v2", config=Config(retries={"mode": "standard", "total_max_attempts": 5})
        )
        dynamodb = boto3.resource("dynamodb")
        self.conversations = dynamodb.Table(os.environ["TABLE"])
        self.orders = dynamodb.Table(os.environ["ORDERS_TABLE"])
        self.now = now

    def receive(self, text):
        """Answer one text, the payload of AWS's two-way messages."""
        phone, body = text["originationNumber"], text["messageBody"].strip()
        conversation = self.conversations.get_item(Key={"Phone": phone}).get("Item", {})
        if conversation.get("Handled") == text["inboundMessageId"]:
            return
        topic = conversation.get("Topic") if conversation.get("ExpiresAt", 0) > self.now().timestamp() else None
        answer, topic = self.answer(phone, body, topic)
        try:
            self.sms.send_text_message(
                DestinationPhoneNumber=phone, OriginationIdentity=text["destinationNumber"], MessageBody=answer
            )
        except self.sms.exceptions.ConflictException as error:
            # They have opted out in the meantime. Any other error is raised, and SNS invokes the function again.
            log.warning("not answered: %s: %s", phone, error.response.get("Reason"))
        expires = int((self.now() + FORGOTTEN_AFTER).timestamp())
        item = {"Phone": phone, "Topic": topic, "ExpiresAt": expires, "Handled": text["inboundMessageId"]}
        self.conversations.put_item(Item=item)

    def answer(self, phone, body, topic):
        """Return the answer, and what the conversation is about afterwards."""
        order = self.orders.get_item(Key={"Phone": phone}).get("Item")
        if order is None:
            return "We found no order for this number. Call 800-555-0100.", None
        if topic == "address":
            return self.change_address(order, body)
        words = set(re.findall(r"[a-z]+", body.lower()))
        if words & {"address", "move", "moved"}:
            return "Sure! What's the new address?", "address"
        if words & {"track", "where", "order", "when"}:
            return f"Your order #{order['Order']} is in {order['Status']}. ETA {order['Eta']}.", None
        return "Ask us to track your order or to change its address, or call 800-555-0100.", None

    def change_address(self, order, address):
        """Change where an order goes, unless it is delivered; return the answer and the topic."""
        try:
            self.orders.update_item(
                Key={"Phone": order["Phone"]},
                UpdateExpression="SET Address = :address",
                ConditionExpression="#s <> :delivered",
                ExpressionAttributeNames={"#s": "Status"},
                ExpressionAttributeValues={":address": address, ":delivered": "Delivered"},
            )
        except self.orders.meta.client.exceptions.ConditionalCheckFailedException:
            return f"Order #{order['Order']} has been delivered already. Call 800-555-0100.", None
        return f"Done: order #{order['Order']} goes to {address}.", None


@cache
def service():
    """Return the service that all invocations of this process share."""
    return CustomerService()


def handler(event, context):
    """Answer the texts of an SNS event; the entry of the Lambda function."""
    for record in event["Records"]:
        service().receive(json.loads(record["Sns"]["Message"]))
