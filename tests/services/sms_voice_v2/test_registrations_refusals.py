"""What the registration operations refuse, reason by reason; a refusal changes nothing."""

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


@pytest.fixture
def attach(sms_client):
    """Uploads a file; gives its id."""

    def upload(body=PNG, **members):
        wanted = members or {"AttachmentBody": body}
        return sms_client.create_registration_attachment(**wanted)["RegistrationAttachmentId"]

    return upload


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
    """What no form and no file knows is a ValidationException that names the member."""
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
    """What is not there is named with its type."""
    with raises("ResourceNotFoundException", ResourceType=resource_type, ResourceId=resource_id):
        getattr(sms_client, operation)(**members)


def test_unknown_version(sms_client, draft, raises):
    """A version that was never made is a ValidationException."""
    with raises("ValidationException", Reason="UNKNOWN_REGISTRATION_VERSION"):
        sms_client.describe_registration_versions(RegistrationId=draft, VersionNumbers=[2])
    with raises("ValidationException", Reason="UNKNOWN_REGISTRATION_VERSION"):
        sms_client.describe_registration_field_values(RegistrationId=draft, VersionNumber=2)


def test_required_value_cannot_be_deleted(sms_client, draft, raises):
    """A required field can only be filled anew; an optional or conditional one can be emptied."""
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
    """What needs a draft is refused in review and after, and what needs an ended review is refused before."""
    conflict = {"ResourceType": "registration"}
    with raises("ConflictException", Reason="CREATE_REGISTRATION_VERSION_NOT_ALLOWED", ResourceId=draft, **conflict):
        sms_client.create_registration_version(RegistrationId=draft)
    with raises("ConflictException", Reason="SUBMIT_REGISTRATION_VERSION_NOT_ALLOWED", ResourceId=draft, **conflict):
        sms_client.submit_registration_version(RegistrationId=draft)
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


def test_number_has_one_registration(sms_client, campaign, register, brand, request_number, raises):
    """A number joins a campaign once, and no other while it is there."""
    number = request_number()["PhoneNumberId"]
    other = register(CAMPAIGN, associate=[brand])
    sms_client.create_registration_association(RegistrationId=campaign, ResourceId=number)

    with raises("ConflictException", Reason="RESOURCE_ALREADY_ASSOCIATED", ResourceType="phone-number"):
        sms_client.create_registration_association(RegistrationId=campaign, ResourceId=number)
    with raises("ConflictException", Reason="PHONE_NUMBER_ASSOCIATED_TO_REGISTRATION", ResourceType="phone-number"):
        sms_client.create_registration_association(RegistrationId=other, ResourceId=number)
    with raises("ConflictException", Reason="RESOURCE_DELETION_NOT_ALLOWED", ResourceId=campaign):
        sms_client.delete_registration(RegistrationId=campaign)


def test_number_fits_its_campaign(sms_client, register, brand, request_number, raises):
    """A number has the capabilities and the message type that its campaign was approved for."""
    voice = {"campaignCapabilities.numberCapabilities": ["SMS and VOICE"]}
    speaking = register(CAMPAIGN, voice, associate=[brand])
    promotional = register(CAMPAIGN, {"campaignCapabilities.messageType": ["Promotional"]}, associate=[brand])
    number = request_number()["PhoneNumberId"]

    with raises("ConflictException", Reason="NUMBER_CAPABILITIES_MISMATCH", ResourceId=number):
        sms_client.create_registration_association(RegistrationId=speaking, ResourceId=number)
    with raises("ConflictException", Reason="MESSAGE_TYPE_MISMATCH", ResourceId=number):
        sms_client.create_registration_association(RegistrationId=promotional, ResourceId=number)


def test_number_comes_before_or_after(sms, sms_client, register, request_number, raises):
    """A toll-free number joins before submission, a long code after completion."""
    toll_free = request_number(NumberType="TOLL_FREE")["PhoneNumberId"]
    late = request_number(NumberType="TOLL_FREE")["PhoneNumberId"]
    swedish = request_number(IsoCountryCode="SE", NumberType="LONG_CODE")["PhoneNumberId"]
    submitted = register(TOLL_FREE, associate=[toll_free])
    drafted = register(LONG_CODE, submit=False)

    with raises("ConflictException", Reason="REGISTRATION_ALREADY_SUBMITTED", ResourceId=submitted):
        sms_client.create_registration_association(RegistrationId=submitted, ResourceId=late)
    with raises("ConflictException", Reason="REGISTRATION_NOT_COMPLETE", ResourceId=drafted):
        sms_client.create_registration_association(RegistrationId=drafted, ResourceId=swedish)


def test_search_needs_a_campaign(sms_client, brand, register, raises):
    """10DLC numbers are searched on behalf of a complete campaign."""
    search = {"IsoCountryCode": "US", "NumberCapabilities": ["SMS"], "NumberType": "TEN_DLC"}
    drafted = register(CAMPAIGN, associate=[brand], submit=False)

    with raises("ValidationException", Reason="INVALID_REGISTRATION_ASSOCIATION"):
        sms_client.list_available_phone_numbers(RegistrationId=brand, **search)
    with raises("ConflictException", Reason="REGISTRATION_NOT_COMPLETE", ResourceId=drafted):
        sms_client.list_available_phone_numbers(RegistrationId=drafted, **search)
    with raises("ResourceNotFoundException", ResourceType="registration", ResourceId=ABSENT):
        sms_client.list_available_phone_numbers(RegistrationId=ABSENT, **search)


def test_sender_id_under_review_is_held(sms, sms_client, register, fill, raises):
    """A sender id is not released while an update of its registration is under review."""
    registration = register(GB_SENDER_ID, {"senderIdInfo.senderId": "ACME"})
    sms_client.create_registration_version(RegistrationId=registration)
    sms.account().reviewer = "manual"
    fill(registration, {"senderIdInfo.senderId": "ACME"})
    sms_client.submit_registration_version(RegistrationId=registration)

    with raises("ConflictException", Reason="DISASSOCIATE_REGISTRATION_NOT_ALLOWED", ResourceId=registration):
        sms_client.release_sender_id(SenderId="ACME", IsoCountryCode="GB")


def test_attachment_is_used_when_uploaded(limits, sms, sms_client, attach, raises):
    """A file that is still on its way fills no field; uploaded and in use, it cannot be deleted."""
    limits(upload=5)
    registration = sms_client.create_registration(RegistrationType=TOLL_FREE)["RegistrationId"]
    sms.clock.freeze()
    attachment = attach()
    put = {"FieldPath": "messagingUseCase.optInImage", "RegistrationAttachmentId": attachment}

    with raises(
        "ConflictException", Reason="RESOURCE_NOT_ACTIVE", ResourceType="registration-attachment", ResourceId=attachment
    ):
        sms_client.put_registration_field_value(RegistrationId=registration, **put)
    sms.clock.advance(seconds=5)
    sms_client.put_registration_field_value(RegistrationId=registration, **put)
    with raises("ConflictException", Reason="RESOURCE_DELETION_NOT_ALLOWED", ResourceType="registration-attachment"):
        sms_client.delete_registration_attachment(RegistrationAttachmentId=attachment)
    sms_client.delete_registration(RegistrationId=registration)

    deleted = sms_client.delete_registration_attachment(RegistrationAttachmentId=attachment)
    assert "DELETED" == deleted["AttachmentStatus"]
    assert [] == sms_client.describe_registration_attachments()["RegistrationAttachments"]


def test_form_says_which_file_it_takes(sms_client, attach, raises):
    """A file of a type or size that the field does not take is refused when it is put there."""
    registration = sms_client.create_registration(RegistrationType=TOLL_FREE)["RegistrationId"]

    for body, reason in (
        (PDF, "ATTACHMENT_TYPE_NOT_SUPPORTED"),
        (PNG + bytes(400 * 1024), "MAXIMUM_SIZE_EXCEEDED"),
    ):
        with raises("ValidationException", Reason=reason):
            sms_client.put_registration_field_value(
                RegistrationId=registration,
                FieldPath="messagingUseCase.optInImage",
                RegistrationAttachmentId=attach(body),
            )


def test_attachment_out_of_s3(client, sms_client, attach):
    """A file is taken out of S3 without the caller's sending it; the upload of one that is absent or no document fails."""
    s3 = client("s3")
    s3.create_bucket(Bucket="papers")
    s3.put_object(Bucket="papers", Key="letters/consent.pdf", Body=PDF)
    s3.put_object(Bucket="papers", Key="notes.txt", Body=b"Hello")

    ids = [attach(AttachmentUrl=f"s3://papers/{key}") for key in ("letters/consent.pdf", "notes.txt", "absent.pdf")]
    rows = sms_client.describe_registration_attachments(RegistrationAttachmentIds=ids)["RegistrationAttachments"]

    assert ["UPLOAD_COMPLETE", "UPLOAD_FAILED", "UPLOAD_FAILED"] == [row["AttachmentStatus"] for row in rows]
    assert [None, "INTERNAL_ERROR", "INTERNAL_ERROR"] == [row.get("AttachmentUploadErrorReason") for row in rows]
    assert "s3://papers/notes.txt" == rows[1]["AttachmentUrl"]


@pytest.mark.parametrize(
    ("quota", "operation"),
    [
        ("REGISTRATIONS_PER_ACCOUNT", "registration"),
        ("REGISTRATION_VERSIONS_CREATED_PER_DAY", "version"),
        ("REGISTRATION_ATTACHMENTS_PER_ACCOUNT", "attachment"),
        ("REGISTRATION_ATTACHMENTS_CREATED_PER_DAY", "attachment"),
    ],
)
def test_quota_of_the_account(limits, sms, sms_client, attach, register, raises, quota, operation):
    """One more than the quota is refused with its reason; a quota by the day lets more through a day later."""
    limits(quotas={quota: 1})
    registration = register(LONG_CODE, submit=False)
    make = {
        "registration": lambda: sms_client.create_registration(RegistrationType=LONG_CODE),
        "version": lambda: (
            sms_client.discard_registration_version(RegistrationId=registration),
            sms_client.create_registration_version(RegistrationId=registration),
        ),
        "attachment": attach,
    }[operation]
    if operation != "registration":
        make()

    with raises("ServiceQuotaExceededException", Reason=quota):
        make()

    if quota.endswith("PER_DAY"):
        sms.clock.advance(days=1)
        assert make() if operation == "attachment" else sms_client.create_registration_version(RegistrationId=registration)


def test_quota_of_a_registration(limits, sms_client, register, brand, campaign, request_number, raises):
    """A campaign has one brand and so many numbers, a toll-free registration has one number, a brand ten campaigns."""
    limits(quotas={"PHONE_NUMBERS_PER_REGISTRATION": 1})
    first, second = register(BRAND), register(BRAND)
    one = register(CAMPAIGN, associate=[first], submit=False)
    with raises("ServiceQuotaExceededException", Reason="ASSOCIATIONS_PER_REGISTRATION"):
        sms_client.create_registration_association(RegistrationId=one, ResourceId=second)
    sms_client.submit_registration_version(RegistrationId=one)
    toll_free = register(TOLL_FREE, associate=[request_number(NumberType="TOLL_FREE")["PhoneNumberId"]], submit=False)
    sms_client.create_registration_association(RegistrationId=one, ResourceId=request_number()["PhoneNumberId"])

    for registration, number_type in ((one, "TEN_DLC"), (toll_free, "TOLL_FREE")):
        number = request_number(NumberType=number_type)["PhoneNumberId"]
        with raises("ServiceQuotaExceededException", Reason="PHONE_NUMBERS_PER_REGISTRATION"):
            sms_client.create_registration_association(RegistrationId=registration, ResourceId=number)


def test_brand_has_ten_campaigns(sms_client, brand, raises):
    """The eleventh campaign of a brand is refused."""
    campaigns = [sms_client.create_registration(RegistrationType=CAMPAIGN)["RegistrationId"] for _ in range(11)]
    for campaign in campaigns[:10]:
        sms_client.create_registration_association(RegistrationId=campaign, ResourceId=brand)

    with raises("ServiceQuotaExceededException", Reason="ASSOCIATIONS_PER_REGISTRATION"):
        sms_client.create_registration_association(RegistrationId=campaigns[10], ResourceId=brand)
