"""
What the console does, by API: lease a number, register a 10DLC campaign for it, send now or later.

A campaign is a registration: its fields are filled, it is submitted, and reviewed within days. A text for later is a
schedule of EventBridge Scheduler, which calls SendTextMessage by itself.
"""

import json
import os
import sys
import uuid

import boto3
from botocore.exceptions import ClientError

CAMPAIGN = "US_TEN_DLC_CAMPAIGN_REGISTRATION"
SEND = "arn:aws:scheduler:::aws-sdk:pinpointsmsvoicev2:sendTextMessage"


class Console:
    """The flows of the console."""

    def __init__(self):
        self.sms, self.scheduler = boto3.client("pinpoint-sms-voice-v2"), boto3.client("scheduler")

    def register_number(self, number_type="TOLL_FREE", capabilities=("SMS", "VOICE"), message_type="TRANSACTIONAL"):
        """Lease a US number, and return it; it can send once it is ACTIVE."""
        return self.sms.request_phone_number(
            IsoCountryCode="US",
            MessageType=message_type,
            NumberCapabilities=list(capabilities),
            NumberType=number_type,
            # Asked twice, because an answer was lost, it is leased once.
            ClientToken=str(uuid.uuid4()),
        )["PhoneNumber"]

    def required_fields(self, kind=CAMPAIGN):
        """Return the paths of the fields that a registration must have, page by page."""
        pages = self.sms.get_paginator("describe_registration_field_definitions").paginate(RegistrationType=kind)
        fields = [field for page in pages for field in page["RegistrationFieldDefinitions"]]
        return [field["FieldPath"] for field in fields if field["FieldRequirement"] == "REQUIRED"]

    def create_campaign(self, values, brand=None, kind=CAMPAIGN):
        """Submit a registration with these values: texts, or lists of choices, by field path. Return its id."""
        registration = self.sms.create_registration(RegistrationType=kind)["RegistrationId"]
        if brand is not None:
            self.sms.create_registration_association(RegistrationId=registration, ResourceId=brand)
        for path, value in values.items():
            member = {"SelectChoices": value} if isinstance(value, list) else {"TextValue": value}
            self.sms.put_registration_field_value(RegistrationId=registration, FieldPath=path, **member)
        self.sms.submit_registration_version(RegistrationId=registration)
        return registration

    def campaign_status(self, registration):
        """Return the status of a registration, and the reasons if it must be corrected."""
        (found,) = self.sms.describe_registrations(RegistrationIds=[registration])["Registrations"]
        version = {"RegistrationId": registration, "VersionNumbers": [found["CurrentVersionNumber"]]}
        (newest,) = self.sms.describe_registration_versions(**version)["RegistrationVersions"]
        reasons = [reason["ShortDescription"] for reason in newest.get("DeniedReasons", [])]
        return found["RegistrationStatus"], reasons

    def send(self, phone, body, origination):
        """Send a text now, and return its id."""
        return self.sms.send_text_message(DestinationPhoneNumber=phone, MessageBody=body, OriginationIdentity=origination)[
            "MessageId"
        ]

    def send_later(self, phone, body, origination, at):
        """Schedule a text, and return the name of the schedule; the schedule removes itself afterwards."""
        name = f"text-{uuid.uuid4()}"
        request = {"DestinationPhoneNumber": phone, "MessageBody": body, "OriginationIdentity": origination}
        self.scheduler.create_schedule(
            Name=name,
            ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})",
            FlexibleTimeWindow={"Mode": "OFF"},
            ActionAfterCompletion="DELETE",
            Target={"Arn": SEND, "RoleArn": os.environ["SCHEDULER_ROLE_ARN"], "Input": json.dumps(request)},
        )
        return name


def main(phone, body):
    """Send a text from a new number."""
    console = Console()
    number = console.register_number()
    print(f"Leased {number}")
    try:
        console.send(phone, body, number)
        print("Sent")
    except ClientError as error:
        print(f"Refused: {error.response.get('Reason', error.response['Error']['Code'])}")


if __name__ == "__main__":
    main(*sys.argv[1:])
