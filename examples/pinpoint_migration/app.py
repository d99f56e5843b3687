"""
The same sender before and after: Amazon Pinpoint's SendMessages, and SendTextMessage in its place.

Pinpoint ends on 30 October 2026. `receipt_of` maps the event records of both to one shape, so that what reads them
need not know which has sent. docs/migrating-from-pinpoint.md lists what takes the place of each call.
"""

import os
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

RETRIES = Config(retries={"mode": "standard", "total_max_attempts": 5})
# Pinpoint's record_status, and AWS End User Messaging's messageStatus where it differs.
STATUSES = {
    "PENDING": "PENDING",
    "QUEUED": "PENDING",
    "SUCCESSFUL": "SUCCESSFUL",
    "DELIVERED": "DELIVERED",
    "TTL_EXPIRED": "TTL_EXPIRED",
    "SPAM": "SPAM",
    "BLOCKED": "BLOCKED",
    "CARRIER_BLOCKED": "CARRIER_BLOCKED",
    "CARRIER_UNREACHABLE": "CARRIER_UNREACHABLE",
    "INVALID": "INVALID",
    "INVALID_MESSAGE": "INVALID_MESSAGE",
    "UNREACHABLE": "UNREACHABLE",
    "UNKNOWN": "UNKNOWN",
}


class NotSent(Exception):
    """The text was refused; the text says why."""


class PinpointSender:
    """Before: errors of a recipient stand in the answer, with status 200."""

    def __init__(self):
        self.pinpoint = boto3.client("pinpoint", config=RETRIES)

    def send(self, phone, body, kind="TRANSACTIONAL"):
        """Send a text and return its id. Raises NotSent."""
        text = {"Body": body, "MessageType": kind, "OriginationNumber": os.environ["ORIGINATION_IDENTITY"]}
        answer = self.pinpoint.send_messages(
            ApplicationId=os.environ["PINPOINT_APPLICATION"],
            MessageRequest={
                "Addresses": {phone: {"ChannelType": "SMS"}},
                "MessageConfiguration": {"SMSMessage": text},
            },
        )
        result = answer["MessageResponse"]["Result"][phone]
        if result["DeliveryStatus"] != "SUCCESSFUL":
            raise NotSent(result["DeliveryStatus"])
        return result["MessageId"]


class EndUserMessagingSender:
    """After: one call a recipient, and errors are exceptions."""

    def __init__(self):
        self.sms = boto3.client("pinpoint-sms-voice-v2", config=RETRIES)

    def send(self, phone, body, kind="TRANSACTIONAL"):
        """Send a text and return its id. Raises NotSent."""
        try:
            return self.sms.send_text_message(
                DestinationPhoneNumber=phone,
                MessageBody=body,
                MessageType=kind,
                OriginationIdentity=os.environ["ORIGINATION_IDENTITY"],
                # Pinpoint's events went to the stream of the application; here they go where this set says.
                ConfigurationSetName=os.environ["CONFIGURATION_SET"],
            )["MessageId"]
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("ConflictException", "ValidationException"):
                raise
            opted_out = error.response.get("Reason") == "DESTINATION_PHONE_NUMBER_OPTED_OUT"
            raise NotSent("OPT_OUT" if opted_out else "PERMANENT_FAILURE") from error


def receipt_of(record):
    """Return the message id, phone and status of an event record, whichever service it comes from; None for others."""
    if record.get("event_type") in ("_SMS.BUFFERED", "_SMS.SUCCESS", "_SMS.FAILURE"):
        attributes = record["attributes"]
        return {
            "message_id": attributes["message_id"],
            "phone": attributes["destination_phone_number"],
            "status": attributes["record_status"],
            "final": record["event_type"] != "_SMS.BUFFERED",
        }
    if record.get("eventType", "").startswith("TEXT_"):
        return {
            "message_id": record["messageId"],
            "phone": record["destinationPhoneNumber"],
            "status": STATUSES[record["messageStatus"]],
            "final": record["isFinal"],
        }
    return None


def main(phone, body):
    """Send a text by both."""
    for sender in (PinpointSender, EndUserMessagingSender):
        try:
            sender().send(phone, body)
            print(f"{sender.__name__}: sent")
        except NotSent as error:
            print(f"{sender.__name__}: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:])
