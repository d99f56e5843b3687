"""Registrations from nothing to a text, and how they are reviewed."""

import re

import pytest

from emulator.settings import Settings
from emulator.testing import HANDSET, lease_number

BRAND = "US_TEN_DLC_BRAND_REGISTRATION"
VETTING = "US_TEN_DLC_BRAND_VETTING"
CAMPAIGN = "US_TEN_DLC_CAMPAIGN_REGISTRATION"
TOLL_FREE = "US_TOLL_FREE_REGISTRATION"
SENDER_ID = "GB_SENDER_ID_REGISTRATION"


def timed(moves):
    """Each status with the seconds that it came after the first."""
    return [(fact.status, (fact.at - moves[0].at).total_seconds()) for fact in moves]


def lease(client, number_type, registration_id=None, **members):
    """Requests a US number for transactional texts."""
    if registration_id is not None:
        members["RegistrationId"] = registration_id
    return lease_number(client, NumberType=number_type, **members)


def describe_number(client, number_id):
    """Return the description of a number."""
    return client.describe_phone_numbers(PhoneNumberIds=[number_id])["PhoneNumbers"][0]


def test_ten_dlc_from_nothing_to_a_text(sms, limits, sms_client, register, standing, newest_version):
    """Brand, vetting, campaign and number are approved one after the other, and the first text arrives."""
    limits(registrations_required=True)

    brand = register(BRAND)
    vetting = register(VETTING, associate=[brand])
    campaign = register(CAMPAIGN, associate=[brand])
    found = sms_client.list_available_phone_numbers(
        IsoCountryCode="US", NumberCapabilities=["SMS"], NumberType="TEN_DLC", RegistrationId=campaign
    )["AvailablePhoneNumbers"]
    exactly = [{"PreferenceType": ["ExactMatch"], "Filter": [found[0]]}]
    requested = lease(sms_client, "TEN_DLC", campaign, NumberPreference=exactly)
    sms_client.send_text_message(
        DestinationPhoneNumber=HANDSET, OriginationIdentity=requested["PhoneNumberId"], MessageBody="Hi"
    )

    assert ["COMPLETE"] * 3 == [standing(one)["RegistrationStatus"] for one in (brand, vetting, campaign)]
    assert newest_version(vetting)["Feedback"].startswith("Vetting score: ")
    assert ("PENDING", campaign) == (requested["Status"], requested["RegistrationId"])
    assert "ACTIVE" == describe_number(sms_client, requested["PhoneNumberId"])["Status"]
    assert [(found[0], "Hi")] == [(message.sender, message.body) for message in sms.handset(HANDSET).inbox]


def test_ten_dlc_denied_and_corrected(sms, limits, sms_client, register, fill, standing, newest_version, raises):
    """A denied campaign says why, takes no numbers, and is approved in its second version."""
    limits(registrations_required=True)
    brand = register(BRAND)
    campaign = register(CAMPAIGN, associate=[brand], submit=False)
    sms.account().reviewer = "manual"
    sms_client.submit_registration_version(RegistrationId=campaign)
    reason = {
        "reason": "OPT_IN_MESSAGE_NON_COMPLIANT",
        "short_description": "The opt-in message names no frequency",
        "field_path": "campaignInfo.optInMessage",
    }

    sms.registrations.decide(campaign, "REQUIRES_UPDATES", [reason])
    denied, values = (
        newest_version(campaign),
        sms_client.describe_registration_field_values(RegistrationId=campaign, FieldPaths=["campaignInfo.optInMessage"]),
    )
    with raises("ConflictException", Reason="REGISTRATION_NOT_COMPLETE", ResourceId=campaign):
        lease(sms_client, "TEN_DLC", campaign)
    sms_client.create_registration_version(RegistrationId=campaign)
    between = standing(campaign)
    empty = sms_client.describe_registration_field_values(RegistrationId=campaign)["RegistrationFieldValues"]
    fill(campaign)
    sms_client.submit_registration_version(RegistrationId=campaign)
    sms.registrations.decide(campaign, "COMPLETE")
    number = lease(sms_client, "TEN_DLC", campaign)["PhoneNumberId"]
    sms_client.send_text_message(DestinationPhoneNumber=HANDSET, OriginationIdentity=number, MessageBody="Hi")

    assert "DENIED" == denied["RegistrationVersionStatus"]
    assert [{"Reason": reason["reason"], "ShortDescription": reason["short_description"]}] == denied["DeniedReasons"]
    assert [reason["reason"]] == [value["DeniedReason"] for value in values["RegistrationFieldValues"]]
    assert ("REQUIRES_UPDATES", 2, 1) == (
        between["RegistrationStatus"],
        between["CurrentVersionNumber"],
        between["LatestDeniedVersionNumber"],
    )
    assert [] == empty
    assert ("COMPLETE", 2) == (standing(campaign)["RegistrationStatus"], standing(campaign)["ApprovedVersionNumber"])
    assert ["Hi"] == [message.body for message in sms.handset(HANDSET).inbox]


def test_toll_free_waits_for_its_registration(sms, limits, sms_client, register, standing, raises):
    """A toll-free number stays PENDING and sends nothing until its registration is complete; released, it closes that."""
    limits(registrations_required=True)
    number = lease(sms_client, "TOLL_FREE")["PhoneNumberId"]
    text = {"DestinationPhoneNumber": HANDSET, "OriginationIdentity": number, "MessageBody": "Hi"}

    with raises("ConflictException", Reason="RESOURCE_NOT_ACTIVE", ResourceType="phone-number", ResourceId=number):
        sms_client.send_text_message(**text)
    registration = register(TOLL_FREE, associate=[number], submit=False)
    with raises("ConflictException", Reason="PHONE_NUMBER_ASSOCIATED_TO_REGISTRATION", ResourceId=number):
        sms_client.release_phone_number(PhoneNumberId=number)
    waiting = describe_number(sms_client, number)
    sms_client.submit_registration_version(RegistrationId=registration)
    sms_client.send_text_message(**text)
    listed = sms_client.list_registration_associations(RegistrationId=registration)["RegistrationAssociations"]
    sms_client.release_phone_number(PhoneNumberId=number)

    assert ("PENDING", registration) == (waiting["Status"], waiting["RegistrationId"])
    assert ["Hi"] == [message.body for message in sms.handset(HANDSET).inbox]
    assert [
        {
            "ResourceArn": waiting["PhoneNumberArn"],
            "ResourceId": number,
            "ResourceType": "phone-number",
            "IsoCountryCode": "US",
            "PhoneNumber": waiting["PhoneNumber"],
        }
    ] == listed
    assert "CLOSED" == standing(registration)["RegistrationStatus"]


def test_sender_id_comes_by_approval(sms, limits, sms_client, register, standing, raises):
    """Where a sender id needs a registration it cannot be requested; approval makes it, registered; releasing it closes."""
    limits(registrations_required=True)
    with raises("ValidationException", Reason="SENDER_ID_REQUIRES_REGISTRATION"):
        sms_client.request_sender_id(SenderId="ACME", IsoCountryCode="ES")

    registration = register(SENDER_ID, {"senderIdInfo.senderId": "Acme"})
    row = sms_client.describe_sender_ids()["SenderIds"][0]
    sms_client.send_text_message(DestinationPhoneNumber="+447700900123", OriginationIdentity="ACME", MessageBody="Hi")
    text = sms.inbox.wait(to="+447700900123")
    sms_client.release_sender_id(SenderId="ACME", IsoCountryCode="GB")

    assert ("ACME", "GB", True, registration) == (
        row["SenderId"],
        row["IsoCountryCode"],
        row["Registered"],
        row["RegistrationId"],
    )
    assert ("ACME", "DELIVERED") == (text.sender, text.status)
    assert "CLOSED" == standing(registration)["RegistrationStatus"]


def test_short_code_comes_by_approval(sms_client, register):
    """The approval of a short code form leases a short code of that country, ready to send."""
    registration = register("US_SHORT_CODE_REGISTRATION")

    numbers = sms_client.describe_phone_numbers(Filters=[{"Name": "number-type", "Values": ["SHORT_CODE"]}])
    assert [("US", "ACTIVE", registration)] == [
        (row["IsoCountryCode"], row["Status"], row["RegistrationId"]) for row in numbers["PhoneNumbers"]
    ]
    assert numbers["PhoneNumbers"][0]["PhoneNumber"].isdigit()


def test_long_code_joins_a_complete_registration(limits, sms_client, register):
    """A long code of a country with a form waits PENDING until it joins a complete registration."""
    limits(registrations_required=True)
    number = sms_client.request_phone_number(
        IsoCountryCode="SE", MessageType="TRANSACTIONAL", NumberCapabilities=["SMS"], NumberType="LONG_CODE"
    )["PhoneNumberId"]

    waiting = describe_number(sms_client, number)["Status"]
    registration = register("SE_LONG_CODE_REGISTRATION")
    sms_client.create_registration_association(RegistrationId=registration, ResourceId=number)

    assert ("PENDING", "ACTIVE") == (waiting, describe_number(sms_client, number)["Status"])


def test_friendly_world_takes_registrations_as_granted(sms, sms_client):
    """Without the duty a toll-free number sends as soon as it is leased."""
    number = lease(sms_client, "TOLL_FREE")["PhoneNumberId"]

    sms_client.send_text_message(DestinationPhoneNumber=HANDSET, OriginationIdentity=number, MessageBody="Hi")

    assert ["Hi"] == [message.body for message in sms.handset(HANDSET).inbox]


def test_review_takes_thirty_seconds(sms, sms_client, register, moves):
    """A submitted registration is complete 30 seconds of virtual time later, by way of its review and provisioning."""
    registration = register("SE_LONG_CODE_REGISTRATION", submit=False)
    moves.clear()

    sms_client.submit_registration_version(RegistrationId=registration)
    sms.settle()

    assert [("SUBMITTED", 0), ("REVIEWING", 3), ("PROVISIONING", 22.5), ("COMPLETE", 30)] == timed(moves)


def test_listed_company_authenticates(sms, sms_client, register, moves):
    """AWS's own review comes first where it is asked for, and a listed company's mail is answered before completion."""
    listed = {
        "companyInfo.legalType": ["PUBLIC_PROFIT"],
        "companyInfo.stockSymbol": "ACME",
        "companyInfo.stockExchange": ["NASDAQ"],
        "companyInfo.businessContactEmail": "legal@example.com",
    }
    registration = register(BRAND, listed, submit=False)
    moves.clear()

    answer = sms_client.submit_registration_version(RegistrationId=registration, AwsReview=True)
    sms.settle(within_seconds=60)

    assert ("SUBMITTED", True) == (answer["RegistrationVersionStatus"], answer["AwsReview"])
    assert [
        ("SUBMITTED", 0),
        ("AWS_REVIEWING", 3),
        ("REVIEWING", 7.5),
        ("REQUIRES_AUTHENTICATION", 15),
        ("COMPLETE", 30),
    ] == timed(moves)


def test_link_in_the_mail_dies_after_a_week(sms, register, standing, newest_version):
    """A brand whose mail is not answered for seven days is denied."""
    sms.account().reviewer = "manual"
    registration = register(BRAND)

    sms.registrations.decide(registration, "REQUIRES_AUTHENTICATION")
    sms.clock.advance(days=6)
    waiting = standing(registration)["RegistrationStatus"]
    sms.clock.advance(days=1)

    assert ("REQUIRES_AUTHENTICATION", "REQUIRES_UPDATES") == (waiting, standing(registration)["RegistrationStatus"])
    assert ["BRAND_NOT_TCR_AUTH_PLUS_COMPLIANT"] == [
        reason["Reason"] for reason in newest_version(registration)["DeniedReasons"]
    ]


def test_strict_profile_takes_a_day(limits, sms, sms_client, register, standing):
    """The time of a review is a setting: a day has to pass where it is a day."""
    limits(review=86400)
    registration = register("SE_LONG_CODE_REGISTRATION")

    sms.clock.advance(hours=23)
    before = standing(registration)["RegistrationStatus"]
    sms.clock.advance(hours=1)

    assert ("PROVISIONING", "COMPLETE") == (before, standing(registration)["RegistrationStatus"])


@pytest.mark.parametrize("reach", ["mock"], indirect=True)
@pytest.mark.parametrize(
    ("times", "registration_type", "seconds"),
    [
        ({"GB_SENDER_ID_REGISTRATION": 60}, "GB_SENDER_ID_REGISTRATION", 60),
        ({"GB_SENDER_ID_REGISTRATION": 60}, BRAND, 30),
        ("published", "GB_SENDER_ID_REGISTRATION", 3 * 86_400),
        ("published", "US_SHORT_CODE_REGISTRATION", 84 * 86_400),
        ("published", "IE_SENDER_ID_REGISTRATION", 30),
    ],
)
def test_each_type_has_its_time(limits, sms, register, standing, times, registration_type, seconds):
    """A review takes as long as the table says for its type, or AWS's pages do; else as long as any other."""
    limits(review_times=times)
    sms.clock.freeze()
    registration = register(registration_type)

    sms.clock.advance(seconds=seconds - 1)
    before = standing(registration)["RegistrationStatus"]
    sms.clock.advance(seconds=1)

    assert before != "COMPLETE"
    assert "COMPLETE" == standing(registration)["RegistrationStatus"]


@pytest.mark.parametrize(
    ("times", "sentence"),
    [
        ("soon", "limits: review_times must be a table or \"published\", not 'soon'"),
        ({"GB": 1}, "limits: review_times: unknown registration type 'GB'; allowed:"),
        ({BRAND: -1}, f"limits: review_times.{BRAND} must be a number from 0 to 1000000000, not -1"),
    ],
)
def test_review_times_that_make_no_sense(times, sentence):
    """A table of something else is refused, and the member named."""
    with pytest.raises(ValueError, match=re.escape(sentence)):
        Settings.load("friendly", {"review_times": times})


@pytest.mark.parametrize(
    ("reviewer", "status", "version_status"),
    [("approve", "COMPLETE", "APPROVED"), ("manual", "REVIEWING", "REVIEWING"), ("deny", "REQUIRES_UPDATES", "DENIED")],
)
def test_reviewer_of_the_account(sms, register, standing, newest_version, reviewer, status, version_status):
    """The account's reviewer approves, waits for the control API, or denies."""
    sms.account().reviewer = reviewer
    registration = register(BRAND)

    sms.settle()

    assert reviewer == sms.account().reviewer
    assert status == standing(registration)["RegistrationStatus"]
    assert version_status == newest_version(registration)["RegistrationVersionStatus"]


def test_tester_takes_the_review_in_hand(sms, sms_client, register, standing):
    """A decision of the control API stands: nothing changes by itself any more."""
    sms.clock.freeze()
    registration = register(BRAND)

    sms.registrations.decide(registration, "REVIEWING")
    sms.settle()

    assert "REVIEWING" == standing(registration)["RegistrationStatus"]
