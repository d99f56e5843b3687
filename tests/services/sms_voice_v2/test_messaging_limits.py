"""How fast an identity may send, and what the registry says of a brand."""

import pytest

from emulator.wire.models import load_model

VETTING = "US_TEN_DLC_BRAND_VETTING"
SHAPES = load_model("pinpoint-sms-voice-v2").shape_for("PhoneNumberInformation").members
pytestmark = pytest.mark.skipif("MessagingLimits" not in SHAPES, reason="the installed botocore does not know them yet")


@pytest.mark.parametrize(
    ("members", "rates"),
    [
        ({"NumberCapabilities": ["SMS", "MMS"]}, {"SMS": 1, "MMS": 1}),
        ({"NumberType": "TOLL_FREE", "NumberCapabilities": ["SMS", "VOICE"]}, {"SMS": 3, "VOICE": 1}),
        ({"NumberType": "LONG_CODE", "IsoCountryCode": "SE"}, {"SMS": 10}),
    ],
)
def test_a_number_shows_its_rates(request_number, members, rates):
    """DescribePhoneNumbers shows messages a second for each capability; a cap by the day is for 10DLC alone."""
    limits = request_number(**members)["MessagingLimits"]

    assert rates == limits["RateLimits"]
    assert ("NumberType" not in members) == ("DailyMessageCaps" in limits)


def test_names_and_agents_show_their_rates(sms_client):
    """DescribeSenderIds and DescribeRcsAgents show messages a second too."""
    sms_client.request_sender_id(SenderId="ACME", IsoCountryCode="DE")
    sms_client.create_rcs_agent()

    name = sms_client.describe_sender_ids()["SenderIds"][0]
    agent = sms_client.describe_rcs_agents()["RcsAgents"][0]

    assert {"RateLimits": {"SMS": 10}} == name["MessagingLimits"]
    assert {"RateLimits": {"RCS": 1}} == agent["MessagingLimits"]


def test_a_vetted_brand_sends_more_a_day(sms, sms_client, register, brand, campaign, request_number, standing):
    """A brand becomes verified; its vetting has a score, by which its numbers may send more to T-Mobile."""
    number = request_number(RegistrationId=campaign)
    vetting = register(VETTING, associate=[brand])

    score = int(standing(vetting)["AdditionalAttributes"]["vettingScore"])
    vetted = sms_client.describe_phone_numbers()["PhoneNumbers"][0]

    assert {"brandIdentityStatus": "VERIFIED"} == standing(brand)["AdditionalAttributes"]
    assert {"T-MOBILE": 2_000} == number["MessagingLimits"]["DailyMessageCaps"]
    assert 50 <= score <= 100
    assert {"T-MOBILE": 200_000 if score >= 75 else 40_000} == vetted["MessagingLimits"]["DailyMessageCaps"]
    sms.registrations.decide(brand, "REQUIRES_UPDATES")
    assert "AdditionalAttributes" not in standing(brand)
