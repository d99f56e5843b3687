"""Registrations: refused requests, values, versions and associations."""

import pytest

from emulator.testing import picture

BRAND = "US_TEN_DLC_BRAND_REGISTRATION"
CAMPAIGN = "US_TEN_DLC_CAMPAIGN_REGISTRATION"
TOLL_FREE = "US_TOLL_FREE_REGISTRATION"
LONG_CODE = "SE_LONG_CODE_REGISTRATION"
GB_SENDER_ID = "GB_SENDER_ID_REGISTRATION"
ABSENT = "registration-" + "0" * 32
ABSENT_ATTACHMENT = "attachment-" + "0" * 32
PNG = picture(8, 8)
PDF = b"%PDF-1.7\n" + bytes(64)


@pytest.fixture
def draft(sms_client):
    """The id of an empty brand registration."""
    return sms_client.create_registration(RegistrationType=BRAND)["RegistrationId"]


@pytest.mark.parametrize(
    ("operation", "members", "reason", "field"),
    [
        ("create_registration", {"RegistrationType": "NO_SUCH_TYPE"}, "UNKNOWN_REGISTRATION_TYPE", "registrationType"),
        (
            "describe_registration_type_definitions",
            {"RegistrationTypes": ["NO_SUCH_TYPE"]},
            "UNKNOWN_REGISTRATION_TYPE",
            "registrationType",
        ),
        (
            "describe_registration_section_definitions",
            {"RegistrationType": BRAND, "SectionPaths": ["nothing"]},
            "UNKNOWN_REGISTRATION_SECTION",
            "sectionPath",
        ),
        (
            "describe_registration_field_definitions",
            {"RegistrationType": BRAND, "SectionPath": "nothing"},
            "UNKNOWN_REGISTRATION_SECTION",
            "sectionPath",
        ),
        (
            "describe_registration_field_definitions",
            {"RegistrationType": BRAND, "FieldPaths": ["companyInfo.nothing"]},
            "UNKNOWN_REGISTRATION_FIELD",
            "fieldPath",
        ),
        (
            "describe_registrations",
            {"Filters": [{"Name": "registration-status", "Values": ["DONE"]}]},
            "INVALID_FILTER_VALUES",
            "filters",
        ),
        (
            "describe_registration_attachments",
            {"Filters": [{"Name": "attachment-status", "Values": ["DONE"]}]},
            "INVALID_FILTER_VALUES",
            "filters",
        ),
        ("create_registration_attachment", {}, "MISSING_PARAMETER", "attachmentBody"),
        (
            "create_registration_attachment",
            {"AttachmentBody": PNG, "AttachmentUrl": "s3://bucket/key.png"},
            "PARAMETERS_CANNOT_BE_USED_TOGETHER",
            "attachmentBody",
        ),
        (
            "create_registration_attachment",
            {"AttachmentUrl": "https://example.com/a.png"},
            "INVALID_PARAMETER",
            "attachmentUrl",
        ),
        (
            "create_registration_attachment",
            {"AttachmentBody": b"GIF89a"},
            "ATTACHMENT_TYPE_NOT_SUPPORTED",
            "attachmentBody",
        ),
        (
            "create_registration_attachment",
            {"AttachmentBody": PDF.ljust(5 * 1024 * 1024 + 1)},
            "MAXIMUM_SIZE_EXCEEDED",
            "attachmentBody",
        ),
    ],
)
def test_malformed_request(sms_client, raises, operation, members, reason, field):
    """An unknown type, field or value is a ValidationException that names the member."""
    with raises("ValidationException", Reason=reason) as response:
        getattr(sms_client, operation)(**members)

    assert field == response["Fields"][0]["Name"]


@pytest.mark.parametrize(
    ("members", "reason", "field"),
    [
        ({"FieldPath": "companyInfo.nothing", "TextValue": "x"}, "UNKNOWN_REGISTRATION_FIELD", "fieldPath"),
        ({"FieldPath": "companyInfo.taxId", "TextValue": "12-3456789"}, "INVALID_PARAMETER", "textValue"),
        ({"FieldPath": "companyInfo.taxIdIssuingCountry", "TextValue": "USA"}, "INVALID_PARAMETER", "textValue"),
        ({"FieldPath": "companyInfo.companyName", "TextValue": "   "}, "INVALID_PARAMETER", "textValue"),
        ({"FieldPath": "companyInfo.legalType", "SelectChoices": ["CLUB"]}, "INVALID_PARAMETER", "selectChoices"),
        (
            {"FieldPath": "companyInfo.legalType", "SelectChoices": ["NON_PROFIT", "GOVERNMENT"]},
            "INVALID_PARAMETER",
            "selectChoices",
        ),
        ({"FieldPath": "companyInfo.legalType", "SelectChoices": []}, "INVALID_PARAMETER", "selectChoices"),
        ({"FieldPath": "companyInfo.legalType", "TextValue": "NON_PROFIT"}, "INVALID_PARAMETER", "textValue"),
        ({"FieldPath": "companyInfo.companyName"}, "MISSING_PARAMETER", "textValue"),
        (
            {"FieldPath": "companyInfo.companyName", "TextValue": "x", "SelectChoices": ["x"]},
            "PARAMETERS_CANNOT_BE_USED_TOGETHER",
            "selectChoices",
        ),
    ],
)
def test_value_does_not_fit_its_field(sms_client, draft, raises, members, reason, field):
    """A value of another type, length, pattern or choice is refused, and the draft stays empty."""
    with raises("ValidationException", Reason=reason) as response:
        sms_client.put_registration_field_value(RegistrationId=draft, **members)

    assert field == response["Fields"][0]["Name"]
    assert [] == sms_client.describe_registration_field_values(RegistrationId=draft)["RegistrationFieldValues"]


@pytest.mark.parametrize(
    ("operation", "members", "resource_type", "resource_id"),
    [
        ("describe_registrations", {"RegistrationIds": [ABSENT]}, "registration", ABSENT),
        ("delete_registration", {"RegistrationId": ABSENT}, "registration", ABSENT),
        ("create_registration_version", {"RegistrationId": ABSENT}, "registration", ABSENT),
        ("describe_registration_versions", {"RegistrationId": ABSENT}, "registration", ABSENT),
        ("discard_registration_version", {"RegistrationId": ABSENT}, "registration", ABSENT),
        ("submit_registration_version", {"RegistrationId": ABSENT}, "registration", ABSENT),
        ("describe_registration_field_values", {"RegistrationId": ABSENT}, "registration", ABSENT),
        ("list_registration_associations", {"RegistrationId": ABSENT}, "registration", ABSENT),
        (
            "put_registration_field_value",
            {"RegistrationId": ABSENT, "FieldPath": "a.b", "TextValue": "x"},
            "registration",
            ABSENT,
        ),
        ("delete_registration_field_value", {"RegistrationId": ABSENT, "FieldPath": "a.b"}, "registration", ABSENT),
        ("create_registration_association", {"RegistrationId": ABSENT, "ResourceId": ABSENT}, "registration", ABSENT),
        (
            "describe_registration_attachments",
            {"RegistrationAttachmentIds": [ABSENT_ATTACHMENT]},
            "registration-attachment",
            ABSENT_ATTACHMENT,
        ),
        (
            "delete_registration_attachment",
            {"RegistrationAttachmentId": ABSENT_ATTACHMENT},
            "registration-attachment",
            ABSENT_ATTACHMENT,
        ),
    ],
)
def test_absent_resource(sms_client, raises, operation, members, resource_type, resource_id):
    """A missing resource is named with its type."""
    with raises("ResourceNotFoundException", ResourceType=resource_type, ResourceId=resource_id):
        getattr(sms_client, operation)(**members)


def test_unknown_version(sms_client, draft, raises):
    """A version that was never made is a ValidationException."""
    with raises("ValidationException", Reason="UNKNOWN_REGISTRATION_VERSION"):
        sms_client.describe_registration_versions(RegistrationId=draft, VersionNumbers=[2])
    with raises("ValidationException", Reason="UNKNOWN_REGISTRATION_VERSION"):
        sms_client.describe_registration_field_values(RegistrationId=draft, VersionNumber=2)


def test_required_value_cannot_be_deleted(sms_client, draft, raises):
    """A required field cannot be deleted, only overwritten; an optional or conditional one can be emptied."""
    values = {"companyInfo.companyName": "Acme", "companyInfo.stockSymbol": "ACME"}
    for path, text in values.items():
        sms_client.put_registration_field_value(RegistrationId=draft, FieldPath=path, TextValue=text)

    deleted = sms_client.delete_registration_field_value(RegistrationId=draft, FieldPath="companyInfo.stockSymbol")
    with raises("ValidationException", Reason="REGISTRATION_FIELD_CANNOT_BE_DELETED"):
        sms_client.delete_registration_field_value(RegistrationId=draft, FieldPath="companyInfo.companyName")

    rows = sms_client.describe_registration_field_values(RegistrationId=draft)["RegistrationFieldValues"]
    assert ("ACME", 1) == (deleted["TextValue"], deleted["VersionNumber"])
    assert [("companyInfo.companyName", "Acme")] == [(row["FieldPath"], row["TextValue"]) for row in rows]


def test_version_has_its_time(sms, sms_client, draft, register, raises):
    """An operation on a draft is refused in review and after, one on an ended review is refused before."""
    conflict = {"ResourceType": "registration"}
    with raises("ConflictException", Reason="CREATE_REGISTRATION_VERSION_NOT_ALLOWED", ResourceId=draft, **conflict):
        sms_client.create_registration_version(RegistrationId=draft)
    sms.account().reviewer = "manual"
    submitted = register(BRAND)
    conflict["ResourceId"] = submitted

    with raises("ConflictException", Reason="REGISTRATION_ALREADY_SUBMITTED", **conflict):
        sms_client.submit_registration_version(RegistrationId=submitted)
    with raises("ConflictException", Reason="CREATE_REGISTRATION_VERSION_NOT_ALLOWED", **conflict):
        sms_client.create_registration_version(RegistrationId=submitted)
    with raises("ConflictException", Reason="DISCARD_REGISTRATION_VERSION_NOT_ALLOWED", **conflict):
        sms_client.discard_registration_version(RegistrationId=submitted)
    with raises("ConflictException", Reason="RESOURCE_DELETION_NOT_ALLOWED", **conflict):
        sms_client.delete_registration(RegistrationId=submitted)
    with raises("ConflictException", Reason="EDIT_REGISTRATION_FIELD_VALUES_NOT_ALLOWED", **conflict):
        sms_client.put_registration_field_value(
            RegistrationId=submitted, FieldPath="companyInfo.companyName", TextValue="Other"
        )
    with raises("ConflictException", Reason="EDIT_REGISTRATION_FIELD_VALUES_NOT_ALLOWED", **conflict):
        sms_client.delete_registration_field_value(RegistrationId=submitted, FieldPath="companyInfo.stockSymbol")


def test_brand_of_a_campaign_stays(sms_client, campaign, brand, raises):
    """A brand is not deleted while a campaign belongs to it; deleting the campaign frees it."""
    with raises("ConflictException", Reason="RESOURCE_DELETION_NOT_ALLOWED", ResourceId=brand):
        sms_client.delete_registration(RegistrationId=brand)

    sms_client.delete_registration(RegistrationId=campaign)

    assert "DELETED" == sms_client.delete_registration(RegistrationId=brand)["RegistrationStatus"]


def test_campaign_needs_a_complete_brand(sms, sms_client, register, raises):
    """A campaign is neither associated with a brand that is not complete, nor handed in without one."""
    sms.account().reviewer = "manual"
    brand = register(BRAND)
    campaign = register(CAMPAIGN, submit=False)

    with raises("ConflictException", Reason="REGISTRATION_NOT_COMPLETE", ResourceId=brand):
        sms_client.create_registration_association(RegistrationId=campaign, ResourceId=brand)
    with raises("ConflictException", Reason="SUBMIT_REGISTRATION_VERSION_NOT_ALLOWED", ResourceId=campaign):
        sms_client.submit_registration_version(RegistrationId=campaign)


def test_brand_that_fell_keeps_the_campaign_back(sms, sms_client, register, brand, raises):
    """A campaign whose brand was revoked since is not handed in."""
    campaign = register(CAMPAIGN, associate=[brand], submit=False)
    sms.registrations.decide(brand, "REQUIRES_UPDATES")

    with raises("ConflictException", Reason="REGISTRATION_NOT_COMPLETE", ResourceId=brand):
        sms_client.submit_registration_version(RegistrationId=campaign)


def test_association_that_makes_no_sense(sms_client, draft, campaign, register, request_number, raises):
    """A registration takes resources of its own kind, type, country and region only."""
    ten_dlc = request_number()["PhoneNumberId"]
    swedish = request_number(IsoCountryCode="SE", NumberType="LONG_CODE")["PhoneNumberId"]
    toll_free = register(TOLL_FREE, submit=False)
    sender_id = register(GB_SENDER_ID, {"senderIdInfo.senderId": "ACME"})
    elsewhere = f"arn:aws:sms-voice:eu-west-1:123456789012:phone-number/{ten_dlc}"
    senseless = ("ValidationException", "INVALID_REGISTRATION_ASSOCIATION")
    far = ("ConflictException", "PHONE_NUMBER_NOT_IN_REGISTRATION_REGION")

    for registration, resource, (code, reason) in (
        (draft, ten_dlc, senseless),
        (toll_free, ten_dlc, senseless),
        (toll_free, draft, senseless),
        (sender_id, "ACME", senseless),
        (campaign, swedish, far),
        (campaign, elsewhere, far),
    ):
        with raises(code, Reason=reason):
            sms_client.create_registration_association(RegistrationId=registration, ResourceId=resource)
