"""
One class for every channel: codes and texts, calls, push notifications, two-way texts and metrics.

Texts and calls are `pinpoint-sms-voice-v2`, push notifications `pinpoint`, metrics CloudWatch. Every method returns
the id of the message, or raises the ClientError of AWS.
"""

import os
import sys
from datetime import datetime, timedelta, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

DAY = timedelta(days=1)


class PushFailed(Exception):
    """The push service refuses a token; the text is its reason."""


class EndUserMessagingService:
    """Sends messages on every channel."""

    def __init__(self):
        config = Config(retries={"mode": "standard", "total_max_attempts": 5})
        self.sms = boto3.client("pinpoint-sms-voice-v2", config=config)
        self.pinpoint = boto3.client("pinpoint", config=config)
        self.cloudwatch = boto3.client("cloudwatch", config=config)
        self.origination = os.environ["ORIGINATION_IDENTITY"]
        self.configuration_set = os.environ["CONFIGURATION_SET"]

    def send_sms(self, phone_number, message):
        """Send a text."""
        return self.sms.send_text_message(
            DestinationPhoneNumber=phone_number,
            OriginationIdentity=self.origination,
            MessageBody=message,
            MessageType="TRANSACTIONAL",
            ConfigurationSetName=self.configuration_set,
        )["MessageId"]

    def send_2fa_code(self, phone_number, code):
        """Send a code by text."""
        return self.send_sms(phone_number, f"Your verification code: {code}. Valid for 10 minutes.")

    def send_voice_message(self, phone_number, text, voice="JOANNA"):
        """Call and read the text."""
        return self.sms.send_voice_message(
            DestinationPhoneNumber=phone_number,
            OriginationIdentity=self.origination,
            MessageBody=text,
            VoiceId=voice,
            ConfigurationSetName=self.configuration_set,
        )["MessageId"]

    def send_voice_alert(self, phone_number, alert_message):
        """Call with an alert."""
        return self.send_voice_message(phone_number, f"Alert: {alert_message}. Reply ACK by text to acknowledge.")

    def send_push_notification(self, token, platform, title, body):
        """Notify a device: `platform` is GCM, APNS or another channel of Pinpoint. Raises PushFailed."""
        answer = self.pinpoint.send_messages(
            ApplicationId=os.environ["PINPOINT_APPLICATION"],
            MessageRequest={
                "Addresses": {token: {"ChannelType": platform}},
                "MessageConfiguration": {"DefaultPushNotificationMessage": {"Title": title, "Body": body}},
            },
        )
        result = answer["MessageResponse"]["Result"][token]
        if result["DeliveryStatus"] != "SUCCESSFUL":
            raise PushFailed(result["StatusMessage"])
        return result["MessageId"]

    def setup_two_way_sms(self, sns_topic_arn):
        """Have the texts to our number published to a topic."""
        wanted = {"Filters": [{"Name": "two-way-enabled", "Values": ["false"]}]}
        for page in self.sms.get_paginator("describe_phone_numbers").paginate(**wanted):
            for number in page["PhoneNumbers"]:
                if self.origination in (number["PhoneNumber"], number["PhoneNumberId"], number["PhoneNumberArn"]):
                    number_id = number["PhoneNumberId"]
                    self.sms.update_phone_number(PhoneNumberId=number_id, TwoWayEnabled=True, TwoWayChannelArn=sns_topic_arn)
                    return True
        return False

    def get_account_metrics(self, end, country="US", days=28):
        """Return how many text parts were delivered in a country, in the days before a time."""
        dimensions = [{"Name": "IsoCountryCode", "Value": country}]
        answer = self.cloudwatch.get_metric_statistics(
            Namespace="AWS/SMSVoice",
            MetricName="NumberOfTextMessagePartsDelivered",
            Dimensions=dimensions,
            StartTime=end - days * DAY,
            EndTime=end,
            Period=86400,
            Statistics=["Sum"],
        )
        return int(sum(point["Sum"] for point in answer["Datapoints"]))


def main(phone):
    """Send a code and call with an alert, and say how many texts were delivered."""
    service = EndUserMessagingService()
    try:
        service.send_2fa_code(phone, "123456")
        print(f"OTP sent to {phone}")
        service.send_voice_alert(phone, "Database is down")
        print(f"Voice alert to {phone}")
    except ClientError as error:
        print(f"{error.response['Error']['Code']}: {error.response.get('Reason')}")
    print(f"Delivered: {service.get_account_metrics(datetime.now(timezone.utc))}")


if __name__ == "__main__":
    main(*sys.argv[1:])
