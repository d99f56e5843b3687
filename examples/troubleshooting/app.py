"""
Troubleshooting: eight checks, each of which finds one problem and says how it is fixed.

Each check returns a sentence, or None if there is nothing to find. Some look at the account, others at event records,
as an event destination receives them.
"""

import os
import re
import sys
from collections import Counter
from datetime import timedelta

import boto3

E164 = re.compile(r"\+[1-9]\d{6,14}")
BOUNCED = {"INVALID", "UNREACHABLE", "CARRIER_UNREACHABLE", "BLOCKED", "CARRIER_BLOCKED"}
BOUNCES_TOLERATED = 0.1
SLOW = timedelta(minutes=5)


class Doctor:
    """Checks a number of ours, and what was sent from it."""

    def __init__(self, number):
        self.sms, self.pinpoint = boto3.client("pinpoint-sms-voice-v2"), boto3.client("pinpoint")
        filters = {"Owner": "SELF"}
        pages = self.sms.get_paginator("describe_phone_numbers").paginate(**filters)
        self.number = next(row for page in pages for row in page["PhoneNumbers"] if row["PhoneNumber"] == number)

    def invalid_phone_number(self, phone, country="US"):
        """Check that a destination is written in E.164, and propose how."""
        if E164.fullmatch(phone):
            return None
        wanted = {"PhoneNumber": phone, "IsoCountryCode": country}
        found = self.pinpoint.phone_number_validate(NumberValidateRequest=wanted)["NumberValidateResponse"]
        fix = found.get("CleansedPhoneNumberE164")
        return f"Invalid phone number {phone}: write it as {fix}" if fix else f"Invalid phone number {phone}: remove it"

    def campaign_not_approved(self):
        """Check that the registration of the number is complete."""
        registration = self.number.get("RegistrationId")
        if registration is None:
            return None
        (found,) = self.sms.describe_registrations(RegistrationIds=[registration])["Registrations"]
        if found["RegistrationStatus"] == "COMPLETE":
            return None
        return f"Campaign not approved: {registration} is {found['RegistrationStatus']}; wait for it, or correct it"

    def high_bounce_rate(self, records):
        """Check how many texts have bounced, and name the numbers to remove."""
        final = {record["messageId"]: record for record in records if record["isFinal"]}.values()
        bounced = [record for record in final if record["messageStatus"] in BOUNCED]
        if not final or len(bounced) / len(final) <= BOUNCES_TOLERATED:
            return None
        phones = ", ".join(sorted({record["destinationPhoneNumber"] for record in bounced}))
        reasons = ", ".join(f"{name} {count}" for name, count in Counter(r["messageStatus"] for r in bounced).items())
        return f"High bounce rate: {len(bounced) / len(final):.0%} ({reasons}); remove {phones}"

    def slow_delivery(self, records):
        """Check how long the slowest text took, and name its number and carrier."""
        final = [record for record in records if record["isFinal"]]
        taken = [(r["eventTimestamp"] - r["messageRequestTimestamp"], r["originationPhoneNumber"]) for r in final]
        slowest, number = max(taken, default=(0, ""))
        if slowest <= SLOW / timedelta(milliseconds=1):
            return None
        return f"SMS delivery slow: {slowest / 60_000:.1f} minutes from {number}; send from another number of the pool"

    def stop_without_answer(self):
        """Check that AWS handles STOP."""
        if not self.number["SelfManagedOptOutsEnabled"]:
            return None
        return "STOP is not answered: opt-outs of the number are self-managed; let AWS manage them, or answer STOP yourself"

    def replies_missing(self):
        """Check that replies go to a topic that has a subscription."""
        if not self.number["TwoWayEnabled"]:
            return "Two-way SMS replies missing: the number has no two-way channel; set its topic"
        topic = self.number["TwoWayChannelArn"]
        pages = boto3.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
        if any(page["Subscriptions"] for page in pages):
            return None
        return f"Two-way SMS replies missing: nobody is subscribed to {topic}"

    def call_without_sound(self, ssml):
        """Check that an SSML message says something: silent marks and audio files are not read by AWS's calls."""
        if re.sub(r"<[^>]*>", "", ssml).strip():
            return None
        return "Voice call no audio: the SSML has no words to read; put the text between the tags"

    def push_token_expired(self, application, addresses):
        """Check device tokens by a silent notification, and name those to remove. `addresses` has platforms by token."""
        request = {
            "Addresses": {token: {"ChannelType": platform} for token, platform in addresses.items()},
            "MessageConfiguration": {"DefaultPushNotificationMessage": {"SilentPush": True, "Data": {"check": "1"}}},
        }
        answer = self.pinpoint.send_messages(ApplicationId=application, MessageRequest=request)["MessageResponse"]
        gone = [token for token, row in answer["Result"].items() if row["DeliveryStatus"] == "PERMANENT_FAILURE"]
        return f"Push token expired: have the app register anew, and remove {', '.join(gone)}" if gone else None


def main(number, *phones):
    """Print what is wrong with a number of ours and with destinations."""
    doctor = Doctor(number)
    checks = [doctor.campaign_not_approved(), doctor.stop_without_answer(), doctor.replies_missing()]
    for found in [*checks, *(doctor.invalid_phone_number(phone) for phone in phones)]:
        if found:
            print(found)


if __name__ == "__main__":
    main(*(sys.argv[1:] or [os.environ["ORIGINATION_IDENTITY"]]))
