"""Registrations: refused numbers, attachments and quotas."""

import pytest

from emulator.testing import picture

BRAND = "US_TEN_DLC_BRAND_REGISTRATION"
CAMPAIGN = "US_TEN_DLC_CAMPAIGN_REGISTRATION"
TOLL_FREE = "US_TOLL_FREE_REGISTRATION"
LONG_CODE = "SE_LONG_CODE_REGISTRATION"
GB_SENDER_ID = "GB_SENDER_ID_REGISTRATION"
ABSENT = "registration-" + "0" * 32
PNG = picture(8, 8)
PDF = b"%PDF-1.7\n" + bytes(64)


@pytest.fixture
def attach(sms_client):
    """Uploads a file; gives its id."""

    def upload(body=PNG, **members):
        wanted = members or {"AttachmentBody": body}
        return sms_client.create_registration_attachment(**wanted)["RegistrationAttachmentId"]

    return upload


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
