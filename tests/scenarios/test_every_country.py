"""A text to every country of the phone book."""

from collections import Counter

import boto3
import phonenumbers
from botocore.exceptions import ClientError
from moto import mock_aws

from emulator import mock_sms


def telephone(iso):
    """A mobile number of the country, or any if the phone book has none."""
    example = phonenumbers.example_number_for_type(iso, phonenumbers.PhoneNumberType.MOBILE)
    return phonenumbers.format_number(example or phonenumbers.example_number(iso), phonenumbers.PhoneNumberFormat.E164)


def test_every_country_is_reached_or_says_why():
    """With no number at all 187 countries are reached; China is closed, every other wants a sender of its own."""
    ends = {}
    with mock_aws(), mock_sms() as sms:
        client = boto3.client("pinpoint-sms-voice-v2", region_name="us-east-1")
        for iso in sorted(phonenumbers.SUPPORTED_REGIONS):
            try:
                sent = client.send_text_message(DestinationPhoneNumber=telephone(iso), MessageBody="你好 " * 40)
                ends[iso] = sms.inbox.wait(message_id=sent["MessageId"]).status
            except ClientError as error:
                ends[iso] = error.response["Reason"]
        (parts,) = {message.parts for message in sms.inbox.messages()}

    assert "DESTINATION_COUNTRY_BLOCKED" == ends.pop("CN")
    assert {"DELIVERED": 187, "NO_ORIGINATION_IDENTITIES_FOUND": 57} == Counter(ends.values())
    assert 2 == parts
