"""Registrations: denied fields, versions, associations and events."""

import pytest

from emulator.kernel.clock import milliseconds
from emulator.messaging.facts import RegistrationStatusChanged
from emulator.reporting.records_registrations import registration_record

BRAND = "US_TEN_DLC_BRAND_REGISTRATION"
CAMPAIGN = "US_TEN_DLC_CAMPAIGN_REGISTRATION"
TOLL_FREE = "US_TOLL_FREE_REGISTRATION"
SENDER_ID = "GB_SENDER_ID_REGISTRATION"


def timed(moves):
    """Each status with the seconds that it came after the first."""
    return [(fact.status, (fact.at - moves[0].at).total_seconds()) for fact in moves]


def describe_number(client, number_id):
    """Return the description of a number."""
    return client.describe_phone_numbers(PhoneNumberIds=[number_id])["PhoneNumbers"][0]


@pytest.mark.parametrize(
    ("legal_type", "put", "deleted", "denied"),
    [
        (
            "PUBLIC_PROFIT",
            [],
            ["companyInfo.stockExchange", "companyInfo.businessContactEmail"],
            {
                "companyInfo.stockExchange": "MISSING_CONDITIONAL_FIELD",
                "companyInfo.businessContactEmail": "MISSING_CONDITIONAL_FIELD",
            },
        ),
        (
            "PRIVATE_PROFIT",
            ["companyInfo.stockSymbol"],
            [],
            {"companyInfo.stockSymbol": "CONDITIONAL_FIELD_NOT_ALLOWED"},
        ),
    ],
)
def test_conditional_fields_are_denied_at_once(
    sms, sms_client, register, moves, newest_version, legal_type, put, deleted, denied
):
    """AWS checks conditional fields by itself, within three seconds, and names them field by field."""
    values = {"companyInfo.legalType": [legal_type]} | dict.fromkeys(put, "ACME")
    registration = register(BRAND, values, submit=False)
    for path in deleted:
        sms_client.delete_registration_field_value(RegistrationId=registration, FieldPath=path)
    moves.clear()

    sms_client.submit_registration_version(RegistrationId=registration)
    sms.settle()

    rows = sms_client.describe_registration_field_values(RegistrationId=registration)["RegistrationFieldValues"]
    assert [("SUBMITTED", 0), ("REQUIRES_UPDATES", 3)] == timed(moves)
    assert denied == {row["FieldPath"]: row["DeniedReason"] for row in rows if "DeniedReason" in row}
    assert list(denied.values()) == [reason["Reason"] for reason in newest_version(registration)["DeniedReasons"]]


def test_mixed_campaign_names_two_use_cases(sms, register, brand, newest_version):
    """A mixed campaign with a single use case is denied at once."""
    mixed = {"campaignUseCase.useCase": ["MIXED"], "campaignUseCase.subUseCases": ["MARKETING"]}

    registration = register(CAMPAIGN, mixed, associate=[brand])

    assert ["INVALID_FIELD_VALUE"] == [reason["Reason"] for reason in newest_version(registration)["DeniedReasons"]]


@pytest.mark.parametrize(("region", "status"), [("ap-south-1", "COMPLETE"), ("us-east-1", "REQUIRES_UPDATES")])
def test_india_registers_in_india(client, register, region, status):
    """India's sender ids are approved in the regions of India alone."""
    there = client("pinpoint-sms-voice-v2", region=region)

    registration = register("IN_SENDER_ID_REGISTRATION", client=there)

    found = there.describe_registrations(RegistrationIds=[registration])["Registrations"][0]
    assert status == found["RegistrationStatus"]


def test_update_archives_the_older_version(sms_client, register, fill, standing):
    """A second approved version archives the first; until then the registration stays complete."""
    registration = register("SE_LONG_CODE_REGISTRATION")
    created = sms_client.create_registration_version(RegistrationId=registration)

    before = standing(registration)
    fill(registration)
    sms_client.submit_registration_version(RegistrationId=registration)
    versions = sms_client.describe_registration_versions(RegistrationId=registration)["RegistrationVersions"]
    archived = sms_client.describe_registration_versions(
        RegistrationId=registration, Filters=[{"Name": "registration-version-status", "Values": ["ARCHIVED"]}]
    )["RegistrationVersions"]

    assert (2, "DRAFT") == (created["VersionNumber"], created["RegistrationVersionStatus"])
    assert ("COMPLETE", 2, 1) == (
        before["RegistrationStatus"],
        before["CurrentVersionNumber"],
        before["ApprovedVersionNumber"],
    )
    assert ["ARCHIVED", "APPROVED"] == [version["RegistrationVersionStatus"] for version in versions]
    assert [1] == [version["VersionNumber"] for version in archived]
    assert {
        "DraftTimestamp",
        "SubmittedTimestamp",
        "ReviewingTimestamp",
        "ApprovedTimestamp",
        "ArchivedTimestamp",
    } == set(archived[0]["RegistrationVersionStatusHistory"])


@pytest.mark.parametrize("registration_type", ["SE_LONG_CODE_REGISTRATION", "US_TEN_DLC_BRAND_REGISTRATION"])
def test_a_version_is_not_discarded_in_review(sms, sms_client, register, raises, registration_type):
    """
    What is being reviewed cannot be discarded, whoever reviews it. Evidence: registrations-discard.html, "You can only
    discard the registration if it's status us Submitted".
    """
    sms.account().reviewer = "manual"
    registration = register(registration_type)

    with raises("ConflictException", Reason="DISCARD_REGISTRATION_VERSION_NOT_ALLOWED", ResourceId=registration):
        sms_client.discard_registration_version(RegistrationId=registration)


def test_discarded_version_makes_way(sms, sms_client, register, standing):
    """A submitted version can be discarded, and the registration stands as before; a new version may follow."""
    sms.clock.freeze()
    registration = register("SE_LONG_CODE_REGISTRATION")

    discarded = sms_client.discard_registration_version(RegistrationId=registration)
    sms.settle()

    assert "DISCARDED" == discarded["RegistrationVersionStatus"]
    assert "CREATED" == standing(registration)["RegistrationStatus"]
    assert 2 == sms_client.create_registration_version(RegistrationId=registration)["VersionNumber"]


def test_approval_can_be_revoked(sms, register, standing, newest_version):
    """An approval can be revoked: the version is REVOKED, and no version is approved any more."""
    registration = register("SE_LONG_CODE_REGISTRATION")

    sms.registrations.decide(registration, "REQUIRES_UPDATES", [{"reason": "SPAM_OR_PHISHING_ASSOCIATION"}])

    found = standing(registration)
    assert ("REQUIRES_UPDATES", None) == (found["RegistrationStatus"], found.get("ApprovedVersionNumber"))
    assert "REVOKED" == newest_version(registration)["RegistrationVersionStatus"]
    assert "Spam or phishing association" == newest_version(registration)["DeniedReasons"][0]["ShortDescription"]


def test_deleted_registration_frees_its_number(sms_client, request_number, register, raises):
    """A registration that is not under review can be deleted, and its number belongs to none."""
    number = request_number(NumberType="TOLL_FREE")["PhoneNumberId"]
    registration = register(TOLL_FREE, associate=[number], submit=False)

    deleted = sms_client.delete_registration(RegistrationId=registration)

    assert "DELETED" == deleted["RegistrationStatus"]
    assert "RegistrationId" not in describe_number(sms_client, number)
    with raises("ResourceNotFoundException", ResourceType="registration", ResourceId=registration):
        sms_client.describe_registrations(RegistrationIds=[registration])


def test_revoked_sender_id_is_not_registered(sms, sms_client, register):
    """A sender id whose registration was revoked is not registered any more; deleting the registration leaves it alone."""
    registration = register(SENDER_ID, {"senderIdInfo.senderId": "ACME"})

    sms.registrations.decide(registration, "REQUIRES_UPDATES")
    revoked = sms_client.describe_sender_ids()["SenderIds"][0]
    sms_client.delete_registration(RegistrationId=registration)
    left = sms_client.describe_sender_ids()["SenderIds"][0]

    assert (False, registration) == (revoked["Registered"], revoked["RegistrationId"])
    assert (False, "ACME") == (left["Registered"], left["SenderId"])
    assert "RegistrationId" not in left


def test_associations_are_filtered(sms_client, campaign, brand, request_number):
    """The resources of a campaign, its brand and its number, are listed by type and country."""
    number = request_number(RegistrationId=campaign)["PhoneNumberId"]

    def listed(*filters):
        rows = sms_client.list_registration_associations(RegistrationId=campaign, Filters=list(filters))
        return [(row["ResourceType"], row["ResourceId"]) for row in rows["RegistrationAssociations"]]

    assert [("registration", brand), ("phone-number", number)] == listed()
    assert [("registration", brand)] == listed({"Name": "resource-type", "Values": ["registration"]})
    assert [("phone-number", number)] == listed({"Name": "iso-country-code", "Values": ["US"]})


def test_released_number_leaves_its_campaign(sms_client, campaign, standing, request_number):
    """A number of a complete campaign can be released; the campaign stays, and can be deleted then."""
    number = request_number(RegistrationId=campaign)["PhoneNumberId"]

    sms_client.release_phone_number(PhoneNumberId=number)

    assert "COMPLETE" == standing(campaign)["RegistrationStatus"]
    assert "DELETED" == sms_client.delete_registration(RegistrationId=campaign)["RegistrationStatus"]


def test_registrations_are_filtered_and_tagged(sms_client, register, brand):
    """Registrations are found by type and status, and carry tags."""
    tagged = sms_client.create_registration(RegistrationType=BRAND, Tags=[{"Key": "team", "Value": "a"}])

    by_status = sms_client.describe_registrations(Filters=[{"Name": "registration-status", "Values": ["CREATED"]}])
    by_type = sms_client.describe_registrations(Filters=[{"Name": "registration-type", "Values": [BRAND]}])

    assert [{"Key": "team", "Value": "a"}] == tagged["Tags"]
    assert tagged["Tags"] == sms_client.list_tags_for_resource(ResourceArn=tagged["RegistrationArn"])["Tags"]
    assert [tagged["RegistrationId"]] == [row["RegistrationId"] for row in by_status["Registrations"]]
    assert {brand, tagged["RegistrationId"]} == {row["RegistrationId"] for row in by_type["Registrations"]}


def test_account_limits_count_registrations(sms_client, register):
    """DescribeAccountLimits counts registrations and their attachments."""
    register(TOLL_FREE, submit=False)

    limits = {row["Name"]: row["Used"] for row in sms_client.describe_account_limits()["AccountLimits"]}

    assert (1, 1) == (limits["REGISTRATIONS"], limits["REGISTRATION_ATTACHMENTS"])


def test_event_for_eventbridge(sms_client, moves):
    """The event of a status has the members that AWS documents, and none is made for the review by AWS itself."""
    created = sms_client.create_registration(RegistrationType=BRAND)

    fact = moves[-1]
    assert {
        "detail-type": "Registration Status Change",
        "resources": [created["RegistrationArn"]],
        "detail": {
            "registrationDetails": {
                "registrationId": created["RegistrationId"],
                "registrationVersionNumber": 1,
                "registrationType": BRAND,
                "registrationStatusChangeTimestamp": milliseconds(fact.at),
                "currentStatus": "CREATED",
            },
            "registrationArn": created["RegistrationArn"],
        },
    } == registration_record(fact)
    members = {name: getattr(fact, name) for name in RegistrationStatusChanged.__dataclass_fields__}
    assert registration_record(RegistrationStatusChanged(**members | {"status": "AWS_REVIEWING"})) is None
